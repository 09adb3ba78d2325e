"""The drawn cell: one unit's arithmetic over a window, stepped through in the browser without the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from playground.cells.microscope import Microscope, Terms, view_readout, view_unit
from playground.charts.theme import Theme
from playground.charts.wire import pack_document
from playground.config import Recipe
from playground.records import Floats, Prepared
from playground.ui.watching.live import loader

UNROLLED = "Unrolled: the same weights at every step; what changes is x_t and the state handed on. Click a step."
NOTES = {
    "rnn": "Point at a node or a wire, or tap it, for its arithmetic.",
    "lstm": "Point at a gate, a node or a wire, or tap it, for its arithmetic. f forgets, i lets in, g is what "
    "is let in, o shows; the cell state c runs along the top.",
    "gru": "Point at a gate, a node or a wire, or tap it, for its arithmetic. r resets, z updates, n is the candidate. "
    "This is torch's variant: the reset gate acts after the matrix product, on W_{hn} h_{t−1} + b_{hn}; "
    "many textbooks apply it to h_{t−1} before.",
}
READS = {"output": "ŷ", "reads": "W_{hy} h_T", "bias": "b_y", "meaning": "in the series' units", "before": False}
"""How the output is called, what it reads (the state before the last step, or the last), and what its meaning is."""

SQUASH = {
    "rnn": "Squash the sum: that is the new state.",
    "lstm": "Open and close the gates; they make the new cell state and the new hidden state.",
    "gru": "Open and close the gates; they mix the old state and the candidate.",
}

_mount = st.components.v2.component(
    "rnn_playground_cell_picture", js=loader("cell_picture.js", reserve_px=480), isolate_styles=False
)


@dataclass(frozen=True, eq=False)
class Specimen:
    """A network to look at under the microscope.

    Attributes:
        name: Names the network; the reader keeps the step while it stays the same.
        key: Names the network and its epoch exactly.
        recipe, weights: The network.
        prepared: What it is trained on.
        value_unit: Unit of the series' values.
        on_paper: Whether its inputs are rounded so that they fit on paper.
    """

    name: str
    key: str
    recipe: Recipe
    weights: dict[str, Floats]
    prepared: Prepared
    value_unit: str
    on_paper: bool = False


def cell_picture(document: dict[str, Any], key: str) -> None:
    """Draw the cell; later calls with the same key update it in place and keep the reader's step."""
    _mount(data=pack_document(document), key=key)


def picture_document(
    specimen: Specimen, seen: Microscope, layer: int, unit: int, meaning: str, theme: Theme
) -> dict[str, Any]:
    """Return all that the picture needs of one unit, once for the whole window; arrays are float32.

    Args:
        specimen: The network.
        seen: Every number of one window.
        layer, unit: Which unit, both counted from 0.
        meaning: The forecast in the series' units, as a sentence.
        theme: Light or dark.
    """
    network, weights = specimen.recipe.network, specimen.weights
    view = view_unit(specimen.recipe, weights, seen, layer, unit)
    readout = view_readout(weights, seen)
    readout_bias = float(weights["readout.bias"][0])
    titles = specimen.prepared.feature_names if layer == 0 else ()
    arrays = {
        "bias_x": view.input_bias,
        "bias_h": view.state_bias,
        "a": view.activations,
        "gate_values": view.gate_values,
        "h_unit": view.h,
        "states": view.shown_states,
        "strip_x": seen.layers[layer].inputs[:, view.inputs.sources[0]],
    }
    document = {
        "id": specimen.name,
        "cell": network.cell,
        "nonlinearity": network.nonlinearity if network.cell == "rnn" else "tanh",
        "steps": len(view.h) - 1,
        "layer": layer,
        "layers": network.layers,
        "unit": unit,
        "gates": list(view.gates),
        "x": drawn_terms(view.inputs, "x", titles),
        "h": drawn_terms(view.states, "h"),
        "c_unit": None if view.c is None else view.c.astype(np.float32),
        "readout": drawn_terms(readout, "h"),
        "readout_words": READS,
        "readout_bias": readout_bias,
        "output": float(readout.totals[0, 0]) + readout_bias,
        "state_names": [f"h[{source}]" for source in view.states.sources.tolist()],
        "pictured": {"x": 3, "h": 6},
        "strip_names": [],
        "input_title": "scaled" if layer == 0 else f"the state of layer {layer}",
        "meaning": meaning,
        "caption": UNROLLED,
        "note": NOTES[network.cell],
        "sentences": _sentences(network.cell),
        "title": f"{network.cell.upper()} cell",
        "theme": drawn_colors(theme),
    }
    return document | {key: array.astype(np.float32) for key, array in arrays.items()}


def drawn_terms(terms: Terms, letter: str, names: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the products of a sum as the picture needs them; `names` says what all sources are."""
    single = letter == "x" and terms.weights.shape[1] + terms.left_out == 1
    sources = terms.sources.tolist()
    return {
        "names": ["x"] if single else [f"{letter}[{source}]" for source in sources],
        "titles": [names[source] if names else "" for source in sources],
        "weights": terms.weights.astype(np.float32),
        "values": terms.values.astype(np.float32),
        "left_out": terms.left_out,
        "rest": terms.rest.astype(np.float32),
        "totals": terms.totals.astype(np.float32),
    }


def _sentences(cell: str) -> list[str]:
    return [
        "Start: the hidden state and the cell state are zero."
        if cell == "lstm"
        else "Start: the hidden state is zero.",
        "Read x, and weigh it and the state before.",
        SQUASH[cell],
        "Pass the state on to the next step, which has the same weights.",
        "After the last step, read the forecast from the last state.",
    ]


def drawn_colors(theme: Theme) -> dict[str, Any]:
    """Return the theme's colours by the names that the component's styles use."""
    dark = theme.name == "dark"
    return {
        "activations": [list(stop) for stop in theme.activations],
        "gates": [list(stop) for stop in theme.gates],
        "colors": {
            "text": theme.text,
            "quiet": theme.quiet_text,
            "grid": theme.grid,
            "line": "#3a4454" if dark else "#cfd6df",
            "mark": theme.mark,
            "ground": theme.background,
            "panel": "#1a212b" if dark else "#f4f6f9",
            "accent": theme.training,
            "primary": theme.action,
            "glow": theme.validation_band,
        },
    }
