"""Which inputs a network uses, against the same shuffling written out with loops, and against its expectation."""

import numpy as np
import pytest

from playground.config import DataChoice, Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.evaluation.importance import importance_of, inputs_of, orders_of, weigh_inputs
from playground.networks.network import build_network
from playground.records import Series

RANDOM = np.random.default_rng(5)
DAYS = np.datetime64("2020-01-01", "ns") + np.arange(500) * np.timedelta64(1, "D")


def led_series(length=500):
    """Each value is 0.5 of the one before and 1.5 of what the leader was; the third column is noise."""
    leader, noise = RANDOM.standard_normal((2, length))
    values = np.zeros(length)
    for t in range(1, length):
        values[t] = 0.5 * values[t - 1] + 1.5 * leader[t - 1] + 0.3 * RANDOM.standard_normal()
    return Series("x", "X", "m", values, DAYS[:length], "day", extras={"leader": leader, "noise": noise})


def prepared_of(series, **fields):
    choice = {
        "extra_inputs": ("leader", "noise"),
        "window_steps": 4,
        "gap_steps": 0,
        "train_fraction": 0.6,
        "validation_fraction": 0.3,
    }
    return prepare(series, DataChoice(**(choice | fields)))


def weighted(*weights):
    """Forecast a weighted sum of the last inputs, for one step."""
    return lambda inputs: (inputs[:, -1, : len(weights)] @ np.array(weights))[:, np.newaxis]


def by_hand(predict, prepared, columns, orders, horizon=1):
    """Return RMSE with the columns shuffled, one window after the other."""
    windows = prepared.validation
    squares = []
    for order in orders:
        for row, donor in enumerate(order):
            window = windows.inputs[row].copy()
            for column in columns:
                window[:, column] = windows.inputs[donor][:, column]
            output = predict(window[np.newaxis])[0] * prepared.scaling.deviation + prepared.scaling.mean
            anchor = windows.anchors[row]
            for step in range(horizon):
                level = (
                    output[step] if prepared.target == "level" else prepared.values[anchor] + output[: step + 1].sum()
                )
                squares.append((level - prepared.values[anchor + 1 + step]) ** 2)
    return np.sqrt(np.mean(squares))


@pytest.mark.parametrize("target", ["level", "change"])
def test_increases_are_those_of_the_shuffling_written_out(target):
    prepared = prepared_of(led_series(), target=target)
    predict = weighted(0.4, 0.8, 0.1)
    found = importance_of(predict, prepared, shuffles=3)
    orders = orders_of(len(prepared.validation.anchors), 3)
    plain = by_hand(predict, prepared, [], orders[:1])
    assert found.error == pytest.approx(plain, rel=1e-5)
    assert sorted(one.name for one in found.inputs) == ["", "leader", "noise"]
    for one in found.inputs:
        column = ("", "leader", "noise").index(one.name)
        assert one.increase == pytest.approx(by_hand(predict, prepared, [column], orders) - plain, rel=1e-4, abs=1e-6)
        assert one.low < one.increase < one.high


def test_longer_horizons_are_weighed_over_all_their_steps():
    prepared = prepared_of(led_series(), horizon_steps=3, target="change")
    predict = lambda inputs: inputs[:, -1, :1] * np.array([0.2, -0.1, 0.3]) + inputs[:, -2, 1:2]  # noqa: E731
    found = importance_of(predict, prepared, shuffles=2)
    orders = orders_of(len(prepared.validation.anchors), 2)
    plain = by_hand(predict, prepared, [], orders[:1], 3)
    leader = next(one for one in found.inputs if one.name == "leader")
    assert leader.increase == pytest.approx(by_hand(predict, prepared, [1], orders, 3) - plain, rel=1e-4)


def test_many_shuffles_come_to_the_mean_over_all_pairs_of_windows():
    prepared = prepared_of(led_series())
    predict, windows = weighted(0.4, 0.8, 0.0), prepared.validation
    deviation = prepared.scaling.deviation
    own, lead = windows.inputs[:, -1, 0].astype(float), windows.inputs[:, -1, 1].astype(float)
    truth = (prepared.values[windows.anchors + 1] - prepared.scaling.mean) / deviation
    every_pair = np.sqrt(np.mean((0.4 * own[:, np.newaxis] + 0.8 * lead - truth[:, np.newaxis]) ** 2)) * deviation
    as_it_is = np.sqrt(np.mean((0.4 * own + 0.8 * lead - truth) ** 2)) * deviation
    leader = importance_of(predict, prepared, shuffles=200).inputs[0]
    assert leader.name == "leader"
    assert leader.increase == pytest.approx(every_pair - as_it_is, rel=0.02)


def test_what_is_used_matters_and_what_is_not_does_not():
    found = {one.name: one for one in importance_of(weighted(0.4, 0.8, 0.0), prepared_of(led_series())).inputs}
    assert found["leader"].word == found[""].word == "matters"
    assert found["noise"].word == "by chance" and found["noise"].increase == 0


def test_a_used_input_that_leads_astray_is_told():
    """The network takes the leader with the wrong sign: forecasts are better with the leader of another window."""
    found = {one.name: one for one in importance_of(weighted(0.3, -0.8), prepared_of(led_series())).inputs}
    assert found["leader"].word == "misleads" and found["leader"].increase < 0


def test_windows_keep_their_course_and_come_from_far_away():
    prepared = prepared_of(led_series())
    known = {window[:, 1].tobytes() for window in prepared.validation.inputs}
    seen = []

    def predict(inputs):
        seen.append(inputs[:, :, 1].copy())
        return inputs[:, -1, :1]

    importance_of(predict, prepared, shuffles=2)
    for column in seen:
        assert {window.tobytes() for window in column} == known
    orders = orders_of(100, 10)
    assert (np.sort(orders, axis=1) == np.arange(100)).all() and np.abs(orders - np.arange(100)).mean() > 25


def test_sine_and_cosine_of_a_circle_are_one_input():
    prepared = prepared_of(led_series(), calendar=True)
    inputs = inputs_of(prepared)
    assert inputs == [
        ("", [0]), ("leader", [1]), ("noise", [2]), ("day of year", [3, 4]), ("day of week", [5, 6]),
    ]  # fmt: skip
    found = importance_of(lambda read: read[:, -1, 5:6] + read[:, -1, 6:7], prepared, shuffles=2)
    orders = orders_of(len(prepared.validation.anchors), 2)
    predict = lambda read: read[:, -1, 5:6] + read[:, -1, 6:7]  # noqa: E731
    week = next(one for one in found.inputs if one.name == "day of week")
    shuffled = by_hand(predict, prepared, [5, 6], orders)
    assert week.increase == pytest.approx(shuffled - found.error, rel=1e-4)


def test_too_few_windows_say_nothing():
    found = importance_of(
        weighted(0.4, 0.8, 0.1), prepared_of(led_series(100), validation_fraction=0.15, train_fraction=0.7)
    )
    assert {one.word for one in found.inputs} == {"n/a"}
    assert {one.reason.why for one in found.inputs} == {"too few windows"}


def test_outputs_that_are_no_numbers_say_nothing():
    prepared = prepared_of(led_series())
    found = importance_of(lambda inputs: np.full((len(inputs), 1), np.nan), prepared)
    assert {(one.word, one.reason.why) for one in found.inputs} == {("n/a", "network not finite or too large")}


def test_more_inputs_make_wider_intervals():
    series = led_series()
    alone = importance_of(weighted(0.4, 0.8), prepared_of(series, extra_inputs=("leader",)))
    among = importance_of(weighted(0.4, 0.8), prepared_of(series))
    one, other = (next(x for x in found.inputs if x.name == "leader") for found in (alone, among))
    assert one.increase == other.increase and other.low < one.low and other.high > one.high


def test_a_network_of_a_recipe_is_weighed_in_a_worker():
    recipe = Recipe().replaced(
        series="seattle_temperature", extra_inputs=("temp_min", "wind"), calendar=True, hidden_size=4, window_steps=8
    )
    series = load_series(recipe.data)
    found = weigh_inputs(recipe, series, build_network(recipe, 7).weights())
    assert {one.name for one in found.inputs} == {"", "temp_min", "wind", "day of year", "day of week"}
    assert found.windows == found.all_windows == len(prepare(series, recipe.data).validation.anchors)
    increases = [one.increase for one in found.inputs]
    assert increases == sorted(increases, reverse=True)


def test_a_large_network_is_weighed_on_fewer_windows():
    recipe = Recipe().replaced(
        series="sea_surface_temperature", calendar=True, cell="rnn", hidden_size=4, window_steps=2
    )
    found = weigh_inputs(recipe, load_series(recipe.data), build_network(recipe, 7).weights())
    assert (found.windows, found.shuffles) == (2000, 10) and found.all_windows > 2000
