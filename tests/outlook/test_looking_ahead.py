"""The whole of looking ahead: pieces, seals, seeds, refitting, newer rows, and a future that changes nothing."""

from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from playground.evaluation.results import NETWORK
from playground.outlook.results import OutlookRun
from playground.outlook.work import advance_outlook, advance_refit
from playground.packing import pack, unpack


@pytest.fixture
def wave():
    rng = np.random.default_rng(5)
    return 10 + np.sin(2 * np.pi * np.arange(300) / 12) + 0.2 * rng.standard_normal(300)


def same(a, b):
    """Say whether two records hold the same numbers."""
    if is_dataclass(a):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return np.array_equal(a, b, equal_nan=True) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else np.all(a == b)


def test_in_pieces_it_is_the_same(series_of, small, untrained, look, wave):
    recipe, series = small(horizon_steps=3), series_of(wave, season_steps=12)
    weights = (untrained(recipe),)
    assert same(look(recipe, series, weights, 9), look(recipe, series, weights, 9, piece_s=0.0))


def test_it_survives_the_store(series_of, small, untrained, wave):
    run = advance_outlook(small(), series_of(wave), (untrained(small()),), 4, None, None, False, None, None, 1e9)
    assert same(unpack(OutlookRun, pack(run)), run)


def test_permuting_what_comes_later_changes_no_number_that_is_made_before(series_of, small, untrained, look, wave):
    """The test part is shuffled: while it is sealed no limit moves, and opened, no forecast made before it does."""
    recipe = small(horizon_steps=2)
    weights, steps = (untrained(recipe),), 6
    start = 2 * 2 + int(296 * 0.7) + int(296 * 0.15)
    later = wave.copy()
    later[start:] = np.random.default_rng(0).permutation(later[start:])
    ours, theirs = (look(recipe, series_of(v, season_steps=12), weights, steps) for v in (wave, later))
    assert same(ours.limits, theirs.limits)
    assert same(ours.rolling, theirs.rolling)
    ours, theirs = (look(recipe, series_of(v), weights, steps, None, None, True) for v in (wave, later))
    before = ours.rolling.origins < start
    for name, each in ours.rolling.predicted.items():
        np.testing.assert_array_equal(each[before], theirs.rolling.predicted[name][before], err_msg=name)


def test_every_baseline_goes_on_from_the_last_row(series_of, small, untrained, look, wave):
    found = look(small(), series_of(wave, season_steps=12), (untrained(small()),), 30)
    assert next(iter(found.predicted)) == NETWORK
    np.testing.assert_allclose(found.predicted["last value"], np.full(30, wave[-1]))
    np.testing.assert_allclose(found.predicted["seasonal naive"], np.tile(wave[-12:], 3)[:30])
    np.testing.assert_allclose(found.predicted["drift"], wave[-1] + (wave[-1] - wave[0]) / 299 * np.arange(1, 31))
    assert {"linear autoregression", "exponential smoothing", "mean"} < set(found.predicted)
    assert set(found.limits) == set(found.predicted)
    errors = np.abs(np.array([wave[o + 1] - wave[o] for o in found.rolling.origins]))
    rank = int(np.ceil((len(errors) + 1) * 0.8))
    assert found.limits["last value"].at(0.8)[0] == pytest.approx(np.sort(errors)[rank - 1])


def test_without_a_season_the_seasonal_baseline_says_why(series_of, small, untrained, look):
    noise = np.random.default_rng(0).standard_normal(300)
    found = look(small(), series_of(noise), (untrained(small()),), 5)
    assert found.reasons["seasonal naive"].why == "no season"
    assert "seasonal naive" not in found.predicted


def test_several_seeds_are_their_mean_and_each_is_there(series_of, small, untrained, look, wave):
    weights = [untrained(small(seed=seed)) for seed in (1, 2, 3)]
    alone = [look(small(seed=seed), series_of(wave), (w,), 5) for seed, w in zip((1, 2, 3), weights, strict=True)]
    together = look(small(), series_of(wave), tuple(weights), 5)
    np.testing.assert_allclose(together.members, [each.predicted[NETWORK] for each in alone])
    np.testing.assert_allclose(together.predicted[NETWORK], np.mean(together.members, axis=0))
    np.testing.assert_allclose(
        together.rolling.predicted[NETWORK], np.mean([each.rolling.predicted[NETWORK] for each in alone], axis=0)
    )


def test_trained_again_on_all_rows_it_is_named_and_judged_by_the_one_before(series_of, small, untrained, look, wave):
    recipe, series = small(), series_of(wave)
    weights = (untrained(recipe),)
    run = None
    while run is None or not run.done:
        run = advance_refit(recipe, series, 2, None, run, 0.0)
    assert run.checkpoint.epoch == 2
    judged = look(recipe, series, weights, 5)
    found = look(recipe, series, weights, 5, None, None, False, run.checkpoint.weights)
    assert found.refitted and not judged.refitted
    assert same(found.limits, judged.limits)
    assert not np.allclose(found.predicted[NETWORK], judged.predicted[NETWORK])
    np.testing.assert_allclose(found.predicted["mean"], np.full(5, wave.mean()))
    assert not np.allclose(judged.predicted["mean"], wave.mean())


def test_what_is_trained_on_all_rows_reads_them_all(series_of, small, wave):
    """The last row is learnt from: another one leaves other weights."""
    other = wave.copy()
    other[-1] += 3
    ours, theirs = (advance_refit(small(), series_of(v), 1, None, None, 1e9).checkpoint.weights for v in (wave, other))
    assert any(not np.array_equal(ours[name], theirs[name]) for name in ours)


def test_newer_rows_are_forecast_from_without_training_and_the_earlier_forecast_is_judged(
    series_of, small, untrained, look, wave
):
    recipe, weights = small(horizon_steps=2), None
    weights = (untrained(recipe),)
    old, new = series_of(wave[:280], season_steps=12), series_of(wave, season_steps=12)
    before, now = look(recipe, old, weights, 8), look(recipe, old, weights, 8, new)
    assert (before.rows, now.rows, before.turned_out) == (280, 300, None)
    told = now.turned_out
    np.testing.assert_array_equal(told.truth, wave[280:288])
    for name, each in told.predicted.items():
        np.testing.assert_allclose(each, before.predicted[name], rtol=1e-6, err_msg=name)
    off = np.abs(wave[280:288] - before.predicted[NETWORK])
    assert told.inside["0.8"] == np.sum(off <= before.limits[NETWORK].at(0.8))
    assert told.known["0.8"] == 8
    assert told.errors[NETWORK] == pytest.approx(np.sqrt(np.mean(off**2)))
    assert same(before.limits, now.limits), "while the test part is sealed newer rows tell the limits nothing"


def test_the_truth_of_a_sealed_part_is_not_in_the_record(series_of, small, untrained, look, wave):
    found = look(small(), series_of(wave), (untrained(small()),), 20)
    stop = 2 + int(296 * 0.7) + int(296 * 0.15)
    positions = found.rolling.origins[:, None] + np.arange(1, 21)
    assert np.isnan(found.rolling.truth[positions >= stop]).all()
    assert np.isfinite(found.rolling.truth[positions < stop]).all()


def test_a_network_without_finite_forecasts_says_so(series_of, small, untrained, look, wave):
    weights = {name: np.full_like(array, 1e38) for name, array in untrained(small()).items()}
    found = look(small(cell="rnn", nonlinearity="relu"), series_of(wave), (weights_for_relu(weights),), 5)
    assert np.isnan(found.predicted[NETWORK]).all()
    assert found.reasons[NETWORK].why == "network not finite or too large"


def weights_for_relu(weights):
    """Cut an LSTM's weights to those of a plain RNN."""
    return {name: array if name.startswith("readout") else array[:5] for name, array in weights.items()}
