"""A file is opened as far as it goes, and a short series gets a window that fits."""

import numpy as np
import pytest

from playground.config import DataChoice
from playground.data.opening import fitted, open_table
from playground.data.prepare import prepare
from playground.records import Series

TABLE = b"a,b\n" + b"".join(f"{k % 7},{k % 5}\n".encode() for k in range(80))


def test_what_is_fixed_stays_and_the_rest_is_guessed():
    opened = open_table(TABLE, "my table.csv", {"value": "b", "extras": ()})
    assert (opened.reading.value, opened.reading.delimiter, opened.reading.title) == ("b", ",", "my table")
    assert list(opened.preview["b"][:3]) == ["0", "1", "2"]
    assert list(opened.series.values[:6]) == [0, 1, 2, 3, 4, 0]
    assert opened.report == opened.series.notes
    assert opened.problem == ""


def test_a_table_that_makes_no_series_is_still_shown():
    opened = open_table(TABLE[:60], "x.csv", {})
    assert opened.series is None
    assert "60 usable rows" in opened.problem
    assert len(opened.preview) > 5


def test_what_is_no_table_is_refused():
    with pytest.raises(ValueError, match="empty"):
        open_table(b" ", "x.csv", {})


@pytest.mark.parametrize("length", [60, 75, 120, 200, 800])
@pytest.mark.parametrize("target", ["level", "change"])
def test_every_length_gets_windows(length, target):
    choice = fitted(DataChoice(target=target, horizon_steps=5), length)
    prepare(Series("own", "", "", np.sin(np.arange(float(length)) ** 1.1), None, "step"), choice)


def test_what_fits_is_left_alone_and_the_longest_gives_way_first():
    assert fitted(DataChoice(), 800) == DataChoice()
    assert fitted(DataChoice(), 200) == DataChoice(window_steps=16)
    assert fitted(DataChoice(gap_steps=256), 200) == DataChoice(gap_steps=16, window_steps=16)


def test_what_cannot_fit_is_left_at_its_shortest():
    assert fitted(DataChoice(), 3).window_steps == 2
