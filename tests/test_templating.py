"""Templates of HTML files: no text goes unescaped, and no value that a page lacks goes unnoticed."""

import re

import pytest
from jinja2 import UndefinedError

from playground.places import TEMPLATES
from playground.templating import rendered

TEXTS = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.iterdir()}


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if text.startswith("{% extends")])
def test_no_page_is_made_without_its_values(name):
    with pytest.raises(UndefinedError):
        rendered(name, title="A page")


def test_only_scripts_of_our_own_go_unescaped():
    everything = "".join(TEXTS.values())
    assert set(re.findall(r"{{ ([\w.]+) \| safe }}", everything)) == {"plotly_js", "chart.figure"}
    assert len(re.findall(r"\bsafe\b|\bautoescape\b", everything)) == 2
