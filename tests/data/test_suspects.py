"""Codes for "no value" are pointed out, asked about, and never taken away silently."""

import numpy as np
import pytest

from playground.data.reading import guess_reading
from playground.data.suspects import code_for_missing
from playground.data.uploads import make_series

WAVE = np.round(15 + 10 * np.sin(np.arange(200) / 7), 2)


def with_code(code, *places):
    values = WAVE.copy()
    values[list(places)] = code
    return values


def csv_of(values) -> bytes:
    return ("level\n" + "\n".join(f"{value:g}" for value in values)).encode()


@pytest.mark.parametrize("code", [-999, -9999, -200, 99.9, 9999])
def test_a_code_is_found(code):
    assert code_for_missing(with_code(code, 3, 50)) == code


@pytest.mark.parametrize(
    "values",
    [
        WAVE,
        with_code(-999, 3),
        with_code(-555, 3, 50),
        np.r_[WAVE * 50, 999.0, 999.0],
        np.full(60, -999.0),
        np.r_[np.full(60, 7.0), -999.0, -999.0],
        np.array([np.nan, -999.0, -999.0]),
    ],
    ids=["none", "once", "no code", "among the values", "nothing else", "one other value", "nothing"],
)
def test_what_is_no_code_is_none(values):
    assert code_for_missing(values) is None


def test_a_code_is_asked_about_and_stays_until_the_answer():
    data = csv_of(with_code(-999, 3, 50, 51))
    reading = guess_reading(data, "x.csv")
    assert (reading.code, reading.missing) == (-999, None)
    series, report = make_series(data, reading)
    assert series.values.min() == -999
    assert any("-999 stands in 3 rows of level (rows 5, 52, 53)" in line and "a code" in line for line in report)
    series, report = make_series(data, guess_reading(data, "x.csv", missing=-999.0))
    assert series.values.min() > 0 and list(series.filled) == [3, 50, 51]
    assert any("taken as a missing value" in line for line in report)
