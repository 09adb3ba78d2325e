"""One run as the server holds it while it is under way: what is known of it, and what it may do next.

Nothing here waits or computes; the driver guards every call with its lock.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from playground.engine.rate_changes import with_rate
from playground.engine.run_parts import Saved, Turns, Wish
from playground.engine.slices import Position, SliceRequest, SliceResult, SnapshotKind
from playground.engine.unsaved_keyframes import UnsavedKeyframes
from playground.histories import BEGAN_TRAINED, ENDED, Checkpoint, EpochRecord, RunEvent, RunState, RunView
from playground.hosting.settings import Settings
from playground.kinds import AnyRecipe, AnySnapshot, Kind, Material, is_private, kind_of
from playground.records import Floats, Ints, Series, Snapshot
from playground.runs import UNDER_WAY, material_key


@dataclass(eq=False)
class LiveRun:
    """A run in the server's memory.

    `position` is what the server knows of; the checkpoint may be behind it, never ahead. Runs of one
    `team` train in turns.
    """

    run_id: str
    owner: str
    recipe: AnyRecipe
    material: Material
    material_key: str
    state: RunState = "queued"
    reason: str = ""
    created: float = field(default_factory=time.time)
    events: tuple[RunEvent, ...] = ()
    epochs: tuple[EpochRecord, ...] = ()
    checkpoint: Checkpoint | None = None
    snapshot: AnySnapshot | None = None
    position: Position = (0, 0)
    best_epoch: int = 0
    version: int = 0
    peeks: int = 0
    team: str = ""
    address: str = ""

    keyframes: UnsavedKeyframes = field(default_factory=UnsavedKeyframes)
    seen: float = field(default_factory=time.monotonic)
    wish: Wish = field(default_factory=Wish)
    turns: Turns = field(default_factory=Turns)
    saved: Saved = field(default_factory=Saved)

    @classmethod
    def begin(
        cls,
        recipe: AnyRecipe,
        material: Material,
        owner: str,
        team: str = "",
        address: str = "",
        start: dict[str, Floats] | None = None,
    ) -> LiveRun:
        """Return a new run, waiting in the queue, under an unguessable name.

        `start` are weights that another run left, to begin with in place of drawn ones; the optimizer starts afresh.
        """
        key = material_key(material)
        run = cls(secrets.token_urlsafe(16), owner, recipe, material, key, team=team, address=address)
        if start is not None:
            run.checkpoint = Checkpoint(weights=start)
            run.note(BEGAN_TRAINED)
        return run

    @property
    def kind(self) -> Kind:
        """What is trained."""
        return kind_of(self.recipe)

    @property
    def private(self) -> bool:
        """Whether nothing of it may be written to disk."""
        return is_private(self.material)

    @property
    def ended(self) -> bool:
        """Whether the run has reached a state that it does not leave."""
        return self.state in ENDED

    @property
    def has_come_to_rest(self) -> bool:
        """Whether the run stopped moving since it was last written."""
        return self.state not in UNDER_WAY and not self.saved.at_rest

    @property
    def epochs_kept(self) -> set[int]:
        """Epochs whose weights are here."""
        best = self.checkpoint.best_epoch if self.checkpoint is not None else 0
        return {*self.keyframes.keys(), *({best} - {0})}

    def weights_kept(self, epoch: int) -> dict[str, Floats] | None:
        """Return the weights after an epoch, None where they are not here."""
        if epoch in self.keyframes:
            return self.keyframes[epoch].weights
        best = self.checkpoint is not None and self.checkpoint.best_epoch == epoch > 0
        return self.checkpoint.best_weights if best and self.checkpoint is not None else None

    @property
    def movable(self) -> bool:
        """Whether any worker could go on: the server holds the checkpoint of the known position."""
        return self.position == position_of(self.checkpoint)

    @property
    def next_unbegun_epoch(self) -> int:
        """The first epoch that has not begun as far as the server knows."""
        epoch, step = self.position
        return epoch + (1 if step == 0 else 2)

    def note(self, text: str) -> None:
        """Add an event."""
        self.events += (RunEvent(time.time(), text),)
        self.version += 1

    def become(self, state: RunState, reason: str = "") -> None:
        """Change the state."""
        if state not in UNDER_WAY:
            self.wish.to, self.wish.until_epoch = "", None
        self.state, self.reason = state, reason
        self.saved.at_rest = False
        self.version += 1

    def go_back(self) -> None:
        """Return to the last checkpoint, because what came after it is lost."""
        self.position = position_of(self.checkpoint)
        self.epochs = tuple(record for record in self.epochs if record.epoch <= self.position[0])
        self.best_epoch = self.checkpoint.best_epoch if self.checkpoint is not None else 0
        self.keyframes.go_back(self.position[0], self._settled_epoch)
        self.turns.worker = ""
        self.version += 1

    def miss_worker(self) -> None:
        """Go on with another worker, or with one that has forgotten the run."""
        self.turns.worker = ""
        if not self.movable:
            self.go_back()

    def lose_worker(self, most_deaths: int) -> None:
        """Go back to the last checkpoint after a death; give up after too many at the same place."""
        self.go_back()
        self.turns.count_death(self.position)
        epoch = self.position[0] + 1
        if self.turns.deaths > most_deaths:
            self.become(
                "failed",
                f"the worker died {self.turns.deaths} times at epoch {epoch}; "
                "make the network, the window or the batch smaller and train again",
            )
        else:
            self.note(f"a worker died at epoch {epoch}; training went on from the last checkpoint")

    def change_rate(self, rate: float) -> None:
        """Let a learning rate hold from the next epoch that has not begun.

        Raises:
            ValueError: if there is no such epoch, or the rate or the number of changes is outside its limits.
        """
        self.recipe = self.with_rate(rate)
        self.note(f"learning rate {rate:g} from epoch {self.next_unbegun_epoch}")

    def change_wished_rate(self) -> None:
        """Fulfil the wish for another learning rate, or note why it came too late."""
        rate, self.wish.rate = self.wish.rate, None
        if rate is None:
            return
        try:
            self.change_rate(rate)
        except ValueError as error:
            self.note(f"the learning rate stayed as it was: {error}")

    def with_rate(self, rate: float) -> AnyRecipe:
        """Return the recipe with a learning rate that holds from the next epoch that has not begun.

        Raises:
            ValueError: if there is no such epoch, or the rate or the number of changes is outside its limits.
        """
        return with_rate(self.recipe, rate, self.next_unbegun_epoch)

    def next_request(self, worker: str, settings: Settings) -> SliceRequest:
        """Return the run's next turn on a worker."""
        closing = self.wish.to != ""
        budget = 0.0 if closing else settings.slice_s if self.turns.count else settings.first_slice_s
        whole = worker != self.turns.worker
        live = not closing and self._snapshot_is_due(settings)
        request = SliceRequest(
            run_id=self.run_id,
            recipe=self.recipe,
            material_key=self.material_key,
            position=self.position,
            budget_s=budget,
            until_epoch=self.wish.until_epoch,
            snapshot=self._snapshot_at_rest() if closing else "live" if live else "no",
            snapshot_at_rest=self._snapshot_at_rest(),
            order=self.order_to_keep(),
            with_checkpoint=closing or self.turns.ask_for_checkpoint(self.checkpoint, settings.checkpoint_every_s),
            best=self.wish.to == "end",
            material=self.material if whole else None,
            checkpoint=self.checkpoint if whole else None,
            keyframes_after=self.keyframes.newest,
            settled_epoch=self._settled_epoch,
        )
        self.turns.pace.give_turn(budget, live)
        self.turns.worker = worker
        self.turns.count += 1
        return request

    def take(self, result: SliceResult, request: SliceRequest) -> None:
        """Take in what a turn gave."""
        known = self.epochs[-1].epoch if self.epochs else 0
        self.epochs += tuple(record for record in result.epochs if record.epoch > known)
        self.position = max(self.position, result.position)
        self.best_epoch = max(self.best_epoch, result.best_epoch)
        if result.checkpoint is not None:
            self.checkpoint = result.checkpoint
        self.keyframes.take(result.keyframes, self._settled_epoch)
        if result.snapshot is not None:
            self.snapshot = result.snapshot
            self.turns.pace.take(result.snapshot_s, result.position[0], sorted_afresh=request.order is None)
        self.version += 1
        self.turns.get_past(self.position)
        self._follow(result, request)

    def show(self, snapshot: AnySnapshot) -> None:
        """Show a picture that was taken after the run came to rest."""
        self.snapshot = snapshot
        self.version += 1

    @property
    def _settled_epoch(self) -> int:
        """The epoch of the checkpoint, before which the run never goes back; -1 without one."""
        return self.checkpoint.epoch if self.checkpoint is not None else -1

    def _follow(self, result: SliceResult, request: SliceRequest) -> None:
        """Change the state as the turn's result demands."""
        if result.state != "training":
            self.become(result.state, result.reason)
        elif request.budget_s == 0 and self.wish.to == "end":
            self.become("stopped_early", self.stop_sentence())
        elif request.budget_s == 0 and self.wish.to == "pause":
            self.become("paused", self.wish.reason)
        elif not self.wish.to and self.wish.until_epoch is not None and self.position[0] >= self.wish.until_epoch:
            self.become("paused")

    def stop_sentence(self) -> str:
        """Return why a run that its owner ended has ended."""
        epoch = self.position[0]
        return f"stopped by you at epoch {epoch}" if epoch else "stopped by you before the end of the first epoch"

    def remaining_s(self, share: float) -> float | None:
        """Return roughly how long training will take when the run gets this share of a worker's time."""
        recent = self.epochs[-20:]
        if not recent:
            return None
        before = recent[0].elapsed_s if len(recent) > 1 else 0.0
        epoch_s = (recent[-1].elapsed_s - before) / max(len(recent) - 1, 1)
        return max(self.recipe.training.epochs - recent[-1].epoch, 0) * epoch_s / share

    def view(self, queue_position: int, queue_wait_s: float | None, share: float) -> RunView:
        """Return the run as its viewers see it."""
        recipe = self.recipe
        if self.wish.rate is not None and self.next_unbegun_epoch <= recipe.training.epochs:
            recipe = self.with_rate(self.wish.rate)
        return RunView(
            run_id=self.run_id,
            recipe_json=recipe.model_dump_json(),
            state=self.state,
            reason=self.reason,
            epochs=self.epochs,
            snapshot=self.snapshot,
            checkpoint_epoch=self.position[0],
            best_epoch=self.best_epoch,
            queue_position=queue_position,
            queue_wait_s=queue_wait_s,
            remaining_s=None if self.ended else self.remaining_s(share),
            events=self.events,
            version=self.version,
            peeks=self.peeks,
            kind=self.kind.name,
            material_key=self.material_key,
        )

    def order_to_keep(self) -> Ints | None:
        """Return the order of the units that the next snapshot keeps, None to sort them afresh."""
        if not isinstance(self.snapshot, Snapshot) or not self.turns.pace.keeps_order(self.position[0]):
            return None
        return self.snapshot.trace.order

    def _snapshot_at_rest(self) -> SnapshotKind:
        points = len(self.material.values) if isinstance(self.material, Series) else 0
        return "complete" if self.wish.to == "end" else self.turns.pace.at_rest(points)

    def _snapshot_is_due(self, settings: Settings) -> bool:
        return not self.turns.in_flight if self.snapshot is None else self.turns.pace.due(settings)


def position_of(checkpoint: Checkpoint | None) -> Position:
    """Return where a checkpoint stands; None stands at the beginning."""
    return (checkpoint.epoch, checkpoint.step) if checkpoint is not None else (0, 0)
