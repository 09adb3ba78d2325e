"""What is downloaded is what training uses, and a spreadsheet opens it as data."""

import dataclasses
import io

import numpy as np
import pandas as pd
import pytest

from playground.config import DataChoice
from playground.data import downloads
from playground.data.downloads import series_table, windows_in_table, windows_table
from playground.data.prepare import prepare
from playground.data.spreadsheets import neutralised
from playground.records import Series

CHOICE = DataChoice(window_steps=4, horizon_steps=2, gap_steps=3, target="change", extra_inputs=("wind",))


@pytest.fixture
def series():
    times = np.datetime64("2020-01-01", "ns") + np.arange(90) * np.timedelta64(1, "D")
    wind = {"wind": np.cos(np.arange(90.0))}
    values = np.sin(np.arange(90.0) ** 1.1)
    return Series("own", "Own", "", values, times.astype("datetime64[ns]"), "day", extras=wind)


def test_a_row_for_each_step_with_its_part(series):
    prepared = prepare(series, CHOICE)
    table = series_table(series, prepared)
    assert list(table.columns) == ["position", "time", "part", "value", "change", "column wind"]
    np.testing.assert_array_equal(table["value"], series.values)
    np.testing.assert_allclose(table["change"][1:], np.diff(series.values))
    split = prepared.split
    assert table["part"].value_counts()["gap"] == 6
    assert set(table["part"][: split.train_stop]) == {"train"}
    assert table["part"][split.train_stop] == "gap"
    assert set(table["part"][split.test_start :]) == {"test"}
    assert table["time"][1].startswith("2020-01-02")


def test_a_series_without_times_has_no_time_column(series):
    bare = dataclasses.replace(series, times=None)
    assert "time" not in series_table(bare, prepare(bare, CHOICE)).columns


def test_a_row_for_each_training_window(series):
    prepared = prepare(series, CHOICE)
    table = windows_table(prepared)
    assert len(table) == windows_in_table(prepared) == len(prepared.train.anchors)
    np.testing.assert_array_equal(table["position of t"], prepared.train.anchors)
    np.testing.assert_array_equal(table["change t-3"], prepared.train.inputs[:, 0, 0])
    np.testing.assert_array_equal(table["wind t-0"], prepared.train.inputs[:, -1, 1])
    np.testing.assert_array_equal(table["target t+2"], prepared.train.targets[:, 1])


def test_too_many_windows_are_cut(series, monkeypatch):
    monkeypatch.setattr(downloads, "MOST_CELLS", 120)
    prepared = prepare(series, CHOICE)
    assert windows_in_table(prepared) == len(windows_table(prepared)) == 10
    monkeypatch.setattr(downloads, "MOST_CELLS", 1)
    assert windows_in_table(prepared) == 1


def test_names_that_begin_a_formula_are_neutralised(series):
    formula = dataclasses.replace(series, extras={"=1+1": series.extras["wind"]})
    text = neutralised(series_table(formula, prepare(formula, CHOICE.model_copy(update={"extra_inputs": ()}))))
    header = pd.read_csv(io.StringIO(text)).columns
    assert not [name for name in header if name.startswith(("=", "+", "-", "@"))]
