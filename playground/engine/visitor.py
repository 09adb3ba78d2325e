"""The engine as one visitor may use it: watch every run whose name is known, steer only one's own."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from playground.config import Recipe
from playground.engine.engine import Engine
from playground.engine.health import storage_warning
from playground.engine.live_run import LiveRun, position_of
from playground.engine.storing import save_runs
from playground.engine.waiting_line import check_room, check_work
from playground.histories import Checkpoint, EpochRecord, Keyframe
from playground.kinds import AnyRecipe, Material
from playground.records import Floats, Series
from playground.runs import UNDER_WAY, RunSummary


class NotYours(ValueError):
    """The run was started by somebody else."""


class Visitor:
    """What one visitor may do; nothing here lists or changes another's runs.

    Args:
        engine: The server's engine.
        owner: The visitor's secret name.
        address: Where the visitor comes from (`playground/addresses.py`), empty where that does not count.
    """

    def __init__(self, engine: Engine, owner: str, address: str = "") -> None:
        self._engine = engine
        self._owner = owner
        self._address = address
        self._shelf = engine.store.shelf(owner)

    @property
    def warning(self) -> str:
        """Why runs are not kept beyond the server's life just now; empty while they are."""
        return storage_warning(self._engine.store)

    def owns(self, run_id: str) -> bool:
        """Say whether this visitor started the run."""
        driver = self._engine.driver
        with driver.lock:
            run = driver.runs.get(run_id)
        owner = run.owner if run is not None else self._engine.store.owner_of(run_id)
        return owner is not None and secrets.compare_digest(owner.encode(), self._owner.encode())

    def train(
        self, recipe: AnyRecipe, material: Material, *, paused: bool = False, start: dict[str, Floats] | None = None
    ) -> str:
        """Begin a run; see `Engine.train`."""
        return self._engine.train(recipe, material, self._owner, paused, self._address, start)

    def train_team(self, recipes: Sequence[AnyRecipe], material: Material, purpose: str) -> tuple[str, ...]:
        """Begin several runs, all or none, and return their names in order.

        Args:
            recipes: One for each run.
            material: What they all learn from.
            purpose: What the team is for, the first word of its name; its runs train in turns. Empty for no team:
                the runs train one after the other.

        Raises:
            EngineFull: if the visitor, the address or the server has not enough room for all.
            ValueError: if an epoch of one of them is more work than this server takes.
        """
        for recipe in recipes:
            check_work(recipe, material, self._engine.settings)
        team = f"{purpose} {secrets.token_urlsafe(8)}" if purpose else ""
        driver = self._engine.driver
        with driver.lock:
            check_room(driver.runs.values(), self._owner, self._engine.settings, len(recipes), self._address)
            runs = [LiveRun.begin(recipe, material, self._owner, team, self._address) for recipe in recipes]
            for run in runs:
                driver.enqueue(run)
        return tuple(run.run_id for run in runs)

    def keep_finished(
        self,
        recipe: Recipe,
        series: Series,
        epochs: tuple[EpochRecord, ...],
        checkpoint: Checkpoint,
        team: str = "",
        keyframes: Sequence[Keyframe] = (),
        peeks: int = 0,
    ) -> str:
        """Put a run that was trained elsewhere, to its end, among this visitor's; return its name.

        Its picture is taken by a worker soon after.

        Args:
            recipe: What it was trained with.
            series: What it was trained on.
            epochs: All its epochs.
            checkpoint: Where it ended.
            team: Name of the runs that belong together, empty for none.
            keyframes: Weights to keep; without any, those of the checkpoint.
            peeks: How often its test set was opened.

        Raises:
            ValueError: if the run has not ended.
        """
        if checkpoint.state == "training":
            raise ValueError(
                f"only a run that has ended can be kept, this one is at epoch {checkpoint.epoch} of "
                f"{recipe.training.epochs}; let it train to its end"
            )
        run = LiveRun.begin(recipe, series, self._owner, team, self._address)
        run.checkpoint, run.epochs, run.best_epoch = checkpoint, epochs, checkpoint.best_epoch
        run.position = position_of(checkpoint)
        run.keyframes.take(keyframes or (Keyframe(checkpoint.epoch, checkpoint.weights),), checkpoint.epoch)
        run.peeks = peeks
        run.become(checkpoint.state, checkpoint.reason)
        driver = self._engine.driver
        with driver.lock:
            driver.runs[run.run_id] = run
        driver.wake()
        return run.run_id

    def pause(self, run_id: str) -> None:
        """Let an own run rest; see `Engine.pause`."""
        self._engine.pause(self._own(run_id))

    def resume(self, run_id: str) -> None:
        """Let an own run go on; see `Engine.resume`."""
        self._engine.resume(self._own(run_id), self._address)

    def step_epoch(self, run_id: str) -> None:
        """Let an own run train for one epoch; see `Engine.step_epoch`."""
        self._engine.step_epoch(self._own(run_id), self._address)

    def end(self, run_id: str) -> None:
        """End an own run; see `Engine.end`."""
        self._engine.end(self._own(run_id))

    def change_learning_rate(self, run_id: str, rate: float) -> None:
        """Change the learning rate of an own run; see `Engine.change_learning_rate`."""
        self._engine.change_learning_rate(self._own(run_id), rate)

    def peek(self, run_id: str) -> None:
        """Count one look at the test set of an own run; see `Engine.peek`."""
        self._engine.peek(self._own(run_id))

    def runs(self) -> tuple[RunSummary, ...]:
        """Return this visitor's runs as they are now, newest first, those not yet on disk included."""
        lines = {line.run_id: line for line in self._shelf.runs()}
        driver = self._engine.driver
        with driver.lock:
            live = [run for run in driver.runs.values() if run.owner == self._owner]
            lines |= {run.run_id: as_it_is_now(run, lines.get(run.run_id)) for run in live}
        return tuple(sorted(lines.values(), key=lambda line: -line.created))

    def mark(self, run_id: str, **marks: Any) -> None:
        """Write on an own run; see `Shelf.mark`."""
        self._shelf.mark(self._own(run_id), **marks)

    def delete(self, run_ids: Sequence[str]) -> int:
        """Delete own runs, those under way too; return how many. Those on disk can be brought back for a while."""
        own = [run_id for run_id in run_ids if self.owns(run_id)]
        driver = self._engine.driver
        with driver.lock:
            live = {run_id: driver.runs.pop(run_id) for run_id in own if run_id in driver.runs}
            for run in live.values():
                if run.state in UNDER_WAY:
                    run.go_back()
                    run.become("paused", "paused when it was deleted")
        save_runs(self._engine.store, live, driver.lock, every_s=0)
        self._engine.forget_views(own)
        return self._shelf.delete(own) + sum(run.private for run in live.values())

    def restore(self, run_ids: Sequence[str]) -> int:
        """Bring own deleted runs back; return how many still could be."""
        return self._shelf.restore(run_ids)

    def take_over(self, former: str) -> None:
        """Make the runs this visitor's that were started under a former secret name."""
        driver = self._engine.driver
        with driver.lock:
            for run in driver.runs.values():
                if run.owner == former:
                    run.owner = self._owner
            self._engine.store.hand_over(former, self._owner)

    def _own(self, run_id: str) -> str:
        if not self.owns(run_id):
            if self._engine.view(run_id, watching=False) is None:
                raise ValueError("this run no longer exists; it was deleted, or had to make room: train again")
            raise NotYours("this run was started in another browser and can only be watched; train your own from it")
        return run_id


def as_it_is_now(run: LiveRun, stored: RunSummary | None = None) -> RunSummary:
    """Return the line of a run in memory; what only its owner writes comes from the stored line."""
    known = stored or RunSummary(
        run.run_id,
        run.created,
        run.recipe.model_dump_json(),
        run.material_key,
        run.state,
        team=run.team,
        kind=run.kind.name,
        private=run.private,
    )
    best = next((record.validation_loss for record in run.epochs if record.epoch == run.best_epoch), None)
    return replace(
        known,
        recipe_json=run.recipe.model_dump_json(),
        state=run.state,
        reason=run.reason,
        epochs=run.position[0],
        best_epoch=run.best_epoch,
        best_loss=best,
        elapsed_s=run.epochs[-1].elapsed_s if run.epochs else 0.0,
    )
