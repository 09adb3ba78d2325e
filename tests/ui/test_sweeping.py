"""Closed tabs are let go when their time to come back is over, though no other tab comes or goes."""

import asyncio
import weakref
from types import SimpleNamespace

import pytest
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from playground.ui.server import server


class Session:
    """Stands in for what Streamlit keeps of a tab."""

    id = "tab"


@pytest.fixture
def manager(monkeypatch):
    """Streamlit's own keeper of sessions, with its clock in the test's hand."""
    storage = MemorySessionStorage(ttl_seconds=120)
    now = [1000.0]
    monkeypatch.setattr(storage, "_cache", type(storage._cache)(maxsize=128, ttl=120, timer=lambda: now[0]))
    made = WebsocketSessionManager(storage, None, None, None)
    made.now, made.storage = now, storage
    return made


def test_a_closed_tab_is_kept_for_its_time_and_then_let_go(manager):
    session = Session()
    gone = weakref.ref(session)
    manager.storage.save(SessionInfo(client=None, session=session))
    del session
    manager.now[0] += 119
    server.sweep(manager)
    assert gone() is not None and manager.storage.get("tab") is not None
    manager.now[0] += 2
    assert gone() is not None  # Streamlit alone keeps it until another tab comes or goes
    server.sweep(manager)
    assert gone() is None


def test_the_server_sweeps_as_long_as_it_lives(monkeypatch):
    swept = []
    fake = SimpleNamespace(start=lambda: None, close=lambda: None)
    monkeypatch.setattr(server, "engine", lambda: fake)
    monkeypatch.setattr(server, "SWEEP_EVERY_S", 0.001)
    monkeypatch.setattr(server, "sweep", swept.append)
    sessions = object()
    runtime = SimpleNamespace(exists=lambda: True, instance=lambda: SimpleNamespace(_session_mgr=sessions))
    monkeypatch.setattr(server, "Runtime", runtime)
    monkeypatch.setattr(server.gc, "freeze", lambda: None)

    async def life():
        async with server.lifespan(None):
            while len(swept) < 2:
                await asyncio.sleep(0.001)
        count = len(swept)
        await asyncio.sleep(0.02)
        return count

    assert asyncio.run(asyncio.wait_for(life(), 30)) == len(swept)
    assert set(swept) == {sessions}
