"""What every answer of the server tells the browser about safety: docs/security.md says why and what proves it.

The content security policy lets a page run only the scripts that this server sent, and load nothing
from elsewhere. What Streamlit needs beyond that, and nothing more, is named in `POLICY`.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INDEX = Path(st.__file__).parent / "static" / "index.html"
EMBED_PATH = "/embed"
"""The one page that every site may show in a frame: a run's charts, with nothing to press that changes anything."""

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


def inline_scripts(page: str) -> list[str]:
    """Return the policy's names, by SHA-256, for the scripts that stand inside a page."""
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts]


POLICY: dict[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    # blob: is how Streamlit loads a component's module, WebAssembly how it counts in 64 bits; only a script
    # that runs already can make either.
    "script-src": ("'self'", "blob:", "'wasm-unsafe-eval'", *inline_scripts(INDEX.read_text(encoding="utf-8"))),
    # Streamlit and plotly write their styles while they run.
    "style-src": ("'self'", "'unsafe-inline'"),
    "img-src": ("'self'", "data:", "blob:"),
    "font-src": ("'self'", "data:"),
    "media-src": ("'self'", "data:", "blob:"),
    # blob: is how Streamlit's recorder reads back what it has just recorded; a page can only read its own.
    "connect-src": ("'self'", "blob:"),
    "worker-src": ("'self'", "blob:"),
    "manifest-src": ("'self'",),
    "base-uri": ("'self'",),
    "form-action": ("'self'",),
    "object-src": ("'none'",),
}

FIXED = {
    "X-Content-Type-Options": "nosniff",
    # A link may carry the name of a run: other sites are told nothing of it.
    "Referrer-Policy": "same-origin",
    # The microphone is for the Listen page, which asks first.
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=(), midi=(), "
    "display-capture=(), browsing-topics=()",
    "X-Permitted-Cross-Domain-Policies": "none",
}


@functools.lru_cache(maxsize=64)
def content_security_policy(path: str, host: str = "", framed_by: str = "") -> str:
    """Return the policy for one request.

    Args:
        path: Of the request; the embed page may be framed by every site.
        host: As the browser calls this server; named for websockets, which older browsers do not count
            as 'self'. Anything that is not a host name is left out.
        framed_by: Other sites that may frame every page, separated by spaces.
    """
    directives = dict(POLICY)
    if _HOST.fullmatch(host):
        directives["connect-src"] += (f"ws://{host}", f"wss://{host}")
    embedded = path.rstrip("/").endswith(EMBED_PATH)
    directives["frame-ancestors"] = ("*",) if embedded else ("'self'", *framed_by.split())
    return "; ".join(" ".join((name, *sources)) for name, sources in directives.items())


class SafetyHeaders:
    """Adds the headers to every HTTP answer; websockets pass as they are.

    Args:
        app: What answers.
        framed_by: Other sites that may frame every page, separated by spaces.
    """

    def __init__(self, app: ASGIApp, framed_by: str = "") -> None:
        self._app = app
        self._framed_by = framed_by

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        policy = content_security_policy(scope["path"], host, self._framed_by)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy
                for name, value in FIXED.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send_with_headers)
