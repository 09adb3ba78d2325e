import numpy as np
import pytest

from playground.config import DataChoice
from playground.data.prepare import prepare
from playground.data.synthetic import make_ar1, make_random_walk, make_sine
from playground.evaluation.baselines import last_value
from playground.evaluation.copycat import find_copycat
from playground.evaluation.results import LAST_VALUE, BaselineForecast, PartForecasts
from playground.records import PARTS
from playground.sentences.forecast import copycat_sentence

CHOICE = DataChoice(window_steps=8, gap_steps=0)


def examined(prepared, predicted_of, part="validation"):
    """Examine forecasts that a function of anchors and horizon gives, on one part."""
    windows = prepared.part(part)
    horizon = windows.targets.shape[1]
    truth = prepared.values[windows.anchors[:, np.newaxis] + np.arange(1, horizon + 1)]
    predicted = predicted_of(windows.anchors, horizon)
    last = BaselineForecast(LAST_VALUE, "", last_value(prepared, windows.anchors, horizon))
    return find_copycat(PartForecasts("direct", part, windows.anchors, truth, predicted, (last,)), prepared)


@pytest.mark.parametrize("horizon_steps", [1, 3, 10])
@pytest.mark.parametrize("make", [make_sine, make_random_walk])
@pytest.mark.parametrize("seed", range(3))
def test_the_naive_forecast_always_raises_the_badge(make, horizon_steps, seed):
    choice = CHOICE.model_copy(update={"horizon_steps": horizon_steps, "data_seed": seed})
    prepared = prepare(make(choice), choice)
    for part in PARTS:
        found = examined(prepared, lambda anchors, steps: last_value(prepared, anchors, steps), part)
        assert (found.copies, found.best_shift) == (True, horizon_steps)
        assert copycat_sentence(found, "m").startswith("Copies the past: ")


def test_the_errors_are_those_against_the_moved_truth():
    prepared = prepare(make_random_walk(CHOICE), CHOICE)
    found = examined(prepared, lambda anchors, steps: prepared.values[anchors][:, np.newaxis] + 0.5)
    start, stop = prepared.split.bounds("validation")
    np.testing.assert_array_equal(found.shifts, [-2, -1, 0, 1, 2])
    anchors = prepared.validation.anchors
    anchors = anchors[(anchors - 1 >= start) & (anchors + 3 < stop)]
    values = prepared.values
    expected = [np.sqrt(np.mean((values[anchors + 1 - k] - values[anchors] - 0.5) ** 2)) for k in (-2, -1, 0, 1, 2)]
    np.testing.assert_allclose(found.errors, expected)
    assert found.errors[3] == pytest.approx(0.5)


def test_a_perfect_forecast_does_not_copy():
    prepared = prepare(make_sine(CHOICE), CHOICE)
    found = examined(prepared, lambda anchors, steps: prepared.values[anchors + 1][:, np.newaxis])
    assert (found.copies, found.best_shift) == (False, 0)
    assert copycat_sentence(found, "m").startswith("Does not copy the past")


def test_where_past_and_future_are_equal_the_forecast_is_not_blamed(series_of):
    # A season as long as the horizon: the last value is the truth.
    choice = CHOICE.model_copy(update={"horizon_steps": 4})
    prepared = prepare(series_of(np.tile([0.0, 3.0, 1.0, 7.0], 60)), choice)
    found = examined(prepared, lambda anchors, steps: last_value(prepared, anchors, steps))
    assert (found.copies, found.best_shift) == (False, 0)


def test_a_copy_in_a_series_that_alternates_is_found(series_of):
    prepared = prepare(series_of(np.tile([0.0, 3.0], 120)), CHOICE)
    found = examined(prepared, lambda anchors, steps: last_value(prepared, anchors, steps))
    assert (found.copies, found.best_shift) == (True, 1)


def test_a_forecast_that_leans_on_the_past_a_little_is_no_copy():
    choice = CHOICE.model_copy(update={"length_steps": 2000})
    prepared = prepare(make_random_walk(choice), choice)
    noise = np.random.default_rng(0).normal(size=2000)
    found = examined(prepared, lambda anchors, steps: (prepared.values + 1.2 * noise)[anchors][:, np.newaxis])
    assert (found.copies, found.best_shift) == (False, 1)
    assert copycat_sentence(found, "m").startswith("Leans on the past")


def test_a_forecast_of_an_older_value_says_which():
    prepared = prepare(make_random_walk(CHOICE), CHOICE)
    found = examined(prepared, lambda anchors, steps: prepared.values[anchors - 1][:, np.newaxis])
    assert (found.copies, found.best_shift) == (False, 2)
    assert "the value 2 steps before the one they are for" in copycat_sentence(found, "m")


def test_a_constant_stretch_has_no_test(series_of):
    values = np.sin(np.arange(300.0))
    values[200:] = 2.0
    prepared = prepare(series_of(values), CHOICE)
    found = examined(prepared, lambda anchors, steps: last_value(prepared, anchors, steps), "test")
    assert (found.copies, found.best_shift, found.errors.size) == (False, None, 0)
    assert (
        copycat_sentence(found, "m") == "n/a on test: the series does not vary there, so past and future are the same"
    )


def test_too_few_forecasts_have_no_test(series_of):
    choice = CHOICE.model_copy(update={"horizon_steps": 10})
    prepared = prepare(series_of(np.sin(np.arange(200.0))), choice)
    found = examined(prepared, lambda anchors, steps: last_value(prepared, anchors, steps))
    assert found.best_shift is None
    assert "can be moved both ways inside the part, 10 are needed" in copycat_sentence(found, "m")


def test_the_best_forecaster_of_a_random_walk_is_close_to_the_last_value_without_a_badge(evaluated, linear_forecaster):
    for seed in range(5):
        found = evaluated(make_random_walk(DataChoice(data_seed=seed)), DataChoice(target="change"), linear_forecaster)
        for copycat in found.copycats[1:]:
            assert not copycat.copies or "repeating it errs less" in copycat_sentence(copycat, "m")
        assert any(
            copycat_sentence(copycat, "m").startswith("Close to the last value, and as good")
            for copycat in found.copycats
        )


@pytest.mark.parametrize("kept", [0.5, 0.7, 0.9])
def test_the_best_forecaster_of_a_series_with_memory_raises_no_badge(kept):
    """Its forecast is a share of the last value, as it should be."""
    for seed in range(10):
        choice = CHOICE.model_copy(update={"data_seed": seed, "ar_coefficient": kept})
        prepared = prepare(make_ar1(choice), choice)
        found = examined(prepared, lambda anchors, steps, of=prepared: kept * last_value(of, anchors, steps), "test")
        assert not found.copies
        assert copycat_sentence(found, "m").startswith(
            ("Close to the last value", "Leans on the past", "Does not copy")
        )


def test_a_forecaster_that_beats_the_last_value_is_close_to_it_as_it_should_be():
    choice = CHOICE.model_copy(update={"ar_coefficient": 0.5, "length_steps": 2000})
    prepared = prepare(make_ar1(choice), choice)
    found = examined(prepared, lambda anchors, steps: 0.5 * last_value(prepared, anchors, steps))
    assert found.best_shift == 1 and "as it should be here, and better than it" in copycat_sentence(found, "m")


def test_a_copy_that_errs_more_than_the_last_value_raises_the_badge():
    choice = CHOICE.model_copy(update={"length_steps": 2000})
    prepared = prepare(make_random_walk(choice), choice)
    noise = np.random.default_rng(0).normal(size=2000)
    found = examined(prepared, lambda anchors, steps: (prepared.values + 0.4 * noise)[anchors][:, np.newaxis])
    assert found.copies and "repeating it errs less" in copycat_sentence(found, "m")


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.5, 1.0])
def test_a_good_forecaster_of_a_sine_never_raises_it(evaluated, linear_forecaster, noise):
    for seed in range(3):
        choice = DataChoice(noise=noise, data_seed=seed)
        found = evaluated(make_sine(choice), choice, linear_forecaster)
        assert [copycat.copies for copycat in found.copycats] == [False, False, False]
