"""Recipe -> link -> recipe for every field, and links of old versions, which must open for ever."""

import datetime as dt
import json
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from playground.config import SECTIONS, Recipe
from playground.ui.frame.links import recipe_link

OLD = json.loads((Path(__file__).parent / "old_links.json").read_text(encoding="utf-8"))
FIELDS = {name: info for model in SECTIONS.values() for name, info in model.model_fields.items()}
FIELDS["seed"] = Recipe.model_fields["seed"]
TEXTS = {
    "series": st.sampled_from(["sine", "apple", "sunspots", "own", "seattle_temperature"]),
    "ticker": st.from_regex(r"[A-Z0-9^][A-Z0-9.^=&-]{0,14}", fullmatch=True),
    "extra_inputs": st.lists(st.sampled_from(["wind", "temp_min", "Größe 2 (°C)"]), unique=True).map(tuple),
    "learning_rate_changes": st.lists(st.tuples(st.integers(1, 1000), st.floats(1e-5, 1.0)), max_size=4).map(tuple),
}
LONGEST_LINK = 1500


def values(name, info):
    """Return a strategy for the values that a field may have."""
    if name in TEXTS:
        return TEXTS[name]
    if isinstance(info.default, bool):
        return st.booleans()
    if isinstance(info.default, str):
        return st.sampled_from(Recipe.choices(name))
    low, high = Recipe.limits(name)
    if isinstance(info.default, dt.date):
        return st.dates(low, high)
    if isinstance(info.default, int):
        return st.integers(low, high)
    return st.floats(low, high, allow_nan=False)


@st.composite
def recipes(draw):
    """Draw a recipe with up to six fields away from their defaults."""
    names = draw(st.lists(st.sampled_from(sorted(FIELDS.keys() - Recipe.private)), unique=True, max_size=6))
    fields = {name: draw(values(name, FIELDS[name])) for name in names}
    try:
        return Recipe().replaced(**fields)
    except (ValueError, ValidationError):
        assume(False)


@settings(max_examples=1000, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(recipes())
def test_a_thousand_recipes_come_back_from_their_links(recipe):
    link = urlencode(recipe.to_query())
    assert len(link) <= LONGEST_LINK
    assert Recipe.from_query(dict(parse_qsl(link))) == (recipe, ())


@pytest.mark.parametrize("link", OLD, ids=lambda link: link["link"][:40])
def test_links_of_old_versions_open_as_they_did(link):
    recipe, notes = Recipe.from_query(dict(parse_qsl(link["link"])))
    assert notes == ()
    assert {name: _plain(recipe.value(name)) for name in link["fields"]} == link["fields"]
    differing = {name for name in FIELDS if recipe.value(name) != Recipe().value(name)}
    assert differing <= link["fields"].keys()


def test_an_ampersand_in_a_symbol_is_encoded_in_links_and_small_letters_are_read():
    recipe = Recipe().replaced(series="ticker", ticker="L&TFH.NS")
    link = urlencode(recipe.to_query())
    assert link == "v=1&series=ticker&ticker=L%26TFH.NS"
    assert recipe_link(recipe).endswith(f"?{link}")
    assert Recipe.from_query(dict(parse_qsl(link))) == (recipe, ())
    assert Recipe.from_query(dict(parse_qsl("series=ticker&ticker=+l%26tfh.ns"))) == (recipe, ())


def _plain(value):
    if isinstance(value, dt.date):
        return value.isoformat()
    return [list(pair) if isinstance(pair, tuple) else pair for pair in value] if isinstance(value, tuple) else value
