"""Who is let in, what is told to whoever is turned away, and how fast a tab may ask."""

import asyncio
import http.client
import sys
import time
import urllib.parse
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import connect

from benchmarks.speed import APP, end, start_server
from benchmarks.visitor import Seen, Visitor
from playground.hosting.settings import Settings
from playground.ui.web import arrivals
from playground.ui.web.arrivals import ADDRESS, PARTY, TAB, Arrivals, Meter

HERE, THERE = "203.0.113.7", "203.0.113.8"


class App:
    """Stands in for Streamlit: notes what reaches it, and holds every websocket open until it is told to close."""

    def __init__(self):
        self.requests, self.tabs, self.messages, self.close = [], [], [], asyncio.Event()

    async def __call__(self, scope, receive, send):
        """Answer."""
        if scope["type"] == "http":
            self.requests.append(scope["path"])
            return
        self.tabs.append({name.decode(): value.decode() for name, value in scope["headers"]})
        reading = asyncio.create_task(self._read(receive))
        await self.close.wait()
        reading.cancel()

    async def _read(self, receive):
        while True:
            self.messages.append(await receive())


def scope_of(kind, path, client=HERE, **headers):
    """Return an ASGI scope."""
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": kind, "path": path, "method": "GET", "client": (client, 5), "headers": pairs}


async def answer(door, scope):
    """Return status and text of the answer to a request; nothing where the app answered."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        await asyncio.sleep(3600)

    await door(scope, receive, send)
    return (sent[0]["status"], sent[1]["body"].decode()) if sent else None


async def open_tab(door, client=HERE, messages=(), path="/_stcore/stream", **headers):
    """Open a tab, which sends messages and stays; return its task and what it was sent."""
    left, sent = list(messages), []

    async def receive():
        if left:
            return left.pop(0)
        await asyncio.sleep(3600)

    async def send(message):
        sent.append(message)

    task = asyncio.create_task(door(scope_of("websocket", path, client, **headers), receive, send))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return task, sent


def heard(monkeypatch, sent):
    """Return what reaches the app of the messages that a tab sends."""
    monkeypatch.setattr(arrivals, "AT_FIRST", 100)

    async def story():
        app = App()
        messages = [{"type": "websocket.receive", "bytes": message} for message in sent]
        task, _ = await open_tab(Arrivals(app, Settings()), messages=messages)
        for _ in range(50):
            await asyncio.sleep(0.001)
        task.cancel()
        return [message["bytes"] for message in app.messages]

    return asyncio.run(story())


def test_whoever_comes_when_the_address_is_full_is_told_so_and_others_come_in():
    async def story():
        app = App()
        door = Arrivals(app, Settings(tabs_per_address=2))
        tabs = [await open_tab(door) for _ in range(3)]
        assert len(app.tabs) == 2
        assert [sent for _, sent in tabs] == [[], [], [{"type": "websocket.close", "code": 1013}]]
        status, text = await answer(door, scope_of("http", "/", accept="text/html,*/*"))
        assert status == 503
        assert "At most 2 tabs can be open from one network address, and so many are open from yours." in text
        assert await answer(door, scope_of("http", "/", THERE, accept="text/html,*/*")) is None
        await open_tab(door, THERE)
        assert len(app.tabs) == 3
        app.close.set()
        await asyncio.gather(*(task for task, _ in tabs))
        assert await answer(door, scope_of("http", "/", accept="text/html,*/*")) is None
        assert await open_tab(door) and len(app.tabs) == 4

    asyncio.run(story())


def test_a_full_server_turns_everybody_away_wherever_they_come_from():
    async def story():
        app = App()
        door = Arrivals(app, Settings(tabs=2, shared_addresses="0.0.0.0/0"))
        for client in (HERE, THERE):
            await open_tab(door, client)
        status, text = await answer(door, scope_of("http", "/classify", "198.51.100.1", accept="text/html"))
        assert status == 503 and "At most 2 tabs of all visitors can be open on this server" in text
        for path in ("/_stcore/health", "/static/js/index.js"):
            assert await answer(door, scope_of("http", path, accept="*/*")) is None
        assert app.requests == ["/_stcore/health", "/static/js/index.js"]

    asyncio.run(story())


def test_a_shared_address_is_not_counted():
    async def story():
        app = App()
        door = Arrivals(app, Settings(tabs_per_address=1, shared_addresses="203.0.113.0/24"))
        for _ in range(5):
            await open_tab(door)
        assert len(app.tabs) == 5
        assert {tab[ADDRESS] for tab in app.tabs} == {""}
        assert len({tab[PARTY] for tab in app.tabs}) == 1 and len({tab[TAB] for tab in app.tabs}) == 5

    asyncio.run(story())


def test_pages_are_told_a_hash_and_nothing_that_a_browser_made_up():
    async def story():
        app = App()
        door = Arrivals(app, Settings())
        forged = {"x_playground_address": "forged", "x_playground_party": "forged", "X_Playground_Tab": "forged"}
        await open_tab(door, **forged)
        await open_tab(door, path="/other/socket", **forged)
        for tab in app.tabs:
            assert not any("forged" in value or HERE in value for value in tab.values())
            assert tab[ADDRESS] == tab[PARTY] != ""

    asyncio.run(story())


def test_a_meter_lets_a_burst_pass_and_then_its_pace(monkeypatch):
    monkeypatch.setattr(arrivals.time, "monotonic", lambda: 100.0)
    meter = Meter(per_s=10, burst=3, at_first=1)
    assert [round(meter.delay_s(100.0), 3) for _ in range(3)] == [0, 0.1, 0.2]
    assert [round(meter.delay_s(200.0), 3) for _ in range(5)] == [0, 0, 0, 0.1, 0.2]


def received(monkeypatch, waiting, messages=40, duration_s=0.6):
    """Return how many of a flood of messages Streamlit gets in a while, and how long that was in seconds."""

    async def story():
        app = App()
        door = Arrivals(app, Settings())
        monkeypatch.setattr(arrivals.TURNS, "is_waiting", lambda tab: waiting)
        began = time.monotonic()
        task, _ = await open_tab(door, messages=[{"type": "websocket.receive", "bytes": b""}] * messages)
        await asyncio.sleep(duration_s)
        task.cancel()
        return len(app.messages), time.monotonic() - began

    return asyncio.run(story())


def test_a_flood_of_messages_is_handed_on_at_the_pace_of_a_page(monkeypatch):
    count, took_s = received(monkeypatch, waiting=False)
    assert 1 <= count <= arrivals.AT_FIRST + took_s * arrivals.MESSAGES_PER_S + 1


def test_a_tab_that_floods_starts_no_thread_while_one_waits_for_its_turn(monkeypatch):
    assert received(monkeypatch, waiting=True)[0] == arrivals.AT_FIRST


def test_many_tabs_that_ask_no_more_than_pages_do_are_paced_by_their_address(monkeypatch):
    async def story():
        app = App()
        door = Arrivals(app, Settings(visitors_per_address=1))
        monkeypatch.setattr(arrivals, "AT_FIRST", 100)
        began = time.monotonic()
        tabs = [await open_tab(door, messages=[{"type": "websocket.receive", "bytes": b""}] * 9) for _ in range(40)]
        await asyncio.sleep(0.5)
        most = (time.monotonic() - began) * 2 * arrivals.MESSAGES_PER_S + 2 * arrivals.BURST + 1
        assert 2 * arrivals.BURST <= len(app.messages) <= most
        for task, _ in tabs:
            task.cancel()

    asyncio.run(story())


def test_messages_at_the_pace_of_a_page_are_not_held_up(monkeypatch):
    async def story():
        app = App()
        door = Arrivals(app, Settings())
        monkeypatch.setattr(arrivals.TURNS, "is_waiting", lambda tab: True)
        monkeypatch.setattr(arrivals, "MESSAGES_PER_S", 1e6)
        task, _ = await open_tab(door, messages=[{"type": "websocket.receive", "bytes": b"%d" % k} for k in range(5)])
        for _ in range(50):
            await asyncio.sleep(0.001)
        task.cancel()
        assert [message["bytes"] for message in app.messages] == [b"0", b"1", b"2", b"3", b"4"]

    asyncio.run(story())


needs_addresses = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has all of 127.0.0.0/8")


@pytest.fixture(scope="module", params=["", "127.0.0.1"], ids=["no proxy", "a proxy"])
def server(tmp_path_factory, request):
    """A server that takes two tabs from one address, and the proxies that it knows."""
    limits = {"PLAYGROUND_WORKERS": "1", "PLAYGROUND_TABS_PER_ADDRESS": "2", "PLAYGROUND_PROXIES": request.param}
    started, url = start_server(tmp_path_factory.mktemp("home"), APP, limits)
    yield url, request.param
    end(started)


@needs_addresses
def test_on_a_running_server_the_third_tab_of_an_address_is_turned_away_and_another_address_is_not(server):
    async def story():
        first, second, third, other = (Visitor(server[0], Seen(), f"127.0.0.{part}") for part in (2, 2, 2, 3))
        await first.open()
        await second.open()
        with pytest.raises(ConnectionError):
            await third.open()
        assert "503" in third.seen.exceptions[0]
        await other.open()
        for visitor in (first, second, other):
            assert not visitor.seen.exceptions
            await visitor.close()

    asyncio.run(story())


def status_of(url, comes_from, forwarded_for):
    """Return the status that a page request is answered with."""
    target = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(target.hostname, target.port, source_address=(comes_from, 0), timeout=60)
    connection.request("GET", "/", headers={"Accept": "text/html", "X-Forwarded-For": forwarded_for})
    status = connection.getresponse().status
    connection.close()
    return status


@needs_addresses
def test_on_a_running_server_only_a_known_proxy_is_believed(server):
    url, proxies = server

    async def story():
        stream = "ws" + url.removeprefix("http") + "_stcore/stream"
        forwarded = {"X-Forwarded-For": "6.6.6.6, 198.51.100.1"}
        async with AsyncExitStack() as stack:
            for _ in range(2):
                tab = connect(stream, subprotocols=["streamlit"], additional_headers=forwarded, open_timeout=60)
                await stack.enter_async_context(tab)
            asked = [
                ("127.0.0.1", "198.51.100.1"),
                ("127.0.0.1", "8.8.4.4, 198.51.100.1"),
                ("127.0.0.1", "198.51.100.2"),
                ("127.0.0.4", "198.51.100.1"),
            ]
            return [await asyncio.to_thread(status_of, url, *request) for request in asked]

    assert asyncio.run(story()) == ([503, 503, 200, 200] if proxies else [200] * 4)
