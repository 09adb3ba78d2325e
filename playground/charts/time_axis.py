"""Positions in a series to places on the time axis, in as few bytes as they need."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.charts.theme import Theme, base_axis
from playground.records import Ints, Series

DAY_MS = 86_400_000.0


class TimeAxis:
    """The time axis of one series: dates where it has them, positions otherwise."""

    def __init__(self, series: Series) -> None:
        self.step = series.step
        self.times_ms: np.ndarray | None = None
        self.step_ms = 1.0
        self.regular = True
        if series.times is not None:
            self.times_ms = series.times.astype("datetime64[ms]").astype(np.float64)
            steps = np.diff(self.times_ms)
            self.step_ms = float(np.median(steps)) if len(steps) else DAY_MS
            self.regular = bool(np.all(steps == self.step_ms))

    def places(self, positions: Ints) -> dict[str, Any]:
        """Return the trace fields that place points at increasing `positions`.

        Evenly spaced places need a start and a step only (x0, dx); others an array.
        """
        if len(positions) == 0:
            return {"x": np.zeros(0, dtype=np.float64)}
        strides = np.diff(positions)
        if self.regular and (len(strides) == 0 or np.all(strides == strides[0])):
            stride = int(strides[0]) if len(strides) else 1
            return {"x0": self.at(int(positions[0])), "dx": stride * self.step_ms}
        if self.times_ms is None:
            return {"x": np.asarray(positions, dtype=np.int32)}
        return {"x": self.times_ms[positions]}

    def at(self, position: float) -> float | str:
        """Return the place of a position; between two points and one step beyond the ends work too."""
        if self.times_ms is None:
            return position
        last = len(self.times_ms) - 1
        inside = min(max(position, 0), last)
        at_ms = np.interp(inside, np.arange(last + 1), self.times_ms) + (position - inside) * self.step_ms
        return str(np.datetime64(round(float(at_ms)), "ms"))

    def position(self, place: float | str) -> int:
        """Return the position nearest to a place on the axis, in the series.

        Raises:
            ValueError: if the place is neither a number nor a date.
        """
        if self.times_ms is None:
            return max(round(float(place)), 0)
        at_ms = float(np.datetime64(str(place).replace(" ", "T"), "ms").astype(np.int64))
        return int(np.abs(self.times_ms - at_ms).argmin())

    def axis(self, theme: Theme, note: str = "", unit: str = "") -> dict[str, Any]:
        """Return the x axis: its type, its title with the step in words, and how a place reads on hover.

        `note` is added to the title; `unit`, of the values, to the heading of a shared hover label.
        """
        values_in = f" ({unit})" if unit else ""
        kind = "time" if self.times_ms is None else "date"
        per_step = "steps" if self.step == "step" else f"step: {self.step}"
        axis = base_axis(theme, f"{kind} ({per_step}){note}")
        axis |= {"showgrid": False, "ticks": "outside", "ticklen": 4}
        if self.times_ms is None:
            return axis | {"type": "linear", "unifiedhovertitle": {"text": f"{self.step} %{{x}}{values_in}"}}
        hover = "%Y-%m-%d" if self.step_ms >= DAY_MS else "%Y-%m-%d %H:%M"
        return axis | {"type": "date", "hoverformat": hover, "unifiedhovertitle": {"text": f"%{{x}}{values_in}"}}
