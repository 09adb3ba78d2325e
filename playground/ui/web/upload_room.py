"""How many bytes of uploads the server keeps: so many for a tab, so many in all, and none for a tab that is gone.

Streamlit keeps every file of a tab until the tab's session ends, however many there are, and a session ends minutes
after its tab or later. A page reads a file once, so what a tab uploaded longest ago makes room for the newest.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import Counter

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

log = logging.getLogger(__name__)

MOST_TAB_BYTES = 32 * 2**20
"""Uploads kept for one tab: the largest run file and some more."""

MOST_BYTES = 512 * 2**20
"""Uploads kept for all tabs; the tab that has most makes room."""

MOST_AT_ONCE = 3
"""Uploads that one tab may have on their way."""

GONE_S = 100.0
"""How long a tab whose connection broke may take to come back: a little less than Streamlit itself gives it."""

LOOK_EVERY_S = 5.0

_UPLOAD = re.compile(r".*/_stcore/upload_file/([^/]+)/[^/]+")


class UploadRoom:
    """Makes room after every upload, and refuses a tab that sends too many at once.

    Args:
        app: What takes the uploads.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._on_their_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = _UPLOAD.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        if path is None:
            await self._app(scope, receive, send)
            return
        tab = path[1]
        if self._on_their_way[tab] >= MOST_AT_ONCE:
            sentence = f"at most {MOST_AT_ONCE} uploads of one tab at once; wait until one has arrived\n"
            await PlainTextResponse(sentence, status_code=429)(scope, receive, send)
            return
        self._on_their_way[tab] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._on_their_way[tab] -= 1
            if not self._on_their_way[tab]:
                del self._on_their_way[tab]
            if (uploads := kept_uploads()) is not None:
                make_room(uploads, tab)


def kept_uploads() -> MemoryUploadedFileManager | None:
    """Return where the server keeps uploads, None before it does."""
    uploads = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    return uploads if isinstance(uploads, MemoryUploadedFileManager) else None


def kept_bytes(uploads: MemoryUploadedFileManager) -> dict[str, int]:
    """Return how many bytes of uploads are kept, by tab."""
    return {
        tab: sum(len(file.data) for file in list(files.values())) for tab, files in list(uploads.file_storage.items())
    }


def make_room(uploads: MemoryUploadedFileManager, tab: str) -> None:
    """Drop a tab's oldest uploads, and those of the tab that has most, until both limits hold; the newest stays."""
    _drop_oldest(uploads, tab, MOST_TAB_BYTES)
    kept = kept_bytes(uploads)
    while sum(kept.values()) > MOST_BYTES:
        largest = max(kept, key=lambda one: kept[one])
        before, kept[largest] = kept[largest], _drop_oldest(uploads, largest, kept[largest] - 1)
        if kept[largest] >= before:
            uploads.remove_session_files(largest)
            del kept[largest]


def _drop_oldest(uploads: MemoryUploadedFileManager, tab: str, most: int) -> int:
    """Drop a tab's oldest uploads until it keeps `most` bytes or only the newest; return how many bytes it keeps."""
    files = list(uploads.file_storage.get(tab, {}).values())
    size = sum(len(file.data) for file in files)
    for file in files[:-1]:
        if size <= most:
            break
        uploads.remove_file(tab, file.file_id)
        size -= len(file.data)
    return size


async def free_uploads_of_closed_tabs() -> None:
    """Drop, for as long as the server runs, the uploads of tabs whose connection has been broken for `GONE_S`."""
    gone_since: dict[str, float] = {}
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            free_uploads_of_the_gone(gone_since, time.monotonic())
        except Exception:
            log.exception("Uploads of closed tabs could not be freed; this is tried again")


def free_uploads_of_the_gone(gone_since: dict[str, float], now: float) -> None:
    """Note which tabs with uploads have no connection, and drop what those gone for `GONE_S` had uploaded."""
    uploads = kept_uploads()
    if uploads is None:
        return
    server = runtime.get_instance()
    gone = {tab for tab in list(uploads.file_storage) if not server.is_active_session(tab)}
    for tab in gone_since.keys() - gone:
        del gone_since[tab]
    for tab in gone:
        if now - gone_since.setdefault(tab, now) >= GONE_S:
            uploads.remove_session_files(tab)
            server.close_session(tab)
            del gone_since[tab]
