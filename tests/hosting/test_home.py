"""Where the playground writes."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from playground.hosting.home import claim_home, home_warning, playground_home
from playground.places import ROOT


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


def test_a_folder_that_gave_way_is_told_to_visitors_and_with_its_path_to_the_log(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path / "home"))
    playground_home()
    assert home_warning() == ""
    monkeypatch.setattr("os.access", lambda path, mode: False)
    monkeypatch.setattr("tempfile.mkdtemp", lambda prefix: _made(tmp_path / f"{prefix}3"))
    playground_home()
    assert "may not be written to" in home_warning()
    assert "temporary" in home_warning()
    assert str(tmp_path) not in home_warning()
    assert str(tmp_path / "home") in caplog.text
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path / "home"))
    assert home_warning() == ""


HOLD = """
import sys
from playground.hosting.home import claim_home, home_warning
print(claim_home(), home_warning(), sep="|", flush=True)
sys.stdin.read()
"""


@contextmanager
def server(home: Path) -> Iterator[tuple[str, str]]:
    """Let another process claim the folder for as long as the context lasts: which folder it got, and its warning."""
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=ROOT, env=os.environ | {"PLAYGROUND_HOME": str(home)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with held:
        assert held.stdout is not None
        folder, _, warning = held.stdout.readline().strip().partition("|")
        yield folder, warning


def test_a_second_server_on_a_folder_says_so_and_takes_another(tmp_path, monkeypatch):
    home = tmp_path / "home"
    with server(home) as (first, said):
        assert (first, said) == (str(home), "")
        with server(home) as (second, warning):
            assert second != str(home)
            assert "another server" in warning
            shutil.rmtree(second)
        monkeypatch.setenv("PLAYGROUND_HOME", str(home))
        monkeypatch.setattr("tempfile.mkdtemp", lambda prefix: _made(tmp_path / f"{prefix}4"))
        assert claim_home() == tmp_path / "rnn-playground-4"
    with server(home) as (third, said):
        assert (third, said) == (str(home), "")


def test_a_server_may_claim_its_folder_again(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path))
    assert claim_home() == claim_home() == tmp_path
    assert home_warning() == ""
