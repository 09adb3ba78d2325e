"""Where the playground writes."""

import stat
from pathlib import Path

import platformdirs

from playground.home import playground_home


def test_the_environment_names_it_and_it_is_private(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path / "deep" / "home"))
    home = playground_home()
    assert home == tmp_path / "deep" / "home"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert playground_home() == home


def test_without_it_the_users_data_folder_is_used(tmp_path, monkeypatch):
    monkeypatch.delenv("PLAYGROUND_HOME", raising=False)
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda name: str(tmp_path / name))
    assert playground_home() == tmp_path / "rnn-playground"


def test_a_folder_that_cannot_be_made_gives_way_to_a_shared_temporary_one(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setattr("tempfile.mkdtemp", lambda prefix: _made(tmp_path / f"{prefix}1"))
    home = playground_home()
    assert home == tmp_path / "rnn-playground-1"
    assert playground_home() == home


def test_a_folder_that_cannot_be_written_gives_way_too(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path))
    monkeypatch.setattr("os.access", lambda path, mode: False)
    monkeypatch.setattr("tempfile.mkdtemp", lambda prefix: _made(tmp_path / f"{prefix}2"))
    assert playground_home() == tmp_path / "rnn-playground-2"


def _made(path: Path) -> str:
    path.mkdir()
    return str(path)
