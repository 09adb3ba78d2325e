"""Start the app for a room full of people: `make workshop`, or `python -m playground.hosting.workshop`.

The limits that differ from those of a laptop are `playground.hosting.settings.WORKSHOP`; a variable that is
set wins. Further arguments go to `streamlit run`.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping, Sequence

import psutil
import segno

from playground.hosting.settings import PREFIX, WORKSHOP, load_settings
from playground.places import ENTRY

PORT = 8501
STREAMLIT = {
    # Watching the files of every package costs thirty people who arrive together seconds each.
    "server.fileWatcherType": "none",
    "server.headless": "true",
    "server.address": "0.0.0.0",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "viewer",
}
ANYWHERE = ("192.0.2.1", 9)
"""An address that nobody has (RFC 5737); nothing is sent to it."""


def own_address() -> str:
    """Return this machine's address in its network, "127.0.0.1" if it has none.

    The interface is the one that leads out of the network; without a way out, the first one that is up.
    """
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(ANYWHERE)
            return str(probe.getsockname()[0])
    except OSError:
        up = {name for name, stats in psutil.net_if_stats().items() if stats.isup}
        addresses = [
            entry.address
            for name, entries in sorted(psutil.net_if_addrs().items())
            for entry in entries
            if name in up and entry.family == socket.AF_INET and not entry.address.startswith("127.")
        ]
        return addresses[0] if addresses else "127.0.0.1"


def environment_of(given: Mapping[str, str], port: int) -> dict[str, str]:
    """Return the environment of a workshop's server: what is given, then the workshop's own settings.

    Raises:
        ValueError: if a given setting has a value that it cannot have.
    """
    own = {PREFIX + name.upper(): str(value) for name, value in WORKSHOP.items()}
    own[f"{PREFIX}ADDRESS"] = f"http://{own_address()}:{port}"
    environment = own | {name: value for name, value in given.items() if value}
    load_settings(environment)
    return environment


def port_of(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Return the port that the server will listen on."""
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--server.port":
            return int(value or arguments[place + 1])
    return int(environment.get("STREAMLIT_SERVER_PORT") or PORT)


def welcome(address: str) -> str:
    """Return what the terminal says: the room's address, as text and as a code to photograph."""
    return f"\n  The room's address: {address}\n  For the leader:     {address}/status\n\n{_code(address)}\n"


def _code(address: str) -> str:
    rows = [tuple(row) for row in segno.make(address).matrix_iter(border=2)]
    rows += [(0,) * len(rows[0])] * (len(rows) % 2)
    halves = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    return "\n".join(
        "  " + "".join(halves[int(upper > 0), int(lower > 0)] for upper, lower in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    )


def main(arguments: Sequence[str]) -> None:
    """Say where the room finds the app, and become its server."""
    environment = environment_of(os.environ, port_of(arguments, os.environ))
    sys.stdout.write(welcome(environment[f"{PREFIX}ADDRESS"]))
    sys.stdout.flush()
    options = [text for name, value in STREAMLIT.items() for text in (f"--{name}", value)]
    command = [sys.executable, "-m", "streamlit", "run", str(ENTRY), *options, *arguments]
    os.execve(sys.executable, command, environment)


if __name__ == "__main__":
    main(sys.argv[1:])
