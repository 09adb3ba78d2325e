"""Compresses Streamlit's own scripts and styles once, and serves the same bytes to everybody.

Streamlit sends them as they are, because compressing them again for each visitor would cost a busy
server dearly. Thirty people who open the app at once fetch more than 2 MB each over one wireless
network, so here they are compressed once and kept.
"""

from __future__ import annotations

import functools
import gzip
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from playground.ui.watching.live import accepts_gzip

FOLDER = Path(st.__file__).parent / "static" / "static"
TYPES = {".js": "text/javascript", ".css": "text/css"}


@functools.cache
def _files() -> dict[str, Path]:
    """Return Streamlit's scripts and styles by their names below the static folder."""
    return {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.suffix in TYPES}


def compressed(name: str) -> bytes | None:
    """Return a script or style of Streamlit's, compressed; None if there is no such file.

    Args:
        name: Below Streamlit's static folder, such as "js/index.abc.js".
    """
    file = _files().get(name)
    return None if file is None else gzip.compress(file.read_bytes(), compresslevel=6, mtime=0)


class CompressedScripts:
    """Answers requests for Streamlit's scripts and styles with compressed ones; everything else passes.

    Args:
        app: What answers everything else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[str, bytes] = {}
        """About 7 MB when every file has been asked for."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = None
        if scope["type"] == "http" and scope["method"] == "GET" and "/static/" in scope["path"]:
            headers = Headers(scope=scope)
            if accepts_gzip(headers.get("accept-encoding", "")) and "range" not in headers:
                name = scope["path"].rpartition("/static/")[2]
                body = self._kept.get(name) or await run_in_threadpool(compressed, name)
                if body is not None:
                    self._kept[name] = body
        if body is None:
            await self._app(scope, receive, send)
            return
        told = {
            # Every name holds a hash of what is in the file.
            "Cache-Control": "public, immutable, max-age=31536000",
            "Content-Encoding": "gzip",
            "Vary": "Accept-Encoding",
        }
        media_type = TYPES[Path(scope["path"]).suffix]
        await Response(body, headers=told, media_type=media_type)(scope, receive, send)
