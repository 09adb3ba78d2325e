"""Every series of the catalog loads, is sound, and can be trained on with the default choice."""

import re
import subprocess
import sys

import numpy as np
import pytest
from patience import patience

from playground.config import INPUT_NAME, DataChoice
from playground.data.catalog import CATALOG, known, load_series
from playground.data.features import calendar_circles
from playground.data.prepare import prepare, restore_levels
from playground.records import PARTS

LOADED = {name: entry for name, entry in CATALOG.items() if not entry.needs}
"""The series that are there without the learner giving any."""

STEPS = {"day": np.timedelta64(1, "D"), "hour": np.timedelta64(1, "h"), "30 minutes": np.timedelta64(30, "m")}


@pytest.fixture(autouse=True)
def _empty_home(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path))


@pytest.mark.parametrize("name", LOADED)
def test_series_is_complete_finite_and_evenly_spaced(name):
    entry = CATALOG[name]
    series = load_series(DataChoice(series=name))
    assert series.name == entry.name == name
    assert series.title and series.step and series.source and series.licence
    assert series.values.dtype == np.float64
    assert series.values.ndim == 1
    assert np.isfinite(series.values).all()
    assert not series.values.flags.writeable
    assert 0 <= series.season_steps < len(series.values)
    assert all(isinstance(note, str) and note for note in series.notes)
    assert tuple(series.extras) == entry.extras
    assert all(re.fullmatch(INPUT_NAME, name) for name in series.extras)
    assert all(np.isfinite(column).all() and column.shape == series.values.shape for column in series.extras.values())
    assert entry.calendar == bool(calendar_circles(series.times))
    assert np.array_equal(series.values[series.filled], series.values[series.filled - 1])
    if series.times is not None:
        assert series.times.dtype == np.dtype("datetime64[ns]")
        assert series.times.shape == series.values.shape
        strides = np.diff(series.times)
        assert (strides > np.timedelta64(0, "ns")).all()
        assert series.step in {*STEPS, "year", "trading day"}
        if series.step in STEPS:
            assert (strides == STEPS[series.step]).all()


@pytest.mark.parametrize("name", LOADED)
def test_the_same_choice_gives_the_same_series(name):
    choice = DataChoice(series=name)
    assert np.array_equal(load_series(choice).values, load_series(choice).values)


@pytest.mark.parametrize(("name", "target"), [(name, target) for name in LOADED for target in LOADED[name].targets])
def test_series_can_be_prepared_with_the_default_choice(name, target):
    choice = DataChoice(series=name, target=target)
    series = load_series(choice)
    prepared = prepare(series, choice)
    for part in PARTS:
        windows = prepared.part(part)
        assert len(windows.anchors) >= 1
        restored = restore_levels(prepared, windows.targets, windows.anchors)
        np.testing.assert_allclose(restored[:, 0], series.values[windows.anchors + 1], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", CATALOG)
def test_entry_describes_itself(name):
    entry = CATALOG[name]
    assert re.fullmatch(r"[a-z0-9_]{1,40}", name)
    assert entry.group in ("Real", "Synthetic", "Live", "Own")
    assert set(entry.uses) <= set(DataChoice.model_fields)
    assert entry.targets[0] == "level"
    assert entry.summary.endswith((".", "?"))
    assert len(entry.summary) < 120


@pytest.mark.parametrize("name", [name for name, entry in CATALOG.items() if entry.group == "Synthetic"])
def test_uses_names_exactly_the_fields_that_matter(name):
    other = {
        "length_steps": 900,
        "period_steps": 50.0,
        "second_period_steps": 17.0,
        "noise": 0.3,
        "trend": 2.0,
        "ar_coefficient": 0.5,
        "data_seed": 2,
    }
    plain = load_series(DataChoice(series=name)).values
    changed = {
        field
        for field, value in other.items()
        if not np.array_equal(plain, load_series(DataChoice(series=name, **{field: value})).values)
    }
    assert changed == set(CATALOG[name].uses)


def test_log_returns_are_offered_only_where_values_are_positive():
    offered = {name for name, entry in LOADED.items() if "log_return" in entry.targets}
    assert offered == {"apple", "google", "ibm", "microsoft", "ticker"}
    assert all((load_series(DataChoice(series=name)).values > 0).all() for name in offered)


def test_titles_are_distinct():
    assert len({entry.title for entry in CATALOG.values()}) == len(CATALOG)


def test_an_unknown_series_is_refused_with_the_names_that_exist():
    with pytest.raises(ValueError, match=r"series must be one of sine, .*, got 'tides'; choose one of these"):
        load_series(DataChoice(series="tides"))


def test_known_leaves_a_sound_choice_alone():
    choice = DataChoice(series="apple", target="log_return", window_steps=9)
    assert known(choice) == (choice, ())


def test_known_mends_an_unknown_series_and_an_impossible_target_and_says_so():
    mended, notes = known(DataChoice(series="tides", target="log_return", window_steps=9))
    assert mended == DataChoice(series="sine", target="level", window_steps=9)
    assert notes == (
        "there is no series called 'tides'; using Sine wave",
        "Sine wave has no target 'log_return'; using 'level'",
    )
    load_series(mended)


def test_known_leaves_out_inputs_that_the_series_does_not_have_and_says_so():
    mended, notes = known(DataChoice(series="seattle_temperature", extra_inputs="wind,tide", calendar=True))
    assert mended == DataChoice(series="seattle_temperature", extra_inputs=("wind",), calendar=True)
    assert notes == ("Seattle daily maximum temperature has no further input tide; leaving it out",)
    mended, notes = known(DataChoice(extra_inputs="wind", calendar=True))
    assert mended == DataChoice()
    assert notes == (
        "Sine wave has no further input wind; leaving it out",
        "Sine wave has no dates that the calendar could tell something about; leaving it out",
    )


def test_known_leaves_own_inputs_to_the_upload():
    choice = DataChoice(series="own", extra_inputs="wind", calendar=True, target="log_return")
    assert known(choice) == (choice, ())


def test_own_data_without_an_upload_asks_for_one():
    with pytest.raises(ValueError, match="upload a table or draw a curve"):
        load_series(DataChoice(series="own"))


def test_the_catalog_brings_in_neither_yfinance_nor_torch():
    strangers = {"yfinance", "torch", "streamlit", "plotly"}
    code = f"import sys, playground.data.catalog; print(sorted({strangers} & {{*sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=patience(60)
    )
    assert done.stdout.strip() == "[]"
