"""An engine that trains nothing: it says what a test tells it to say."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import playground.ui
from playground.config import Recipe
from playground.engine import EngineStatus, Health, StudyView, WorkerHealth
from playground.engine.live_run import LiveRun
from playground.engine.visitor import as_it_is_now
from playground.histories import EpochRecord, RunView
from playground.hosting.settings import Settings
from playground.jobs import Job
from playground.kinds import AnyRecipe, Material
from playground.records import PARTS, Forecast, Preview, Score, Series, Snapshot, Trace
from playground.runs import RunSummary
from playground.worker import advance_slice

FRAME = ("rnn_playground_visitor", "rnn_playground_drawer")
"""Components that stand on every page and draw nothing."""
MB = 2**20
WORKERS = (WorkerHealth(2, 0, 0, 350 * MB), WorkerHealth(0, 1, 1, None))
HEALTH = Health(WORKERS, 3, 1, 2, 4, 5, 6 * MB, 280 * MB, 4000 * MB, 17, 25 * MB, "")
READY = EngineStatus("ready", "2 workers are ready.", 2, 0, 0)


def make_snapshot(epoch: int, chosen: str = "latest", units: int = 4) -> Snapshot:
    anchors = np.arange(40, 700, 5)
    parts = np.digitize(anchors, [548, 673]).astype(np.uint8)
    column = np.sin(anchors / 6.0).astype(np.float32)[:, None]
    forecast = Forecast("one-step", anchors, parts, column, column * 0.9, column * 1.02)
    scores = tuple(Score("RMSE", part, "", 0.11, 0.13) for part in PARTS)
    states = np.sin(np.arange(60)[:, None] / 5 + np.arange(units)).astype(np.float32)
    return Snapshot(epoch, chosen, forecast, scores, Trace(np.arange(560, 620), states, np.arange(units)))


def make_view(recipe: Recipe, state: str = "training", epochs: int = 3, **fields: object) -> RunView:
    records = tuple(EpochRecord(k, 1 / k, 1.1 / k, 0.5, 0.0, 0.003, 0.1 * k) for k in range(1, epochs + 1))
    snapshot = make_snapshot(epochs) if epochs else None
    view = RunView(
        "run-0123456789", recipe.model_dump_json(), state, "", records, snapshot, checkpoint_epoch=epochs,
        best_epoch=epochs, remaining_s=4.2,
    )  # fmt: skip
    return dataclasses.replace(view, **fields)


class FakeEngine:
    """Stands in for `playground.engine.Engine`; `calls` lists what the page asked for."""

    def __init__(self) -> None:
        self.views: dict[str, RunView] = {}
        self.weights: dict[int, dict[str, np.ndarray]] = {}
        self.calls: list[tuple[str, object]] = []
        self.refusal = ""
        self.has_preview = True
        self.said = READY
        self.settings = Settings()
        self.examined = HEALTH
        self.reached: dict[str, Any] = {}
        self.rested: list[str] = []
        self.stalled = False
        self.study_problem = ""
        self.lines: list[RunSummary] = []
        self.warning = ""
        self.foreign: set[str] = set()
        self.live: dict[str, LiveRun] = {}
        self.series: Series | None = None

    def status(self) -> EngineStatus:
        return self.said

    def health(self) -> Health:
        return self.examined

    def view(self, run_id: str, watching: bool = True) -> RunView | None:
        """Return a run; one on sequences takes a turn at every look, in this process, and none while `stalled`."""
        run = self.live.get(run_id)
        if run is None:
            return self.views.get(run_id)
        if run.state == "training" and not self.stalled:
            request = run.next_request("worker", self.settings)
            try:
                if self.study_problem:
                    raise ValueError(self.study_problem)
                run.take(advance_slice(request), request)
            except ValueError as error:
                run.become("failed", str(error))
        return run.view(0, None, 1.0)

    def preview(self, recipe: Recipe, series: Series) -> Preview | None:
        return Preview(make_snapshot(0, "untrained"), 1.0, 1.1, 0.05) if self.has_preview else None

    def train(
        self, recipe: AnyRecipe, material: Material, owner: str = "", *, paused: bool = False, start: Any = None
    ) -> str:
        if self.refusal:
            raise ValueError(self.refusal)
        self.calls.append(("train", recipe))
        if not isinstance(recipe, Recipe):
            run = LiveRun.begin(recipe, material, "me")
            run.become("paused" if paused else "training")
            self.live[run.run_id] = run
            return run.run_id
        view = make_view(recipe, "paused" if paused else "training", 0)
        self.views[view.run_id] = view
        return view.run_id

    def train_team(self, recipes: Sequence[AnyRecipe], material: Material, purpose: str) -> tuple[str, ...]:
        if self.refusal:
            raise ValueError(self.refusal)
        self.calls.append(("train_team", tuple(recipes)))
        if not isinstance(material, Series):
            return tuple(self.train(recipe, material) for recipe in recipes)
        views = [dataclasses.replace(make_view(r), run_id=f"{purpose}-{r.network.cell}-0123456789") for r in recipes]
        self.views |= {view.run_id: view for view in views}
        return tuple(view.run_id for view in views)

    def owns(self, run_id: str) -> bool:
        return run_id not in self.foreign

    def runs(self) -> tuple[RunSummary, ...]:
        return (*(as_it_is_now(run) for run in reversed(self.live.values())), *self.lines)

    def mark(self, run_id: str, **marks: object) -> None:
        self.calls.append(("mark", (run_id, marks)))
        self.lines = [dataclasses.replace(x, **marks) if x.run_id == run_id else x for x in self.lines]

    def delete(self, run_ids: Sequence[str]) -> int:
        self.calls.append(("delete", tuple(run_ids)))
        self.lines = [line for line in self.lines if line.run_id not in run_ids]
        return len(run_ids)

    def restore(self, run_ids: Sequence[str]) -> int:
        self.calls.append(("restore", tuple(run_ids)))
        return len(run_ids)

    def take_over(self, former: str) -> None:
        self.calls.append(("take_over", former))

    def keep_finished(
        self, recipe: Recipe, series: Series, epochs: Any, checkpoint: Any, team: str = "", **more: Any
    ) -> str:
        self.calls.append(("keep_finished", (recipe, epochs, checkpoint, more)))
        view = make_view(recipe, checkpoint.state, len(epochs), reason=checkpoint.reason)
        self.views[view.run_id] = view
        return view.run_id

    def material_of(self, run_id: str) -> Material | None:
        return self.live[run_id].material if run_id in self.live else self.series

    def ask(self, job: Job[Any], *, priority: int = 0) -> Future[Any]:
        """Answer at once, in this process."""
        self.calls.append((job.target, job.arguments))
        module, _, name = job.target.partition(":")
        answer: Future[Any] = Future()
        try:
            answer.set_result(getattr(import_module(module), name)(*job.arguments))
        except ValueError as error:
            answer.set_exception(error)
        return answer

    def study(self, key: str, job: Job[Any], *, owner: str = "", address: str = "") -> StudyView[Any]:
        """Do one piece at every look, in this process; none while `stalled`."""
        reached = self.reached.get(key)
        if self.study_problem:
            return StudyView(reached, self.study_problem, "resting")
        if not self.stalled and (reached is None or not reached.done):
            try:
                reached = self.reached[key] = self.ask(replace(job, arguments=(*job.arguments, reached))).result()
            except ValueError as error:
                return StudyView(reached, str(error), "resting")
        return StudyView(reached, "", "done" if reached is not None and reached.done else "waiting")

    def study_so_far(self, key: str, job: Job[Any]) -> Any:
        return self.reached.get(key)

    def rest_study(self, key: str) -> None:
        self.rested.append(key)

    def keep_running(self, run_id: str, keep: bool = True) -> None:
        self.calls.append(("keep_running", run_id))

    def keep_studying(self, key: str, keep: bool = True) -> None:
        self.calls.append(("keep_studying", key))

    def keyframes(self, run_id: str) -> tuple[int, ...]:
        if run_id in self.live:
            return tuple(sorted(self.live[run_id].keyframes))
        return tuple(self.weights)

    def weights_at(self, run_id: str, epoch: int) -> dict[str, np.ndarray]:
        if run_id in self.live:
            return self.live[run_id].keyframes[epoch].weights
        if epoch not in self.weights:
            raise ValueError(f"the weights of epoch {epoch} are not kept")
        return self.weights[epoch]

    def peek(self, run_id: str) -> None:
        self.calls.append(("peek", run_id))
        self.views[run_id] = dataclasses.replace(self.views[run_id], peeks=self.views[run_id].peeks + 1)

    def _set(self, call: str, run_id: str, state: str, until_epoch: int | None = None) -> None:
        self.calls.append((call, run_id))
        if run_id in self.live:
            self.live[run_id].become(state)
            self.live[run_id].wish.until_epoch = until_epoch
            return
        self.views[run_id] = dataclasses.replace(self.views[run_id], state=state)

    def pause(self, run_id: str) -> None:
        self._set("pause", run_id, "paused")

    def resume(self, run_id: str) -> None:
        self._set("resume", run_id, "training")

    def step_epoch(self, run_id: str) -> None:
        run = self.live.get(run_id)
        self._set("step_epoch", run_id, "training" if run else "paused", run.position[0] + 1 if run else None)

    def end(self, run_id: str) -> None:
        self._set("end", run_id, "stopped_early")

    def change_learning_rate(self, run_id: str, rate: float) -> None:
        self.calls.append(("change_learning_rate", rate))
        if run_id in self.live:
            self.live[run_id].change_rate(rate)
            return
        recipe = Recipe.model_validate_json(self.views[run_id].recipe_json)
        changed = recipe.replaced(learning_rate_changes=((4, rate),))
        self.views[run_id] = dataclasses.replace(self.views[run_id], recipe_json=changed.model_dump_json())


def stand_in(monkeypatch: pytest.MonkeyPatch, fake: FakeEngine) -> None:
    """Give every module of the user interface this engine for the time of a test."""
    for found in pkgutil.walk_packages(playground.ui.__path__, "playground.ui."):
        if not found.name.endswith(".router"):
            module = importlib.import_module(found.name)
            for way in ("engine", "visitor"):
                if callable(getattr(module, way, None)):
                    monkeypatch.setattr(module, way, lambda: fake)


def mounted(page: AppTest) -> list[Any]:
    """Return the components on a page, but for those of every page."""
    return [found for found in page.get("bidi_component") if found.proto.component_name not in FRAME]
