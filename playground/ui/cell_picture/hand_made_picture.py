"""The hand-made cell under the microscope: a name read letter by letter, drawn like any other cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from playground.cells.microscope import list_terms
from playground.charts.theme import Theme
from playground.records import Floats
from playground.sequences.encoding import encode_tokens, tokens_of
from playground.sequences.equations import simple_steps
from playground.sequences.recipe import HandMadeRecipe
from playground.sequences.records import ClassifierRun
from playground.ui.cell_picture.cell_picture import UNROLLED, cell_picture, drawn_colors, drawn_terms
from playground.ui.frame import sequence_state
from playground.ui.frame.page import current_theme
from playground.ui.sequences.sequence_data import task_sequences
from playground.ui.sequences.sequence_training import student_of

MOST_LETTERS = 24
NOTE = (
    "Point at a node or a wire, or tap it, for its arithmetic. The switches and the training are on The hand-made cell."
)
READS_NEW = {"output": "score", "reads": "W_o h_T", "bias": "b_o", "before": False}
READS_OLD = {"output": "score", "reads": "W_o [x_T, h_{T−1}]", "bias": "b_o", "before": True}


def draw_hand_made_cell() -> bool:
    """Draw the choice of name and unit, then the cell; return whether it will change by itself."""
    recipe = sequence_state.sequence_recipe(HandMadeRecipe)
    sequences = task_sequences("names")
    if sequences is None:
        return True
    left, right = st.columns(2, vertical_alignment="bottom")
    name = left.text_input("A name to read", "Nakashima", max_chars=MOST_LETTERS, key="cell name")
    tokens = tokens_of(name, "letters")
    unit = 0
    if recipe.network.hidden_size > 1:
        unit = right.slider("Unit", 0, recipe.network.hidden_size - 1, key=f"unit {recipe.network.hidden_size}")
    if not tokens:
        st.caption("Type a name to step through.")
        return False
    student = student_of(recipe, sequences)
    run = student.run or student.untrained()
    if run is None:
        st.caption(":material/hourglass_top: Building the untrained network …")
        return True
    frame = run.training.best if run.done else run.training.newest
    st.caption(
        f"Numbers of the network of epoch {frame.epoch}." if frame.epoch else "Numbers of the untrained network."
    )
    document = hand_made_document(recipe, run, frame.weights, tokens, unit, sequences.classes, current_theme())
    cell_picture(document, key="cell picture")
    return student.under_way


def hand_made_document(
    recipe: HandMadeRecipe,
    run: ClassifierRun,
    weights: dict[str, Floats],
    tokens: tuple[str, ...],
    unit: int,
    classes: tuple[str, ...],
    theme: Theme,
) -> dict[str, Any]:
    """Return all that the picture needs of one unit of the hand-made cell; see `picture_document`.

    Args:
        recipe, weights: The network.
        run: Says how letters become inputs.
        tokens: The letters that are read.
        unit: Which unit, counted from 0.
        classes: Names of the classes; the score shown is that of the leading one.
        theme: Light or dark.
    """
    inputs = encode_tokens(run.encoding, tokens)
    steps = simple_steps(recipe, weights, inputs)
    letters = inputs.shape[1]
    h = np.stack([np.zeros(recipe.network.hidden_size), *(step.h for step in steps)])
    row = weights["i2h.weight"][[unit]]
    x_terms, h_terms = list_terms(row[:, :letters], inputs), list_terms(row[:, letters:], h[:-1])
    leading, names = int(steps[-1].scores.argmax()), tuple(f"letter {token}" for token in run.encoding.tokens)
    before = recipe.network.output_path == "old"
    read = steps[-1].combined if before else steps[-1].h
    read_names = (*names, *(f"old h[{k}]" for k in range(recipe.network.hidden_size))) if before else ()
    bias_o = float(weights["i2o.bias"][leading])
    log_probability = float(steps[-1].log_probabilities[leading])
    arrays = {
        "bias_x": weights["i2h.bias"][[unit]],
        "a": np.array([[step.a[unit]] for step in steps]),
        "gate_values": np.array([[step.h[unit]] for step in steps]),
        "h_unit": h[:, unit],
        "states": h[:, h_terms.sources],
        "strip_x": inputs.max(axis=1),
    }
    document = {
        "id": f"hand-made {''.join(tokens)}",
        "cell": "rnn",
        "nonlinearity": "tanh" if recipe.network.sigma else "none",
        "steps": len(steps),
        "layer": 0,
        "layers": 1,
        "unit": unit,
        "gates": ["h"],
        "x": drawn_terms(x_terms, "x", names) | {"names": [f"x[{run.encoding.tokens[k]}]" for k in x_terms.sources]},
        "h": drawn_terms(h_terms, "h"),
        "bias_h": None,
        "c_unit": None,
        "readout": drawn_terms(list_terms(weights["i2o.weight"][[leading]], read[np.newaxis]), "h", read_names),
        "readout_words": (READS_OLD if before else READS_NEW) | {"meaning": f"of {classes[leading]}, which leads"},
        "readout_bias": bias_o,
        "output": float(steps[-1].scores[leading]),
        "state_names": [f"h[{source}]" for source in h_terms.sources.tolist()],
        "pictured": {"x": 6, "h": 3},
        "strip_names": list(tokens),
        "input_title": "letters",
        "meaning": f"LogSoftmax makes {log_probability:.4f} of it, a probability of {np.exp(log_probability):.1%}",
        "caption": UNROLLED,
        "note": NOTE,
        "sentences": _sentences(recipe),
        "title": "Hand-made cell",
        "theme": drawn_colors(theme),
    }
    return document | {key: array.astype(np.float32) for key, array in arrays.items()}


def _sentences(recipe: HandMadeRecipe) -> list[str]:
    squash = (
        "Squash the sum: that is the new state."
        if recipe.network.sigma
        else "No σ here: the sum itself is the new state."
    )
    read = "the new state" if recipe.network.output_path == "new" else "the last letter and the state before it"
    return [
        "Start: the hidden state is zero.",
        "Read a letter, and weigh it and the state before.",
        squash,
        "Pass the state on to the next letter, which meets the same weights.",
        f"After the last letter, read each class's score from {read}.",
    ]
