"""What a learner chooses, as frozen values: each limit is named once, for widgets, the server's checks and links.

A choice may be made of sections, which are choices themselves; every field is known by its own name, whichever
section it is in (its flat name).
"""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

MOST_READ = 400
"""Characters of a value in a link that are looked at."""


class Choice(BaseModel):
    """Frozen, strict about unknown names, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    prefix: ClassVar[str] = ""
    """What the names of its fields begin with in a link."""
    private: ClassVar[frozenset[str]] = frozenset()
    """Fields that never stand in a link."""

    @classmethod
    def places(cls) -> dict[str, str]:
        """Return flat name -> section of every field, "" for those in none."""
        return _places(cls)

    @classmethod
    def field(cls, name: str) -> FieldInfo:
        """Return what pydantic knows of a field, by its flat name."""
        section = cls.places()[name]
        return (_section(cls, section) if section else cls).model_fields[name]

    @classmethod
    def limits(cls, name: str) -> tuple[Any, Any]:
        """Return the lowest and highest allowed value of a numeric or date field, by its flat name."""
        info = cls.field(name)
        low, high = (
            next(getattr(item, end) for item in info.metadata if getattr(item, end, None) is not None)
            for end in ("ge", "le")
        )
        return (float(low), float(high)) if isinstance(info.default, float) else (low, high)

    @classmethod
    def choices(cls, name: str) -> tuple[str, ...]:
        """Return the allowed values of a field that is a choice among words."""
        return tuple(getattr(cls.field(name).annotation, "__args__", ()))

    def value(self, name: str) -> Any:
        """Return a field by its flat name."""
        section = self.places()[name]
        return getattr(getattr(self, section) if section else self, name)

    def replaced(self, **fields: Any) -> Self:
        """Return a checked copy with fields replaced, by their flat names.

        Raises:
            ValueError: if a name is unknown or a value is outside its limits.
        """
        whole, places = self.model_dump(), self.places()
        for name, value in fields.items():
            if name not in places:
                raise ValueError(f"a recipe has no field {name!r}")
            (whole[places[name]] if places[name] else whole)[name] = value
        try:
            return type(self).model_validate(whole)
        except ValidationError as error:
            raise ValueError("; ".join(sentence_of(one) for one in error.errors())) from None

    def key(self) -> str:
        """Return a short hash that names this choice exactly."""
        return hashlib.sha256(self.content().encode()).hexdigest()[:16]

    def content(self) -> str:
        """Return all that its key tells apart, as text."""
        return self.model_dump_json()

    def to_query(self) -> dict[str, str]:
        """Return what stands in a link: every field that differs from the default, private ones left out."""
        usual = type(self)()._texts()
        return {
            self.prefix + name: text
            for name, text in self._texts().items()
            if text != usual[name] and name not in self.private
        }

    @classmethod
    def read_query(cls, query: Mapping[str, str], notes: list[str]) -> dict[str, Any]:
        """Return the fields that a link gives, each alone within its limits, by their flat names.

        Unknown names are ignored. Nothing raises: a number outside its limits is clamped, anything else that cannot
        be read takes its default, and a plain line for each goes into `notes`.
        """
        given = [name for name in cls.places() if cls.prefix + name in query and name not in cls.private]
        return {name: cls._read(name, str(query[cls.prefix + name])[:MOST_READ], notes) for name in given}

    @classmethod
    def _read(cls, name: str, text: str, notes: list[str]) -> Any:
        info, default = cls.field(name), cls().value(name)
        with suppress(ValidationError, ValueError):
            adapter: TypeAdapter[Any] = TypeAdapter(Annotated[info.annotation, info])  # type: ignore[arg-type]
            return adapter.validate_python(text)
        if type(default) in (int, float):
            low, high = cls.limits(name)
            number = math.nan
            with suppress(ValueError):
                number = float(text)
            if math.isfinite(number):
                clamped = type(default)(min(max(number, low), high))
                told = f"{name} must be between {low:g} and {high:g}, the link said {text[:20]!r}; using {clamped:g}"
                notes.append(told)
                return clamped
        used = "none" if default in ("", ()) else default
        notes.append(f"{name} in the link could not be read ({text[:20]!r}); using {used}")
        return default

    def _texts(self) -> dict[str, str]:
        """Return flat name -> what a link says."""
        dumped = self.model_dump(mode="json")
        flat = {name: (dumped[section] if section else dumped)[name] for name, section in self.places().items()}
        return {name: _text(value) for name, value in flat.items()}


def _section(kind: type[Choice], name: str) -> type[Choice]:
    section = kind.model_fields[name].annotation
    assert isinstance(section, type) and issubclass(section, Choice)
    return section


@functools.cache
def _places(kind: type[Choice]) -> dict[str, str]:
    places: dict[str, str] = {}
    for name, info in kind.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, Choice):
            places |= dict.fromkeys(info.annotation.model_fields, name)
        else:
            places[name] = ""
    return places


def _text(value: Any) -> str:
    """Return a value as a link says it: a number as short as reads back the same."""
    if isinstance(value, float):
        return f"{value:g}" if value == float(f"{value:g}") else repr(value)
    return str(value)


def sentence_of(error: Any) -> str:
    """Return one of pydantic's complaints as a sentence: what, limit, got."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    what = next((part for part in reversed(error["loc"]) if isinstance(part, str)), "the recipe")
    return f"{what}: {error['msg'].lower()}, got {error['input']!r:.40}"
