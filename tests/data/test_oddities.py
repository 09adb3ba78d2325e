"""What may be a mistake in a series is pointed out, stays until the reader says otherwise, and is repaired as said."""

import numpy as np
import pandas as pd
import pytest

from playground.data.oddities import (
    APART,
    MOST_OUTLIERS,
    NEAR,
    OF_USUAL,
    filled_by_season,
    jumps_of,
    levelled,
    outliers_of,
)
from playground.data.opening import open_table
from playground.data.reading import guess_reading
from playground.data.uploads import make, make_series

RNG = np.random.default_rng(3)
PRICES = 100 * np.exp(np.cumsum(RNG.normal(0, 0.015, 240)))
DAYS = pd.date_range("2023-01-02", periods=240)


def table(values, times=DAYS) -> bytes:
    return pd.DataFrame({"date": times, "v": values}).to_csv(index=False).encode()


def read(values, **fixed):
    data = table(values)
    return make(data, guess_reading(data, "x.csv", **fixed))


@pytest.mark.parametrize("count", range(1, MOST_OUTLIERS + 1))
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_few_values_far_outside_are_found(count, sign):
    values = PRICES.copy()
    places = [20, 90, 200][:count]
    values[places] = sign * 1e6
    found = outliers_of(values)
    assert found.positions.tolist() == places and (found.values == sign * 1e6).all()
    rest = np.delete(values, places)
    assert (found.low, found.high) == (rest.min(), rest.max())


def test_values_on_both_sides_are_found_together_and_too_many_are_a_part_of_the_series():
    values = PRICES.copy()
    values[[10, 50]] = -1e6, 1e6
    assert outliers_of(values).positions.tolist() == [10, 50]
    values[[60, 70]] = 1e6
    assert outliers_of(values) is None


@pytest.mark.parametrize(("times", "found"), [(APART + 0.01, True), (APART - 0.01, False)])
def test_far_is_twice_the_range_of_all_others(times, found):
    values = np.linspace(0, 1, 100)
    values[40] = 1 + times
    assert (outliers_of(values) is not None) == found


def test_ordinary_series_have_no_outlier():
    for values in (PRICES, RNG.poisson(0.3, 300).astype(float), RNG.standard_t(4, 300), np.full(80, 2.0)):
        assert outliers_of(values) is None


@pytest.mark.parametrize("factor", [2, 3, 4, 7, 10, 20, 100, 1000])
@pytest.mark.parametrize("up", [False, True])
def test_a_split_or_another_unit_is_found_and_levelled(factor, up):
    values = PRICES.copy()
    values[120:] *= factor if up else 1 / factor
    (jump,) = jumps_of(values)
    assert (jump.position, jump.factor, jump.up) == (120, factor, up)
    assert jump.ratio == pytest.approx(max(values[120] / values[119], values[119] / values[120]))
    assert np.allclose(levelled(values, jumps_of(values)), PRICES * (factor if up else 1 / factor))


def test_two_splits_are_both_levelled():
    values = PRICES.copy()
    values[80:] /= 2
    values[160:] /= 5
    jumps = jumps_of(values)
    assert [(jump.position, jump.factor) for jump in jumps] == [(80, 2), (160, 5)]
    assert np.allclose(levelled(values, jumps), PRICES / 10)


def test_a_single_day_of_another_level_and_a_factor_that_is_not_round_are_no_jump():
    spike, shift = PRICES.copy(), PRICES.copy()
    spike[120] *= 4
    shift[120:] *= 2.5
    assert jumps_of(spike) == () and jumps_of(shift) == ()


@pytest.mark.parametrize("usual", [0.0, 0.01])
def test_near_a_factor_is_a_hundredth_or_a_few_usual_changes(usual):
    noise = np.random.default_rng(5).normal(0, usual, 200)
    changes = np.r_[noise[:99], 0.0, noise[100:]]
    near = max(NEAR, OF_USUAL * 1.4826 * np.median(np.abs(changes - np.median(changes))))
    for off, found in ((0.9 * near, True), (1.2 * near, False)):
        changes[99] = np.log(4 * (1 + off))
        assert bool(jumps_of(np.exp(np.cumsum(changes)))) == found


def test_series_that_reach_zero_or_change_wildly_have_no_jump():
    wild = np.exp(RNG.normal(0, 1.5, 300))
    assert jumps_of(wild) == ()
    assert jumps_of(np.r_[np.zeros(5), np.full(100, 4.0)]) == ()


def test_an_outlier_is_told_and_stays_until_the_reader_says_otherwise():
    values = np.round(PRICES, 2)
    values[50] = 9e9
    kept, repaired = read(values), read(values, outliers="missing")
    assert kept.series.values[50] == 9e9 and not len(kept.series.filled)
    assert any("9,000,000,000 on 2023-02-21 lies far outside" in line and "it stays" in line for line in kept.report)
    assert repaired.series.values[50] == repaired.series.values[49] and repaired.series.filled.tolist() == [50]
    assert any("1 of 240 points (0.4%) were not measured" in line for line in repaired.report)
    opened = open_table(table(values), "x.csv", {})
    assert "far outside all other values" in opened.outliers and opened.jumps == ""


def test_a_series_that_begins_with_outliers_begins_after_them_where_they_are_missing():
    values = np.round(PRICES, 2)
    values[[0, 1, 30]] = 9e9
    series = read(values, outliers="missing").series
    assert len(series.values) == 238 and series.values[0] == values[2]
    assert series.filled.tolist() == [28] and series.values[28] == values[29]
    assert str(series.times[0])[:10] == "2023-01-04"


def test_a_split_is_told_and_stays_until_the_reader_says_otherwise():
    values = np.round(PRICES, 2)
    values[100:] = np.round(values[100:] / 4, 2)
    kept, repaired = read(values), read(values, jumps="level")
    assert kept.series.values.tolist() == values.tolist()
    assert any("a split of 4, or another unit?" in line and "on 2023-04-12" in line for line in kept.report)
    assert np.allclose(repaired.series.values[:100], values[:100] / 4)
    assert (repaired.series.values[100:] == values[100:]).all()
    assert "a split of 4" in open_table(table(values), "x.csv", {}).jumps


def test_missing_values_repeat_the_same_day_of_the_week_before_where_the_reader_says_so():
    values = np.round(PRICES, 2)
    gone = values.copy()
    gone[[3, 70, 77]] = np.nan
    _, report = make_series(table(gone), guess_reading(table(gone), "x.csv", gaps="season"))
    series = read(gone, gaps="season").series
    assert series.values[[3, 70, 77]].tolist() == [values[2], values[63], values[63]]
    assert series.filled.tolist() == [3, 70, 77]
    assert any("3 missing values: the value of 7 steps before repeated" in line for line in report)
    assert not any("the value before repeated" in line for line in report)
    with pytest.raises(ValueError, match="a step has no season by nature"):
        read(gone, gaps="season", time="")


def test_nothing_after_a_gap_is_used_to_fill_it():
    values = np.arange(30.0)
    whole = filled_by_season(values, np.array([20]), 7)
    later = values.copy()
    later[21:] = -5
    assert whole[20] == filled_by_season(later, np.array([20]), 7)[20] == 13
