"""The worksheet and its solution as one HTML file each: they open offline and print on A4."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from playground.cells.microscope import microscope
from playground.cells.tiny import tiny_recipe, tiny_weights
from playground.cells.worksheet import Given, given, solve, written
from playground.records import Floats
from playground.templating import rendered

FORMULAS = {
    "rnn": ("a = W_{xh} x_t + W_{hh} h_{t−1} + b", "h_t = tanh(a)"),
    "lstm": (
        "a_i = W_{xi} x_t + W_{hi} h_{t−1} + b_i, and so on for f, g and o",
        "i = σ(a_i),  f = σ(a_f),  g = tanh(a_g),  o = σ(a_o)",
        "c_t = f × c_{t−1} + i × g",
        "k = tanh(c_t),  h_t = o × k",
    ),
    "gru": (
        "a_r = W_{xr} x_t + W_{hr} h_{t−1} + b_r, and so on for z",
        "r = σ(a_r),  z = σ(a_z)",
        "s = W_{hn} h_{t−1} + b_{hn}   (torch's variant: r acts after this product)",
        "a_n = W_{xn} x_t + b_{xn} + r × s,  n = tanh(a_n)",
        "h_t = (1 − z) × n + z × h_{t−1}",
    ),
}
NAMES = {"rnn": "Simple RNN", "lstm": "LSTM", "gru": "GRU"}


class Table(NamedTuple):
    """Numbers as printed: headings with subscripts as in FORMULAS, and rows, each with its name or none."""

    heads: list[str]
    rows: list[tuple[str, list[str]]]


def worksheet_page(cell: str, window: Floats, *, solution: bool = False) -> str:
    """Return the sheet for the tiny network with this cell, with blanks or solved.

    Args:
        cell: "rnn", "lstm" or "gru".
        window: (time, 1) scaled inputs of two decimals.
        solution: Whether the blanks are filled.

    Raises:
        ValueError: if the inputs have more than two decimals.
    """
    weights = tiny_weights(cell)
    numbers = given(cell, weights, window)
    exact = float(microscope(tiny_recipe(cell), weights, window).outputs[0])  # type: ignore[arg-type]
    inputs = [f"x_{step}" for step in range(1, len(numbers.inputs) + 1)]
    readout = [*(f"W_{{hy}}[{unit}]" for unit in range(numbers.hidden)), "b_y"]
    return rendered(
        "worksheet.html",
        title=f"{NAMES[cell]} by hand{': solution' if solution else ''}",
        cell=cell,
        solution=solution,
        formulas=[*FORMULAS[cell], "ŷ = W_{hy} h_T + b_y   after the last step"],
        numbers=numbers,
        inputs=Table(inputs, [("", [*map(written, numbers.inputs)])]),
        readout=Table(readout, [("", [*map(written, [*numbers.W_hy, numbers.b_y])])]),
        units=[_weights(numbers, unit) for unit in range(numbers.hidden)],
        sections=solve(cell, numbers),
        exact=Decimal(f"{exact:.5f}"),
        written=written,
        pieces=_pieces,
    )


def _weights(numbers: Given, unit: int) -> Table:
    """Return one unit's weights, a row for each gate; the GRU's candidate keeps its two biases."""
    named = numbers.gates != ("h",)
    rows = []
    for index, gate in enumerate(numbers.gates):
        row = unit + numbers.hidden * index
        x, h = numbers.b_xh[row], numbers.b_hh[row]
        bias = f"x: {written(x)}, h: {written(h)}" if gate == "n" else written(x + h)
        rows.append((gate if named else "", [*map(written, [*numbers.W_xh[row], *numbers.W_hh[row]]), bias]))
    return Table([*[""] * named, "W_x", *(f"W_h[{other}]" for other in range(numbers.hidden)), "b"], rows)


def _pieces(text: str) -> list[tuple[str, str]]:
    """Return own words with subscripts, "W_{xh} x_t", as pairs of what stands on the line and what below it."""
    return [(on_line, below.strip("{}")) for on_line, below in re.findall(r"([^_]*)(?:_(\{[^}]*\}|.))?", text)]
