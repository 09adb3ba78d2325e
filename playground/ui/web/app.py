"""What the app is made of, whichever file it is started by."""

from __future__ import annotations

import os
from typing import Any

from starlette.middleware import Middleware

from playground.hosting.settings import load_settings
from playground.places import ROUTER
from playground.ui.server.server import lifespan
from playground.ui.watching.live import plotly_route
from playground.ui.web.arrivals import Arrivals
from playground.ui.web.compression import CompressedScripts
from playground.ui.web.gate import Gate
from playground.ui.web.headers import SafetyHeaders
from playground.ui.web.upload_room import UploadRoom


def parts() -> dict[str, Any]:
    """Return the arguments of `st.App`: the router, start and stop of the engine, own routes, what guards them."""
    settings = load_settings()
    # uvicorn reads here whose X-Forwarded-For it believes; by itself it would believe every program on this machine.
    os.environ["FORWARDED_ALLOW_IPS"] = ",".join(settings.proxies.replace(",", " ").split())
    return {
        "script_path": ROUTER,
        "lifespan": lifespan,
        "routes": [plotly_route()],
        "middleware": [
            Middleware(SafetyHeaders, framed_by=settings.framed_by),
            Middleware(Gate, hosts=settings.hosts, address=settings.address),
            Middleware(Arrivals, settings=settings),
            Middleware(UploadRoom),
            Middleware(CompressedScripts),
        ],
    }
