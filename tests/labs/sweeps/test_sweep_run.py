"""The trainings of a sweep: real, but tiny."""

import dataclasses

import numpy as np
import pytest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.labs.sweeps.plan import SweepPlan, with_seeds
from playground.labs.sweeps.results import points_of, remaining_s
from playground.labs.sweeps.verdict import judge_sweep
from playground.labs.sweeps.work import advance_group, train_group
from playground.networks.network import build_network
from playground.sentences.sweeps import sweep_details, sweep_headline
from playground.training.alone import Training

SMALL = Recipe().replaced(length_steps=260, window_steps=8, epochs=4, batch_size=32, learning_rate=0.01)
SERIES = load_series(SMALL.data)
STACKED, ALONE = SMALL.replaced(hidden_size=4), SMALL.replaced(hidden_size=40)
"""Below and above the size up to which LSTMs train as one stack."""


def said_of(verdict):
    return f"{sweep_headline(verdict)}. {sweep_details(verdict)}".strip()


def alone(recipe):
    training = Training(recipe, prepare(SERIES, recipe.data))
    return training.advance(60.0), training.checkpoint()


@pytest.mark.parametrize("recipe", [STACKED, ALONE], ids=["stacked", "one by one"])
def test_each_network_gets_the_history_it_has_alone(recipe):
    recipes = with_seeds(recipe, 3)
    run = train_group(recipes, SERIES)
    for one, epochs, checkpoint, error in zip(recipes, run.epochs, run.checkpoints, run.validation_errors, strict=True):
        records, last = alone(one)
        np.testing.assert_allclose(
            [[r.train_loss, r.validation_loss] for r in epochs],
            [[r.train_loss, r.validation_loss] for r in records],
            rtol=1e-5,
        )
        assert (
            (checkpoint.state, checkpoint.best_epoch) == (last.state, last.best_epoch) == ("finished", last.best_epoch)
        )
        np.testing.assert_allclose(error, last.best_loss, rtol=1e-5)


@pytest.mark.parametrize("recipe", [STACKED, ALONE], ids=["stacked", "one by one"])
def test_pieces_of_any_length_give_the_same_numbers(recipe):
    recipes = with_seeds(recipe, 3)
    whole = train_group(recipes, SERIES)
    run, shares = None, [0.0]
    while run is None or not run.done:
        run = advance_group(recipes, SERIES, 0, run, budget_s=0.0)
        shares.append(run.progress)
    assert run.pieces > whole.pieces
    assert shares == sorted(shares) and shares[-1] == 1.0
    np.testing.assert_allclose(run.validation_errors, whole.validation_errors, rtol=1e-6)
    assert [len(epochs) for epochs in run.epochs] == [4, 4, 4]


def test_windows_of_all_lengths_are_scored_on_the_same_targets():
    plan = SweepPlan(SMALL, (("window_steps", (4, 16)),), epochs=2)
    groups = {cell: train_group(plan.recipes_at(cell), SERIES, plan.longest_window) for cell in plan.cells}
    short, long = points_of(plan, groups)
    assert short.baseline_error == pytest.approx(long.baseline_error)
    recipe, checkpoint = plan.recipes_at((4,))[0], groups[(4,)].checkpoints[0]
    prepared = prepare(SERIES, recipe.data)
    network = build_network(recipe, 1)
    network.load_weights(checkpoint.best_weights)
    shared = np.isin(prepared.validation.anchors, prepare(SERIES, plan.recipes_at((16,))[0].data).validation.anchors)
    errors = np.square(network.predict(prepared.validation.inputs) - prepared.validation.targets)[shared]
    assert 0 < shared.sum() < len(shared)
    np.testing.assert_allclose(short.networks[0].validation_error, errors.mean(), rtol=1e-5)


def test_a_window_longer_than_the_validation_part_is_one_sentence():
    with pytest.raises(ValueError, match="shorten the longest window"):
        advance_group(with_seeds(SMALL, 3), SERIES, 100, None)


def test_nothing_reads_the_test_part():
    plan = SweepPlan(SMALL, (("hidden_size", (2, 4)),), epochs=2)
    start = prepare(SERIES, SMALL.data).split.test_start
    values = SERIES.values.copy()
    values[start:] = np.random.default_rng(0).permutation(values[start:])
    said = []
    for series in (SERIES, dataclasses.replace(SERIES, values=values)):
        points = points_of(plan, {cell: train_group(plan.recipes_at(cell), series) for cell in plan.cells})
        timeless = [[dataclasses.replace(n, epoch_s=0.0) for n in point.networks] for point in points]
        said.append((timeless, said_of(judge_sweep(plan, points))))
    assert not np.array_equal(values, SERIES.values)
    assert said[0] == said[1]


def test_a_network_that_diverges_is_told():
    recipe = SMALL.replaced(learning_rate=1.0, optimizer="sgd", momentum=0.99, clip_norm=0, cell="rnn",
                            nonlinearity="relu", hidden_size=32, epochs=30)  # fmt: skip
    plan = SweepPlan(recipe, (("learning_rate", (0.001, 1.0)),), epochs=30)
    run = train_group(plan.recipes_at((1.0,)), SERIES)
    (point,) = points_of(plan, {(1.0,): run})
    assert point.diverged and not point.comparable


def test_the_rest_is_estimated_from_what_is_trained():
    recipes = with_seeds(STACKED, 3)
    run = train_group(recipes, SERIES)
    assert remaining_s([(STACKED, 3, None)], 2) is None
    assert remaining_s([(STACKED, 3, run)], 2) == 0
    one, two = (remaining_s([(STACKED, 3, run), *[(STACKED, 3, None)] * count], 1) for count in (1, 2))
    assert one == pytest.approx(run.elapsed_s) and two == pytest.approx(2 * run.elapsed_s)
