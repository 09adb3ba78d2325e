"""The controls of the pages about sequences: every choice of their recipes as a widget, seeded from the recipe."""

from __future__ import annotations

import math
from typing import Any, TypeVar

import streamlit as st

from playground.sequences.recipe import SequenceRecipe, StreamRecipe
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import plain

Kind = TypeVar("Kind", bound=SequenceRecipe)

LABELS = {
    "unit": "Read by",
    "cell": "Cell",
    "sigma": "σ on the new state",
    "output_path": "Output reads",
    "hidden_size": "Hidden size",
    "layers": "Layers",
    "learning_rate": "Learning rate",
    "epochs": "Epochs",
    "batch_size": "Batch size",
    "stretch_steps": "Stretch",
    "clip_norm": "Clip gradient norm at",
    "seed": "Seed of the run",
    "keys": "Keys to learn in",
}
WORDS = {
    "unit": {"letters": "letters", "words": "words"},
    "cell": {"simple": "Hand-made", "rnn": "RNN", "lstm": "LSTM", "gru": "GRU"},
    "output_path": {"old": "input and old state", "new": "new state"},
}
HELP = GLOSSARY | {"cell": GLOSSARY["sequence_cell"], "unit": GLOSSARY["sequence_unit"]}


def draw_sequence_field(recipe: SequenceRecipe, name: str) -> Any:
    """Draw the widget of one field, seeded from the recipe, and return what it says."""
    current = getattr(recipe, name)
    shared: Any = {"key": state.widget_key(f"{type(recipe).__name__} {name}"), "help": HELP[name]}
    label = LABELS.get(name, name)
    words = WORDS.get(name)
    if words:
        # Four in a row are too wide for the sidebar; pills break into two even rows.
        draw = st.segmented_control if len(words) < 4 else st.pills
        return draw(label, list(words), default=current, format_func=words.__getitem__, required=True, **shared)
    if isinstance(current, bool):
        return st.toggle(label, current, **shared)
    low, high = recipe.limits(name)
    if name == "learning_rate":
        return st.select_slider(label, _rates(low, high, current), current, format_func=lambda v: f"{v:g}", **shared)
    if name in ("seed", "clip_norm"):
        return st.number_input(label, low, high, current, **shared)
    return st.slider(label, low, high, current, **shared)


def draw_network_fields(recipe: SequenceRecipe) -> dict[str, Any]:
    """Draw cell and size, and the switches where the cell has them."""
    st.header("2 Network", divider="gray")
    fields = {"cell": draw_sequence_field(recipe, "cell")}
    if fields["cell"] == "simple":
        fields |= {name: draw_sequence_field(recipe, name) for name in ("sigma", "output_path")} | {"layers": 1}
    fields["hidden_size"] = draw_sequence_field(recipe, "hidden_size")
    if fields["cell"] != "simple":
        fields["layers"] = draw_sequence_field(recipe, "layers")
    return fields


def draw_training_fields(recipe: SequenceRecipe) -> dict[str, Any]:
    """Draw how the network learns."""
    st.header("3 Training", divider="gray")
    fields = {name: draw_sequence_field(recipe, name) for name in ("learning_rate", "epochs")}
    further = ("stretch_steps",) if isinstance(recipe, StreamRecipe) else ()
    with st.expander("More"):
        fields |= {name: draw_sequence_field(recipe, name) for name in (*further, "batch_size", "clip_norm", "seed")}
    return fields


def take_fields(recipe: Kind, fields: dict[str, Any]) -> Kind:
    """Return the recipe that the widgets add up to, stored in the tab and the address bar."""
    try:
        recipe = recipe.replaced(**fields)
    except ValueError as error:
        st.error(plain(f"{error}. The last settings that fit stay in force."))
    state.set_sequence_recipe(recipe)
    return recipe


def _rates(low: float, high: float, current: float) -> list[float]:
    """Return 1, 2, 3, 5, 7 of every decade between the ends, and the current value."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    stops = {float(f"{digit}e{decade}") for decade in decades for digit in (1, 2, 3, 5, 7)}
    return sorted({stop for stop in stops if low <= stop <= high} | {current})
