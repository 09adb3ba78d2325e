"""Months by their names, in every language and form that is known."""

import pytest

from playground.data import months
from playground.data.unfolding import turned
from playground.data.written_times import guess_time_format, times_of

LINES = [line.split() for line in months._NAMES.strip().splitlines()]


@pytest.mark.parametrize("form", ["5 {} {}", "{} {}", "5-{}-{}"])
@pytest.mark.parametrize("line", [line for line in LINES if line[0] != "ja"], ids=lambda line: f"{line[0]} {line[1]}")
def test_dates_with_the_names_of_months_are_read_in_every_language(line, form):
    cells = [form.format(name, year) for year in (2022, 2023) for name in line[1:]]
    found, _ = guess_time_format("date", cells)
    assert [str(time)[:7] for time in times_of(cells, found)] == [
        f"{y}-{m:02d}" for y in (2022, 2023) for m in range(1, 13)
    ]


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line[0]} {line[1]}")
def test_columns_named_by_months_are_turned_in_every_language(line):
    columns = [["2022", "2023"], *[[f"{k}.5", f"{k}.7"] for k in range(12)]]
    found = turned(["year", *line[1:]], columns, [2, 3])
    assert found.columns[0][:2] == ["2022-01", "2022-02"] and found.columns[1][12:14] == ["0.7", "1.7"]
