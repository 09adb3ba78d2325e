"""The weights that runs keep: on their way from the worker into the store and back."""

import numpy as np
import pytest
import torch
from engine_cases import QUICK

from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.engine.live_run import LiveRun
from playground.engine.slices import SliceResult
from playground.histories import Checkpoint, Keyframe
from playground.hosting.settings import Settings
from playground.keyframes import keyframe_epochs
from playground.runs import RunStore, StoredRun, material_key
from playground.training.alone import Training


def weights_of(recipe):
    """Return the weights after every epoch of a run trained in this process in one go."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    training = Training(recipe, prepare(load_series(recipe.data), recipe.data))
    kept = {0: training.network.weights()}
    training.advance(600, after_epoch=lambda: kept.update({training.progress.epoch: training.network.weights()}))
    torch.set_num_threads(threads)
    return kept


def assert_same_weights(engine, run_id, epochs, expected):
    for epoch in epochs:
        found = engine.weights_at(run_id, epoch)
        assert found.keys() == expected[epoch].keys()
        for name, array in found.items():
            np.testing.assert_array_equal(array, expected[epoch][name], err_msg=f"{name} of epoch {epoch}")


def test_a_run_keeps_the_weights_of_its_grid_its_best_and_its_last(make_server):
    server = make_server(real=True)
    engine = server.engine
    run_id = engine.train(QUICK, load_series(QUICK.data), "me")
    view = server.until("finished", run=run_id)
    kept = engine.keyframes(run_id)
    assert kept == tuple(sorted({*keyframe_epochs(12), view.best_epoch}))
    assert_same_weights(engine, run_id, kept, weights_of(QUICK))
    with pytest.raises(ValueError, match="epoch 11 are not kept"):
        engine.weights_at(run_id, 11)
    assert engine.keyframes("no such run") == ()


def frame(epoch, passing=False):
    return Keyframe(epoch, {"w": np.full(3, epoch, np.float32)}, passing)


def checkpoint(epoch, best=0):
    return Checkpoint(epoch, 0, {}, {}, best_epoch=best, best_weights={"w": np.full(3, best, np.float32)})


@pytest.fixture
def run():
    live = LiveRun.begin(QUICK, load_series(QUICK.data), "me")
    live.become("training")
    return live


def turn(run, position, keyframes, at=None):
    request = run.next_request("w", Settings())
    run.take(SliceResult(position=position, checkpoint=at, keyframes=keyframes), request)
    return request


def test_a_turn_asks_only_for_the_weights_that_are_missing(run):
    assert turn(run, (2, 0), (frame(0), frame(1), frame(2)), checkpoint(2)).keyframes_after == -1
    request = turn(run, (4, 0), (frame(3), frame(4)))
    assert (request.keyframes_after, request.settled_epoch) == (2, 2)
    request = run.next_request("w", Settings())
    assert (request.keyframes_after, request.settled_epoch) == (4, 2)


def test_what_comes_after_the_checkpoint_is_lost_with_the_worker(run):
    turn(run, (2, 0), (frame(0), frame(1), frame(2)), checkpoint(2))
    turn(run, (4, 0), (frame(3), frame(4)))
    run.lose_worker(3)
    assert sorted(run.keyframes) == [0, 1, 2]
    assert run.next_request("w", Settings()).keyframes_after == 2


def test_a_passing_epoch_goes_when_the_next_checkpoint_comes(run):
    turn(run, (9, 0), (frame(8), frame(9, passing=True)), checkpoint(9))
    turn(run, (10, 0), (frame(10),))
    assert sorted(run.keyframes) == [8, 9, 10]
    turn(run, (11, 0), (frame(11, passing=True),), checkpoint(11))
    assert sorted(run.keyframes) == [8, 10, 11]


def stored(epoch, series, best=0):
    return StoredRun(
        "a", "me", 1.0, "{}", material_key(series), "training", checkpoint_epoch=epoch, best_epoch=best, version=epoch
    )


def test_the_store_keeps_weights_up_to_the_checkpoint_and_one_passing_epoch():
    store, series = RunStore(None), load_series(QUICK.data)
    frames = (frame(0), frame(8), frame(9, passing=True), frame(10))
    assert store.save(stored(9, series), series, checkpoint(9), keyframes=frames)
    assert store.keyframe_epochs("a") == (0, 8, 9)
    assert store.save(
        stored(11, series, best=9), series, checkpoint(11, best=9), keyframes=(frame(10), frame(11, True))
    )
    assert store.keyframe_epochs("a") == (0, 8, 9, 10, 11)
    np.testing.assert_array_equal(store.load_weights("a", 10)["w"], [10, 10, 10])
    np.testing.assert_array_equal(store.load_weights("a", 9)["w"], [9, 9, 9])
    assert store.load_weights("a", 7) is None
    assert store.save(stored(12, series, best=0), series, checkpoint(12))
    assert store.keyframe_epochs("a") == (0, 8, 10)
    store.close()
