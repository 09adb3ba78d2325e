import dataclasses
import math

import numpy as np
import pytest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.histories import Checkpoint
from playground.packing import pack, unpack
from playground.training.alone import Training
from playground.training.stacked import StackedTraining, can_stack, most_stacked, stacking_wins

SMALL = Recipe().replaced(
    length_steps=200, window_steps=8, hidden_size=5, batch_size=48, epochs=12, patience_epochs=0, learning_rate=0.01
)


def prepared_for(recipe):
    return prepare(load_series(recipe.data), recipe.data)


def assert_close_records(ours, alone):
    assert [r.epoch for r in ours] == [r.epoch for r in alone]
    for one, other in zip(ours, alone, strict=True):
        for name in ("train_loss", "validation_loss", "gradient_norm"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-4, abs=1e-5), (name, one.epoch)
        assert one.learning_rate == other.learning_rate


def assert_close_checkpoints(one: Checkpoint, other: Checkpoint):
    for name in ("epoch", "step", "best_epoch", "state", "reason"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("weights", "optimizer", "best_weights"):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert ours.keys() == theirs.keys()
        for key in ours:
            assert ours[key].shape == theirs[key].shape
            np.testing.assert_allclose(ours[key], theirs[key], rtol=0, atol=1e-5, err_msg=f"{name} {key}")


def trained_alone(recipe, prepared, checkpoint=None):
    training = Training(recipe, prepared, checkpoint)
    return training.advance(math.inf), training.checkpoint()


CASES = [
    {"cell": "rnn", "optimizer": "adam"},
    {"cell": "rnn", "nonlinearity": "relu", "optimizer": "sgd", "layers": 2, "horizon_steps": 2},
    {"cell": "lstm", "optimizer": "adam", "layers": 2},
    {"cell": "lstm", "optimizer": "rmsprop"},
    {"cell": "lstm", "optimizer": "adam", "layers": 2, "hidden_size": 20, "horizon_steps": 2},
    {"cell": "gru", "optimizer": "adam", "series": "seattle_temperature", "calendar": True, "batch_size": 256},
    {"cell": "gru", "optimizer": "sgd", "layers": 3, "momentum": 0.0},
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: "-".join(map(str, c.values())))
def test_each_network_of_a_stack_has_the_history_it_has_alone(case):
    recipe = SMALL.replaced(**case, clip_norm=0.6)
    prepared = prepared_for(recipe)
    recipes = [
        recipe,
        recipe.replaced(seed=2, learning_rate=0.003, learning_rate_changes=((3, 0.02),)),
        recipe.replaced(seed=3, clip_norm=0.0, epochs=7),
    ]
    stack = StackedTraining(recipes, prepared)
    histories, ends = stack.advance(math.inf), stack.checkpoints()
    assert not stack.training
    for own, history, end in zip(recipes, histories, ends, strict=True):
        records, checkpoint = trained_alone(own, prepared)
        assert_close_records(history, records)
        assert_close_checkpoints(end, checkpoint)


def test_the_history_stays_the_same_over_many_epochs():
    recipe = SMALL.replaced(cell="gru", epochs=120, learning_rate=0.003, noise=0.3)
    prepared = prepared_for(recipe)
    recipes = [recipe.replaced(seed=seed) for seed in (1, 2)]
    for own, history in zip(recipes, StackedTraining(recipes, prepared).advance(math.inf), strict=True):
        records, _ = trained_alone(own, prepared)
        assert len(history) == 120
        for ours, alone in zip(history, records, strict=True):
            assert ours.validation_loss == pytest.approx(alone.validation_loss, abs=1e-5)
            assert ours.train_loss == pytest.approx(alone.train_loss, abs=1e-5)


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop"])
def test_a_network_goes_on_alone_and_back_in_a_stack(optimizer):
    recipe = SMALL.replaced(cell="rnn", optimizer=optimizer, epochs=4)
    prepared = prepared_for(recipe)
    recipes = [recipe, recipe.replaced(seed=2)]
    stack = StackedTraining(recipes, prepared)
    stack.advance(math.inf, until_epoch=1)
    stack.advance(0)
    middle = [unpack(Checkpoint, pack(checkpoint)) for checkpoint in stack.checkpoints()]
    assert [(one.epoch, one.step) for one in middle] == [(1, 1), (1, 1)]
    again = StackedTraining(recipes, prepared, middle)
    again.advance(math.inf)
    for own, half_way, end in zip(recipes, middle, again.checkpoints(), strict=True):
        assert_close_checkpoints(trained_alone(own, prepared, half_way)[1], end)
        assert_close_checkpoints(trained_alone(own, prepared)[1], end)


def test_slices_of_one_step_give_the_same_bits_as_one_piece():
    recipes = [SMALL.replaced(cell="gru", epochs=2, seed=seed) for seed in (1, 2, 3)]
    prepared = prepared_for(SMALL)
    whole = StackedTraining(recipes, prepared)
    records = whole.advance(math.inf)
    checkpoints, sliced = None, ([], [], [])
    while checkpoints is None or any(one.state == "training" for one in checkpoints):
        stack = StackedTraining(recipes, prepared, checkpoints)
        for some, more in zip(sliced, stack.advance(0), strict=True):
            some += more
        checkpoints = stack.checkpoints()
    for one, other in zip(checkpoints, whole.checkpoints(), strict=True):
        assert pack(dataclasses.replace(one, elapsed_s=0)) == pack(dataclasses.replace(other, elapsed_s=0))
    for some, expected in zip(sliced, records, strict=True):
        assert [dataclasses.replace(r, elapsed_s=0) for r in some] == [
            dataclasses.replace(r, elapsed_s=0) for r in expected
        ]


def test_networks_that_end_leave_the_stack_and_the_others_go_on():
    wild = SMALL.replaced(
        cell="rnn", nonlinearity="relu", layers=3, optimizer="sgd", momentum=0.9, epochs=30, clip_norm=0.0,
        learning_rate=0.01,
    )  # fmt: skip
    recipes = [
        wild.replaced(seed=4, learning_rate_changes=((3, 1.0),), momentum=0.99),
        wild.replaced(seed=5, patience_epochs=2, learning_rate=0.00001),
        wild.replaced(seed=6, epochs=30),
        wild.replaced(seed=7, epochs=5, patience_epochs=1, learning_rate=0.05),
    ]
    prepared = prepared_for(wild)
    stack = StackedTraining(recipes, prepared)
    histories = stack.advance(math.inf)
    ends = stack.checkpoints()
    assert ends[0].state == "diverged"
    assert ends[2].state == "finished"
    for own, history, end in zip(recipes, histories, ends, strict=True):
        records, checkpoint = trained_alone(own, prepared)
        assert (end.state, end.epoch, end.best_epoch, len(history)) == (
            checkpoint.state, checkpoint.epoch, checkpoint.best_epoch, len(records),
        )  # fmt: skip
        if end.state != "diverged":
            assert_close_records(history, records)
    again = StackedTraining(recipes, prepared, ends)
    assert again.advance(math.inf) == ((),) * 4
    assert pack(again.checkpoints()[0]) == pack(ends[0])


def test_a_validation_loss_that_is_not_finite_ends_every_network():
    prepared = prepared_for(SMALL)
    targets = np.full_like(prepared.validation.targets, np.inf)
    broken = dataclasses.replace(prepared, validation=dataclasses.replace(prepared.validation, targets=targets))
    stack = StackedTraining([SMALL, SMALL.replaced(seed=2)], broken)
    assert stack.advance(math.inf) == ((), ())
    assert [one.state for one in stack.progress] == ["diverged", "diverged"]
    assert "the validation loss is not finite" in stack.progress[1].reason


def test_time_is_shared_out_and_goes_on():
    stack = StackedTraining([SMALL.replaced(epochs=2), SMALL.replaced(seed=2)], prepared_for(SMALL))
    first, second = stack.advance(math.inf)
    assert 0 < first[0].elapsed_s < first[1].elapsed_s
    assert first[0].elapsed_s == second[0].elapsed_s
    assert stack.progress[0].elapsed_s < stack.progress[1].elapsed_s


def test_what_may_stack():
    assert can_stack([SMALL, SMALL.replaced(seed=2, learning_rate=0.1, patience_epochs=3, epochs=5)])
    assert can_stack([SMALL, SMALL.replaced(initialisation="orthogonal", spectral_radius=0.9)])
    for field, value in {
        "hidden_size": 6, "cell": "gru", "layers": 2, "window_steps": 9, "batch_size": 32, "optimizer": "sgd",
        "noise": 0.2, "horizon_steps": 2,
    }.items():  # fmt: skip
        assert not can_stack([SMALL, SMALL.replaced(**{field: value})]), field
    assert not can_stack([])
    assert not can_stack([SMALL.replaced(layers=2, dropout=0.2)])
    assert can_stack([SMALL.replaced(dropout=0.2)])
    large = SMALL.replaced(hidden_size=256, window_steps=64, batch_size=64)
    assert 1 <= most_stacked(large) < most_stacked(SMALL) == 32
    assert not can_stack([large.replaced(seed=seed) for seed in range(most_stacked(large) + 1)])


@pytest.mark.parametrize(("cell", "hidden", "wins"), [("rnn", 64, True), ("lstm", 16, True), ("lstm", 64, False)])
def test_stacks_that_were_measured_to_be_slower_are_known(cell, hidden, wins):
    recipe = SMALL.replaced(cell=cell, hidden_size=hidden)
    assert stacking_wins([recipe, recipe.replaced(seed=2)]) is wins
    assert not stacking_wins([recipe])
    assert not stacking_wins([])
    assert not stacking_wins([recipe, recipe.replaced(layers=2)])


def test_what_does_not_stack_is_refused():
    prepared = prepared_for(SMALL)
    with pytest.raises(ValueError, match="must be alike"):
        StackedTraining([SMALL, SMALL.replaced(hidden_size=6)], prepared)
    with pytest.raises(ValueError, match="as many checkpoints"):
        StackedTraining([SMALL], prepared, [])
    apart = [Training(SMALL, prepared), Training(SMALL.replaced(seed=2), prepared)]
    apart[1].advance(0)
    with pytest.raises(ValueError, match="same epoch and step"):
        StackedTraining([SMALL, SMALL.replaced(seed=2)], prepared, [one.checkpoint() for one in apart])
