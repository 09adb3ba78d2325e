"""Repairs worked by hand: order, duplicates, holes, missing values, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data.regular import regular

HOUR = np.timedelta64(1, "h")
NAN = float("nan")


def hours(*at: float) -> np.ndarray:
    return np.datetime64("2024-01-01T00", "ns") + (np.array(at) * 3600e9).astype("timedelta64[ns]")


def test_a_regular_series_is_left_alone():
    times, values, notes, *_ = regular(hours(0, 1, 2), [1.0, 5.0, 2.0], HOUR)
    assert np.array_equal(times, hours(0, 1, 2))
    assert values.tolist() == [1.0, 5.0, 2.0]
    assert notes == ()
    assert times.dtype == np.dtype("datetime64[ns]")
    assert not times.flags.writeable
    assert not values.flags.writeable


def test_the_callers_arrays_stay_untouched_and_writeable():
    given_times, given_values = hours(0, 1, 2), np.array([1.0, 2.0, 3.0])
    regular(given_times, given_values, HOUR)
    regular(given_times, given_values, None)
    assert given_values.flags.writeable
    assert given_times.flags.writeable


def test_unsorted_rows_are_sorted():
    times, values, notes, *_ = regular(hours(2, 0, 1), [3.0, 1.0, 2.0], HOUR)
    assert np.array_equal(times, hours(0, 1, 2))
    assert values.tolist() == [1.0, 2.0, 3.0]
    assert notes == ("the rows were not in time order: sorted",)


def test_of_duplicates_the_first_with_a_value_is_kept():
    times, values, notes, *_ = regular(hours(0, 1, 1, 2, 2, 3), [1.0, 2.0, 9.0, NAN, 3.0, 4.0], HOUR)
    assert np.array_equal(times, hours(0, 1, 2, 3))
    assert values.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert notes == ("2 duplicated time stamps: kept the first",)


def test_gaps_repeat_the_value_before_and_are_told():
    at = [*range(10), 13, 14, 15, 16, 18, 19]
    times, values, notes, *_ = regular(hours(*at), [2.0 * t for t in at], HOUR)
    assert np.array_equal(times, hours(*range(20)))
    assert values.tolist() == [2.0 * t for t in (*range(10), 9, 9, 9, 13, 14, 15, 16, 16, 18, 19)]
    assert notes == (
        "a gap of 4 h filled with 3 points, the value before repeated",
        "a gap of 2 h filled with 1 point, the value before repeated",
    )
    assert regular(hours(*at), [2.0 * t for t in at], HOUR).filled.tolist() == [10, 11, 12, 17]


def test_many_gaps_are_told_in_one_line():
    at = [t for t in range(100) if t % 10 != 5 and t not in (46, 47)]
    _, values, notes, *_ = regular(hours(*at), [float(t) for t in at], HOUR)
    assert values.tolist() == [float(max(known for known in at if known <= t)) for t in range(100)]
    assert notes == ("10 gaps (the longest 4 h) filled with 12 points, the value before repeated",)


@pytest.mark.parametrize("step", [HOUR, None])
def test_missing_values_inside_repeat_the_one_before_and_those_at_the_ends_are_left_out(step):
    numbers = [NAN, 1.0, 2.0, 3.0, 4.0, float("inf"), 6.0, NAN, NAN]
    times, values, notes, *_ = regular(hours(*range(9)), numbers, step)
    assert np.array_equal(times, hours(1, 2, 3, 4, 5, 6))
    assert values.tolist() == [1, 2, 3, 4, 4, 6]
    assert notes == ("3 missing values at the ends: left out", "1 missing value: the value before repeated")


def test_without_times_the_rows_are_the_steps():
    times, values, notes, *_ = regular(None, [NAN, 1.0, 2.0, NAN, 4.0, 5.0], None)
    assert times is None
    assert values.tolist() == [1, 2, 2, 4, 5]
    assert len(notes) == 2


def test_without_a_step_the_time_stamps_are_the_steps():
    days = np.array(["2024-01-05", "2024-01-08", "2024-01-08", "2024-01-09"], dtype="datetime64[D]")
    times, values, notes, *_ = regular(days, [1.0, 2.0, 8.0, 3.0], None)
    assert np.array_equal(times, days[[0, 1, 3]])
    assert values.tolist() == [1.0, 2.0, 3.0]
    assert notes == ("1 duplicated time stamp: kept the first",)


def test_unreadable_times_are_left_out():
    stamps = hours(0, 1, 2)
    stamps[1] = np.datetime64("NaT", "ns")
    times, values, notes, *_ = regular(stamps, [1.0, 2.0, 3.0], None)
    assert values.tolist() == [1.0, 3.0]
    assert len(times) == 2
    assert notes == ("1 row without a readable time: left out",)


def test_small_offsets_are_moved_and_rows_between_steps_left_out():
    at = [0.0, 1.05, 2.0, 2.95, 3.5, 4.0, 5.0]
    times, values, notes, *_ = regular(hours(*at), [0.0, 1.0, 2.0, 3.0, 77.0, 4.0, 5.0], HOUR)
    assert np.array_equal(times, hours(0, 1, 2, 3, 4, 5))
    assert values.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert notes == ("1 row between two steps: left out", "2 time stamps moved to the nearest step")


def test_a_time_stamp_belongs_to_a_step_up_to_a_tenth_of_it_away():
    at = [0.0, 1.1, 1.9, 3.11, 3.89, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]
    times, values, notes, *_ = regular(hours(*at), np.arange(12.0), HOUR)
    assert values.tolist() == [0.0, 1.0, 2.0, 2.0, 2.0, *range(5, 12)]
    assert notes[:2] == ("2 rows between two steps: left out", "2 time stamps moved to the nearest step")
    assert len(times) == 12


def test_a_wrong_step_is_refused():
    with pytest.raises(ValueError, match=r"one step of 1 h, but 10 of 20 do not"):
        regular(hours(*(t / 2 for t in range(20))), np.arange(20.0), HOUR)


def test_inventing_too_much_is_refused_before_any_memory_is_taken():
    with pytest.raises(ValueError, match=r"20% of the points may be filled in, but 1 of 4 are missing"):
        regular(hours(0, 1, 3), [1.0, 2.0, 3.0], HOUR)
    far = np.array(["1970-01-01T00", "2024-01-01T00", "2024-01-01T01"], dtype="datetime64[ns]")
    with pytest.raises(ValueError, match="filled in"):
        regular(far, [1.0, 2.0, 3.0], np.timedelta64(1, "ms"))
    with pytest.raises(ValueError, match=r"2 of 5 are missing"):
        regular(None, [1.0, NAN, NAN, 2.0, 3.0], None)


@pytest.mark.parametrize("numbers", [[], [1.0], [NAN, NAN, 3.0]])
def test_too_few_numbers_are_refused(numbers):
    with pytest.raises(ValueError, match="at least 2 numbers"):
        regular(None, numbers, None)
    with pytest.raises(ValueError, match="at least 2 numbers"):
        regular(hours(*range(len(numbers))), numbers, HOUR)


def test_two_rows_for_one_step_are_too_few():
    with pytest.raises(ValueError, match="at least 2 numbers"):
        regular(hours(0, 0), [1.0, 2.0], HOUR)


def test_unfit_arguments_are_refused():
    with pytest.raises(ValueError, match="one length"):
        regular(hours(0, 1), [1.0, 2.0, 3.0], HOUR)
    with pytest.raises(ValueError, match="step must be longer than 0"):
        regular(hours(0, 1), [1.0, 2.0], np.timedelta64(0, "s"))
    for beyond in ("9999-01-01", "2262-04-11", "1677-12-31"):
        with pytest.raises(ValueError, match="1678 and 2262"):
            regular(np.array(["2024-01-01", beyond], dtype="datetime64[s]"), [1.0, 2.0], None)


@given(
    known=st.lists(st.booleans(), min_size=30, max_size=60),
    slope=st.floats(-10, 10),
    shuffle=st.randoms(use_true_random=False),
)
def test_each_point_is_the_last_known_one_whatever_the_holes_and_the_order(known, slope, shuffle):
    at = [t for t, kept in enumerate(known) if kept or t % 5 or t in (0, len(known) - 1)]
    rows = list(at)
    shuffle.shuffle(rows)
    times, values, *_ = regular(hours(*rows), [slope * t for t in rows], HOUR)
    assert np.array_equal(times, hours(*range(len(known))))
    assert values.tolist() == [slope * max(t for t in at if t <= now) for now in range(len(known))]


def test_filling_agrees_with_pandas():
    random = np.random.default_rng(0)
    numbers = random.normal(size=200)
    numbers[random.choice(np.arange(1, 199), 30, replace=False)] = NAN
    index = pd.DatetimeIndex(hours(*range(200)))
    assert np.array_equal(regular(index.to_numpy(), numbers, HOUR).values, pd.Series(numbers).ffill().to_numpy())


@given(border=st.integers(8, 55), later=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8), seed=st.integers(0, 99))
def test_nothing_before_a_border_depends_on_what_comes_after_it(border, later, seed):
    random = np.random.default_rng(seed)
    at = np.array([t for t in range(60) if t in (0, 59) or random.random() > 0.1])
    numbers = random.normal(size=len(at))
    changed = np.where(at >= border, np.resize(later, len(at)), numbers)
    before = regular(hours(*at), numbers, HOUR, {"other": numbers * 2})
    after = regular(hours(*at), changed, HOUR, {"other": changed * 2})
    assert np.array_equal(before.values[:border], after.values[:border])
    assert np.array_equal(before.extras["other"][:border], after.extras["other"][:border])


def test_further_columns_go_along():
    found = regular(
        hours(2, 0, 1, 1, 4, *range(5, 10)),
        [3.0, 1.0, NAN, 2.0, *range(5, 11)],
        HOUR,
        {"wind": [30.0, 10.0, 99.0, NAN, *range(50, 110, 10)]},
    )
    assert found.values.tolist() == [1.0, 2.0, 3.0, 3.0, *range(5, 11)]
    assert found.extras["wind"].tolist() == [10.0, 10.0, 30.0, 30.0, *range(50, 110, 10)]
    assert found.filled.tolist() == [3]
    assert "wind: 2 missing values, the value before repeated" in found.notes
    assert not found.extras["wind"].flags.writeable


def test_the_series_begins_where_every_column_has_a_value():
    wind = [NAN, NAN, *range(18)]
    times, values, notes, filled, extras = regular(hours(*range(20)), [1.0, NAN, *range(18)], HOUR, {"wind": wind})
    assert values.tolist() == extras["wind"].tolist() == list(range(18))
    assert times[0] == hours(2)[0]
    assert filled.tolist() == []
    assert notes[-1] == "the first 2 points left out, where a further column has no value yet"


@pytest.mark.parametrize("wind", [[NAN] * 20, [NAN] * 5 + [1.0] * 15, [1.0, *[NAN] * 5, *[1.0] * 14]])
def test_a_further_column_with_too_many_holes_is_refused(wind):
    with pytest.raises(ValueError, match=r"the column wind may miss at most 20% .* of 20 are missing; leave it out"):
        regular(hours(*range(20)), np.arange(20.0), HOUR, {"wind": wind})


def test_rows_are_named_where_they_have_names():
    stamps = hours(0, 1, 1, 3, 2, 4, 6, 7, 7.3, 8, 9)
    stamps[5] = np.datetime64("NaT", "ns")
    values = [0.0, 1.0, 1.0, 3.0, NAN, 4.0, 6.0, 7.0, 7.3, 8.0, NAN]
    assert regular(stamps, values, None, rows=np.arange(2, 13)).notes == (
        "1 row without a readable time: left out (row 7)",
        "the rows were not in time order: sorted (row 6)",
        "1 duplicated time stamp: kept the first (row 4)",
        "1 missing value at the ends: left out (row 12)",
        "1 missing value: the value before repeated (row 6)",
    )
    holes = np.where(np.arange(40) % 8 == 5, NAN, np.arange(40.0))
    assert regular(None, holes, None, rows=np.arange(40)).notes == (
        "5 missing values: the value before repeated (rows 5, 13, 21, …)",
    )
