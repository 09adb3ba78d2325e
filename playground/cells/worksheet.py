"""The tiny network's forecast worked out by hand: every line with the numbers to use, on paper to print.

All results are rounded to three decimals, and each line computes with the rounded numbers of the
lines before, so whoever uses the printed numbers gets the printed results.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from playground.cells.equations import GATE_NAMES, layer_weights
from playground.records import Floats

PLACES = Decimal("0.001")
GIVEN = Decimal("0.01")
Vector = list[Decimal]
FUNCTIONS: dict[str, Callable[[float], float]] = {"tanh": math.tanh, "σ": lambda a: 1 / (1 + math.exp(-a))}


class Line(NamedTuple):
    """One calculation: what is computed, the arithmetic with its numbers, and the rounded result."""

    symbol: str
    arithmetic: str
    result: Decimal


class Section(NamedTuple):
    """The lines of one time step (counted from 1) and one unit; `unit` is None for the forecast."""

    step: int
    unit: int | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Given:
    """The numbers to start from, two decimals each: rows of all gates stacked as in torch's matrices."""

    gates: tuple[str, ...]
    inputs: Vector
    W_xh: list[Vector]
    W_hh: list[Vector]
    b_xh: Vector
    b_hh: Vector
    W_hy: Vector
    b_y: Decimal

    @property
    def hidden(self) -> int:
        """The hidden size."""
        return len(self.W_hh[0])


def given(cell: str, weights: Mapping[str, Floats], window: Floats) -> Given:
    """Return the numbers of a one-layer network and a (time, 1) window to two decimals.

    Raises:
        ValueError: if a number is not one of two decimals.
    """
    arrays = (window[:, 0], *layer_weights(weights, 0), weights["readout.weight"][0], weights["readout.bias"])
    inputs, W_xh, W_hh, b_xh, b_hh, W_hy, b_y = (_decimals(array) for array in arrays)
    return Given(GATE_NAMES[cell], inputs, W_xh, W_hh, b_xh, b_hh, W_hy, b_y[0])


def _decimals(array: Floats) -> list:
    if array.ndim > 1:
        return [_decimals(row) for row in array]
    exact = [Decimal(float(value)).quantize(GIVEN) for value in array]
    for value, decimal in zip(array, exact, strict=True):
        if abs(float(value) - float(decimal)) > 1e-6:
            raise ValueError(f"numbers on paper must have two decimals, got {float(value):g}; use the tiny network")
    return exact


def solve(cell: str, numbers: Given) -> tuple[Section, ...]:
    """Work the forecast out step by step and unit by unit, rounding every result to three decimals."""
    h = c = [Decimal(0)] * numbers.hidden
    unit_lines = {"rnn": _rnn_lines, "lstm": _lstm_lines, "gru": _gru_lines}[cell]
    sections: list[Section] = []
    for step, x in enumerate(numbers.inputs, start=1):
        solved = [tuple(unit_lines(numbers, unit, x, h, c)) for unit in range(numbers.hidden)]
        sections += [Section(step, unit, lines) for unit, lines in enumerate(solved)]
        h = [lines[-1].result for lines in solved]
        if cell == "lstm":
            c = [next(line.result for line in lines if line.symbol == "c") for lines in solved]
    forecast = _sum("ŷ", [*zip(numbers.W_hy, h, strict=True)], [numbers.b_y])
    return (*sections, Section(len(numbers.inputs), None, (forecast,)))


def _rnn_lines(numbers: Given, unit: int, x: Decimal, h: Vector, c: Vector) -> Iterator[Line]:
    a = _gate_sum(numbers, "h", unit, x, h)
    yield a
    yield _apply("h", "tanh", a.result)


def _lstm_lines(numbers: Given, unit: int, x: Decimal, h: Vector, c: Vector) -> Iterator[Line]:
    gate: dict[str, Decimal] = {}
    for name in numbers.gates:
        a = _gate_sum(numbers, name, unit, x, h)
        yield a
        squashed = _apply(name, "tanh" if name == "g" else "σ", a.result)
        yield squashed
        gate[name] = squashed.result
    cell_state = _sum("c", [(gate["f"], c[unit]), (gate["i"], gate["g"])], [])
    yield cell_state
    shown = _apply("k", "tanh", cell_state.result)
    yield shown
    yield _sum("h", [(gate["o"], shown.result)], [])


def _gru_lines(numbers: Given, unit: int, x: Decimal, h: Vector, c: Vector) -> Iterator[Line]:
    gate: dict[str, Decimal] = {}
    for name in ("r", "z"):
        a = _gate_sum(numbers, name, unit, x, h)
        yield a
        squashed = _apply(name, "σ", a.result)
        yield squashed
        gate[name] = squashed.result
    row = unit + numbers.hidden * numbers.gates.index("n")
    from_state = _sum("s", [*zip(numbers.W_hh[row], h, strict=True)], [numbers.b_hh[row]])
    yield from_state
    a = _sum("a_n", [(numbers.W_xh[row][0], x), (gate["r"], from_state.result)], [numbers.b_xh[row]])
    yield a
    n = _apply("n", "tanh", a.result)
    yield n
    yield _sum("h", [(1 - gate["z"], n.result), (gate["z"], h[unit])], [])


def _gate_sum(numbers: Given, gate: str, unit: int, x: Decimal, h: Vector) -> Line:
    row = unit + numbers.hidden * numbers.gates.index(gate)
    products = [(numbers.W_xh[row][0], x), *zip(numbers.W_hh[row], h, strict=True)]
    return _sum("a" if gate == "h" else f"a_{gate}", products, [numbers.b_xh[row] + numbers.b_hh[row]])


def _sum(symbol: str, products: list[tuple[Decimal, Decimal]], addends: Vector) -> Line:
    parts = [f"{written(left)} × {written(right, inside=True)}" for left, right in products]
    parts += [written(value) for value in addends]
    text = parts[0] + "".join(f" − {part[1:]}" if part[0] == "−" else f" + {part}" for part in parts[1:])
    total = sum((left * right for left, right in products), Decimal(0)) + sum(addends, Decimal(0))
    return Line(symbol, text, _rounded(total))


def _apply(symbol: str, function: str, a: Decimal) -> Line:
    return Line(symbol, f"{function}({written(a)})", _rounded(Decimal(FUNCTIONS[function](float(a)))))


def _rounded(value: Decimal) -> Decimal:
    result = value.quantize(PLACES, ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def written(value: Decimal, inside: bool = False) -> str:
    """Return a number as it is printed; a negative one inside a product stands in brackets."""
    text = f"{value:f}".replace("-", "−")
    return f"({text})" if inside and text.startswith("−") else text
