"""What the whole server process owns: one engine, started with it and closed with it."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from streamlit.runtime import Runtime

from playground.config import DataChoice
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.engine import Engine
from playground.hosting.home import claim_home
from playground.hosting.settings import load_settings
from playground.records import Prepared, Series
from playground.runs import RunStore
from playground.ui.web.half_open import end_half_open
from playground.ui.web.log_lines import keep_lines_brief
from playground.ui.web.upload_room import free_uploads_of_closed_tabs


@st.cache_resource
def engine() -> Engine:
    """Return the one engine of this server, started at the first call."""
    settings = load_settings()
    claim_home()
    started = Engine(RunStore(settings.store_path), settings)
    started.start()
    return started


SWITCH_S = 0.0005
"""How long a thread that draws keeps the interpreter while the thread that answers all browsers waits for it.

Python's own 5 ms are waited for at every file and message that is sent, which adds up to seconds in a full room.
"""


SWEEP_EVERY_S = 15.0


def sweep(sessions: Any) -> None:
    """Let go of closed tabs whose time to come back is over.

    Streamlit keeps a closed tab for two minutes, and then until another one comes or goes: with it an event loop,
    which is three open files, and all that the tab had in memory. It has no public way to look earlier.

    Args:
        sessions: Streamlit's session manager.
    """
    sessions._session_storage._cache.expire()


async def _sweep_again_and_again() -> None:
    while True:
        await asyncio.sleep(SWEEP_EVERY_S)
        if Runtime.exists():
            sweep(Runtime.instance()._session_mgr)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Warm the workers as the server starts; close them as it stops.

    Streamlit collects garbage after every script run, which with many visitors costs more than the
    pages themselves; what the imports left behind is therefore moved out of the collector's sight.
    """
    keep_lines_brief()
    end_half_open()
    started = engine()
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_S)
    tidying = [asyncio.create_task(free_uploads_of_closed_tabs()), asyncio.create_task(_sweep_again_and_again())]
    yield {}
    for task in tidying:
        task.cancel()
    started.close()


@st.cache_resource(max_entries=64, ttl=3600, show_spinner=False)
def series_of(data_json: str) -> Series:
    """Return the chosen series, by the JSON of its DataChoice."""
    return load_series(DataChoice.model_validate_json(data_json))


@st.cache_resource(max_entries=64, ttl=3600, show_spinner=False)
def prepared_of(data_json: str) -> Prepared:
    """Return the chosen series split, scaled and cut into windows."""
    return prepare(series_of(data_json), DataChoice.model_validate_json(data_json))


def forget_series(data_json: str) -> None:
    """Load this series afresh the next time, because its source has changed."""
    series_of.clear(data_json)
    prepared_of.clear(data_json)
