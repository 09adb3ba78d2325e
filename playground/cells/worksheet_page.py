"""The worksheet and its solution as one HTML file each: they open offline and print on A4."""

from __future__ import annotations

import html
import re
from decimal import Decimal

from playground.cells.microscope import microscope
from playground.cells.tiny import tiny_recipe, tiny_weights
from playground.cells.worksheet import Given, Line, Section, given, solve
from playground.records import Floats

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

STYLE = """
@page { size: A4; margin: 14mm 15mm; }
* { box-sizing: border-box; }
body { font: 14px/1.45 "Segoe UI", Roboto, Helvetica, Arial, sans-serif; color: #1f2a37; background: #fff;
  max-width: 780px; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 23px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 22px 0 6px; break-after: avoid; }
h3 { font-size: 14px; margin: 10px 0 2px; font-weight: 600; break-after: avoid; }
p { margin: 4px 0 8px; } .quiet { color: #5b6675; }
.name { float: right; border-bottom: 1px solid #8a94a3; width: 200px; height: 24px; color: #5b6675; }
.columns { display: flex; flex-wrap: wrap; gap: 4px 36px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 4px 0 8px; }
td, th { border: 1px solid #cfd6df; padding: 3px 10px; text-align: right; font-weight: 400; }
th { background: #f4f6f9; font-style: italic; font-family: Cambria, "Times New Roman", serif; }
.formula { font: italic 16px/1.6 Cambria, "Times New Roman", serif; white-space: pre-wrap; margin: 0; }
.unit { break-inside: avoid; }
.line { display: grid; grid-template-columns: 44px 1fr 96px; align-items: end; min-height: 30px; gap: 6px;
  font-variant-numeric: tabular-nums; }
.symbol { font: italic 16px Cambria, "Times New Roman", serif; text-align: right; }
.work { border-bottom: 1px dotted #8a94a3; min-height: 22px; }
.result { border: 1px solid #8a94a3; border-radius: 5px; min-height: 25px; padding: 1px 8px;
  text-align: right; font-weight: 600; }
sub { font-size: 70%; line-height: 0; }
@media print { body { margin: 0; padding: 0; max-width: none; } h2 { margin-top: 16px; } }
"""


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
    sections = solve(cell, numbers)
    exact = float(microscope(tiny_recipe(cell), weights, window).outputs[0])  # type: ignore[arg-type]
    title = f"{NAMES[cell]} by hand" + (": solution" if solution else "")
    body = [
        "" if solution else '<div class="name">Name</div>',
        f"<h1>{title}</h1>",
        f"<p>A network with {numbers.hidden} hidden units reads {len(numbers.inputs)} numbers of a wave, one after the "
        f"other, and forecasts the next.{'' if solution else ' Work out what it works out.'}</p>",
        *_formulas(cell),
        *_tables(numbers),
        _rules(cell),
        *(_section(section, numbers, solution) for section in sections),
        _end(sections[-1].lines[-1].result, exact) if solution else "",
    ]
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n<meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>\n<body>\n'
        + "\n".join(filter(None, body))
        + "\n</body></html>\n"
    )


def _formulas(cell: str) -> list[str]:
    lines = [*FORMULAS[cell], "ŷ = W_{hy} h_T + b_y   after the last step"]
    return ["<h2>Formulas</h2>", *(f'<p class="formula">{_symbols(line)}</p>' for line in lines)]


def _rules(cell: str) -> str:
    start = "h and c are 0 before the first step." if cell == "lstm" else "h is 0 before the first step."
    both = ", except in n, where both are given" if cell == "gru" else ""
    sigma = "" if cell == "rnn" else " σ(a) = 1 / (1 + e<sup>−a</sup>)."
    return (
        f'<p class="quiet">{start} W<sub>h</sub>[k] weighs the state h of unit k. '
        f"b is the sum of torch's two biases{both}.{sigma} Round every result to three decimals and go on with the "
        "rounded number: every line here was computed from the numbers as they are printed.</p>"
    )


def _tables(numbers: Given) -> list[str]:
    """Return the given numbers: inputs, one table of weights for each unit, and the readout."""
    steps = "".join(f"<th>{_symbols(f'x_{step}')}</th>" for step in range(1, len(numbers.inputs) + 1))
    inputs = f"<table><tr>{steps}</tr><tr>{_cells(numbers.inputs)}</tr></table>"
    units = [_weights_table(numbers, unit) for unit in range(numbers.hidden)]
    heads = "".join(f"<th>{_symbols('W_{hy}')}[{unit}]</th>" for unit in range(numbers.hidden))
    readout = (
        f"<table><tr>{heads}<th>{_symbols('b_y')}</th></tr><tr>{_cells([*numbers.W_hy, numbers.b_y])}</tr></table>"
    )
    return [
        "<h2>Given</h2>",
        f'<div class="columns"><div><h3>Inputs (scaled)</h3>{inputs}</div><div><h3>Readout</h3>{readout}</div></div>',
        f'<div class="columns">{"".join(units)}</div>',
    ]


def _weights_table(numbers: Given, unit: int) -> str:
    """Return one unit's weights, a row for each gate; the GRU's candidate keeps its two biases."""
    heads = ["W_x", *(f"W_h[{other}]" for other in range(numbers.hidden)), "b"]
    rows = []
    for index, gate in enumerate(numbers.gates):
        row = unit + numbers.hidden * index
        both = (numbers.b_xh[row], numbers.b_hh[row])
        bias = f"x: {_number(both[0])}, h: {_number(both[1])}" if gate == "n" else _number(sum(both, Decimal(0)))
        name = "" if numbers.gates == ("h",) else f"<th>{gate}</th>"
        rows.append(f"<tr>{name}{_cells([*numbers.W_xh[row], *numbers.W_hh[row]])}<td>{bias}</td></tr>")
    corner = "" if numbers.gates == ("h",) else "<th></th>"
    head = corner + "".join(f"<th>{_symbols(text)}</th>" for text in heads)
    return f"<div><h3>Unit {unit}</h3><table><tr>{head}</tr>{''.join(rows)}</table></div>"


def _section(section: Section, numbers: Given, solution: bool) -> str:
    """Return the lines of a unit in a step; the first is always filled in, as an example."""
    example = section.step == 1 and section.unit == 0
    heading = ""
    if section.unit is None:
        heading = "<h2>Forecast</h2>"
    elif section.unit == 0:
        heading = f"<h2>Step {section.step}: x = {_number(numbers.inputs[section.step - 1])}</h2>"
    filled = solution or example
    name = (
        ""
        if section.unit is None
        else f"<h3>Unit {section.unit}{'' if not example or solution else ', done for you'}</h3>"
    )
    lines = "".join(_line(line, filled) for line in section.lines)
    return f'{heading}<div class="unit">{name}{lines}</div>'


def _line(line: Line, filled: bool) -> str:
    work, result = (html.escape(line.arithmetic), _number(line.result)) if filled else ("", "")
    return (
        f'<div class="line"><span class="symbol">{_symbols(line.symbol)} =</span>'
        f'<span class="work">{work}</span><span class="result">{result}</span></div>'
    )


def _end(by_hand: Decimal, exact: float) -> str:
    unrounded = _number(Decimal(f"{exact:.5f}"))
    return (
        f'<p class="quiet">The network itself rounds nothing in between and says ŷ = {unrounded}; '
        f"by hand, with three decimals, it is {_number(by_hand)}.</p>"
    )


def _cells(values: list[Decimal]) -> str:
    return "".join(f"<td>{_number(value)}</td>" for value in values)


def _number(value: Decimal) -> str:
    return f"{value:f}".replace("-", "−")


def _symbols(text: str) -> str:
    """Return own words with subscripts, "W_{xh} x_t", as HTML."""
    return re.sub(r"_(?:\{([^}]*)\}|(.))", lambda match: f"<sub>{match[1] or match[2]}</sub>", html.escape(text))
