"""What the importer makes of a file, in facts that a program can compare."""

import numpy as np
import pandas as pd
import pytest

from playground.data.looking import look_at
from playground.data.reading import guess_reading
from playground.data.uploads import make_series


def table(times, values=None) -> bytes:
    values = np.arange(len(times)) % 11 + 0.5 if values is None else values
    return pd.DataFrame({"when": times, "v": values}).to_csv(index=False).encode()


@pytest.mark.parametrize(
    ("start", "every", "ends", "step"),
    [
        ("2024-01-01", "D", ("2024-01-01", "2024-03-30"), "day"),
        ("2024-01-01", "h", ("2024-01-01 00:00", "2024-01-04 17:00"), "hour"),
        ("2024-01-01", "15min", ("2024-01-01 00:00", "2024-01-01 22:15"), "15 minutes"),
        ("2024-01-01", "30s", ("2024-01-01 00:00:00", "2024-01-01 00:44:30"), "30 seconds"),
        ("2024-01-01", "200ms", ("2024-01-01 00:00:00.000", "2024-01-01 00:00:17.800"), "0.2 seconds"),
        ("2024-01-01", "B", ("2024-01-01", "2024-05-03"), "weekday"),
        ("2024-01-01", "QS", ("2024-01-01", "2046-04-01"), "quarter"),
    ],
)
def test_times_and_steps_are_plain(start, every, ends, step):
    series = look_at(table(pd.date_range(start, periods=90, freq=every)), "x.csv").series
    assert (series.start, series.end) == ends
    assert (series.step, series.time, series.value, series.points) == (step, "when", "v", 90)
    assert (series.first, series.last, series.filled) == (0.5, 1.5, 0)


def test_what_was_noticed_is_told_once():
    times = pd.date_range("1990-01-01", periods=90, freq="h").delete(50)
    days = times.strftime("%d.%m.%Y") + "," + times.strftime("%H:%M")
    rows = (f"{day},{k % 11 + 0.5}" for k, day in enumerate(days))
    data = "\n".join(["date,time,v", *rows]).encode()
    found, reading = look_at(data, "x.csv"), guess_reading(data, "x.csv")
    assert (found.kind, found.encoding, found.questions, found.refused) == ("csv", "utf-8", (), None)
    assert (found.series.points, found.series.filled) == (90, 1)
    assert any("read from date, time" in note for note in reading.notes)
    assert found.report == (*reading.notes, *make_series(data, reading)[1])


def test_rows_alone_are_steps_without_times():
    series = look_at(table(pd.date_range("2024", periods=90)), "x.csv", time="").series
    assert (series.time, series.start, series.end, series.step) == (None, None, None, "step")


@pytest.mark.parametrize(
    ("data", "kind", "encoding", "why"),
    [
        (b"PK\3\4", None, None, "the file must be CSV text, an Excel workbook"),
        (b"PAR1....", "parquet", None, "the Parquet file"),
        ("a;é\nx;y\n".encode("cp1252"), "csv", "cp1252", "no column of the table holds numbers"),
        (b"v\n1\n2\n", "csv", "utf-8", "a series needs at least 60 usable rows, got 2"),
    ],
)
def test_a_refusal_is_a_sentence(data, kind, encoding, why):
    found = look_at(data, "x")
    assert (found.kind, found.encoding, found.series) == (kind, encoding, None)
    assert found.refused.startswith(why)


def test_several_series_are_a_question_and_the_answer_a_series():
    rows = [f"2013-01-{day:02d} {hour:02d}:00,{shop},{day * hour % 7}"
            for day in range(1, 5) for hour in range(24) for shop in ("north", "south")]  # fmt: skip
    data = "\n".join(["time,shop,sold", *rows]).encode()
    asked = look_at(data, "shops.csv")
    (question,) = asked.questions
    assert asked.series is None and asked.refused is None
    assert "shop" in question.about and question.options == ("north", "south", "(sum)", "(mean)")
    answered = look_at(data, "shops.csv", pick="south")
    assert (answered.series.value, answered.series.points, answered.questions) == ("sold", 96, ())


def test_everything_that_is_open_is_asked_at_once():
    days = pd.date_range("2024-01-01", periods=70).strftime("%Y-%m-%d")
    rows = [f"{day}\t{shop}\t39,{10 * k + 107:03}" for k, day in enumerate(days) for shop in ("north", "south")]
    data = "\n".join(["date\tshop\tv", *rows]).encode()
    found = look_at(data, "x.tsv")
    assert [question.guess for question in found.questions] == ["39,107 is 39107", "north"] and found.series is None
    assert look_at(data, "x.tsv", decimal=",", pick="south").series.last == 39.797
