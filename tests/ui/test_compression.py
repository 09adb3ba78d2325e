"""Streamlit's scripts reach the room compressed, once, and byte for byte the same."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest
from patience import patience
from starlette.responses import PlainTextResponse

from playground.ui.web import compression
from playground.ui.web.compression import FOLDER, CompressedScripts, compressed

SCRIPT = max((FOLDER / "js").glob("index.*.js"), key=lambda path: path.stat().st_size)


def get(path, app=None, **headers):
    """Return status, headers and body that the compressing app answers with."""
    sent = []

    async def send(message):
        sent.append(message)

    async def ask():
        given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "GET", "path": path, "headers": given}
        await (app or CompressedScripts(PlainTextResponse("passed on")))(scope, None, send)

    with ThreadPoolExecutor(1) as own_thread:  # a browser test may have left a running loop in this one
        own_thread.submit(asyncio.run, ask()).result(timeout=patience())
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return told, b"".join(message.get("body", b"") for message in sent)


def test_a_script_arrives_compressed_and_whole():
    told, body = get(f"/static/js/{SCRIPT.name}", accept_encoding="gzip, br")
    assert told["content-encoding"] == "gzip"
    assert told["content-type"].startswith("text/javascript")
    assert "immutable" in told["cache-control"]
    assert int(told["content-length"]) == len(body) < SCRIPT.stat().st_size / 2
    assert gzip.decompress(body) == SCRIPT.read_bytes()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"/static/js/{SCRIPT.name}", {"accept_encoding": "identity"}),
        (f"/static/js/{SCRIPT.name}", {"accept_encoding": "gzip", "range": "bytes=0-9"}),
        ("/static/js/missing.js", {"accept_encoding": "gzip"}),
        ("/status", {"accept_encoding": "gzip"}),
    ],
)
def test_everything_else_passes(path, headers):
    assert get(path, **headers)[1] == b"passed on"


@pytest.mark.parametrize(
    "name", ["../index.html", "../../web/cli.py", "/etc/passwd", "js/..", "", f"js/./{SCRIPT.name}"]
)
def test_nothing_outside_the_folder_is_read(name):
    assert compressed(name) is None


def test_a_file_is_compressed_once(monkeypatch):
    asked = []
    monkeypatch.setattr(compression, "compressed", lambda name: asked.append(name) or compressed(name))
    app = CompressedScripts(PlainTextResponse("passed on"))
    answers = [get(f"/static/js/{SCRIPT.name}", app, accept_encoding="gzip") for _ in range(3)]
    assert asked == [f"js/{SCRIPT.name}"]
    assert answers[0] == answers[1] == answers[2]
