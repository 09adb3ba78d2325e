"""What the window player gets is what training reads, number for number."""

import base64
import dataclasses

import numpy as np
import pytest

from playground.charts.theme import DARK, LIGHT
from playground.charts.windows import MOST_WINDOWS, window_pictures
from playground.config import DataChoice
from playground.data.prepare import prepare

CHOICE = DataChoice(window_steps=5, horizon_steps=2, gap_steps=4)


@pytest.fixture
def windy(daily):
    """100 days with a second column."""
    return dataclasses.replace(daily, extras={"wind": np.cos(np.arange(100.0))})


def table(text: str, columns: int) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype="<f4").reshape(-1, columns)


def test_every_window_and_target_is_the_one_that_training_uses(windy):
    prepared = prepare(windy, CHOICE.model_copy(update={"extra_inputs": ("wind",), "calendar": True}))
    shown = window_pictures(windy, prepared, 64, LIGHT)
    scaled = table(shown["scaled"], shown["length"])
    assert shown["features"] == ["level", "wind", *prepared.feature_names[2:]]
    assert len(scaled) == len(shown["features"])
    for k in (0, 7, shown["windows"] - 1):
        np.testing.assert_array_equal(scaled[:, k : k + 5].T, prepared.train.inputs[k])
        np.testing.assert_array_equal(scaled[0, k + 5 : k + 7], prepared.train.targets[k])


def test_raw_numbers_are_in_the_units_of_the_series(windy):
    prepared = prepare(windy, CHOICE.model_copy(update={"extra_inputs": ("wind",), "calendar": True}))
    shown = window_pictures(windy, prepared, 64, LIGHT)
    raw, scaled = (table(shown[name], shown["length"]) for name in ("raw", "scaled"))
    stop = prepared.split.train_stop
    np.testing.assert_allclose(raw[0], windy.values[:stop], rtol=1e-6)
    np.testing.assert_allclose(raw[1], windy.extras["wind"][:stop], rtol=1e-6)
    np.testing.assert_array_equal(raw[2:], scaled[2:])


def test_changes_start_where_they_are_defined(daily):
    daily = dataclasses.replace(daily, values=np.sin(np.arange(100.0)))
    prepared = prepare(daily, CHOICE.model_copy(update={"target": "change"}))
    shown = window_pictures(daily, prepared, 64, LIGHT)
    assert shown["start"] == 1
    assert np.isfinite(table(shown["raw"], shown["length"])).all()


def test_nothing_beyond_the_training_part_is_shown(daily):
    prepared = prepare(daily, CHOICE)
    shown = window_pictures(daily, prepared, 64, LIGHT)
    assert shown["start"] + shown["length"] == prepared.split.train_stop


def test_places_are_dates_or_nothing(daily, series):
    assert window_pictures(daily, prepare(daily, CHOICE), 64, LIGHT)["places"][:2] == ["2012-01-01", "2012-01-02"]
    assert window_pictures(series, prepare(series, CHOICE), 64, LIGHT)["places"] == []
    hours = np.datetime64("2012-01-01T06", "ns") + np.arange(100) * np.timedelta64(1, "h")
    hourly = dataclasses.replace(daily, times=hours.astype("datetime64[ns]"))
    assert window_pictures(hourly, prepare(hourly, CHOICE), 64, LIGHT)["places"][0] == "2012-01-01 06:00"


def test_a_batch_is_no_larger_than_the_training_part(daily):
    prepared = prepare(daily, CHOICE)
    count = len(prepared.train.anchors)
    assert window_pictures(daily, prepared, 512, LIGHT)["batch"] == count
    assert window_pictures(daily, prepared, 16, LIGHT)["batch"] == 16


def test_of_a_long_training_part_a_stretch_is_sent(series):
    long = dataclasses.replace(series, values=np.sin(np.arange(4000.0)))
    prepared = prepare(long, CHOICE)
    shown = window_pictures(long, prepared, 64, DARK, first=1000)
    assert (shown["first"], shown["windows"], shown["start"]) == (1000, MOST_WINDOWS, 1000)
    np.testing.assert_array_equal(table(shown["scaled"], shown["length"])[0, 3:8], prepared.train.inputs[1003][:, 0])
    assert len(shown["overview"]["positions"]) < 420
    with pytest.raises(ValueError, match="first must be a training window"):
        window_pictures(long, prepared, 64, DARK, first=len(prepared.train.anchors))
