"""The forecast of what comes next: dated by the calendar, its border named, limits inside each other."""

from dataclasses import replace

import numpy as np
import pytest

from playground.charts.outlook import outlook_figure
from playground.charts.theme import DARK, LIGHT
from playground.config import Recipe
from playground.networks.network import build_network
from playground.networks.weights import weights_of
from playground.outlook.work import advance_outlook
from playground.records import Series

DAYS = np.datetime64("2024-01-01", "ns") + np.arange(500) * np.timedelta64(1, "D")


@pytest.fixture(scope="module")
def series():
    values = 10 + np.sin(2 * np.pi * np.arange(500) / 7) + 0.1 * np.random.default_rng(0).standard_normal(500)
    return Series("x", "Shop", "pieces", values, DAYS, "day", season_steps=7)


@pytest.fixture(scope="module")
def outlook(series):
    recipe = Recipe().replaced(hidden_size=4, window_steps=8, horizon_steps=5, gap_steps=2)
    weights = weights_of(build_network(recipe, 1))
    return advance_outlook(recipe, series, (weights,), 12, None, None, False, None, None, 1e9).result


def named(figure):
    return {trace["name"]: trace for trace in figure.data}


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_it_goes_on_from_the_last_row(series, outlook, theme):
    figure = outlook_figure(series, outlook, theme, baselines=["seasonal naive"])
    lines = named(figure)
    near, far = lines["network"], lines["network, own outputs fed back"]
    np.testing.assert_allclose(near["y"], [series.values[-1], *outlook.predicted["network"][:5]], rtol=1e-6)
    np.testing.assert_allclose(far["y"], outlook.predicted["network"][4:], rtol=1e-6)
    assert (near["line"]["dash"], far["line"]["dash"]) == ("solid", "dash")
    assert str(near["x0"]).startswith("2025-05-14"), "it begins at the last true value"
    np.testing.assert_allclose(lines["seasonal naive"]["y"][1:], outlook.predicted["seasonal naive"], rtol=1e-6)
    assert [shape["label"]["text"] for shape in figure.layout.shapes] == ["now", "own outputs"]
    assert [shape["x0"][:10] for shape in figure.layout.shapes] == ["2025-05-14", "2025-05-19"]


def test_limits_lie_inside_each_other_and_belong_to_the_forecaster_asked_for(series, outlook):
    lines = named(outlook_figure(series, outlook, LIGHT))
    high = [lines[f"{level} limits"]["y"] for level in ("50%", "80%", "90%")]
    reach = min(map(len, high))  # high levels are promised less far ahead
    assert (high[0][:reach] <= high[1][:reach]).all()
    assert (high[1][:reach] <= high[2][:reach]).all()
    np.testing.assert_allclose(high[1], outlook.predicted["network"] + outlook.limits["network"].at(0.8), rtol=1e-6)
    other = named(outlook_figure(series, outlook, LIGHT, limits_of="last value"))
    np.testing.assert_allclose(
        other["80% limits of last value"]["y"], series.values[-1] + outlook.limits["last value"].at(0.8), rtol=1e-6
    )
    assert not [name for name in named(outlook_figure(series, outlook, LIGHT, limits_of="")) if "limits" in name]


def test_a_look_back_shows_what_came_and_nothing_that_is_sealed(series, outlook):
    last = len(outlook.rolling.origins) - 1
    figure = outlook_figure(series, outlook, LIGHT, look_back=last)
    origin = int(outlook.rolling.origins[last])
    truth = named(figure)["true series"]["y"]
    assert truth[-1] == pytest.approx(series.values[origin + 1]), "one step of validation is left there"
    assert figure.layout.shapes[0]["label"]["text"] == "then"
    first = named(outlook_figure(series, outlook, LIGHT, look_back=0))["true series"]["y"]
    begin = int(outlook.rolling.origins[0])
    np.testing.assert_allclose(first[-12:], series.values[begin + 1 : begin + 13], rtol=1e-6)


def test_without_times_positions_are_the_axis(outlook):
    plain = Series("x", "X", "", np.sin(np.arange(500.0)) + 10, None, "step")
    figure = outlook_figure(plain, replace(outlook, future=None), LIGHT)
    assert named(figure)["network"]["x0"] == 499


def test_every_seed_has_a_thin_line_beside_their_mean(series, outlook):
    several = replace(outlook, members=np.vstack([outlook.members * k for k in (0.9, 1.1)]))
    lines = named(outlook_figure(series, several, LIGHT))
    np.testing.assert_allclose(lines["seed 2"]["y"][1:], 1.1 * outlook.predicted["network"], rtol=1e-6)
    assert not lines["seed 2"]["showlegend"]
    assert "seed 1" not in named(outlook_figure(series, outlook, LIGHT))
