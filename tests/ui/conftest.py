"""The engine that pages are tested with."""

import pytest
from fake_engine import FakeEngine, stand_in

from playground.ui.watching import answers, moments, seed_groups


@pytest.fixture
def engine(monkeypatch, tmp_path) -> FakeEngine:
    """An engine that trains nothing, with an empty home, and nothing remembered of other tests."""
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path))
    for kept in (answers._asked, seed_groups._kept, moments._weights_of):
        kept.clear()
    fake = FakeEngine()
    stand_in(monkeypatch, fake)
    return fake
