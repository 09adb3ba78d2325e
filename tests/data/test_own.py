"""The shelf of learners' own series: private, bounded in size and in time."""

import os
import stat
import time

import numpy as np
import pytest

from playground.config import DataChoice
from playground.data import own
from playground.data.catalog import load_series
from playground.data.own import keep_own, load_own
from playground.data.prepare import prepare
from playground.records import Series


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path))
    return tmp_path / "own"


def series_of(size: int = 400) -> Series:
    values = np.sin(np.arange(size) / 4)
    times = np.datetime64("1980-01-01", "ns") + np.arange(size) * np.timedelta64(1, "D")
    return Series("own", "Mine", "kg", values, times, "day", extras={"wind": values**2}, notes=("told",))


def age(file, seconds: float) -> None:
    at = time.time() - seconds
    os.utime(file, (at, at))


def test_what_is_kept_can_be_loaded_by_its_token_alone(shelf):
    token = keep_own(series_of())
    choice = DataChoice(series="own", own=token, extra_inputs="wind", calendar=True)
    series = load_series(choice)
    assert (series.name, series.title, series.unit, series.notes) == ("own", "Mine", "kg", ("told",))
    assert np.array_equal(series.values, series_of().values)
    assert np.array_equal(series.times, series_of().times)
    assert np.array_equal(series.extras["wind"], series_of().extras["wind"])
    assert not series.values.flags.writeable
    assert prepare(series, choice).train.inputs.shape[2] == 6
    with pytest.raises(ValueError, match="no longer kept here"):
        load_own(DataChoice(series="own", own=token[:-1] + ("A" if token[-1] != "A" else "B")))


def test_only_the_owner_may_read_it(shelf):
    token = keep_own(series_of())
    (file,) = shelf.iterdir()
    assert file.name == f"{token}.safetensors"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(shelf.stat().st_mode) == 0o700


def test_tokens_differ():
    assert len({keep_own(series_of()) for _ in range(20)}) == 20


def test_it_is_kept_for_a_day_after_its_last_use(shelf):
    token = keep_own(series_of())
    (file,) = shelf.iterdir()
    age(file, 23.9 * 3600)
    load_own(DataChoice(own=token))
    assert time.time() - file.stat().st_mtime < 60
    age(file, 24.1 * 3600)
    with pytest.raises(ValueError, match=r"no longer kept here \(24 h after its last use\); upload or draw it again"):
        load_own(DataChoice(own=token))
    assert list(shelf.iterdir()) == []


def test_a_new_upload_clears_away_what_is_too_old_or_too_much(shelf, monkeypatch):
    tokens = [keep_own(series_of()) for _ in range(4)]
    for hours, token in zip((30, 3, 2, 1), tokens, strict=True):
        age(shelf / f"{token}.safetensors", hours * 3600)
    tokens.append(keep_own(series_of()))
    assert {file.stem for file in shelf.iterdir()} == set(tokens[1:])
    monkeypatch.setattr(own, "MOST_KEPT", 3)
    tokens.append(keep_own(series_of()))
    assert {file.stem for file in shelf.iterdir()} == set(tokens[3:])
    monkeypatch.setattr(own, "MOST_KEPT_BYTES", 30_000)
    tokens.append(keep_own(series_of()))
    assert {file.stem for file in shelf.iterdir()} == set(tokens[-2:])


def test_a_series_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(own, "MOST_BYTES", 2**20)
    with pytest.raises(ValueError, match="own data must be at most 1 MB, got 2 MB"):
        keep_own(series_of(100_000))


def test_a_damaged_file_counts_as_gone(shelf):
    token = keep_own(series_of())
    (shelf / f"{token}.safetensors").write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(ValueError, match="no longer kept here"):
        load_own(DataChoice(own=token))


@pytest.mark.parametrize("token", ["../../../../etc/passwd", "a" * 21, "a" * 21 + "/", "a" * 22 + "\n"])
def test_a_token_is_never_a_path(token):
    with pytest.raises(ValueError):
        DataChoice(own=token)
    with pytest.raises(ValueError, match="own must be the name of an upload"):
        load_own(DataChoice().model_copy(update={"own": token}))


def test_a_server_that_cannot_write_says_so(shelf):
    shelf.write_text("in the way")
    with pytest.raises(ValueError, match="could not be kept on this server"):
        keep_own(series_of())
