"""Tables to series: steps, resampling, and a report in which every changed row has its line."""

import numpy as np
import pandas as pd
import pytest

from playground.config import DataChoice
from playground.data.prepare import prepare
from playground.data.reading import guess_reading
from playground.data.uploads import make_series

COUNT = 120
VALUES = np.round(np.sin(np.arange(COUNT) / 5) * 10, 3)


def csv_of(times, values, **more) -> bytes:
    frame = pd.DataFrame({"time": times, "value": values} | more)
    return frame.to_csv(index=False).encode()


def made(data: bytes, **fixed):
    return make_series(data, guess_reading(data, "x.csv", **fixed))


@pytest.mark.parametrize(
    ("every", "word"),
    [
        ("s", "second"),
        ("min", "minute"),
        ("30min", "30 minutes"),
        ("h", "hour"),
        ("6h", "6 hours"),
        ("D", "day"),
        ("3D", "3 days"),
        ("W", "week"),
        ("B", "weekday"),
        ("MS", "month"),
        ("ME", "month"),
        ("QE", "quarter"),
        ("YS", "year"),
    ],
)
def test_steps_are_found(every, word):
    times = pd.date_range("1999-11-04", periods=COUNT, freq=every)
    series, report = made(csv_of(times, VALUES))
    assert series.step == word
    assert np.array_equal(series.times, times.to_numpy())
    assert np.array_equal(series.values, VALUES)
    assert not series.values.flags.writeable
    assert report[-1] == "120 rows of the table made 120 points"
    assert len(report) == 1 + (every == "B")
    assert series.notes == report


@pytest.mark.parametrize("every", ["h", "D", "B", "MS", "QE"])
def test_holes_are_filled_from_before_and_told(every):
    times = pd.date_range("1999-11-04", periods=COUNT, freq=every)
    series, report = made(csv_of(times.delete([50, 51]), np.delete(VALUES, [50, 51])))
    if every == "B":
        assert len(series.values) == COUNT - 2
        assert report[0] == "there are only weekdays: each row is one step, days without a row are not filled"
        return
    assert series.filled.tolist() == [50, 51]
    assert (series.values[50:52] == VALUES[49]).all()
    assert np.array_equal(np.delete(series.values, [50, 51]), np.delete(VALUES, [50, 51]))
    assert {
        "h": "a gap of 3 h filled with 2 points, the value before repeated",
        "D": "a gap of 3 days filled with 2 points, the value before repeated",
        "MS": "2 months without a row, the first 2004-02",
        "QE": "2 quarters without a row, the first 2012-06",
    }[every] in report


def test_everything_that_was_done_is_reported_with_its_rows():
    times = list(pd.date_range("2024-01-01", periods=COUNT, freq="h").strftime("%Y-%m-%d %H:%M"))
    values = [f"{value:.3f}" for value in VALUES]
    wind = [f"{n / 2}" for n in range(COUNT)]
    values[5], values[7], values[9], values[11] = "", "=cmd()", "inf", "1e308"
    values[13] = '"1,234.5"'
    values[COUNT - 1] = "n/a"
    wind[20] = "calm"
    times[30] = "someday"
    times[41], times[42] = times[42], times[41]
    times[60] = times[59]
    rows = [f"{t},{v},{w}" for t, v, w in zip(times, values, wind, strict=True)]
    rows[70] += ",9"
    rows.insert(80, "")
    series, report = made(("time,value,wind\n" + "\n".join(rows) + "\n").encode())
    assert report == (
        "1 row empty: left out (row 82)",
        "1 row with more than 3 cells: left out (row 72)",
        "value: 2 cells without a value (rows 7, 122)",
        "value: 1 cell that is no number, such as '=cmd()' (row 9)",
        "value: 2 cells infinite or beyond 1e+100 (rows 11, 13)",
        "value: 1 cell with thousands separators, such as '1,234.5' (row 15)",
        "wind: 1 cell that is no number, such as 'calm' (row 22)",
        "1 row without a readable time, such as 'someday': left out (row 32)",
        "the rows were not in time order: sorted (row 44)",
        "1 duplicated time stamp: kept the first (row 62)",
        "1 missing value at the ends: left out (row 122)",
        "4 missing values: the value before repeated (rows 7, 9, 11, …)",
        "a gap of 2 h filled with 1 point, the value before repeated",
        "a gap of 2 h filled with 1 point, the value before repeated",
        "a gap of 2 h filled with 1 point, the value before repeated",
        "wind: 4 missing values, the value before repeated",
        "1,234.5 on 2024-01-01 13:00 lies far outside all other values, which are -10 to 9.998: it stays",
        "7 of 119 points (5.9%) were not measured",
        "119 rows of the table made 119 points",
    )
    assert series.filled.tolist() == [5, 7, 9, 11, 30, 60, 70]
    assert series.values[13] == 1234.5
    assert series.values[41] == VALUES[42]


def test_numbers_with_thousands_separators_and_decimal_commas():
    text = "n;v\n" + "".join(f"{n};1.{n:03},5\n" for n in range(COUNT))
    series, report = made(text.encode(), value="v", extras=())
    assert series.values[:2].tolist() == [1000.5, 1001.5]
    assert report[0] == "v: 120 cells with thousands separators, such as '1.000,5' (rows 2, 3, 4, …)"


def irregular() -> pd.DatetimeIndex:
    gaps = np.random.default_rng(3).uniform(5, 300, 4000)
    return pd.Timestamp("2024-01-01") + pd.to_timedelta(np.cumsum(gaps).round(), unit="min")


def test_irregular_steps_are_refused_until_resampled():
    times = irregular()
    values = np.random.default_rng(0).normal(size=len(times))
    data = csv_of(times, values)
    with pytest.raises(ValueError, match=r"keep no regular step: the most common distance, .* averages per hour or"):
        made(data)
    series, report = made(data, resample="D")
    expected = pd.Series(values, index=times).resample("D").mean()
    np.testing.assert_allclose(series.values, expected.to_numpy(), rtol=1e-6)
    assert np.array_equal(series.times, expected.index.to_numpy())
    assert series.step == "day"
    assert report[0].startswith("4,000 rows averaged to ")
    assert "the mean per day; the first and the last may cover only a part" in report[0]


@pytest.mark.parametrize(("rule", "word"), [("h", "hour"), ("D", "day"), ("W", "week"), ("MS", "month")])
def test_resampling_is_the_mean_per_bucket(rule, word):
    times = pd.date_range("2020-01-01 00:10", periods=200_00, freq="3h")
    values = np.round(np.sin(np.arange(20_000) / 40), 4)
    rule_step = {"W": "W-MON"}.get(rule, rule)
    if rule == "h":
        times = pd.date_range("2020-01-01 00:10", periods=20_000, freq="15min")
    series, _ = made(csv_of(times, values, other=values * 2), resample=rule)
    expected = pd.Series(values, index=times).resample(rule_step, closed="left", label="left").mean()
    np.testing.assert_allclose(series.values, expected, atol=1e-12)
    np.testing.assert_allclose(series.extras["other"], 2 * expected, atol=1e-12)
    assert np.array_equal(series.times, expected.index.to_numpy())
    assert series.step == word
    assert rule != "W" or series.times[1].astype("datetime64[D]").item().weekday() == 0


def test_resampling_over_centuries_by_the_minute_is_refused():
    data = csv_of(["1750-01-01", "2020-01-01", *pd.date_range("2000-01-01", periods=60).astype(str)], np.arange(62.0))
    with pytest.raises(ValueError, match=r"averages per minute would make 142,005,601 points, at most 200,000"):
        made(data, resample="min")


def test_resampling_needs_times():
    with pytest.raises(ValueError, match="resampling needs a column of time stamps"):
        made(b"v\n" + b"1\n2\n" * 60, resample="D")


DAYS = list(pd.date_range("2024-01-01", periods=COUNT).strftime("%Y-%m-%d"))


@pytest.mark.parametrize(
    ("times", "values", "fixed", "message"),
    [
        (["soon"] * COUNT, VALUES, {"time": "time"}, "no cell of time could be read as a time written as ISO8601"),
        (DAYS, VALUES, {"time_format": "%d.%m.%Y"}, "no cell of time could be read as a time written as %d.%m.%Y"),
        (DAYS[:1], VALUES[:1], {}, "must have different times, got one for all"),
        (DAYS[:59], VALUES[:59], {}, "at least 60 usable rows, got 59"),
        (DAYS, np.full(COUNT, 3.25), {}, "nothing to learn: every value of value is 3.25"),
        (DAYS[:1] * COUNT, VALUES, {}, "must have different times, got one for all"),
        ([*DAYS[:-1], "9999-12-31"], VALUES, {}, "must lie between the years 1678 and 2262"),
        ([*DAYS[:-1], "1066-10-14"], VALUES, {}, "must lie between the years 1678 and 2262"),
        ([*DAYS[:-1], "1700-01-01"], VALUES, {}, "must lie within 292 years, got 1700-01-01 to 2024-04-28"),
        ([*DAYS[:-1], "1700-01-01"], VALUES, {"resample": "min"}, "must lie within 292 years"),
        (DAYS, VALUES, {"value": "time", "time": "time"}, "must be different ones"),
        (DAYS, VALUES, {"extras": ("value",)}, "must be different ones"),
        (DAYS, VALUES, {"value": "tide"}, "the table has no column 'tide'; choose one of time, value"),
        (DAYS, VALUES, {"time": "tide"}, "the table has no column 'tide'; choose one of time, value, or none"),
        (DAYS, [1e308, -1e308] * 60, {}, "at least 2 numbers, got 0"),
        (DAYS, [1.0, 2.0, *["x"] * 118], {"value": "value"}, r"20% of the points may be filled|60 usable rows"),
        (DAYS[:45] + DAYS[45::2], VALUES[:83], {}, r"20% of the points may be filled in, .*resample to a longer step"),
    ],
)
def test_unfit_tables_are_refused_in_one_sentence(times, values, fixed, message):
    with pytest.raises(ValueError, match=message) as refusal:
        made(csv_of(times, values), **fixed)
    assert "\n" not in str(refusal.value)


def test_rows_alone_are_steps():
    series, _ = made(b"v\n" + "\n".join(map(str, VALUES)).encode())
    assert series.times is None
    assert series.step == "step"


def test_what_comes_after_the_training_part_of_a_file_does_not_reach_it():
    times = pd.date_range("2024-01-01", periods=400, freq="h")
    rows = np.random.default_rng(5).normal(size=400).round(4).astype(object)
    choice = DataChoice(series="own", window_steps=8, gap_steps=0, extra_inputs="other", calendar=True)
    stop = 280
    rows[[100, 101, *range(stop - 3, stop + 4)]] = ""
    later = rows.copy()
    later[stop:] = [value if value == "" else 50 - 3 * value for value in rows[stop:]]
    before, after = (prepare(made(csv_of(times, r, other=r))[0], choice) for r in (rows, later))
    assert before.split.train_stop == after.split.train_stop == stop
    assert before.scaling == after.scaling
    assert before.features[:stop].tobytes() == after.features[:stop].tobytes()
    assert before.train.targets.tobytes() == after.train.targets.tobytes()
    assert before.features[stop:].tobytes() != after.features[stop:].tobytes()
