"""Whose requests are answered at all: by the name that they use for this server, and by where they come from.

A page of a stranger's whose name suddenly stands for 127.0.0.1 (DNS rebinding) may talk to a server on the reader's
own machine as if it were its own. Only a name can be turned round so, no address, and a browser always says the name
that it used. So addresses are answered always. Without `PLAYGROUND_HOSTS` a name is refused where that trick is
played: in a request from this machine itself, which came through no proxy and calls the server by a name that is not
this machine's. With `PLAYGROUND_HOSTS` every request must use one of these names.
"""

from __future__ import annotations

import functools
import ipaddress
import logging
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

import psutil
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger(__name__)

METRICS_PATH = "/_stcore/metrics"
"""What Streamlit tells about its sessions and its memory: for whoever administers this machine."""

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""Headers that proxies add; no page can add them to a websocket's first request."""

MISDIRECTED = 421
"""The status of a request that went to a server which does not go by that name (RFC 9110, 15.5.20)."""


def host_of(header: str) -> str:
    """Return the name or address in a Host header, in lower case and without port, empty if it holds none."""
    try:
        parts = urlsplit(f"//{header.strip()}")
        _ = parts.port
    except ValueError:
        return ""
    if parts.username is not None or parts.path or parts.query or parts.fragment:
        return ""
    return (parts.hostname or "").rstrip(".")


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def address_of(text: str) -> Address | None:
    """Return the IP address that a text holds, None if it holds none; IPv4 within IPv6 counts as IPv4."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


@functools.cache
def own_names() -> frozenset[str]:
    """Return the names that this machine has by itself, in lower case."""
    name = socket.gethostname().lower().rstrip(".")
    short = name.partition(".")[0]
    return frozenset({"localhost", name, short, f"{short}.local"} - {""})


def is_loopback(text: str) -> bool:
    """Say whether this is an address that only this machine can send from."""
    found = address_of(text)
    return found is not None and found.is_loopback


def is_own_address(text: str) -> bool:
    """Say whether a request from this address was sent by this machine itself."""
    found = address_of(text)
    if found is None or found.is_loopback:
        return found is not None
    return any(address_of(entry.address) == found for entries in psutil.net_if_addrs().values() for entry in entries)


def is_one_of(host: str, names: Collection[str]) -> bool:
    """Say whether a host is among these names, of which "*.school.example" stands for every name below."""
    return any(name == "*" or host == name or (name[:2] == "*." and host.endswith(name[1:])) for name in names)


class Gate:
    """Refuses requests that use a foreign name for this server, and those of others for its metrics.

    Args:
        app: What answers all others.
        hosts: The only names by which this server may be called, separated by spaces; empty = see this module.
        address: Where a room finds this server, as a URL; its name is allowed too.
    """

    def __init__(self, app: ASGIApp, hosts: str = "", address: str = "") -> None:
        self._app = app
        self._hosts = tuple(hosts.lower().split())
        self._room = {host_of(urlsplit(address).netloc)} - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        peer = scope["client"][0] if scope.get("client") else ""
        direct = not any(name in headers for name in FORWARDED)
        if not self._knows(headers.get("host", ""), peer, direct):
            said = headers.get("host", "")
            log.warning("Refused a request for the host %.100r: if it is this one, name it in PLAYGROUND_HOSTS", said)
            await _refuse(
                scope, receive, send, MISDIRECTED,
                "This server does not go by that name. Whoever runs it can allow the name in PLAYGROUND_HOSTS.",
            )  # fmt: skip
        elif scope["path"].rstrip("/").endswith(METRICS_PATH) and not (direct and is_loopback(peer)):
            await _refuse(scope, receive, send, 403, "The metrics are for this machine alone.")
        else:
            await self._app(scope, receive, send)

    def _knows(self, header: str, peer: str, direct: bool) -> bool:
        """Say whether a request may call this server so."""
        host = host_of(header)
        if address_of(host) is not None or is_one_of(host, {"localhost", "*.localhost"} | self._room):
            return True
        if self._hosts:
            return is_one_of(host, self._hosts)
        return not header or host in own_names() or not direct or not is_own_address(peer)


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, text: str) -> None:
    """Answer with a sentence; a websocket is closed before it opens, which the browser sees as status 403."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
    else:
        await PlainTextResponse(text, status_code=status)(scope, receive, send)
