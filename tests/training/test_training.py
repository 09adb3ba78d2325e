import dataclasses
import itertools
import math

import numpy as np
import pytest
import torch

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.histories import Checkpoint, EpochRecord
from playground.networks.network import build_network
from playground.networks.stacked.choice import own_pass_wins
from playground.packing import pack, unpack
from playground.records import Windows
from playground.training.alone import Training, advance, mean_squared_error, measure_epoch_s

SMALL = Recipe().replaced(
    length_steps=200, window_steps=8, hidden_size=5, batch_size=48, epochs=3, patience_epochs=0, learning_rate=0.01
)


def prepared_for(recipe):
    return prepare(load_series(recipe.data), recipe.data)


def numbers(record: EpochRecord):
    """Everything that must repeat: all but the time it took."""
    return dataclasses.replace(record, elapsed_s=0.0)


def assert_same_bits(one: Checkpoint, other: Checkpoint):
    for name in ("weights", "optimizer", "best_weights"):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert ours.keys() == theirs.keys()
        for key in ours:
            assert ours[key].tobytes() == theirs[key].tobytes(), key
    for name in ("epoch", "step", "loss_sum", "norm_sum", "clipped", "best_epoch", "best_loss", "state", "reason"):
        assert getattr(one, name) == getattr(other, name), name


CASES = [
    {"cell": cell, "optimizer": optimizer, "layers": layers, "dropout": dropout}
    for cell in ("rnn", "lstm", "gru")
    for optimizer, layers, dropout in (("adam", 1, 0.0), ("adam", 2, 0.3), ("sgd", 3, 0.5), ("rmsprop", 2, 0.0))
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: "-".join(map(str, c.values())))
def test_slices_of_one_step_through_bytes_give_the_same_bits_as_one_piece(case):
    recipe = SMALL.replaced(**case, learning_rate_changes=((2, 0.02),), clip_norm=0.3)
    prepared = prepared_for(recipe)
    whole, whole_records = advance(recipe, prepared, None, budget_s=math.inf)
    checkpoint, records, slices = None, [], 0
    while checkpoint is None or checkpoint.state == "training":
        checkpoint, some = advance(recipe, prepared, checkpoint, budget_s=0)
        checkpoint = unpack(Checkpoint, pack(checkpoint))
        records += some
        slices += 1
    assert slices == 3 * math.ceil(len(prepared.train.anchors) / 48)
    assert slices > 6
    assert [numbers(r) for r in records] == [numbers(r) for r in whole_records]
    assert [r.epoch for r in records] == [1, 2, 3]
    assert_same_bits(checkpoint, whole)


def test_a_live_module_sliced_gives_the_same_bits_too():
    recipe = SMALL.replaced(layers=2, dropout=0.4)
    prepared = prepared_for(recipe)
    whole, _ = advance(recipe, prepared, None, budget_s=math.inf)
    training = Training(recipe, prepared)
    while training.progress.state == "training":
        training.advance(budget_s=0)
        training.checkpoint()
    assert_same_bits(training.checkpoint(), whole)


def test_the_same_seed_gives_the_same_history_and_another_seed_another():
    prepared = prepared_for(SMALL)
    first, again = (advance(SMALL, prepared, None, math.inf) for _ in range(2))
    other = advance(SMALL.replaced(seed=2), prepared, None, math.inf)
    assert [numbers(r) for r in first[1]] == [numbers(r) for r in again[1]]
    assert_same_bits(first[0], again[0])
    assert all(a.train_loss != b.train_loss for a, b in zip(first[1], other[1], strict=True))


@pytest.mark.parametrize(
    ("cell", "nonlinearity"), [("rnn", "tanh"), ("rnn", "relu"), ("rnn", "sigmoid"), ("lstm", "tanh"), ("gru", "tanh")]
)
def test_eight_windows_are_learned_by_heart(cell, nonlinearity):
    recipe = SMALL.replaced(cell=cell, nonlinearity=nonlinearity, hidden_size=32, batch_size=8, epochs=400)
    if nonlinearity == "sigmoid":
        recipe = recipe.replaced(epochs=1000, learning_rate=0.05)
    prepared = prepared_for(recipe)
    few = Windows(prepared.train.inputs[:80:10], prepared.train.targets[:80:10], prepared.train.anchors[:80:10])
    training = Training(recipe, dataclasses.replace(prepared, train=few))
    records = training.advance(math.inf)
    assert records[0].train_loss > 0.1
    assert mean_squared_error(training.network, few) < 1e-3


def test_validation_and_test_values_change_nothing_that_is_learned():
    recipe = SMALL.replaced(layers=2, dropout=0.3)
    series = load_series(recipe.data)
    prepared = prepare(series, recipe.data)
    shuffled = series.values.copy()
    np.random.default_rng(0).shuffle(shuffled[prepared.split.train_stop :])
    other = prepare(dataclasses.replace(series, values=shuffled), recipe.data)
    assert not np.array_equal(prepared.validation.targets, other.validation.targets)
    (one, one_records), (two, two_records) = (advance(recipe, p, None, math.inf) for p in (prepared, other))
    for ours, theirs in zip(one_records, two_records, strict=True):
        assert ours.validation_loss != theirs.validation_loss
        assert dataclasses.replace(numbers(ours), validation_loss=0.0) == dataclasses.replace(
            numbers(theirs), validation_loss=0.0
        )
    for name in one.weights:
        np.testing.assert_array_equal(one.weights[name], two.weights[name])
    for name in one.optimizer:
        np.testing.assert_array_equal(one.optimizer[name], two.optimizer[name])


def reference_epoch(recipe, prepared, order, clip_norm):
    """One epoch of Adam by torch's own means on the given order of windows."""
    network = build_network(recipe)
    optimizer = torch.optim.Adam(network.parameters(), lr=recipe.training.learning_rate)
    inputs, targets = torch.tensor(prepared.train.inputs), torch.tensor(prepared.train.targets)
    losses, norms = [], []
    for rows in order.split(recipe.training.batch_size):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(network(inputs[rows]), targets[rows])
        loss.backward()
        norms.append(torch.cat([p.grad.flatten() for p in network.parameters()]).norm().item())
        if clip_norm:
            torch.nn.utils.clip_grad_norm_(network.parameters(), clip_norm)
        optimizer.step()
        losses.append(loss.item() * len(rows))
    return network, sum(losses) / len(order), norms


@pytest.mark.parametrize("clip_norm", [0.0, 1.2, 100.0])
def test_one_epoch_is_the_epoch_that_torch_makes(clip_norm):
    recipe = SMALL.replaced(clip_norm=clip_norm)
    prepared = prepared_for(recipe)
    training = Training(recipe, prepared)
    order = training.objective.order(1)
    assert sorted(order.tolist()) == list(range(len(prepared.train.anchors)))
    (record,) = training.advance(math.inf, until_epoch=1)
    network, train_loss, norms = reference_epoch(recipe, prepared, order, clip_norm)
    for name, value in network.weights().items():
        np.testing.assert_allclose(training.network.weights()[name], value, rtol=0, atol=1e-6)
    assert record.train_loss == pytest.approx(train_loss, rel=1e-5)
    assert record.gradient_norm == pytest.approx(np.mean(norms), rel=1e-5)
    assert record.clipped_fraction == np.mean([0 < clip_norm < norm for norm in norms])
    predicted = network.predict(prepared.validation.inputs)
    expected = np.mean((predicted.astype(float) - prepared.validation.targets) ** 2)
    assert record.validation_loss == pytest.approx(expected, rel=1e-5)


def test_a_middling_clip_norm_clips_some_steps():
    recipe = SMALL.replaced(clip_norm=1.2)
    (record,) = Training(recipe, prepared_for(recipe)).advance(math.inf, until_epoch=1)
    assert 0 < record.clipped_fraction < 1


@pytest.mark.parametrize(
    "case",
    [
        {"cell": "rnn", "layers": 2},
        {"cell": "rnn", "nonlinearity": "relu", "optimizer": "rmsprop"},
        {"cell": "rnn", "nonlinearity": "sigmoid", "horizon_steps": 3},
        {"cell": "gru", "optimizer": "sgd"},
        {"cell": "gru", "layers": 3},
        {"cell": "lstm"},
        {"cell": "lstm", "layers": 2, "horizon_steps": 3},
    ],
    ids=lambda case: "-".join(map(str, case.values())),
)
def test_our_own_pass_gives_the_history_that_autograd_gives(case, monkeypatch):
    recipe = SMALL.replaced(**case, epochs=30, clip_norm=0.5)
    prepared = prepared_for(recipe)
    histories = []
    for own in (True, False):
        monkeypatch.setattr("playground.training.alone.own_pass_wins", lambda _, own=own: own)
        histories.append(advance(recipe, prepared, None, math.inf))
    (ours, our_records), (autograds, records) = histories
    for mine, other in zip(our_records, records, strict=True):
        for name in ("train_loss", "validation_loss", "gradient_norm"):
            assert getattr(mine, name) == pytest.approx(getattr(other, name), abs=1e-5)
    for name, weight in autograds.weights.items():
        np.testing.assert_allclose(ours.weights[name], weight, rtol=0, atol=1e-5)


def predicted(training: Training):
    return training.objective.predict(training.network, training.prepared.validation.inputs)


@pytest.mark.parametrize("window_steps", [8, 60])
def test_an_lstm_predicts_in_one_way_whichever_way_it_is_trained(window_steps, monkeypatch):
    recipe = SMALL.replaced(cell="lstm", layers=2, hidden_size=33, horizon_steps=3, window_steps=window_steps)
    prepared = prepared_for(recipe.replaced(length_steps=2000))
    outputs = []
    for own in (True, False):
        monkeypatch.setattr("playground.training.alone.own_pass_wins", lambda _, own=own: own)
        outputs.append(predicted(Training(recipe, prepared)))
    np.testing.assert_array_equal(*outputs)


def test_an_lstm_trains_by_autograd_where_the_kernel_does_not_work(monkeypatch):
    recipe = SMALL.replaced(cell="lstm", epochs=10)
    prepared = prepared_for(recipe)
    _, usual = advance(recipe, prepared, None, math.inf)
    monkeypatch.setattr("playground.networks.stacked.choice.kernel_works", lambda: False)
    training = Training(recipe, prepared)
    assert training.objective.own_pass(training.network) is None
    for ours, theirs in zip(training.advance(math.inf), usual, strict=True):
        assert ours.validation_loss == pytest.approx(theirs.validation_loss, abs=1e-5)


def test_our_own_pass_is_used_where_it_wins_and_can_do_the_work():
    training = Training(SMALL.replaced(cell="gru"), prepared_for(SMALL))
    assert training.objective.own_pass(training.network) is not None
    assert own_pass_wins(SMALL.replaced(cell="rnn", layers=3))
    assert own_pass_wins(SMALL.replaced(cell="rnn", nonlinearity="sigmoid", hidden_size=200))
    assert not own_pass_wins(SMALL.replaced(cell="gru", hidden_size=200))
    assert not own_pass_wins(SMALL.replaced(cell="rnn", layers=2, dropout=0.2))
    assert own_pass_wins(SMALL.replaced(cell="rnn", dropout=0.2))


def test_every_epoch_has_an_order_of_its_own():
    training = Training(SMALL, prepared_for(SMALL))
    first = training.objective.order(1).clone()
    training.advance(math.inf, until_epoch=1)
    assert not torch.equal(first, training.objective.order(2))


def test_the_learning_rate_changes_at_its_epoch():
    recipe = SMALL.replaced(epochs=4, learning_rate_changes=((2, 0.05), (4, 0.001)))
    _, records = advance(recipe, prepared_for(recipe), None, math.inf)
    assert [r.learning_rate for r in records] == [0.01, 0.05, 0.05, 0.001]
    plain = advance(SMALL, prepared_for(SMALL), None, math.inf)[1]
    assert records[0].train_loss == plain[0].train_loss
    assert records[1].train_loss != plain[1].train_loss


@pytest.mark.parametrize(
    ("clip_norm", "remedy"), [(0.0, "turn on gradient clipping"), (100.0, "lower clip_norm (now 100)")]
)
def test_a_run_that_diverges_says_why_and_keeps_its_records(clip_norm, remedy):
    recipe = SMALL.replaced(
        cell="rnn", nonlinearity="relu", hidden_size=64, layers=3, optimizer="sgd", momentum=0.99,
        clip_norm=clip_norm, epochs=200, learning_rate_changes=((1, 0.001), (3, 1.0)),
    )  # fmt: skip
    checkpoint, records = advance(recipe, prepared_for(recipe), None, math.inf)
    assert checkpoint.state == "diverged"
    assert checkpoint.reason.startswith(f"diverged at epoch {checkpoint.epoch + 1}: ")
    assert checkpoint.reason.endswith(f"is not finite; lower the learning rate (now 1) or {remedy}")
    assert len(records) == checkpoint.epoch >= 2
    assert all(math.isfinite(r.train_loss) and math.isfinite(r.validation_loss) for r in records)
    assert all(np.isfinite(w).all() for w in checkpoint.best_weights.values())
    again, more = advance(recipe, prepared_for(recipe), checkpoint, math.inf)
    assert more == ()
    assert_same_bits(again, checkpoint)


def test_a_validation_loss_that_is_not_finite_is_divergence():
    prepared = prepared_for(SMALL)
    targets = np.full_like(prepared.validation.targets, np.inf)
    broken = dataclasses.replace(prepared, validation=dataclasses.replace(prepared.validation, targets=targets))
    checkpoint, records = advance(SMALL, broken, None, math.inf)
    assert (checkpoint.state, records) == ("diverged", ())
    assert "the validation loss is not finite" in checkpoint.reason


def test_early_stopping_waits_for_patience_and_keeps_the_best_weights():
    recipe = SMALL.replaced(series="random_walk", epochs=200, patience_epochs=4, learning_rate=0.05)
    prepared = prepared_for(recipe)
    checkpoint, records = advance(recipe, prepared, None, math.inf)
    losses = [r.validation_loss for r in records]
    assert checkpoint.state == "stopped_early"
    assert checkpoint.best_epoch == 1 + int(np.argmin(losses))
    assert checkpoint.best_loss == min(losses)
    assert len(records) == checkpoint.epoch == checkpoint.best_epoch + 4 < 200
    assert f"for 4 epochs; the best was epoch {checkpoint.best_epoch}" in checkpoint.reason
    best = build_network(recipe)
    best.load_weights(checkpoint.best_weights)
    assert mean_squared_error(best, prepared.validation) == pytest.approx(checkpoint.best_loss, rel=1e-6)


def test_a_run_finishes_after_its_epochs_and_without_a_reason():
    checkpoint, records = advance(SMALL, prepared_for(SMALL), None, math.inf)
    assert (checkpoint.state, checkpoint.reason, checkpoint.epoch, len(records)) == ("finished", "", 3, 3)
    assert 0 < records[0].elapsed_s < records[1].elapsed_s < records[2].elapsed_s <= checkpoint.elapsed_s


def test_advance_stops_at_the_asked_epoch():
    training = Training(SMALL, prepared_for(SMALL))
    assert [r.epoch for r in training.advance(math.inf, until_epoch=2)] == [1, 2]
    assert training.advance(math.inf, until_epoch=2) == ()
    assert (training.progress.epoch, training.progress.step) == (2, 0)


def test_time_goes_on_over_a_checkpoint():
    prepared = prepared_for(SMALL)
    checkpoint, (first,) = advance(SMALL, prepared, None, math.inf, until_epoch=1)
    later = dataclasses.replace(checkpoint, elapsed_s=100.0)
    _, (second,) = advance(SMALL, prepared, later, math.inf, until_epoch=2)
    assert first.elapsed_s < 100 < second.elapsed_s


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop"])
def test_torchs_generator_and_numpys_are_left_as_they_were(optimizer):
    recipe = SMALL.replaced(layers=2, dropout=0.5, optimizer=optimizer)
    prepared = prepared_for(recipe)
    torch_before, numpy_before = torch.get_rng_state(), np.random.get_state()  # noqa: NPY002
    advance(recipe, prepared, None, math.inf)
    assert torch.equal(torch_before, torch.get_rng_state())
    assert np.array_equal(numpy_before[1], np.random.get_state()[1])  # noqa: NPY002


def test_dropout_changes_the_numbers_but_not_by_torchs_generator():
    recipe = SMALL.replaced(layers=2, dropout=0.5)
    prepared = prepared_for(recipe)
    runs = []
    for seed in (1, 2):
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(seed)
            runs.append(advance(recipe, prepared, None, math.inf)[1])
    assert [numbers(r) for r in runs[0]] == [numbers(r) for r in runs[1]]
    without = advance(recipe.replaced(dropout=0.0), prepared, None, math.inf)[1]
    assert runs[0][0].train_loss != without[0].train_loss


def test_momentum_belongs_to_sgd_only():
    prepared = prepared_for(SMALL)
    losses = {}
    for optimizer in ("adam", "sgd", "rmsprop"):
        recipes = (SMALL.replaced(optimizer=optimizer, momentum=m) for m in (0.0, 0.9))
        losses[optimizer] = [advance(r, prepared, None, math.inf)[1][-1].train_loss for r in recipes]
    assert losses["adam"][0] == losses["adam"][1]
    assert losses["rmsprop"][0] == losses["rmsprop"][1]
    assert losses["sgd"][0] != losses["sgd"][1]


def test_checkpoints_are_not_changed_by_going_on():
    training = Training(SMALL, prepared_for(SMALL))
    training.advance(math.inf, until_epoch=1)
    checkpoint = training.checkpoint()
    kept = pack(checkpoint)
    training.advance(math.inf)
    assert pack(checkpoint) == kept


def test_windows_are_not_written_to():
    prepared = prepared_for(SMALL)
    before = prepared.train.inputs.copy(), prepared.train.targets.copy()
    advance(SMALL, prepared, None, math.inf)
    np.testing.assert_array_equal(prepared.train.inputs, before[0])
    np.testing.assert_array_equal(prepared.train.targets, before[1])


def test_the_cost_of_an_epoch_is_that_of_its_steps_and_its_validation(monkeypatch):
    clock = itertools.count()
    monkeypatch.setattr("time.perf_counter", lambda: float(next(clock)))
    monkeypatch.setattr("playground.networks.network.CHUNK_BYTES", 8 * 6 * 5 * 4 * 10)
    prepared = prepared_for(SMALL)
    steps, chunks = math.ceil(len(prepared.train.anchors) / 48), len(prepared.validation.anchors) / 10
    assert measure_epoch_s(SMALL, prepared) == pytest.approx(steps + chunks)
