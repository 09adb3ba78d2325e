"""A room full of people on one small machine: `python -m benchmarks.workshop`.

Starts the server as `make workshop` does, lets visitors arrive within two seconds, each of whom opens
the Playground, trains, changes page, returns, and trains again until the time is over. Prints what
they saw beside the goals. The visitors share the machine with the server; their share is told too.

With `--uploads` each visitor uploads a table on the page Data between two runs, reloads the tab, and what
the server has open and in memory is told over time, also after everybody has left.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.report import table
from benchmarks.speed import start_server
from benchmarks.visitor import Seen, Visitor

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ((30, 600.0), (60, 120.0))
"""Visitors, and how long they begin further runs, in seconds: a usual workshop, and one that is overfull."""
ARRIVE_WITHIN_S = 2.0
STAY_S = 6.0
"""How long a visitor looks at one page before going to the next."""
LONGEST_RUN_S = 1200.0
LONGEST_UPLOAD_S = 120.0
ORPHAN_S = 60.0
TABLE = (
    b"time,value\n"
    + b"".join(b"2024-01-%02d %02d:00,%d\n" % (1 + hour // 24, hour % 24, hour * hour % 17) for hour in range(240))
    + b"\n" * 150_000
)
"""A small series in 150 kB."""
TAKE = "Use this series"
LOOK_EVERY_S = 10.0
AFTERWARDS_S = 180.0
"""How long the server is watched when everybody has left: Streamlit keeps a closed tab for two minutes."""


@dataclass
class Room:
    """One afternoon, and what is measured about it besides what the visitors see."""

    url: str
    duration_s: float
    query: str = ""
    uploads: bool = False
    uploads_took: list[float] = field(default_factory=list)
    """From a file's way to the server until it could be used, in seconds."""
    seen: Seen = field(default_factory=Seen)
    visitors: list[Visitor] = field(default_factory=list)
    returned: set[Visitor] = field(default_factory=set)
    epochs_at_first_end: list[int] = field(default_factory=list)
    """Of each visitor's run; empty if the first ended before everybody was back to see theirs."""
    unfinished: int = 0

    async def hold(self, people: int) -> None:
        """Let everybody in and wait until all runs have ended."""
        self.visitors = [Visitor(self.url, self.seen) for _ in range(people)]
        until = time.monotonic() + self.duration_s
        arrivals = random.Random(0)
        async with asyncio.TaskGroup() as tasks:
            for visitor in self.visitors:
                tasks.create_task(self._visit(visitor, arrivals.uniform(0, ARRIVE_WITHIN_S), until))

    async def _visit(self, visitor: Visitor, delay_s: float, until: float) -> None:
        await asyncio.sleep(delay_s)
        try:
            await visitor.open(query=self.query)
            while True:
                await self._train(visitor)
                if self.uploads:
                    await self._upload(visitor)
                if time.monotonic() > until:
                    break
        except (ConnectionError, OSError, KeyError) as error:
            self.seen.exceptions.append(f"{type(error).__name__}: {error}")
        await visitor.close()

    async def _upload(self, visitor: Visitor) -> None:
        """Upload a table and look at it, then reload the tab: the old one is closed with the file in it."""
        await visitor.change_page("Data")
        began = time.perf_counter()
        await visitor.upload("table.csv", TABLE)
        if await visitor.until(lambda: visitor.has_button(TAKE), LONGEST_UPLOAD_S):
            self.uploads_took.append(time.perf_counter() - began)
        await asyncio.sleep(STAY_S)
        await visitor.close()
        await visitor.open(query=self.query)

    async def _train(self, visitor: Visitor) -> None:
        visitor.forget_run()
        await visitor.press("Train")
        await asyncio.sleep(STAY_S)
        await visitor.change_page("Hidden states")
        await asyncio.sleep(STAY_S)
        await visitor.change_page("Playground")
        self.returned.add(visitor)
        if not await visitor.until(lambda: visitor.has_ended, LONGEST_RUN_S):
            self.unfinished += 1
            return
        if not self.seen.ends and len(self.returned) == len(self.visitors):
            self.epochs_at_first_end = [other.epoch for other in self.visitors]
        self.seen.ends.append(visitor.badge)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share of the values lies, not a number without values."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)] if values else float("nan")


@dataclass
class Watch:
    """What a process has open and in memory, looked at again and again.

    Attributes:
        looks: Seconds since the beginning, open files (sockets included), bytes in memory.
    """

    process: psutil.Process
    began: float = field(default_factory=time.perf_counter)
    looks: list[tuple[float, int, int]] = field(default_factory=list)

    async def look_on(self) -> None:
        """Look until cancelled."""
        while True:
            now = time.perf_counter() - self.began
            self.looks.append((now, self.process.num_fds(), self.process.memory_info().rss))
            await asyncio.sleep(LOOK_EVERY_S)

    def told(self, most: int = 24) -> str:
        """Return about `most` looks as a table, evenly spread, the last one included."""
        step = -(-len(self.looks) // most)
        chosen = self.looks[:: -step or None][::-1]
        rows = [(f"{at / 60:.1f} min", str(files), f"{rss / 2**20:.0f} MB") for at, files, rss in chosen]
        return table(("after", "open files", "memory"), rows)


async def hold_watched(room: Room, people: int, watch: Watch) -> tuple[float, float, float]:
    """Hold the workshop while the server is watched, with uploads for a while longer.

    Returns:
        How long people stayed in seconds, and the processor time that the server and they took meanwhile.
    """
    looking = asyncio.create_task(watch.look_on())
    began, server_cpu, own_cpu = time.perf_counter(), sum(watch.process.cpu_times()[:2]), time.process_time()
    await room.hold(people)
    took = time.perf_counter() - began
    server_cpu, own_cpu = sum(watch.process.cpu_times()[:2]) - server_cpu, time.process_time() - own_cpu
    if room.uploads:
        await asyncio.sleep(AFTERWARDS_S)
    looking.cancel()
    return took, server_cpu, own_cpu


async def warm_up(url: str) -> None:
    """Let one visitor train once, so that what follows measures a server that is up."""
    visitor = Visitor(url, Seen())
    await visitor.open(query="epochs=3&patience_epochs=0")
    await visitor.press("Train")
    if not await visitor.until(lambda: visitor.has_ended, 120):
        raise RuntimeError(f"the warm-up run did not end within 120 s; the page says {visitor.badge or 'nothing'}")
    await visitor.change_page("Hidden states")
    await visitor.close()


def end_server(server: subprocess.Popen[bytes]) -> int:
    """Stop the server; return how many of its processes outlive it by a minute."""
    family = psutil.Process(server.pid).children(recursive=True)
    server.send_signal(signal.SIGTERM)
    server.wait(ORPHAN_S)
    left = psutil.wait_procs(family, timeout=ORPHAN_S)[1]
    for process in left:
        process.kill()
    return len(left)


def measure(
    people: int, duration_s: float, query: str, workers: int | None, uploads: bool = False
) -> list[tuple[str, str, str]]:
    """Hold a workshop; return the rows of its table: what, measured, goal. With uploads, print the server over time."""
    with tempfile.TemporaryDirectory() as home:
        server, url = start_server(
            Path(home),
            ("playground.hosting.workshop",),
            {} if workers is None else {"PLAYGROUND_WORKERS": str(workers)},
        )
        try:
            asyncio.run(warm_up(url))
            process = psutil.Process(server.pid)
            before = process.memory_info().rss
            room, watch = Room(url, duration_s, query, uploads), Watch(process)
            took, server_cpu, own_cpu = asyncio.run(hold_watched(room, people, watch))
            grown = process.memory_info().rss - before
        finally:
            orphans = end_server(server)
    if uploads:
        print(f"The server's process, with {people} visitors who stayed for {took / 60:.1f} min:\n\n{watch.told()}\n")
    return [
        *rows_of(room),
        ("memory the server grew by", f"{grown / 2**20:.0f} MB", "< 50 MB"),
        ("processes left a minute after the server", str(orphans), "0"),
        ("cores that the server took, the visitors took", f"{server_cpu / took:.2f}, {own_cpu / took:.2f}", ""),
        ("sent to each visitor", f"{room.seen.received_bytes / people / took / 1e3:.0f} kB/s", ""),
        ("lasted", f"{took:.0f} s", ""),
    ]


def rows_of(room: Room) -> list[tuple[str, str, str]]:
    """Return what the visitors saw."""
    seen, epochs = room.seen, room.epochs_at_first_end
    ticks = [took for _, took in seen.ticks]
    fairness = f"{min(epochs) / statistics.mean(epochs):.2f}" if epochs and any(epochs) else "n/a"
    return [
        ("first page, median", f"{percentile(seen.first_pages, 0.5):.2f} s", ""),
        ("first page, p95", f"{percentile(seen.first_pages, 0.95):.2f} s", "< 2 s"),
        ("another page, p95", f"{percentile(seen.page_changes, 0.95):.2f} s", ""),
        ("live tick, median", f"{percentile(ticks, 0.5) * 1e3:.0f} ms", ""),
        ("live tick, p95", f"{percentile(ticks, 0.95) * 1e3:.0f} ms", "< 500 ms"),
        ("live ticks answered", str(len(ticks)), ""),
        ("longest time between ticks asked for", f"{max((every for _, every in seen.intervals), default=0):.2f} s", ""),
        ("exceptions seen", f"{len(seen.exceptions)} {'; '.join(sorted(set(seen.exceptions))[:3])}".strip(), "0"),
        *(rows_of_uploads(room.uploads_took) if room.uploads else ()),
        ("refusals", str(len(seen.refusals)), ""),
        ("highest place in the queue", str(max(seen.queue_places, default=0)), ""),
        ("ends of the runs", ", ".join(f"{count} {end}" for end, count in Counter(seen.ends).items()), ""),
        ("runs that did not end", str(room.unfinished), "0"),
        ("slowest run / average, when the first ended", fairness, "≥ 0.5"),
    ]


def rows_of_uploads(took: list[float]) -> list[tuple[str, str, str]]:
    """Return how many uploads could be used, and after how long."""
    late = f"{percentile(took, 0.95):.2f} s" if took else "n/a: none could"
    return [("uploads that could be used", str(len(took)), ""), ("an upload until it can be used, p95", late, "")]


def main() -> None:
    """Hold the workshop that the command line asks for and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, help="one room of so many; without it a usual and an overfull one")
    parser.add_argument("--seconds", type=float, help="how long visitors begin further runs")
    parser.add_argument("--workers", type=int, help="own worker processes; without it one per core")
    parser.add_argument("--epochs", type=int, help="epochs of a run; without it those of the default recipe")
    parser.add_argument("--uploads", action="store_true", help="visitors upload tables; tell the server over time")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server ends with this command
    query = f"epochs={chosen.epochs}&patience_epochs=0" if chosen.epochs else ""
    rooms = ROOMS if chosen.visitors is None else ((chosen.visitors, ROOMS[0][1]),)
    rooms = tuple((people, chosen.seconds or usual_s) for people, usual_s in rooms)
    told = "; ".join(f"{people} begin runs for {seconds:.0f} s" for people, seconds in rooms)
    print(f"Visitors arrive within {ARRIVE_WITHIN_S:g} s: {told}. The goals are for {ROOMS[0][0]}.\n")
    columns = [measure(people, seconds, query, chosen.workers, chosen.uploads) for people, seconds in rooms]
    rows = [(name, *(column[place][1] for column in columns), goal) for place, (name, _, goal) in enumerate(columns[0])]
    print(table(("what", *(f"{people} visitors" for people, _ in rooms), "goal"), rows))


if __name__ == "__main__":
    main()
