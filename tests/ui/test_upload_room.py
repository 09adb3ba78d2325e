"""What the server keeps of uploads: bounded for a tab and for all, freed when the tab is gone; on a real server."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from websockets.asyncio.client import connect

from playground.places import ROOT
from playground.ui.web import upload_room
from playground.ui.web.upload_room import MOST_AT_ONCE, MOST_TAB_BYTES, UploadRoom, kept_bytes, make_room

HERE = Path(__file__).parent
MB = 2**20
CONFIG = (ROOT / ".streamlit/config.toml").read_text(encoding="utf-8")
LARGEST_MB = int(re.search(r"maxUploadSize = (\d+)", CONFIG)[1])


def keeping(**sizes: tuple[int, ...]) -> MemoryUploadedFileManager:
    """Return uploads of these sizes in MB, by tab."""
    uploads = MemoryUploadedFileManager("/upload")
    for tab, sizes_mb in sizes.items():
        for number, size in enumerate(sizes_mb):
            uploads.add_file(tab, UploadedFileRec(f"{number}", "name", "type", bytes(size * MB)))
    return uploads


def test_the_oldest_uploads_of_a_tab_make_room_for_its_newest():
    uploads = keeping(a=(5, 24, 5, 3), b=(31,))
    make_room(uploads, "a")
    assert list(uploads.file_storage["a"]) == ["1", "2", "3"]
    assert kept_bytes(uploads) == {"a": MOST_TAB_BYTES, "b": 31 * MB}
    uploads.add_file("a", UploadedFileRec("4", "name", "type", b"x"))
    make_room(uploads, "a")
    assert list(uploads.file_storage["a"]) == ["2", "3", "4"]


def test_the_tab_that_has_most_makes_room_for_all(monkeypatch):
    monkeypatch.setattr(upload_room, "MOST_BYTES", 20 * MB)
    uploads = keeping(a=(5,), b=(5, 5, 5), c=(2,))
    make_room(uploads, "c")
    assert kept_bytes(uploads) == {"a": 5 * MB, "b": 10 * MB, "c": 2 * MB}
    monkeypatch.setattr(upload_room, "MOST_BYTES", 4 * MB)
    make_room(uploads, "c")
    assert sum(kept_bytes(uploads).values()) == 2 * MB


def test_a_tab_that_comes_back_in_time_keeps_its_uploads(monkeypatch):
    uploads, active, closed = keeping(a=(1,), b=(1,)), {"a", "b"}, []
    server = SimpleNamespace(is_active_session=active.__contains__, close_session=closed.append)
    monkeypatch.setattr(upload_room, "kept_uploads", lambda: uploads)
    monkeypatch.setattr(upload_room.runtime, "get_instance", lambda: server)
    since = {}
    upload_room.free_uploads_of_the_gone(since, 0.0)
    active.clear()
    upload_room.free_uploads_of_the_gone(since, 10.0)
    active.add("b")
    upload_room.free_uploads_of_the_gone(since, 60.0)
    active.clear()
    upload_room.free_uploads_of_the_gone(since, 10.0 + upload_room.GONE_S)
    assert (list(uploads.file_storage), closed) == (["b"], ["a"])
    upload_room.free_uploads_of_the_gone(since, 10.0 + 2 * upload_room.GONE_S)
    assert (list(uploads.file_storage), closed, since) == ([], ["a", "b"], {})


def test_a_tab_may_have_only_a_few_uploads_on_their_way():
    async def sent_at_once(number):
        held, statuses = asyncio.Event(), []

        async def slow(scope, receive, send):
            await held.wait()

        async def send(message):
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        room = UploadRoom(slow)
        scope = {"type": "http", "method": "PUT", "path": "/base/_stcore/upload_file/tab/file"}
        calls = [asyncio.create_task(room(scope, None, send)) for _ in range(number)]
        calls.append(asyncio.create_task(room(scope | {"path": "/_stcore/upload_file/other/file"}, None, send)))
        await asyncio.sleep(0.01)
        held.set()
        await asyncio.gather(*calls)
        assert not room._on_their_way
        return statuses

    assert asyncio.run(sent_at_once(MOST_AT_ONCE)) == []
    assert asyncio.run(sent_at_once(MOST_AT_ONCE + 2)) == [429, 429]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A running server: its process and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "server.enableXsrfProtection": "false",
        "browser.gatherUsageStats": "false",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", f"{value}")]
    log = tmp_path_factory.mktemp("room") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(HERE / "room_app.py"), *flags],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "GONE_S": "2"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        waited = time.monotonic() + 90
        while time.monotonic() < waited and process.poll() is None and not answers(f"{url}/_stcore/health"):
            time.sleep(0.1)
        assert answers(f"{url}/_stcore/health"), log.read_text(errors="replace")
        yield SimpleNamespace(process=psutil.Process(process.pid), url=url)
    finally:
        process.terminate()
        process.wait(30)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def kept_by(url: str) -> int:
    """Return the bytes of uploads that the server says it keeps."""
    with urllib.request.urlopen(f"{url}/_stcore/metrics?families=cache_memory_bytes", timeout=30) as answer:
        text = answer.read().decode()
    return sum(int(size) for size in re.findall(r'cache_type="UploadedFileManager"[^}]*} (\d+)', text))


class Tab:
    """A browser tab that uploads."""

    def __init__(self, url, socket):
        self.url, self.socket = url, socket

    async def draw(self, **state) -> str:
        """Have the page drawn; return all that it says."""
        await self.socket.send(BackMsg(rerun_script=ClientState(**state)).SerializeToString())
        said, self.fields = [], []
        while (message := ForwardMsg.FromString(await self.socket.recv())).WhichOneof("type") != "script_finished":
            if message.HasField("delta"):
                element = message.delta.new_element
                said.append(element.markdown.body + element.alert.body)
                self.fields += [element.file_uploader.id] if element.HasField("file_uploader") else []
        return " | ".join(filter(None, said))

    async def upload(self, size: int) -> tuple[int, object]:
        """Upload so many bytes; return the answer's status and what the server calls the file."""
        wanted = BackMsg(file_urls_request={"request_id": "1", "file_names": ["a.bin"]})
        await self.socket.send(wanted.SerializeToString())
        while (message := ForwardMsg.FromString(await self.socket.recv())).WhichOneof("type") != "file_urls_response":
            pass
        urls = message.file_urls_response.file_urls[0]
        return await asyncio.to_thread(put, f"{self.url}{urls.upload_url}", size), urls

    async def show(self, urls, size: int) -> str:
        """Have the page read a file that was uploaded; return what it says."""
        info = {"file_id": urls.file_id, "name": "a.bin", "size": size, "file_urls": urls}
        widget = {"id": self.fields[0], "file_uploader_state_value": {"uploaded_file_info": [info]}}
        return await self.draw(widget_states={"widgets": [widget]})


def put(url: str, size: int) -> int:
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    body = head + os.urandom(16) + bytes(size - 16) + b"\r\n--edge--\r\n"
    request = urllib.request.Request(url, body, {"Content-Type": "multipart/form-data; boundary=edge"}, method="PUT")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except urllib.error.URLError:
        return 413  # refused by its announced length, before the body was read


@asynccontextmanager
async def tab_of(url):
    address = "ws" + url.removeprefix("http") + "/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=60) as socket:
        tab = Tab(url, socket)
        await tab.draw()
        yield tab


def waited_for(condition, seconds=60.0) -> bool:
    """Wait until something holds; the server's own figures are up to five seconds old."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
    return condition()


@pytest.mark.processes
def test_many_uploads_of_one_tab_stay_bounded_and_are_freed_when_it_is_closed(server):
    async def upload_many():
        async with tab_of(server.url) as tab:
            before = server.process.memory_info().rss
            for _ in range(60):
                assert (await tab.upload(5 * MB))[0] == 204
            assert await asyncio.to_thread(waited_for, lambda: kept_by(server.url) > 25 * MB)
            return before, kept_by(server.url), server.process.memory_info().rss

    before, kept, after = asyncio.run(upload_many())
    assert kept == 30 * MB <= MOST_TAB_BYTES
    assert after - before < 150 * MB
    assert waited_for(lambda: kept_by(server.url) == 0)


def test_files_up_to_the_largest_limit_arrive_and_each_page_keeps_its_own(server):
    async def talk():
        async with tab_of(server.url) as tab:
            first = (await tab.upload(5 * MB))[1]
            assert await tab.show(first, 5 * MB) == f"read {5 * MB}"
            status, larger = await tab.upload(24 * MB)
            assert status == 204
            sentence = await tab.show(larger, 24 * MB)
            assert "may be at most 5 MB, got 24\\.0 MB; leave a part of it out" in sentence.replace("\\;", ";")
            assert "read nothing" in sentence
            assert (await tab.upload((LARGEST_MB + 2) * MB))[0] == 413
            await tab.upload(5 * MB)
            assert "This file is no longer kept here; remove it" in await tab.show(first, 5 * MB)

    asyncio.run(talk())
