"""Connections that are opened and ask for nothing, or for half a thing, are closed after a while.

The server under Streamlit waits for the rest of a request without end, and Streamlit has no setting for it: a few
hundred such connections are free for whoever opens them and cost this process its file descriptors. Websockets that
fall silent are ended by the server's own pings, and their number is limited (`ui/web/arrivals.py`).
"""

from __future__ import annotations

import asyncio
import importlib
from typing import Any

HEAD_S = 15.0
"""Longest that the first lines of a request may take to come, give or take as much again."""

PROTOCOLS = (
    ("uvicorn.protocols.http.httptools_impl", "HttpToolsProtocol"),
    ("uvicorn.protocols.http.h11_impl", "H11Protocol"),
)

_MARK = "_playground_ends_half_open"


def is_half_open(protocol: Any) -> bool:
    """Say whether a connection waits for a request that has not come whole; one that rests has a timer of its own."""
    answered = protocol.cycle is None or protocol.cycle.response_complete
    return answered and protocol.timeout_keep_alive_task is None


def end_half_open(head_s: float = HEAD_S) -> None:
    """Let every HTTP connection opened from now on be closed when a request takes longer than this to come."""
    for module, name in PROTOCOLS:
        try:
            protocol = getattr(importlib.import_module(module), name)
        except ImportError:
            continue
        if not hasattr(protocol, _MARK):
            setattr(protocol, _MARK, True)
            protocol.connection_made = _watched(protocol.connection_made, head_s)


def _watched(connection_made: Any, head_s: float) -> Any:
    """Return the method that takes a connection in, which also looks at it again and again."""

    def watch(protocol: Any, transport: Any, since: Any) -> None:
        """Close a connection that is in the middle of the same request as at the last look."""
        if transport.is_closing() or transport.get_protocol() is not protocol:
            return
        now = protocol.cycle if is_half_open(protocol) else _BUSY
        if since is now:
            transport.close()
            return
        asyncio.get_running_loop().call_later(head_s, watch, protocol, transport, now if now is not _BUSY else object())

    def made(protocol: Any, transport: asyncio.Transport) -> None:
        connection_made(protocol, transport)
        asyncio.get_running_loop().call_later(head_s, watch, protocol, transport, None)

    return made


_BUSY = object()
