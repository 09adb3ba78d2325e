"""Runs from memory to the store and back."""

from __future__ import annotations

import threading
import time

from playground.engine.live_run import LiveRun, position_of
from playground.hosting.settings import Settings
from playground.kinds import KINDS
from playground.runs import RunStore, StoredRun


def bound(store: RunStore, settings: Settings) -> None:
    """Let a store keep as much as this server's settings say."""
    store.most_runs = settings.stored_runs
    store.most_own_runs = settings.stored_runs_per_owner
    store.most_bytes = settings.stored_mb * 2**20
    store.studies.most = settings.stored_studies
    store.studies.most_bytes = settings.stored_studies_mb * 2**20


def restore_run(store: RunStore, run_id: str) -> LiveRun | None:
    """Return a run as it was stored, at its last checkpoint; None if there is none of that name."""
    stored, material = store.load(run_id), store.load_material(run_id)
    if stored is None or material is None:
        return None
    run = LiveRun(
        run_id,
        stored.owner,
        KINDS[stored.kind].recipe.model_validate_json(stored.recipe_json),
        material,
        stored.material_key,
        state=stored.state,
        reason=stored.reason,
        created=stored.created,
        events=stored.events,
        epochs=stored.epochs,
        checkpoint=store.load_checkpoint(run_id),
        snapshot=store.load_snapshot(run_id),
        peeks=stored.peeks,
        team=stored.team,
        address=stored.address,
    )
    run.go_back()
    run.version = run.saved.version = stored.version
    run.saved.checkpoint, run.saved.snapshot = run.checkpoint, run.snapshot
    run.saved.material = True
    return run


def stored_run(run: LiveRun) -> StoredRun:
    """Return the run as the store takes it: no further than its checkpoint."""
    return StoredRun(
        run_id=run.run_id,
        owner=run.owner,
        created=run.created,
        recipe_json=run.recipe.model_dump_json(),
        material_key=run.material_key,
        kind=run.kind.name,
        state=run.state,
        reason=run.reason,
        epochs=run.epochs,
        events=run.events,
        checkpoint_epoch=position_of(run.checkpoint)[0],
        best_epoch=run.checkpoint.best_epoch if run.checkpoint is not None else 0,
        version=run.version,
        peeks=run.peeks,
        team=run.team,
        address=run.address,
    )


def save_runs(store: RunStore, runs: dict[str, LiveRun], lock: threading.RLock, every_s: float) -> bool:
    """Write what has changed: at once where a run came to rest or ended, else once in `every_s` seconds.

    Returns:
        False if the store refuses to write; it is then not asked for the other runs.
    """
    now = time.monotonic()
    with lock:
        due = [
            (run, stored_run(run), run.checkpoint, run.snapshot, tuple(run.keyframes.values()))
            for run in runs.values()
            if not run.private
            and run.saved.version != run.version
            and (now - run.saved.at >= every_s or run.has_come_to_rest)
        ]
    for run, stored, checkpoint, snapshot, keyframes in due:
        saved = store.save(
            stored,
            None if run.saved.material else run.material,
            None if checkpoint is run.saved.checkpoint else checkpoint,
            None if snapshot is run.saved.snapshot else snapshot,
            keyframes,
        )
        with lock:
            run.saved.at = now
            run.saved.at_rest = run.version == stored.version
            if saved:
                run.saved.version, run.saved.material = stored.version, True
                run.saved.checkpoint, run.saved.snapshot = checkpoint, snapshot
                run.keyframes.forget_saved(keyframes, stored.checkpoint_epoch)
        if not saved:
            return False
    return True
