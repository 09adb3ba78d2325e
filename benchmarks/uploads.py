"""How long an upload takes while a room is at work: `python -m benchmarks.uploads`.

Visitors without a browser train, change page and return, as in `benchmarks.workshop`; beside them one after
another uploads a table on the page Data and waits for the button that takes it.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.report import table
from benchmarks.speed import start_server
from benchmarks.visitor import Seen, Visitor
from benchmarks.workshop import TAKE, Room, end_server, warm_up

PAUSE_S = 2.0
LONGEST_S = 120.0


def table_of(number: int, rows: int = 500) -> bytes:
    """Return a table that nobody has uploaded yet."""
    lines = [f"{2000 + row // 12}-{row % 12 + 1:02d}-01,{row % 7 + number}" for row in range(rows)]
    return "\n".join(["date,value", *lines]).encode()


@dataclass
class Uploads:
    """What those who upload see, in seconds; not a number where it did not come."""

    url: str
    waits: list[float] = field(default_factory=list)

    async def go_on(self, until: float) -> None:
        """Let one visitor after another upload a table of their own."""
        while time.monotonic() < until:
            visitor = Visitor(self.url, Seen())
            await visitor.open()
            await visitor.change_page("Data")
            began = time.perf_counter()
            await visitor.upload("own.csv", table_of(len(self.waits)))
            came = await visitor.until(lambda here=visitor: here.has_button(TAKE), LONGEST_S)  # type: ignore[misc]
            self.waits.append(time.perf_counter() - began if came else float("nan"))
            await visitor.close()
            await asyncio.sleep(PAUSE_S)


async def measure(url: str, people: int, seconds: float, query: str) -> tuple[list[float], Room]:
    """Hold a room and let others upload beside it; return how long each waited, and the room."""
    await warm_up(url)
    room, uploads = Room(url, seconds, query), Uploads(url)
    busy = asyncio.create_task(room.hold(people)) if people else None
    await asyncio.sleep(5 if people else 0)
    await uploads.go_on(time.monotonic() + seconds)
    if busy is not None:
        busy.cancel()
        await asyncio.gather(busy, return_exceptions=True)
    return uploads.waits, room


def main() -> None:
    """Hold the room that the command line asks for and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--epochs", type=int, default=300, help="epochs of a run")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    rows = []
    for people in (0, chosen.visitors):
        with tempfile.TemporaryDirectory() as home:
            server, url = start_server(Path(home), ("playground.hosting.workshop",), {})
            try:
                query = f"epochs={chosen.epochs}&patience_epochs=0"
                waits, room = asyncio.run(measure(url, people, chosen.seconds, query))
            finally:
                end_server(server)
        came = [wait for wait in waits if wait == wait]
        rows.append((
            f"upload to “{TAKE}”, {people} others at work",
            f"{statistics.median(came):.1f} s" if came else "n/a: none came",
            f"{max(came):.1f} s" if came else "n/a: none came",
            f"{len(came)} of {len(waits)}",
            f"{len(room.seen.exceptions)}",
        ))  # fmt: skip
    print(table(("what", "median", "longest", "came", "exceptions"), rows))


if __name__ == "__main__":
    main()
