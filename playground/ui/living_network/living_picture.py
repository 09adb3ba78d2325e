"""The living network: one window read step by step in the browser, without asking the server."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from playground.charts.theme import Theme
from playground.charts.wire import pack_document
from playground.config import NetworkChoice
from playground.records import LivingLayer, LivingNetwork
from playground.ui.cell_picture.cell_picture import drawn_colors
from playground.ui.watching.live import loader

_mount = st.components.v2.component(
    "rnn_playground_living_network", js=loader("living_network.js", reserve_px=400), isolate_styles=False
)


def living_picture(document: dict[str, Any], key: str) -> None:
    """Draw the living network; later calls with the same key update it in place and keep the reading head.

    A document of a title alone lets what is drawn stand back until the next numbers come.

    The unit that a reader chooses is told as `picked`, {"layer": 1.., "unit": 0..}; it comes from a browser: check it.
    """
    _mount(data=pack_document(document), key=key, on_picked_change=lambda: None)


def living_document(
    living: LivingNetwork, choice: NetworkChoice, name: str, unit: str, title: str, caption: str, theme: Theme
) -> dict[str, Any]:
    """Return all that the picture needs; states and weights are float32.

    Args:
        living: What is shown.
        choice: The network that it is.
        name: Names the network; the reading head stays where it is while this stays the same.
        unit: Unit of the series' values.
        title: What to see, as a sentence.
        caption: How to read it.
        theme: Light or dark.
    """
    return {
        "id": name,
        "cell": choice.cell,
        "unit": unit,
        "title": title,
        "caption": caption,
        "names": list(living.names),
        "features": living.features,
        "positions": living.positions.astype(np.int32),
        "inputs": living.inputs,
        "layers": {str(number): _drawn(layer) for number, layer in enumerate(living.layers)},
        "W_y": living.W_y,
        "outputs": living.outputs,
        "truth": living.truth,
        "predicted": living.predicted,
        "theme": drawn_colors(theme) | {"positive": theme.prediction, "negative": theme.training, "truth": theme.truth},
    }


def _drawn(layer: LivingLayer) -> dict[str, Any]:
    return {
        "size": layer.size,
        "units": layer.units.astype(np.int32),
        "values": dict(layer.values),
        "W_x": layer.W_x,
        "W_h": layer.W_h,
    }
