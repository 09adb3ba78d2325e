import numpy as np
import pytest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.evaluation.baselines import last_value
from playground.evaluation.forecast import forecast_one_step
from playground.evaluation.metrics import score_forecast
from playground.networks.network import Network, build_network
from playground.records import PARTS

RECIPE = Recipe().replaced(length_steps=300, window_steps=10, hidden_size=4)


class Repeating(Network):
    """Stands in for a network: forecasts a fixed quantity, or repeats the last input."""

    def __init__(self, recipe, prepared, quantity=None):
        super().__init__(recipe)
        self.prepared, self.quantity = prepared, quantity

    def predict(self, inputs):
        scaling = self.prepared.scaling
        last = inputs[:, -1, :] if self.quantity is None else np.full((len(inputs), 1), self.quantity)
        scaled = last if self.quantity is None else (last - scaling.mean) / scaling.deviation
        return np.repeat(scaled, self.readout.out_features, axis=1)


def prepared_for(recipe):
    return prepare(load_series(recipe.data), recipe.data)


@pytest.mark.parametrize("horizon_steps", [1, 5])
def test_a_network_that_repeats_its_last_input_is_the_baseline(horizon_steps):
    recipe = RECIPE.replaced(horizon_steps=horizon_steps)
    prepared = prepared_for(recipe)
    forecast = forecast_one_step(Repeating(recipe, prepared), prepared)
    np.testing.assert_allclose(forecast.predicted, forecast.baseline, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(forecast.baseline, last_value(prepared, forecast.anchors, horizon_steps))
    for score in score_forecast(forecast, ""):
        assert score.value == pytest.approx(score.baseline, rel=1e-5)


@pytest.mark.parametrize("target", ["change", "log_return"])
def test_a_network_that_forecasts_no_change_is_the_baseline(target):
    recipe = RECIPE.replaced(series="apple" if target == "log_return" else "sine", target=target, horizon_steps=3)
    prepared = prepared_for(recipe)
    forecast = forecast_one_step(Repeating(recipe, prepared, quantity=0.0), prepared)
    np.testing.assert_allclose(forecast.predicted, forecast.baseline, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("target", ["level", "change"])
def test_a_network_that_knows_the_targets_forecasts_the_truth(target, monkeypatch):
    recipe = RECIPE.replaced(target=target, horizon_steps=3)
    prepared = prepared_for(recipe)
    answers = iter([prepared.part(part).targets for part in PARTS])
    network = build_network(recipe)
    monkeypatch.setattr(network, "predict", lambda inputs: next(answers))
    forecast = forecast_one_step(network, prepared)
    np.testing.assert_allclose(forecast.predicted, forecast.truth, rtol=0, atol=1e-5)


def test_forecasts_lie_in_their_parts_and_beside_the_truth():
    recipe = RECIPE.replaced(horizon_steps=4)
    prepared = prepared_for(recipe)
    forecast = forecast_one_step(build_network(recipe), prepared)
    assert forecast.kind == "direct"
    assert (np.diff(forecast.anchors) > 0).all()
    for index, part in enumerate(PARTS):
        start, stop = prepared.split.bounds(part)
        anchors = forecast.anchors[forecast.parts == index]
        np.testing.assert_array_equal(anchors, np.arange(start + 10 - 1, stop - 4))
    for row in (0, 100, -1):
        anchor = forecast.anchors[row]
        np.testing.assert_array_equal(forecast.truth[row], prepared.values[anchor + 1 : anchor + 5])


def test_a_forecast_is_what_the_network_says_of_the_window_before_it():
    prepared = prepared_for(RECIPE)
    network = build_network(RECIPE)
    forecast = forecast_one_step(network, prepared)
    assert forecast.kind == "one-step"
    row = int(np.flatnonzero(forecast.parts == PARTS.index("test"))[7])
    anchor = forecast.anchors[row]
    scaled = (prepared.values[anchor - 9 : anchor + 1] - prepared.scaling.mean) / prepared.scaling.deviation
    output = network.predict(scaled.astype(np.float32).reshape(1, 10, 1))[0, 0]
    assert forecast.predicted[row, 0] == pytest.approx(output * prepared.scaling.deviation + prepared.scaling.mean)


def test_a_shortened_forecast_keeps_validation_whole_and_what_lies_next_to_it():
    prepared = prepared_for(RECIPE)
    network = build_network(RECIPE)
    whole, short = forecast_one_step(network, prepared), forecast_one_step(network, prepared, most=40)
    kept = np.isin(whole.anchors, short.anchors)
    np.testing.assert_allclose(short.predicted, whole.predicted[kept], rtol=0, atol=1e-6)
    np.testing.assert_array_equal(short.truth, whole.truth[kept])
    np.testing.assert_array_equal(short.parts, whole.parts[kept])
    assert 35 < np.sum(short.parts != 1) <= 40 < np.sum(whole.parts != 1)
    train, validation, test = (short.anchors[short.parts == index] for index in range(3))
    np.testing.assert_array_equal(train, prepared.train.anchors[-len(train) :])
    np.testing.assert_array_equal(validation, prepared.validation.anchors)
    np.testing.assert_array_equal(test, prepared.test.anchors[: len(test)])
    assert len(train) > len(test) > 0


def test_a_limit_above_what_there_is_leaves_nothing_out():
    prepared = prepared_for(RECIPE)
    network = build_network(RECIPE)
    np.testing.assert_array_equal(
        forecast_one_step(network, prepared, most=10_000).anchors, forecast_one_step(network, prepared).anchors
    )


def test_forecasts_of_a_broken_network_are_kept_and_not_scored():
    prepared = prepared_for(RECIPE)
    network = build_network(RECIPE)
    network.load_weights({name: np.full_like(w, np.nan) for name, w in network.weights().items()})
    forecast = forecast_one_step(network, prepared)
    assert np.isnan(forecast.predicted).all()
    assert all(s.value is None and s.reason == "network not finite" for s in score_forecast(forecast, ""))
