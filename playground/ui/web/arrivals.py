"""Who may come in, and how fast: tabs are counted by address and in all, and each may ask only so often.

Inside the server an address is known by its hash only (`playground/addresses.py`). What a tab sends beyond
its pace is handed on later, never lost, unless it is for a page that the tab has left.
"""

from __future__ import annotations

import asyncio
import html
import secrets
import time
from collections import Counter

import streamlit as st
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.addresses import Addresses, Origin
from playground.hosting.settings import Settings
from playground.ui.frame import state
from playground.ui.server.pace import Who
from playground.ui.server.turns import TURNS
from playground.ui.web.left_pages import SHOWN
from playground.ui.web.timers import without_presses
from playground.words import counted

STREAM = "/_stcore/stream"
"""Where a tab opens its websocket."""

PARTY, ADDRESS, TAB = "x-playground-party", "x-playground-address", "x-playground-tab"
"""Headers that tell a tab's pages the hash of its address, the same where limits count it, and a name of the
connection; what a browser sends under these names is thrown away."""

MESSAGES_PER_S, BURST, AT_FIRST = 20.0, 6, 1
"""What one tab may ask for in the long run, at once, and at once when it is new: a page asks four times a second for
each of its live parts."""

TABS_PER_VISITOR = 2
"""An address may ask for as much as so many tabs of each visitor that it counts for."""

EXCESS_PER_S = 20.0
"""What all tabs together may ask for beyond that."""

LOOK_AGAIN_S = 0.1

TRY_AGAIN_S = 20

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>RNN Playground is full</title>
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="{seconds}">
<style>:root {{ color-scheme: light dark }} body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem;
margin: 15vh auto; padding: 0 1rem }}</style></head>
<body><h1>RNN Playground is full</h1><p>{reason}</p><p>This page tries again every {seconds} seconds.</p></body></html>
"""


def own_address() -> str:
    """Return the hash of the address that this tab comes from, empty where it does not count."""
    return st.context.headers.get(ADDRESS) or ""


def who() -> Who:
    """Return for whom this tab is drawn: all tabs of an address take turns as one."""
    tab = st.context.headers.get(TAB) or ""
    return Who(state.tab(), st.context.headers.get(PARTY) or tab, tab)


class Meter:
    """Lets so many events a second pass, and some more at once after a silence.

    Args:
        per_s: Events a second in the long run.
        burst: Events that may pass at once after a silence.
        at_first: Events that may pass at once at first.
    """

    def __init__(self, per_s: float, burst: float, at_first: float) -> None:
        self._every_s, self._ahead_s = 1 / per_s, burst / per_s
        self._next = time.monotonic() - at_first / per_s

    def delay_s(self, now: float) -> float:
        """Count one event; return how long it must wait.

        Args:
            now: On the monotonic clock, in seconds.
        """
        self._next = max(self._next, now - self._ahead_s) + self._every_s
        return max(0.0, self._next - now)


class Arrivals:
    """ASGI middleware: turns away whoever comes when the server or their address is full, and paces the others.

    Args:
        app: What answers.
        settings: Limits of this server.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._addresses = Addresses(settings.shared_addresses, behind_proxy=bool(settings.proxies))
        self._tabs: Counter[str] = Counter()
        self._meters: dict[str, Meter] = {}
        self._excess = Meter(EXCESS_PER_S, 1, 1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or serve one tab for its life."""
        if scope["type"] == "http":
            reason = self._why_full(self._origin_of(scope).counted) if _asks_for_a_page(scope) else ""
            await (_full(reason) if reason else self._app)(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._serve_tab(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _serve_tab(self, scope: Scope, receive: Receive, send: Send) -> None:
        party, address = self._origin_of(scope)
        tab = secrets.token_urlsafe(16)
        own = {name.encode(): value.encode() for name, value in ((PARTY, party), (ADDRESS, address), (TAB, tab))}
        headers = [(name, value) for name, value in scope["headers"] if name.lower() not in own]
        scope = {**scope, "headers": [*headers, *own.items()]}
        if not scope["path"].endswith(STREAM):
            await self._app(scope, receive, send)
            return
        if self._why_full(address):
            await send({"type": "websocket.close", "code": 1013})
            return
        self._tabs[address] += 1
        try:
            await self._app(scope, self._paced(receive, address, tab), send)
        finally:
            TURNS.forget(tab)
            SHOWN.forget(tab)
            self._tabs[address] -= 1
            if not self._tabs[address]:
                del self._tabs[address]
                self._meters.pop(address, None)

    def _paced(self, receive: Receive, address: str, tab: str) -> Receive:
        """Return a way to receive what a tab sends no faster than it and its address may.

        Every message starts a thread. A tab that asks faster has its next message handed on only when the thread
        of the one before has had its turn, so that no flood of threads keeps the server from answering others.
        """
        own = Meter(MESSAGES_PER_S, BURST, AT_FIRST)
        times = self._settings.visitors_per_address * TABS_PER_VISITOR
        nearby = Meter(times * MESSAGES_PER_S, times * BURST, times * BURST)
        nearby = self._meters.setdefault(address, nearby) if address else nearby

        async def receive_later() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                now = time.monotonic()
                excess_s = own.delay_s(now)
                waits = (excess_s, nearby.delay_s(now), self._excess.delay_s(now) if excess_s else 0.0)
                await asyncio.sleep(max(waits))
                while excess_s and TURNS.is_waiting(tab):
                    await asyncio.sleep(LOOK_AGAIN_S)
                said = message.get("bytes") or b""
                if not SHOWN.is_late(tab, said):
                    TURNS.announce(tab)
                    return {**message, "bytes": without_presses(said)} if said else message

        return receive_later

    def _origin_of(self, scope: Scope) -> Origin:
        forwards = any(name.lower() == b"x-forwarded-for" for name, _ in scope["headers"])
        return self._addresses.origin((scope.get("client") or ("",))[0], forwards)

    def _why_full(self, address: str) -> str:
        """Return why no further tab may be opened from an address, empty if one may."""
        if address and self._tabs[address] >= self._settings.tabs_per_address:
            return (
                f"At most {counted(self._settings.tabs_per_address, 'tab')} can be open from one network address, "
                "and so many are open from yours. Close what you no longer need. If many people share your address, "
                "whoever runs this server can name it in PLAYGROUND_SHARED_ADDRESSES."
            )
        if self._tabs.total() >= self._settings.tabs:
            return (
                f"At most {counted(self._settings.tabs, 'tab')} of all visitors can be open on this server, "
                "and so many are. Come back when others have closed theirs."
            )
        return ""


def _asks_for_a_page(scope: Scope) -> bool:
    accepted = dict(scope["headers"]).get(b"accept", b"")
    return scope["method"] == "GET" and b"text/html" in accepted and "/_stcore/" not in scope["path"]


def _full(reason: str) -> ASGIApp:
    page = _PAGE.format(reason=html.escape(reason), seconds=TRY_AGAIN_S)
    return HTMLResponse(page, status_code=503, headers={"Retry-After": str(TRY_AGAIN_S), "Cache-Control": "no-store"})
