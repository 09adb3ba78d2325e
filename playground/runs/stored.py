"""Runs as the store knows them: whole, and as one line of a list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from playground.evaluation.measures import skill
from playground.histories import EpochRecord, RunEvent, RunState
from playground.kinds import FORECAST, Material
from playground.packing import pack

UNDER_WAY = ("queued", "training")

LONGEST_NAME = 60
LONGEST_NOTE = 500
MOST_STARS = 20
"""Starred runs of one visitor, because they are the last to be deleted to make room."""

COLORS = ("blue", "orange", "green", "purple", "red", "teal", "brown", "pink")
"""Colours that a run can have in a comparison, by name."""


@dataclass(frozen=True, eq=False)
class StoredRun:
    """A run as the store knows it.

    Attributes:
        run_id: Unguessable name of the run.
        owner: Who started it.
        created: Unix time in seconds.
        recipe_json: The recipe in force, learning-rate changes included.
        material_key: Content hash of what it learns from.
        state: See RunState.
        reason: A plain sentence for paused-by-rule, diverged, stopped early and failed runs.
        epochs: The finished epochs; the store keeps them up to `checkpoint_epoch`.
        events: What happened to the run.
        checkpoint_epoch: Epochs completed at the checkpoint, 0 without one.
        best_epoch: Epoch with the lowest validation loss, 0 before the first.
        version: Grows with every change.
        peeks: How often its test set was opened.
        team: Name shared by runs that were started together and train in turns; empty without one.
        address: Where it was started from, as a keyed hash (`playground/addresses.py`); empty where that does not
            count.
        kind: What is trained, see `playground/kinds.py`.
    """

    run_id: str
    owner: str
    created: float
    recipe_json: str
    material_key: str
    state: RunState
    reason: str = ""
    epochs: tuple[EpochRecord, ...] = ()
    events: tuple[RunEvent, ...] = ()
    checkpoint_epoch: int = 0
    best_epoch: int = 0
    version: int = 0
    peeks: int = 0
    team: str = ""
    address: str = ""
    kind: str = FORECAST.name


@dataclass(frozen=True)
class RunSummary:
    """A run as one line of a list, read without any of its arrays.

    Attributes:
        run_id, created, recipe_json, material_key, state, reason, best_epoch, team, kind: See StoredRun.
        epochs: Epochs completed.
        best_loss: The lowest validation loss (see the epochs of its kind), None before the first epoch.
        elapsed_s: Training time so far, pauses not counted.
        parameters: Trainable numbers, None before the first checkpoint.
        error, baseline_error: RMSE of the network and of the last value on the whole validation part,
            in `unit`; None where it was not computed.
        unit: Unit of the series.
        name, note: What its owner wrote, as written: escape it where it is shown.
        color: One of COLORS, empty for any.
        starred: Among the last to be deleted to make room.
        shown: Whether its owner wants it in the charts.
        private: Whether it learned from what must not be written to disk; it is in memory alone then.
    """

    run_id: str
    created: float
    recipe_json: str
    material_key: str
    state: RunState
    reason: str = ""
    epochs: int = 0
    best_epoch: int = 0
    best_loss: float | None = None
    elapsed_s: float = 0.0
    parameters: int | None = None
    error: float | None = None
    baseline_error: float | None = None
    unit: str = ""
    team: str = ""
    name: str = ""
    note: str = ""
    color: str = ""
    starred: bool = False
    shown: bool = True
    kind: str = FORECAST.name
    private: bool = False

    @property
    def skill(self) -> float | None:
        """Of the error against the baseline's, None where there is none."""
        return skill(self.error, self.baseline_error)


_material_keys: WeakKeyDictionary[Material, str] = WeakKeyDictionary()


def material_key(material: Material) -> str:
    """Return a hash that names the content of what is learned from; pages ask often, so it is kept."""
    key = _material_keys.get(material)
    if key is None:
        key = _material_keys[material] = hashlib.sha256(pack(material)).hexdigest()[:32]
    return key
