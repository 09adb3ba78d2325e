"""HTML files that leave the app: templates with every text escaped; a value that a template lacks is an error."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from playground.places import TEMPLATES

_TEMPLATES = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def rendered(template: str, /, **values: object) -> str:
    """Return the page that a template of `playground/templates` makes of the values.

    Raises:
        jinja2.UndefinedError: if the template names a value that is not among them.
    """
    return _TEMPLATES.get_template(template).render(values)
