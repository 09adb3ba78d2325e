"""One person floods the server while others arrive: `python -m benchmarks.flood`.

Opens many sockets from one address and has each ask for the whole page many times over, at once; meanwhile
newcomers from another address open their first page, one after the other. Prints how long these take, beside
newcomers before the flood. Tabs that the server turns away count as such. Everything shares one machine.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.report import table
from benchmarks.speed import APP, end, start_server
from benchmarks.visitor import LARGEST_MESSAGE, Seen, Visitor

FLOODER, HONEST = "127.0.0.2", "127.0.0.1"
ARRIVALS = 5
APART_S = 0.5
SERVERS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("as it is", {}),
    ("where addresses do not count", {"PLAYGROUND_SHARED_ADDRESSES": "0.0.0.0/0"}),
)


async def flood(url: str, reruns: int, turned_away: list[str]) -> None:
    """Open one socket, ask for the page again and again, and read what comes."""
    try:
        async with connect(
            "ws" + url.removeprefix("http") + "_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=LARGEST_MESSAGE,
            open_timeout=120,
            ping_timeout=None,
            local_addr=(FLOODER, 0),
        ) as socket:
            for _ in range(reruns):
                await socket.send(BackMsg(rerun_script=ClientState(page_name="")).SerializeToString())
            async for _ in socket:
                pass
    except (WebSocketException, OSError) as error:
        turned_away.append(str(error))


async def arrive(url: str) -> float:
    """Open one honest first page; return how long it took in seconds."""
    visitor = Visitor(url, Seen(), HONEST)
    await visitor.open()
    await visitor.close()
    return visitor.seen.first_pages[0]


async def measure(url: str, sockets: int, reruns: int) -> tuple[list[float], list[float], int]:
    """Return the first pages before and during a flood, in seconds, and how many sockets were turned away."""
    await arrive(url)
    calm = [await arrive(url) for _ in range(ARRIVALS)]
    turned_away: list[str] = []
    flooding = [asyncio.create_task(flood(url, reruns, turned_away)) for _ in range(sockets)]
    began = time.monotonic()
    await asyncio.sleep(APART_S)
    flooded = []
    for _ in range(ARRIVALS):
        flooded.append(await arrive(url))
        await asyncio.sleep(APART_S)
    print(f"the newcomers came within {time.monotonic() - began:.0f} s of the flood")
    for task in flooding:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*flooding, return_exceptions=True)
    return calm, flooded, len(turned_away)


def main() -> None:
    """Flood a server as the command line asks and print what newcomers saw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, default=100, help="tabs that one person opens")
    parser.add_argument("--reruns", type=int, default=50, help="how often each asks for the whole page")
    chosen = parser.parse_args()
    print(f"{chosen.sockets} sockets from one address, {chosen.reruns} reruns each.\n")
    rows = []
    for name, variables in SERVERS:
        with tempfile.TemporaryDirectory() as home:
            server, url = start_server(Path(home), APP, {"PLAYGROUND_WORKERS": "1", **variables})
            try:
                calm, flooded, away = asyncio.run(measure(url, chosen.sockets, chosen.reruns))
            finally:
                end(server)
        usual, median, longest = statistics.median(calm), statistics.median(flooded), max(flooded)
        rows.append(
            (name, f"{usual:.2f} s", f"{median:.2f} s", f"{longest:.2f} s", f"{longest / usual:.0f}", str(away))
        )
    headings = ("server", "first page before", "in the flood, median", "longest", "longest / before", "turned away")
    print(table(headings, rows))


if __name__ == "__main__":
    main()
