"""The live chart: a plotly figure that is redrawn in place, many times a second.

The scripts of components that change often, and plotly.js, are served by this server
(`plotly_route`), so the app works offline and each update carries the numbers only.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go
import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.charts.wire import pack_figure
from playground.places import UI
from playground.ui.frame import state

_PICTURES = (UI / "cell_picture", UI / "living_network")
_SCRIPTS = (UI / "watching" / "live_chart.js", *(script for room in _PICTURES for script in sorted(room.glob("*.js"))))
_FILES = {
    "plotly.min.js": Path(plotly.__file__).parent / "package_data" / "plotly.min.js",
    **{script.name: script for script in _SCRIPTS},
}
_SCRIPT_HASH = hashlib.sha256(b"".join(script.read_bytes() for script in _SCRIPTS)).hexdigest()[:10]
VENDOR_PATH = f"vendor/{plotly.__version__}-{_SCRIPT_HASH}"
"""Changes with plotly and with the components' scripts, so browsers may keep the files for ever."""


def loader(name: str, reserve_px: int = 0) -> str:
    """Return the short script that fetches the component `name` from this server and hands over to it.

    `reserve_px` is the least height it takes, also before it is there, so that the page does not jump.
    """
    return f"""
const entry = document.querySelector('script[type="module"][src*="/static/js/"]');
const root = entry ? entry.src.split("/static/js/")[0] + "/" : new URL(".", document.baseURI).href;
const script = import(root + "{VENDOR_PATH}/{name}");
export default async function (component) {{
  component.parentElement.style.minHeight = "{reserve_px}px";
  try {{
    return (await script).default(component);
  }} catch (error) {{
    component.parentElement.textContent =
      "This could not be loaded from the server. Check the connection and reload the page.";
    console.error(error);
  }}
}}
"""


_mount = st.components.v2.component(
    "rnn_playground_live_chart", js=loader("live_chart.js", reserve_px=300), isolate_styles=False
)

_mount_small = st.components.v2.component(
    "rnn_playground_small_chart", js=loader("live_chart.js", reserve_px=180), isolate_styles=False
)


def small_chart(figure: go.Figure, key: str, height: int = 180) -> None:
    """Draw a live chart that takes little room; see `live_chart`."""
    _mount_small(data=pack_figure(figure, height, key), key=key, on_picked_change=lambda: None)


def live_chart(figure: go.Figure, key: str, height: int = 360) -> None:
    """Draw a figure that later calls with the same key update in place.

    The zoom and the hidden lines are kept while the figure's `uirevision` stays the same, the zoom also where
    the chart is taken away and comes back.

    Args:
        figure: Any plotly figure; its title becomes the heading and the accessible name.
        key: Names the chart on its page.
        height: Height without the heading, in pixels.
    """
    _mount(data=pack_figure(figure, height, key), key=key, on_picked_change=lambda: None)


def picking_chart(figure: go.Figure, key: str, on_pick: Callable[[dict[str, Any]], None], height: int = 360) -> None:
    """Draw a live chart that tells what the reader clicks on or draws a box round.

    Args:
        figure, key, height: See `live_chart`.
        on_pick: Called before the page is drawn again, with {"x": place, "y": place or row} for a click
            and {"range": [from, to]} on the time axis for a box. Both come from a browser: check them.
    """

    def take() -> None:
        picked = state.picked(key)
        if isinstance(picked, dict):
            on_pick(picked)

    figure.layout.meta = {"reports": True}
    _mount(data=pack_figure(figure, height, key), key=key, on_picked_change=take)


def plotly_route() -> Route:
    """Return the route that serves plotly.js, as installed, and the components' scripts."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    prefix = f"/{base}" if base else ""
    for name in _FILES:
        _compressed(name)
    return Route(f"{prefix}/{VENDOR_PATH}/{{name}}", _serve)


@functools.cache
def _compressed(name: str) -> bytes:
    return gzip.compress(_FILES[name].read_bytes(), compresslevel=5, mtime=0)


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _FILES:
        return Response("not found", status_code=404, media_type="text/plain")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if accepts_gzip(request.headers.get("accept-encoding", "")):
        body, headers["Content-Encoding"] = _compressed(name), "gzip"
    else:
        body = _FILES[name].read_bytes()
    return Response(body, media_type="text/javascript", headers=headers)


def accepts_gzip(accept_encoding: str) -> bool:
    """Return whether an Accept-Encoding header allows gzip."""
    for item in accept_encoding.lower().split(","):
        coding, _, weight = item.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
