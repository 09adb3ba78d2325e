"""The recurrence of the chosen cell, with the shapes that the chosen sizes give it."""

from __future__ import annotations

import streamlit as st

from playground.cells.equations import formulas, shape_lines
from playground.config import Recipe, parameter_count
from playground.data.features import feature_count
from playground.ui.frame.page import draw_note
from playground.ui.server.server import series_of


def draw_recurrence(recipe: Recipe) -> None:
    """Draw the formulas of one time step beside the shape of every matrix in them."""
    network = recipe.network
    try:
        features = feature_count(series_of(recipe.data.model_dump_json()), recipe.data)
    except ValueError:
        return  # the stage has said why there is no such series
    st.subheader("What the network computes at every step", anchor=False)
    left, right = st.columns(2)
    with left:
        for line in formulas(network.cell, network.nonlinearity):
            st.latex(line)
    with right:
        st.markdown("\n".join(f"- {line}" for line in shape_lines(recipe, features)))
        st.caption(f"{parameter_count(recipe, features):,} parameters in all.")
    draw_note("playground", "How to read this page")
