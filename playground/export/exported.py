"""A run as it is given away: all that any of the files is made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.config import Recipe
from playground.data.future import future_times, usual_steps
from playground.histories import EpochRecord, RunState, RunView
from playground.records import Floats, Ints, Series, Trace

LEAST_AHEAD = 14
"""Fewest steps that files look ahead: two weeks of days."""


@dataclass(frozen=True, eq=False)
class ExportedRun:
    """A run up to now, with the weights that were best on validation.

    Attributes:
        recipe: The recipe in force, learning-rate changes included.
        series: What it was trained on.
        epochs: All finished epochs; at least one.
        weights: Parameter name -> float32 array, of `best_epoch`.
        best_epoch: Epoch with the lowest validation loss.
        state: How far the run is; see RunState.
        reason: A plain sentence where it ended early.
        peeks: How often its test set was opened.
    """

    recipe: Recipe
    series: Series
    epochs: tuple[EpochRecord, ...]
    weights: dict[str, Floats]
    best_epoch: int
    state: RunState
    reason: str = ""
    peeks: int = 0

    @classmethod
    def of(cls, view: RunView, series: Series, weights: dict[str, Floats]) -> ExportedRun:
        """Return a run as its viewers see it now, with the weights of its best epoch."""
        recipe = Recipe.model_validate_json(view.recipe_json)
        return cls(recipe, series, view.epochs, weights, view.best_epoch, view.state, view.reason, view.peeks)

    @property
    def best_loss(self) -> float:
        """The validation loss of `best_epoch`, in scaled units."""
        return next(record.validation_loss for record in self.epochs if record.epoch == self.best_epoch)

    @property
    def steps_ahead(self) -> int:
        """How many steps beyond the last row its files tell; 0 where the calendar is read and cannot be told so far."""
        data = self.recipe.data
        steps = max(LEAST_AHEAD, usual_steps(data.season_steps or self.series.season_steps, data.horizon_steps))
        return 0 if data.calendar and future_times(self.series, steps) is None else steps

    @property
    def recipe_json(self) -> str:
        """The recipe as a file; the name of an upload stays out of it, because it opens that upload."""
        data = self.recipe.data.model_copy(update={"own": ""})
        return self.recipe.model_copy(update={"data": data}).model_dump_json(indent=2) + "\n"


@dataclass(frozen=True, eq=False)
class Outputs:
    """Forecasts and states after every window, by part and then by anchor.

    Attributes:
        anchors: (m,) position of each window's last input.
        parts: (m,) uint8, index into PARTS; no test where it is sealed.
        predicted, baseline, truth: (m, horizon) float64, levels for anchor + 1 + column.
        states: (m, hidden) float32, last layer's h after reading the window.
        trace: The states over a stretch of validation, like units side by side.
    """

    anchors: Ints
    parts: np.ndarray
    predicted: Floats
    baseline: Floats
    truth: Floats
    states: Floats
    trace: Trace
