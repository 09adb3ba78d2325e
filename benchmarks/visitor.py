"""One visitor without a browser: speaks Streamlit's own protocol, answers the live ticks, counts what it sees.

Like a browser it fetches the first page and what that page names, opens the websocket, keeps every
fragment's timer, and sends a rerun each time one fires. Unlike a browser it draws nothing and keeps
every widget as the server first drew it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLs, FileURLsRequest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

LARGEST_MESSAGE = 200 * 2**20
LONGEST_PAGE_S = 120.0
CONNECTIONS = 6
"""How many a browser opens to one server."""
GZIP = b"\x1f\x8b"
"""What compressed files begin with."""
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
WHOLE_PAGE, PART_OF_PAGE = ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
EPOCH = re.compile(r"Epoch (\d+) of (\d+)")
IN_QUEUE = re.compile(r"number (\d+) in the queue")
BADGES = ("Waiting", "Training", "Paused", "Interrupted", "Done", "Stopped early", "Diverged", "Failed")
ENDED = ("Done", "Stopped early", "Diverged", "Failed")


@dataclass
class Seen:
    """What all visitors saw, times in seconds."""

    first_pages: list[float] = field(default_factory=list)
    page_changes: list[float] = field(default_factory=list)
    ticks: list[tuple[float, float]] = field(default_factory=list)
    """When each was answered, and how long that took."""
    intervals: list[tuple[float, float]] = field(default_factory=list)
    """When the server asked for ticks, and how often."""
    exceptions: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    queue_places: list[int] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    received_bytes: int = 0


class Visitor:
    """One browser tab.

    Args:
        url: Address of the server, with a slash at its end.
        seen: Where to count.
        comes_from: Address of this machine to connect from, empty for any. Linux has all of 127.0.0.0/8.
    """

    def __init__(self, url: str, seen: Seen, comes_from: str = "") -> None:
        self.url = url
        self.seen = seen
        self._local = (comes_from, 0) if comes_from else None
        self.epoch = 0
        self.badge = ""
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._buttons: dict[str, tuple[str, str]] = {}
        """Name of the widget and of the fragment it stands in, by label."""
        self._pages: dict[str, str] = {}
        self._page = ""
        self._query = ""
        self._asked: dict[str, float] = {}
        self._page_drawn = asyncio.Event()
        self._session = ""
        self._uploader: tuple[str, str] | None = None
        """Name of the page's first field for files, and of the fragment it stands in."""
        self._places: asyncio.Queue[FileURLs] = asyncio.Queue()

    async def open(self, path: str = "playground", query: str = "") -> None:
        """Open the app as a browser does: the page, its scripts and styles, the websocket, the first run."""
        began = time.perf_counter()
        entry = (await self._get_all((path,)))[0]
        entry = gzip.decompress(entry) if entry.startswith(GZIP) else entry
        files = set(re.findall(r'(?:src|href)="\./(static/[^"]+)"', entry.decode()))
        await self._get_all(files)
        address = "ws" + self.url.removeprefix("http") + "_stcore/stream"
        self._socket = await connect(
            address,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=LARGEST_MESSAGE,
            open_timeout=120,
            ping_timeout=None,
            local_addr=self._local,
        )
        self._reader = asyncio.create_task(self._read())
        self._query = query
        await self._draw_page(ClientState(page_name=path, query_string=query))
        self.seen.first_pages.append(time.perf_counter() - began)

    async def change_page(self, title: str) -> None:
        """Click on a page in the menu and wait until it is drawn."""
        began = time.perf_counter()
        self._page, self._query = self._pages[title], ""
        await self._draw_page(ClientState(page_script_hash=self._page))
        self.seen.page_changes.append(time.perf_counter() - began)

    async def press(self, label: str) -> None:
        """Press a button; as in a browser, only the fragment it stands in is asked for."""
        widget, fragment = self._buttons[label]
        client = self._client_state()
        client.fragment_id = fragment
        client.widget_states.widgets.add(id=widget, trigger_value=True)
        await self._send(client)

    async def upload(self, name: str, data: bytes) -> None:
        """Put a file into the page's first field for files, as a browser does: ask where to, send it, say so."""
        assert self._socket is not None and self._uploader is not None
        widget, fragment = self._uploader
        wanted = FileURLsRequest(request_id=name, file_names=[name], session_id=self._session)
        await self._socket.send(BackMsg(file_urls_request=wanted).SerializeToString())
        place = await asyncio.wait_for(self._places.get(), LONGEST_PAGE_S)
        await asyncio.to_thread(self._put, place.upload_url, name, data)
        client = self._client_state()
        client.fragment_id = fragment
        state = client.widget_states.widgets.add(id=widget).file_uploader_state_value
        state.uploaded_file_info.add(name=name, size=len(data), file_id=place.file_id, file_urls=place)
        await self._send(client)

    def _put(self, path: str, name: str, data: bytes) -> None:
        """Send a file with the token that Streamlit asks of whoever changes something."""
        address = urllib.parse.urljoin(self.url, path)
        with urllib.request.urlopen(f"{self.url}_stcore/health", timeout=LONGEST_PAGE_S) as answer:
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
        bound = "a-line-that-no-file-holds"
        head = f'--{bound}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
        request = urllib.request.Request(
            address,
            head.encode() + data + f"\r\n--{bound}--\r\n".encode(),
            {
                "Content-Type": f"multipart/form-data; boundary={bound}",
                "Cookie": cookie,
                "X-Xsrftoken": cookie.partition("=")[2],
            },
            method="PUT",
        )
        with urllib.request.urlopen(request, timeout=LONGEST_PAGE_S):
            pass

    async def until(self, happened: Callable[[], bool], limit_s: float) -> bool:
        """Wait until something has happened; return whether it did in time."""
        limit = time.monotonic() + limit_s
        while time.monotonic() < limit and not self.is_gone:
            if happened():
                return True
            await asyncio.sleep(0.02)
        return happened()

    def forget_run(self) -> None:
        """Count from nothing again, because another run begins."""
        self.epoch, self.badge = 0, ""

    @property
    def has_ended(self) -> bool:
        """Whether the run that is shown has ended."""
        return self.badge in ENDED

    @property
    def is_gone(self) -> bool:
        """Whether the server closed the connection."""
        return self._reader is not None and self._reader.done()

    def has_button(self, label: str) -> bool:
        """Whether the page shows a button of this label."""
        return label in self._buttons

    async def close(self) -> None:
        """Close the tab."""
        self._stop_timers()
        if self._reader is not None:
            self._reader.cancel()
        if self._socket is not None:
            await self._socket.close()

    async def _draw_page(self, client: ClientState) -> None:
        self._page_drawn.clear()
        self._buttons.clear()
        self._uploader = None
        await self._send(client)
        if not await self.until(self._page_drawn.is_set, LONGEST_PAGE_S):
            raise ConnectionError("the server closed the connection, or drew no page in time")

    def _client_state(self) -> ClientState:
        return ClientState(page_script_hash=self._page, query_string=self._query)

    async def _send(self, client: ClientState) -> None:
        assert self._socket is not None
        await self._socket.send(BackMsg(rerun_script=client).SerializeToString())

    async def _get_all(self, paths: Collection[str]) -> list[bytes]:
        """Fetch files as a browser does, over as many connections as it opens; in the order of their arrival."""
        waiting, bodies = list(paths), []

        async def fetch() -> None:
            target = urllib.parse.urlsplit(self.url)
            reader, writer = await asyncio.open_connection(target.hostname, target.port, local_addr=self._local)
            while waiting:
                bodies.append(await self._get(waiting.pop(), reader, writer))
            writer.close()

        await asyncio.gather(*(fetch() for _ in range(min(CONNECTIONS, len(waiting)))))
        return bodies

    async def _get(self, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """Fetch a file over a connection that is kept, compressed where the server can."""
        target = urllib.parse.urlsplit(self.url + path)
        accepted = "*/*" if path.startswith("static/") else "text/html"
        asked = f"GET {target.path} HTTP/1.1\r\nHost: {target.netloc}\r\nAccept: {accepted}\r\n"
        writer.write(f"{asked}Accept-Encoding: gzip\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        found = LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200") or found is None:
            self.seen.exceptions.append(f"{path}: {head[:40]!r}")
            raise ConnectionError(f"{path} did not come")
        body = await reader.readexactly(int(found[1]))
        self.seen.received_bytes += len(head) + len(body)
        return body

    async def _read(self) -> None:
        assert self._socket is not None
        async for payload in self._socket:
            assert isinstance(payload, bytes)
            self.seen.received_bytes += len(payload)
            self._take(ForwardMsg.FromString(payload))

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._session = message.new_session.initialize.session_id or self._session
            self._page = message.new_session.page_script_hash or self._page
            if not message.metadata.run.fragment_ids:
                self._stop_timers()
        elif kind == "navigation":
            self._pages = {page.page_name: page.page_script_hash for page in message.navigation.app_pages}
            self._page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._start_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._stop_timer(fragment)
        elif kind == "script_finished":
            self._finish(message.script_finished)
        elif kind == "file_urls_response":
            self._places.put_nowait(message.file_urls_response.file_urls[0])
        elif kind == "delta":
            self._look_at(message)

    def _finish(self, status: int) -> None:
        now = time.perf_counter()
        if status in (WHOLE_PAGE, PART_OF_PAGE):
            self.seen.ticks += [(now, now - asked) for asked in self._asked.values()]
            self._asked.clear()
        if status == WHOLE_PAGE:
            self._page_drawn.set()

    def _look_at(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.seen.exceptions.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "button":
            self._buttons[element.button.label] = (element.button.id, message.delta.fragment_id)
        elif kind == "file_uploader":
            self._uploader = self._uploader or (element.file_uploader.id, message.delta.fragment_id)
        elif kind == "progress":
            self._read_progress(element.progress.text)
        elif kind == "markdown":
            badge = next((name for name in BADGES if f" {name}]" in element.markdown.body), "")
            self.badge = badge or self.badge
        elif kind == "alert" and "at most" in element.alert.body:
            self.seen.refusals.append(element.alert.body)

    def _read_progress(self, text: str) -> None:
        if found := EPOCH.search(text):
            self.epoch = int(found[1])
        if found := IN_QUEUE.search(text):
            self.seen.queue_places.append(int(found[1]))

    def _start_timer(self, fragment: str, interval_s: float) -> None:
        self._stop_timer(fragment)
        self.seen.intervals.append((time.perf_counter(), interval_s))
        self._timers[fragment] = asyncio.create_task(self._tick(fragment, interval_s))

    async def _tick(self, fragment: str, interval_s: float) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await asyncio.sleep(interval_s)
                client = self._client_state()
                client.fragment_id, client.is_auto_rerun = fragment, True
                self._asked.setdefault(fragment, time.perf_counter())
                await self._send(client)

    def _stop_timer(self, fragment: str) -> None:
        timer = self._timers.pop(fragment, None)
        self._asked.pop(fragment, None)
        if timer is not None:
            timer.cancel()

    def _stop_timers(self) -> None:
        for fragment in list(self._timers):
            self._stop_timer(fragment)
