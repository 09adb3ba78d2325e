"""The recurrence of the chosen cell, with the shapes that the chosen sizes give it."""

from __future__ import annotations

import streamlit as st

from playground.config import Recipe, parameter_count
from playground.networks.equations import formulas, shape_lines
from playground.ui.page import draw_note


def draw_recurrence(recipe: Recipe) -> None:
    """Draw the formulas of one time step beside the shape of every matrix in them."""
    network = recipe.network
    st.subheader("What the network computes at every step", anchor=False)
    left, right = st.columns(2)
    with left:
        for line in formulas(network.cell, network.nonlinearity):
            st.latex(line)
    with right:
        st.markdown("\n".join(f"- {line}" for line in shape_lines(recipe)))
        st.caption(f"{parameter_count(recipe):,} parameters in all.")
    draw_note("playground", "How to read this page")
