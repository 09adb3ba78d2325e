"""Further inputs worked by hand, the calendar against pandas, and that scaling sees the training part only."""

import numpy as np
import pandas as pd
import pytest

from playground.config import DataChoice
from playground.data.catalog import load_series
from playground.data.features import calendar_circles, feature_count, make_features
from playground.data.prepare import prepare
from playground.packing import pack, unpack
from playground.records import PARTS, Series

CHOICE = DataChoice(window_steps=3, gap_steps=1, extra_inputs="wind,rain")


def series_of(n: int = 120, every: str | None = "D", **extras) -> Series:
    random = np.random.default_rng(4)
    times = None if every is None else pd.date_range("2023-12-20", periods=n, freq=every).to_numpy("datetime64[ns]")
    extras = {"wind": random.normal(3, 2, n), "rain": random.uniform(0, 9, n)} | extras
    return Series("made", "Made", "", np.cumsum(random.normal(size=n)), times, "day", extras=extras)


def test_columns_are_standardised_by_the_training_part():
    series = series_of()
    prepared = prepare(series, CHOICE)
    stop = prepared.split.train_stop
    assert prepared.feature_names == ("level", "wind", "rain")
    assert prepared.known_ahead == (False, False, False)
    assert prepared.features.shape == (120, 3)
    assert prepared.features.dtype == np.float32
    assert not prepared.features.flags.writeable
    for column, name in ((1, "wind"), (2, "rain")):
        seen = series.extras[name][:stop]
        expected = (series.extras[name] - seen.mean()) / seen.std()
        np.testing.assert_allclose(prepared.features[:, column], expected, rtol=1e-5, atol=1e-6)


def test_windows_hold_the_features_of_their_steps():
    prepared = prepare(series_of(), CHOICE.model_copy(update={"target": "change", "calendar": True}))
    for part in PARTS:
        windows = prepared.part(part)
        assert windows.inputs.shape == (len(windows.anchors), 3, len(prepared.feature_names))
        for row, anchor in enumerate(windows.anchors):
            assert np.array_equal(windows.inputs[row], prepared.features[anchor - 2 : anchor + 1])
        assert np.array_equal(windows.targets[:, 0], prepared.features[windows.anchors + 1, 0])
        assert np.isfinite(windows.inputs).all()


def test_further_inputs_change_nothing_for_the_target():
    alone, beside = (
        prepare(series_of(), DataChoice(window_steps=3)),
        prepare(series_of(), DataChoice(window_steps=3, extra_inputs="rain", calendar=True)),
    )
    assert alone.scaling == beside.scaling
    assert alone.feature_names == ("level",)
    for part in PARTS:
        assert alone.part(part).inputs.tobytes() == beside.part(part).inputs[:, :, :1].tobytes()
        assert alone.part(part).targets.tobytes() == beside.part(part).targets.tobytes()


def test_nothing_after_the_training_part_reaches_its_inputs():
    series = series_of()
    choice = CHOICE.model_copy(update={"calendar": True})
    before = prepare(series, choice)
    stop = before.split.train_stop
    for name in series.extras:
        series.extras[name][stop:] = 1e4 * np.arange(120 - stop)
    after = prepare(series, choice)
    assert before.features[:stop].tobytes() == after.features[:stop].tobytes()
    assert before.train.inputs.tobytes() == after.train.inputs.tobytes()
    assert before.test.inputs.tobytes() != after.test.inputs.tobytes()


def test_a_column_that_does_not_vary_in_training_is_read_as_zero_and_told():
    rain = np.r_[np.full(100, 0.3), np.arange(20.0)]
    prepared = prepare(series_of(rain=rain), CHOICE)
    assert (prepared.features[:, 2] == 0).all()
    assert prepared.notes == ("rain is 0.3 throughout the training part, so the network reads it as 0",)


def test_calendar_against_pandas():
    times = pd.date_range("2023-12-29 00:00", periods=2000, freq="37min")
    circles = calendar_circles(times.to_numpy("datetime64[ns]"))
    assert list(circles) == ["day of year", "day of week", "hour of day"]
    of_day = times.hour / 24 + times.minute / 1440
    days = np.where(times.is_leap_year, 366, 365)
    np.testing.assert_allclose(circles["day of year"], (times.day_of_year - 1 + of_day) / days, atol=1e-12)
    np.testing.assert_allclose(circles["day of week"], times.day_of_week / 7, atol=1e-12)
    np.testing.assert_allclose(circles["hour of day"], of_day, atol=1e-12)


@pytest.mark.parametrize(
    ("every", "names"),
    [
        ("h", ["day of year", "day of week", "hour of day"]),
        ("B", ["day of year", "day of week"]),
        ("W", ["day of year"]),
        ("MS", ["day of year"]),
        ("YS", []),
    ],
)
def test_the_calendar_tells_only_what_the_step_leaves_open(every, names):
    times = pd.date_range("2020-01-01", periods=30, freq=every).to_numpy("datetime64[ns]")
    assert list(calendar_circles(times)) == names


@pytest.mark.parametrize(("first", "days"), [("1678-01-01T12", [0.5, 1.5, 2.5]), ("2262-04-08T12", [97.5, 98.5, 99.5])])
def test_the_calendar_holds_to_the_borders_of_time(first, days):
    times = np.datetime64(first, "ns") + np.arange(3) * np.timedelta64(1, "D")
    np.testing.assert_allclose(calendar_circles(times)["day of year"] * 365, days, atol=1e-9)


def test_calendar_columns_are_sine_and_cosine_and_known_ahead():
    series, choice = series_of(every="6h"), DataChoice(window_steps=3, extra_inputs="rain", calendar=True)
    found = make_features(series, choice, 60)
    assert found.names == (
        "rain",
        "day of year sine",
        "day of year cosine",
        "day of week sine",
        "day of week cosine",
        "hour of day sine",
        "hour of day cosine",
    )
    assert found.known_ahead == (False, *[True] * 6)
    np.testing.assert_allclose(found.columns[:4, 5], [0, 1, 0, -1], atol=1e-6)
    np.testing.assert_allclose(found.columns[:4, 6], [1, 0, -1, 0], atol=1e-6)
    np.testing.assert_allclose(np.hypot(found.columns[:, 1], found.columns[:, 2]), 1, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("sine", {}, 1),
        ("seattle_temperature", {"extra_inputs": "wind"}, 2),
        ("seattle_temperature", {"extra_inputs": "temp_min,precipitation,wind", "calendar": True}, 8),
        ("sea_surface_temperature", {"calendar": True}, 7),
        ("apple", {"extra_inputs": "log_volume", "calendar": True, "target": "log_return"}, 6),
    ],
)
def test_feature_count_is_what_the_windows_have(name, fields, expected):
    choice = DataChoice(series=name, **fields)
    series = load_series(choice)
    prepared = prepare(series, choice)
    assert feature_count(series, choice) == expected == prepared.train.inputs.shape[2]
    assert len(prepared.feature_names) == len(prepared.known_ahead) == prepared.features.shape[1] == expected


def test_what_the_series_does_not_have_is_refused():
    with pytest.raises(ValueError, match=r"columns of the series \(wind, rain\), got tide; remove these"):
        prepare(series_of(), CHOICE.model_copy(update={"extra_inputs": ("wind", "tide")}))
    with pytest.raises(ValueError, match="Made has none; turn the calendar off"):
        feature_count(series_of(every=None), DataChoice(calendar=True))
    with pytest.raises(ValueError, match="Made has longer steps; turn the calendar off"):
        prepare(series_of(every="YS"), DataChoice(window_steps=3, calendar=True))


@pytest.mark.parametrize(
    ("value", "message"),
    [(np.nan, "the values of wind must be finite"), (1e60, "values of wind after .* leave this input out")],
)
def test_further_values_that_cannot_be_read_are_refused(value, message):
    wind = np.sin(np.arange(120.0))
    wind[110] = value
    with pytest.raises(ValueError, match=message):
        prepare(series_of(wind=wind), CHOICE)


def test_a_season_of_ones_own_goes_before_the_series():
    series = load_series(DataChoice(series="seattle_temperature"))
    assert prepare(series, DataChoice()).season_steps == 365
    assert prepare(series, DataChoice(season_steps=7)).season_steps == 7


def test_a_series_keeps_its_columns_when_packed():
    before = series_of()
    after = unpack(Series, pack(before))
    assert after.extras.keys() == before.extras.keys()
    np.testing.assert_array_equal(after.extras["wind"], before.extras["wind"])
    assert after.filled.dtype == np.int64
