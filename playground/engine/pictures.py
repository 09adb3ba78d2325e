"""Pictures taken afterwards: of a paused run whose pause did not wait, of a finished run that came without one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from playground.config import Recipe
from playground.engine.live_run import LiveRun, position_of
from playground.engine.slices import Position
from playground.engine.tasks import Task
from playground.inspection.calls import SNAPSHOT_AT
from playground.jobs import Job
from playground.kinds import FORECAST
from playground.records import Series

PRIORITY = 5
"""Below the previews that somebody waits for, above what is merely asked."""


class Pictures:
    """Asks for each missing picture once, and hands it over if the run still stands where it was taken."""

    def __init__(self, add_task: Callable[[Job[Any], int], Task]) -> None:
        self._add_task = add_task
        self._asked: dict[str, tuple[Position, Task]] = {}

    def catch_up(self, resting: Iterable[LiveRun]) -> None:
        """Ask for the pictures that are behind their run's checkpoint, and take those that have come.

        A run that has ended and has a picture keeps the one it has.
        """
        behind = (run for run in resting if not run.ended or (run.snapshot is None and run.best_epoch))
        waiting = {run.run_id: run for run in behind if run.kind is FORECAST}
        self._asked = {run_id: asked for run_id, asked in self._asked.items() if run_id in waiting}
        for run_id, run in waiting.items():
            position, task = self._asked.get(run_id, (None, None))
            if position != run.position:
                self._ask(run)
            elif task is not None and task.succeeded and run.snapshot is not task.result.result():
                run.show(task.result.result())

    def _ask(self, run: LiveRun) -> None:
        checkpoint = run.checkpoint
        shown = run.snapshot.epoch if run.snapshot is not None else -1
        if checkpoint is None or shown == run.position[0] or position_of(checkpoint) != run.position:
            return
        weights, epoch = checkpoint.weights, checkpoint.epoch
        if run.ended:
            weights, epoch = checkpoint.best_weights, checkpoint.best_epoch
        assert isinstance(run.recipe, Recipe) and isinstance(run.material, Series), "only forecasts have pictures"
        job = SNAPSHOT_AT(run.recipe, run.material, weights, epoch, run.order_to_keep(), run.ended)
        task = self._add_task(job, PRIORITY)
        self._asked[run.run_id] = (run.position, task)
