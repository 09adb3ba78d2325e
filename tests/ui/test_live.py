"""The live chart is mounted with the figure's bytes, and its scripts are served."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import plotly
import pytest
import streamlit as st
from patience import patience
from streamlit.testing.v1 import AppTest

from playground.ui.watching.live import VENDOR_PATH, accepts_gzip, plotly_route

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def fetch(name: str, accept_encoding: str = "") -> tuple[int, dict[str, str], bytes]:
    """Ask the route as a server would, and return status, headers and body."""
    sent = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/{VENDOR_PATH}/{name}",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"accept-encoding", accept_encoding.encode())],
    }

    async def ask() -> None:
        async def receive() -> dict:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict) -> None:
            sent.append(message)

        route = plotly_route()
        match, child = route.matches(scope)
        assert match.name == "FULL"
        await route.handle({**scope, **child}, receive, send)

    with ThreadPoolExecutor(1) as own_thread:  # a browser test may have left a running loop in this one
        own_thread.submit(asyncio.run, ask()).result(timeout=patience())
    headers = {key.decode().lower(): value.decode() for key, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


def test_plotly_is_served_as_installed_for_ever():
    status, headers, body = fetch("plotly.min.js")
    assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-encoding" not in headers
    assert body == PLOTLY.read_bytes()
    assert plotly.__version__ in VENDOR_PATH


def test_gzip_goes_to_clients_that_accept_it():
    _, headers, body = fetch("plotly.min.js", "gzip, deflate, br")
    assert (headers["content-encoding"], headers["vary"]) == ("gzip", "Accept-Encoding")
    assert len(body) < 1_700_000
    assert gzip.decompress(body) == PLOTLY.read_bytes()


@pytest.mark.parametrize(
    ("header", "accepted"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("", False), ("br", False), ("gzip;q=0", False), ("gzip; q=0.0", False)],
)
def test_accept_encoding_is_read(header, accepted):
    assert accepts_gzip(header) is accepted


def test_nothing_else_is_served():
    assert fetch("live.py")[0] == 404


def test_the_route_follows_the_base_path(monkeypatch):
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "/lab/"}.get)
    assert plotly_route().path == f"/lab/{VENDOR_PATH}/{{name}}"


def test_a_figure_is_mounted_as_bytes():
    def page():
        import plotly.graph_objects as go

        from playground.ui.watching.live import live_chart

        live_chart(go.Figure(layout={"title": {"text": "What to see"}}), key="chart", height=240)

    at = AppTest.from_function(page).run()
    assert not at.exception
    (mounted,) = at.get("bidi_component")
    assert b'"height":240' in mounted.proto.bytes and b"What to see" in mounted.proto.bytes
    assert len(mounted.proto.js_content) < 1000
