"""A bar chart on a logarithmic axis as a small SVG of a line per bar, so that changes can be read in a diff."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

from benchmarks.report import number
from playground.charts.theme import LIGHT

WIDTH, LEFT, RIGHT, TOP, BAR, GAP = 860, 250, 90, 74, 15, 12
COLOURS = LIGHT.kinds


def decades(values: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten below and above all values.

    Raises:
        ValueError: if there is none, or one is not above 0.
    """
    if not values or min(values) <= 0:
        raise ValueError(f"a logarithmic axis needs values above 0, got {list(values)}; leave the others out")
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def bar_chart(title: str, quantity: str, names: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> str:
    """Return an SVG with a group of bars per name and a bar per series in it; None is written as n/a."""
    low, high = decades([value for values in series.values() for value in values if value is not None])
    group = len(series) * BAR + GAP
    bottom = TOP + group * len(names)

    def across(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(value) - low) / (high - low)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 40}" role="img" '
        f'font-family="sans-serif" font-size="13" fill="{LIGHT.text}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" fill="{LIGHT.background}"/>',
        f'<text x="16" y="26" font-size="16" font-weight="600">{escape(title)}</text>',
    ]
    for index, label in enumerate(series):
        lines.append(f'<rect x="{16 + 110 * index}" y="41" width="12" height="12" fill="{COLOURS[index]}"/>')
        lines.append(f'<text x="{33 + 110 * index}" y="52">{escape(label)}</text>')
    for power in range(low, high + 1):
        x = across(10.0**power)
        lines.append(f'<path d="M{x:.1f} {TOP - 6}V{bottom}" stroke="{LIGHT.grid}"/>')
        lines.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{number(10.0**power)}</text>')
    lines.append(f'<text x="{LEFT}" y="{bottom + 33}" fill="{LIGHT.quiet_text}">{escape(quantity)}</text>')
    for place, name in enumerate(names):
        top = TOP + group * place
        middle = top + len(series) * BAR / 2 + 4
        lines.append(f'<text x="{LEFT - 10}" y="{middle:.0f}" text-anchor="end">{escape(name)}</text>')
        for index, values in enumerate(series.values()):
            lines.append(_bar(values[place], top + BAR * index, COLOURS[index], across))
    return "\n".join([*lines, "</svg>", ""])


def _bar(value: float | None, y: float, colour: str, across: Callable[[float], float]) -> str:
    if value is None:
        return f'<text x="{LEFT + 6}" y="{y + 11}" font-size="11">n/a</text>'
    end = across(value)
    return (
        f'<path d="M{LEFT} {y + 1}H{end:.1f}V{y + BAR - 1}H{LEFT}Z" fill="{colour}"/>'
        f'<text x="{end + 5:.1f}" y="{y + 11}" font-size="11">{number(value)}</text>'
    )
