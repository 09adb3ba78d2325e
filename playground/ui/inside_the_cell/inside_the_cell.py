"""The page's two networks, the learner's own and one that fits on a slide, put under the microscope."""

from __future__ import annotations

from typing import Literal, cast

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.cells.microscope import Microscope, microscope
from playground.cells.tiny import rounded, tiny_recipe, tiny_weights
from playground.cells.worksheet_page import NAMES, worksheet_page
from playground.config import Recipe
from playground.data.prepare import restore_levels
from playground.records import Floats
from playground.ui.cell_picture.cell_picture import Specimen, cell_picture, picture_document
from playground.ui.cell_picture.hand_made_picture import draw_hand_made_cell
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.looks import LOOKS
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.spots import spot
from playground.ui.server.server import prepared_of, series_of
from playground.ui.watching.moments import Moments, current_moments, own_run_awaited
from playground.ui.watching.ticking import draw_ticking
from playground.ui.watching.time_machine import draw_time_machine, is_playing

MINE, TINY, HAND_MADE = "My network", "A tiny network that fits on a slide", "The hand-made cell"
SLIDER_PX = 190
CellName = Literal["rnn", "lstm", "gru"]


def draw_inside_the_cell(recipe: Recipe) -> None:
    """Draw the chosen network's cell; it redraws itself while a run trains or the time machine plays."""
    draw_ticking("inside the cell", lambda: _draw(recipe), every_s=0.5)


def _draw(recipe: Recipe) -> bool:
    """Draw the choices and the cell; return whether they will change by themselves."""
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    which = row.segmented_control(
        "Network to look into",
        [MINE, TINY, HAND_MADE],
        default=MINE,
        required=True,
        key="cell network",
        help=GLOSSARY["tiny"],
    )
    with spot(), sentences_for_errors():
        if which == HAND_MADE:
            return draw_hand_made_cell()
        if which == TINY:
            with row:
                cell = _choose_cell(recipe)
            _draw_worksheets(cell, _draw_specimen(_tiny_specimen(cell), row))
            return False
        moments = current_moments(recipe)
        with spot():
            if own_run_awaited():
                st.caption(
                    ":material/hourglass_top: Your run waits for its first turn; until then a recorded one is shown."
                )
        _draw_specimen(_own_specimen(moments, draw_time_machine(moments)), row)
        return moments.live or is_playing() or own_run_awaited()
    return False


def _own_specimen(moments: Moments, epoch: int) -> Specimen:
    name = f"{moments.view.run_id} {moments.recipe.data.series}"
    key, weights = moments.key(epoch), moments.weights(epoch)
    return Specimen(name, key, moments.recipe, weights, moments.prepared, moments.series.unit)


def _tiny_specimen(cell: CellName) -> Specimen:
    recipe, name = tiny_recipe(cell), f"tiny {cell}"
    data = recipe.data.model_dump_json()
    return Specimen(name, name, recipe, tiny_weights(cell), prepared_of(data), series_of(data).unit, on_paper=True)


def _choose_cell(recipe: Recipe) -> CellName:
    words = LOOKS["cell"].words
    chosen = st.segmented_control(
        "Cell",
        Recipe.choices("cell"),
        default=recipe.network.cell,
        format_func=words.__getitem__,
        required=True,
        key="tiny cell",
        help=GLOSSARY["cell"],
    )
    return cast(CellName, chosen)


def _draw_specimen(specimen: Specimen, row: DeltaGenerator) -> Floats:
    """Draw the choices of window, layer and unit, then the cell; return the window's inputs."""
    anchor, layer, unit = _choose_place(specimen, row)
    validation = specimen.prepared.validation
    window = validation.inputs[anchor - int(validation.anchors[0])]
    if specimen.on_paper:
        window = rounded(window)
    seen = _look(f"{specimen.key} {anchor}", specimen.recipe, specimen.weights, window)
    meaning = _meaning(specimen, seen, anchor)
    cell_picture(picture_document(specimen, seen, layer, unit, meaning, current_theme()), key="cell picture")
    return window


@st.cache_resource(max_entries=8, show_spinner=False)
def _look(key: str, _recipe: Recipe, _weights: dict[str, Floats], _window: Floats) -> Microscope:
    """Return every number of the window; `key` names network, epoch and window exactly."""
    return microscope(_recipe, _weights, _window)


def _choose_place(specimen: Specimen, row: DeltaGenerator) -> tuple[int, int, int]:
    """Draw what to look at in a row; return the window's last position, layer and unit, both from 0."""
    network, anchors = specimen.recipe.network, specimen.prepared.validation.anchors
    anchor, last = int(anchors[0]), int(anchors[-1])
    if anchor < last:
        key = f"window {specimen.name} {anchor} {last}"
        anchor = row.slider("Window ends at", anchor, last, key=key, width=SLIDER_PX, help=GLOSSARY["window_shown"])
    unit = layer = 0
    if network.hidden_size > 1:
        key = f"unit {network.hidden_size}"
        unit = row.slider("Unit", 0, network.hidden_size - 1, key=key, width=SLIDER_PX, help=GLOSSARY["unit"])
    if network.layers > 1:
        key = f"layer {network.layers}"
        layer = row.slider("Layer", 1, network.layers, key=key, width=SLIDER_PX, help=GLOSSARY["layers"]) - 1
    return anchor, layer, unit


def _meaning(specimen: Specimen, seen: Microscope, anchor: int) -> str:
    """Say the first forecast value in the series' units, and what came."""
    level = restore_levels(specimen.prepared, seen.outputs[None], np.array([anchor]))[0, 0]
    truth = specimen.prepared.values[anchor + 1]
    unit = f" {specimen.value_unit}" if specimen.value_unit else ""
    horizon = len(seen.outputs)
    which = f"the first of {horizon} forecast values" if horizon > 1 else "the forecast"
    return f"{which} is {level:.5g}{unit}; what came was {truth:.5g}{unit}"


def _draw_worksheets(cell: CellName, window: Floats) -> None:
    st.subheader("Do it by hand", anchor=False)
    st.markdown(
        "This network was trained on a sine; then its weights and inputs were rounded to two decimals, to fit on "
        "paper. The sheet has blanks for the steps above, the solution has them filled in. Both are files that open in "
        "any browser, also offline, and print on A4. Every line is computed from the rounded numbers that are printed."
    )
    with st.container(horizontal=True):
        for label, solution in (("Worksheet", False), ("Solution", True)):
            st.download_button(
                label,
                worksheet_page(cell, window, solution=solution),
                f"{cell}-by-hand{'-solution' if solution else ''}.html",
                "text/html",
                icon=":material/check_circle:" if solution else ":material/edit_note:",
                on_click="ignore",
                key=f"sheet {label}",
                help=plain(f"{NAMES[cell]}, the window chosen above."),
            )
