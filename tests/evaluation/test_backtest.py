"""The backtest: worked by hand with a known forecaster, blind to what follows each origin."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.evaluation.backtest import (
    advance_backtest,
    choose_origins,
    compare,
    spread_order,
)
from playground.evaluation.backtest_results import BacktestRun
from playground.evaluation.baselines import last_value, seasonal_naive, training_mean
from playground.evaluation.free_run import run_free
from playground.networks.network import build_network
from playground.packing import pack, unpack
from playground.records import PARTS, Series

RECIPE = Recipe().replaced(
    length_steps=300, window_steps=6, horizon_steps=2, hidden_size=4, gap_steps=5, period_steps=20
)
SERIES = load_series(RECIPE.data)
WEIGHTS = build_network(RECIPE).weights()


def backtest(recipe, series, weights, origins=50, steps=0, test_open=False, **limits):
    """Return a backtest that was driven to its end."""
    run = None
    while run is None or not run.done:
        run = advance_backtest(recipe, series, weights, origins, steps, test_open, run, **limits)
    return run


def one_more(prepared):
    """A forecaster by hand: two steps at once, each one unit above the last input."""

    def predict(inputs):
        return inputs[:, -1:, 0] + np.array([1.0, 2.0], np.float32) / prepared.scaling.deviation

    return predict


def test_errors_worked_by_hand():
    """On values 0, 3, 6, ... counting up by one is 2 too low per step; repeating the last value 3 too low."""
    ramp = Series("ramp", "Ramp", "m", 3.0 * np.arange(200), None, "step")
    prepared = prepare(ramp, RECIPE.data)
    origins = choose_origins(prepared, ("validation",), 4, 5)
    outputs = run_free(one_more(prepared), prepared, origins, 5)
    result = compare(prepared, ("validation",), origins, outputs, 4, "", 0.0)
    lead = np.arange(1, 6)
    assert result.horizon == 2 and result.steps == 5
    np.testing.assert_allclose(result.predicted, 3.0 * result.origins[:, None] + lead, atol=1e-3)
    np.testing.assert_array_equal(result.truth, 3.0 * (result.origins[:, None] + lead))
    np.testing.assert_allclose(result.by_lead["network"], 2.0 * lead, atol=1e-3)
    np.testing.assert_allclose(result.by_lead["last value"], 3.0 * lead)
    np.testing.assert_allclose(result.by_origin["free-run"]["network"], 2 * np.sqrt(55 / 5), atol=1e-3)
    np.testing.assert_allclose(result.by_origin["direct"]["network"], 2 * np.sqrt(5 / 2), atol=1e-3)
    np.testing.assert_allclose(result.by_origin["direct"]["last value"], 3 * np.sqrt(5 / 2))
    mean = 3.0 * (prepared.split.train_stop - 1) / 2
    np.testing.assert_allclose(result.by_origin["free-run"]["mean"][0] ** 2, np.mean((result.truth[0] - mean) ** 2))
    assert "seasonal naive" not in result.baselines and result.reasons["seasonal naive"].why == "no season"


def test_baselines_start_from_the_same_origins():
    prepared = prepare(SERIES, RECIPE.data)
    result = backtest(RECIPE, SERIES, WEIGHTS, origins=9, steps=7).result
    np.testing.assert_array_equal(result.baselines["last value"], last_value(prepared, result.origins, 7))
    np.testing.assert_array_equal(result.baselines["seasonal naive"], seasonal_naive(prepared, result.origins, 7, 20))
    np.testing.assert_array_equal(result.baselines["mean"], training_mean(prepared, result.origins, 7))
    for name, forecast in result.baselines.items():
        expected = np.sqrt(np.mean((forecast - result.truth) ** 2, axis=0))
        np.testing.assert_allclose(result.by_lead[name], expected)


def test_the_first_steps_are_what_the_network_says_of_the_true_window():
    prepared = prepare(SERIES, RECIPE.data)
    network = build_network(RECIPE)
    result = backtest(RECIPE, SERIES, WEIGHTS, origins=12, steps=6).result
    for row in (0, 5, 11):
        anchor = result.origins[row]
        outputs = network.predict(prepared.features[anchor - 5 : anchor + 1][None])[0]
        levels = outputs * prepared.scaling.deviation + prepared.scaling.mean
        np.testing.assert_allclose(result.predicted[row, :2], levels, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("test_open", [False, True])
def test_origins_are_evenly_spaced_and_forecast_inside_their_part(test_open):
    prepared = prepare(SERIES, RECIPE.data)
    result = backtest(RECIPE, SERIES, WEIGHTS, origins=10, steps=8, test_open=test_open).result
    split = prepared.split
    for part in PARTS:
        origins = result.origins[result.parts == PARTS.index(part)]
        if part == "train" or (part == "test" and not test_open):
            assert not len(origins)
            continue
        start, stop = split.bounds(part)
        assert origins[0] >= start - 1 and origins[-1] + 8 < stop
        assert np.ptp(np.diff(origins)) <= 1
    if not test_open:
        assert result.origins[0] == split.validation_start - 1
        assert result.origins[-1] == split.validation_stop - 9
        assert len(result.origins) == 10


def test_origins_that_fill_a_part_are_all_of_it():
    prepared = prepare(SERIES, RECIPE.data)
    split = prepared.split
    every = choose_origins(prepared, ("validation",), 1000, 3)
    np.testing.assert_array_equal(every, np.arange(split.validation_start - 1, split.validation_stop - 3))


def test_what_follows_an_origin_changes_nothing_of_its_forecast():
    series = replace(SERIES, extras={"wind": np.random.default_rng(1).normal(size=300)})
    recipe = RECIPE.replaced(extra_inputs=("wind",))
    weights = build_network(recipe, 2).weights()
    before = backtest(recipe, series, weights, origins=5, steps=9).result
    for row in (0, 2, 4):
        origin = before.origins[row]
        values, wind = series.values.copy(), series.extras["wind"].copy()
        rng = np.random.default_rng(row)
        values[origin + 1 :] = rng.permutation(values[origin + 1 :])
        wind[origin + 1 :] = rng.permutation(wind[origin + 1 :])
        after = backtest(recipe, replace(series, values=values, extras={"wind": wind}), weights, 5, 9).result
        np.testing.assert_array_equal(after.predicted[row], before.predicted[row])
        for name in before.baselines:
            np.testing.assert_array_equal(after.baselines[name][row], before.baselines[name][row])
        assert not np.array_equal(after.truth[row], before.truth[row])


def test_pieces_give_the_same_numbers_and_travel_between_processes(monkeypatch):
    whole = backtest(RECIPE, SERIES, WEIGHTS, origins=11, steps=6).result
    monkeypatch.setattr("playground.evaluation.backtest._chunk", lambda *_: 3)
    run, shares = None, []
    while run is None or not run.done:
        run = advance_backtest(RECIPE, SERIES, WEIGHTS, 11, 6, False, pickle.loads(pickle.dumps(run)), piece_s=0.0)
        shares.append(run.progress)
    assert shares == pytest.approx([3 / 11, 6 / 11, 9 / 11, 1])
    np.testing.assert_allclose(run.result.predicted, whole.predicted, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(run.result.origins, whole.origins)


def test_a_backtest_out_of_time_covers_the_part_with_fewer_origins(monkeypatch):
    monkeypatch.setattr("playground.evaluation.backtest._chunk", lambda *_: 4)
    run = backtest(RECIPE, SERIES, WEIGHTS, origins=16, steps=4, budget_s=0.0)
    assert run.done and len(run.result.origins) == 4 and run.result.asked_origins == 16
    whole = backtest(RECIPE, SERIES, WEIGHTS, origins=16, steps=4).result
    np.testing.assert_array_equal(run.result.origins, whole.origins[::4])


def test_a_backtest_tells_how_far_it_is(monkeypatch):
    monkeypatch.setattr("playground.evaluation.backtest._chunk", lambda *_: 2)
    run, told = None, []
    for _ in range(4):
        run = advance_backtest(RECIPE, SERIES, WEIGHTS, 16, 4, False, run, piece_s=0.0)
        told.append(run.progress)
    assert told == pytest.approx([1 / 8, 2 / 8, 3 / 8, 4 / 8])
    assert not run.done and run.finished == 8


def test_the_order_is_spread_from_the_start():
    assert spread_order(8).tolist() == [0, 4, 2, 6, 1, 5, 3, 7]
    assert sorted(spread_order(50).tolist()) == list(range(50))
    assert spread_order(1).tolist() == [0]


def test_steps_nobody_chose_are_a_season_that_fits():
    result = backtest(RECIPE, SERIES, WEIGHTS, origins=3).result
    assert result.steps == 20
    long_season = load_series(RECIPE.data.model_copy(update={"period_steps": 200.0}))
    points = np.subtract(*prepare(long_season, RECIPE.data).split.bounds("validation")[::-1])
    assert backtest(RECIPE, long_season, WEIGHTS, origins=3).result.steps == points // 2
    assert set(backtest(RECIPE, SERIES, WEIGHTS, origins=3, steps=2).result.by_origin) == {"direct"}
    single = RECIPE.replaced(horizon_steps=1)
    assert set(backtest(single, SERIES, build_network(single).weights(), 3, 2).result.by_origin) == {
        "one-step",
        "free-run",
    }


def test_forecasts_that_are_not_finite_have_no_error():
    broken = {name: np.full_like(array, np.nan) for name, array in WEIGHTS.items()}
    result = backtest(RECIPE, SERIES, broken, origins=3, steps=4).result
    assert np.isnan(result.by_lead["network"]).all()
    assert np.isfinite(result.by_lead["last value"]).all()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"origins": 0}, "origins must be at least 1, got 0"),
        ({"steps": -1}, "steps must be at least 0, got -1"),
        ({"steps": 99}, r"steps must be at most \d+, the points of validation, got 99"),
    ],
)
def test_impossible_wishes_are_sentences(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        backtest(RECIPE, SERIES, WEIGHTS, **arguments)


def test_a_backtest_that_an_older_version_kept_is_refused_and_so_begins_anew():
    run = backtest(RECIPE, SERIES, WEIGHTS, origins=3)
    older = replace(run, result=replace(run.result, reasons={"drift": "in words"}))
    assert unpack(BacktestRun, pack(run)).done
    with pytest.raises(ValueError, match="not a stored BacktestRun"):
        unpack(BacktestRun, pack(older))
