"""The sidebar of every page about forecasts: five controls stand open, all others lie behind "More"."""

from collections.abc import Iterator

import pytest
from opening import opener
from streamlit.testing.v1.element_tree import Block, Element

from playground.config import Recipe
from playground.ui.frame.looks import LOOKS

OPEN = ["Series", "Cell", "Hidden size", "Window (steps)", "Learning rate"]
PAGES = (
    "playground", "data", "inside_the_cell", "hidden_states", "gradients", "forecasts", "leak_lab", "hidden_size",
    "compare",
)  # fmt: skip


def controls(node: Block | Element, behind: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield label, help and the expander of every control below a place, the expander empty for one that is open."""
    if not isinstance(node, Block):
        if hasattr(node.proto, "help") and hasattr(node.proto, "label"):
            yield node.proto.label, node.proto.help, behind
        return
    within = behind or (node.label if node.type == "expander" else "")
    for child in node.children.values():
        yield from controls(child, within)


@pytest.mark.parametrize("name", PAGES)
def test_five_controls_stand_open_and_every_control_has_its_sentence(engine, name):
    found = list(controls(opener(name, menu=True)().sidebar))
    assert [label for label, _, behind in found if not behind] == OPEN
    assert {behind for _, _, behind in found if behind} == {
        "More about the data", "More about the network", "More about the training",
    }  # fmt: skip
    assert all(sentence for _, sentence, _ in found)


@pytest.mark.parametrize(
    ("series", "own"), [("ticker", ["Ticker", "From", "To"]), ("seattle_temperature", []), ("sum_of_sines", [])]
)
def test_what_names_the_series_stands_open_beside_it(engine, series, own):
    found = list(controls(opener("data", menu=True)(series=series).sidebar))
    assert [label for label, _, behind in found if not behind] == [*OPEN[:1], *own, *OPEN[1:]]


def test_every_field_of_the_recipe_has_a_control_somewhere(engine):
    page = opener("playground", menu=True)(series="sum_of_sines", cell="rnn", optimizer="sgd")
    shown = {label for label, _, _ in controls(page.sidebar)}
    missing = {LOOKS[name].label for name in Recipe.places() if name in LOOKS} - shown
    assert missing == {"Trend", "AR coefficient"}  # other series have them
