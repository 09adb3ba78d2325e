import dataclasses
import threading

import numpy as np
import pytest
from engine_cases import QUICK

from playground.data.catalog import load_series
from playground.engine.live_run import LiveRun
from playground.engine.slices import SliceResult
from playground.engine.storing import restore_run, save_runs
from playground.histories import Checkpoint, EpochRecord
from playground.hosting.settings import Settings
from playground.records import Forecast, Snapshot, Trace
from playground.runs import RunStore

SETTINGS = Settings()


@pytest.fixture
def run():
    live = LiveRun.begin(QUICK, load_series(QUICK.data), "me")
    live.become("training")
    return live


def turn(run, position, worker="w1", **parts):
    """Give the run a turn that ends at a position."""
    request = run.next_request(worker, SETTINGS)
    records = tuple(EpochRecord(epoch, 0.5, 0.5, 1, 0, 0.003, epoch * 2.0) for epoch in range(1, position[0] + 1))
    run.take(SliceResult(position=position, epochs=records, **parts), request)
    return request


def checkpoint(epoch, step=0, size=1):
    return Checkpoint(epoch, step, {"w": np.zeros(size, np.float32)}, {})


def snapshot(epoch):
    nothing = np.zeros((0, 1), np.float32)
    forecast = Forecast("one-step", np.zeros(0, int), np.zeros(0, np.uint8), nothing, nothing, nothing)
    return Snapshot(epoch, "latest", forecast, (), Trace(np.zeros(0, int), nothing, np.array([1, 0])))


def test_a_worker_gets_the_whole_run_once(run):
    first = turn(run, (1, 2), checkpoint=checkpoint(1, 2))
    again = turn(run, (2, 0), checkpoint=checkpoint(2))
    moved = turn(run, (3, 0), worker="w2")
    assert first.material is run.material
    assert first.checkpoint is None
    assert again.material is None
    assert moved.checkpoint.epoch == 2
    assert [request.budget_s for request in (first, again)] == [SETTINGS.first_slice_s, SETTINGS.slice_s]


def test_records_that_come_twice_count_once(run):
    turn(run, (3, 1))
    turn(run, (5, 0))
    assert [record.epoch for record in run.epochs] == [1, 2, 3, 4, 5]


def test_a_run_moves_only_from_where_its_checkpoint_is(run):
    assert run.movable
    turn(run, (2, 1), checkpoint=checkpoint(2, 1))
    assert run.movable
    turn(run, (4, 0))
    assert not run.movable
    run.miss_worker()
    assert run.position == (2, 1)
    assert [record.epoch for record in run.epochs] == [1, 2]


def test_large_checkpoints_come_back_less_often(run):
    assert turn(run, (1, 0), checkpoint=checkpoint(1, size=2**20)).with_checkpoint
    assert not turn(run, (2, 0)).with_checkpoint
    run.turns.checkpoint_asked -= SETTINGS.checkpoint_every_s
    assert turn(run, (3, 0)).with_checkpoint


def test_deaths_at_one_place_end_the_run_and_progress_forgives_them(run):
    for _ in range(3):
        run.lose_worker(most_deaths=3)
    turn(run, (1, 0), checkpoint=checkpoint(1))
    for _ in range(3):
        run.lose_worker(most_deaths=3)
    assert run.state == "training"
    assert run.events[-1].text == "a worker died at epoch 2; training went on from the last checkpoint"
    run.lose_worker(most_deaths=3)
    assert run.state == "failed"
    assert run.reason.startswith("the worker died 4 times at epoch 2; make the network")


def test_a_rate_holds_from_the_next_epoch_that_has_not_begun(run):
    run.change_rate(0.1)
    turn(run, (4, 0))
    run.change_rate(0.2)
    turn(run, (4, 3))
    run.change_rate(0.3)
    run.change_rate(0.4)
    assert run.recipe.training.learning_rate_changes == ((1, 0.1), (5, 0.2), (6, 0.4))
    turn(run, (11, 1))
    with pytest.raises(ValueError, match="the last one, 12, has begun"):
        run.change_rate(0.5)


def test_units_are_sorted_afresh_when_the_epoch_has_doubled(run):
    assert turn(run, (3, 0), snapshot=snapshot(3)).order is None
    assert turn(run, (5, 0), snapshot=snapshot(5)).order is not None
    assert turn(run, (6, 0), snapshot=snapshot(6)).order is not None
    assert turn(run, (9, 0), snapshot=snapshot(9)).order is None
    assert turn(run, (11, 0), snapshot=snapshot(11)).order is not None


def test_snapshots_take_their_share_of_the_time(run):
    cost_s = 1.0 * SETTINGS.snapshot_share
    wanted = [turn(run, (1, n), snapshot=snapshot(1), snapshot_s=cost_s).snapshot for n in range(1, 12)]
    assert wanted == ["live", "no", "no", "no", "no", "live", "no", "no", "no", "live", "no"]


def test_the_time_left_comes_from_the_measured_epochs(run):
    assert run.remaining_s(1.0) is None
    turn(run, (1, 0))
    assert run.remaining_s(1.0) == 22
    turn(run, (4, 0))
    assert run.remaining_s(1.0) == 16
    assert run.remaining_s(0.5) == 32


def test_a_stored_run_comes_back_at_its_checkpoint(run):
    store = RunStore(None)
    turn(run, (3, 1), checkpoint=dataclasses.replace(checkpoint(3, 1), best_epoch=2), best_epoch=2)
    turn(run, (5, 0), best_epoch=4)
    save_runs(store, {run.run_id: run}, threading.RLock(), every_s=2)
    again = restore_run(store, run.run_id)
    assert (again.position, again.best_epoch, len(again.epochs)) == ((3, 1), 2, 3)
    assert (again.recipe, again.owner, again.version) == (run.recipe, "me", run.version)
    store.close()


def test_what_does_not_change_is_not_written_again(run, monkeypatch):
    store, written = RunStore(None), []
    monkeypatch.setattr(store, "save", lambda stored, *parts: written.append((stored.state, parts)) or True)
    lock = threading.RLock()
    for _ in range(2):
        save_runs(store, {run.run_id: run}, lock, every_s=2)
    turn(run, (1, 0), checkpoint=checkpoint(1))
    save_runs(store, {run.run_id: run}, lock, every_s=2)
    run.become("paused")
    save_runs(store, {run.run_id: run}, lock, every_s=2)
    written = [(state, parts[:3]) for state, parts in written]
    assert written == [("training", (run.material, None, None)), ("paused", (None, run.checkpoint, None))]
    store.close()


def test_a_pause_waits_for_no_slow_picture(run):
    long = dataclasses.replace(run.material, values=np.zeros(15000))
    run.wish.to, run.material = "pause", long
    kinds = []
    for cost_s in (0.01, 0.1, 1.0):
        run.turns.pace.cost_s = cost_s
        kinds.append(run.next_request("w1", SETTINGS).snapshot)
    run.wish.to = "end"
    assert [*kinds, run.next_request("w1", SETTINGS).snapshot] == ["complete", "live", "no", "complete"]


def test_snapshots_are_off_where_the_host_allows_them_no_time(run):
    off = Settings(snapshot_share=0)
    run.take(SliceResult(position=(1, 0), snapshot=snapshot(1)), run.next_request("w1", off))
    assert [run.next_request("w1", off).snapshot for _ in range(8)] == ["no"] * 8
