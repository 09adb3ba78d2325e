"""The controls of the pages about sequences: every choice of their recipes as a widget, seeded from the recipe."""

from __future__ import annotations

from typing import Any, TypeVar

import streamlit as st

from playground.sequences.recipe import SequenceRecipe, StreamRecipe
from playground.ui.frame import sequence_state
from playground.ui.frame.controls import draw_learning_rate
from playground.ui.frame.looks import draw_field
from playground.ui.frame.page import plain
from playground.ui.frame.spots import section
from playground.ui.sequences.sequence_run import follow_slider

Kind = TypeVar("Kind", bound=SequenceRecipe)


def draw_network_fields(recipe: SequenceRecipe) -> dict[str, Any]:
    """Draw cell and size, and the switches where the cell has them."""
    with section("2 Network"):
        fields = {"cell": draw_field(recipe, "cell")}
        if fields["cell"] == "simple":
            fields |= {name: draw_field(recipe, name) for name in ("sigma", "output_path")} | {"layers": 1}
        fields["hidden_size"] = draw_field(recipe, "hidden_size")
        if fields["cell"] != "simple":
            fields["layers"] = draw_field(recipe, "layers")
    return fields


def draw_training_fields(recipe: SequenceRecipe) -> dict[str, Any]:
    """Draw how the network learns."""
    with section("3 Training"):
        fields = draw_learning_rate(recipe) | {"optimizer": draw_field(recipe, "optimizer")}
        if fields["optimizer"] == "sgd":
            fields["momentum"] = draw_field(recipe, "momentum")
        fields["epochs"] = draw_field(recipe, "epochs")
        further = ("stretch_steps",) if isinstance(recipe, StreamRecipe) else ()
        with st.expander("More"):
            names = (*further, "batch_size", "clip_norm", "patience_epochs", "seed")
            fields |= {name: draw_field(recipe, name) for name in names}
    return fields


def take_fields(recipe: Kind, fields: dict[str, Any]) -> Kind:
    """Return the recipe that the widgets add up to, stored in the tab and the address bar."""
    before = recipe
    try:
        recipe = follow_slider(before, recipe.replaced(**fields))
    except ValueError as error:
        st.error(plain(f"{error}. The last settings that fit stay in force."))
    sequence_state.set_sequence_recipe(recipe)
    return recipe
