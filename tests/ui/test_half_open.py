"""Connections that ask for nothing are closed; those that work, rest or load are not."""

import asyncio

import pytest
import uvicorn
from patience import CALM_WAIT_S

from playground.ui.web import half_open

HEAD_S = 0.3


async def app(scope, receive, send):
    if scope["path"] == "/slow":
        await asyncio.sleep(4 * HEAD_S)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture(params=["httptools", "h11"])
def talk(request, monkeypatch):
    """Return a function that runs a coroutine function with the port of a server which ends half-open connections."""
    pytest.importorskip(request.param)
    protocol = uvicorn.Config(app, http=request.param)
    protocol.load()
    kind = protocol.http_protocol_class
    monkeypatch.setattr(kind, "connection_made", half_open._watched(kind.connection_made, HEAD_S))

    async def run(conversation):
        config = uvicorn.Config(app, http=request.param, port=0, lifespan="off", log_level="error")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            return await conversation(server.servers[0].sockets[0].getsockname()[1])
        finally:
            server.should_exit = True
            await serving

    return lambda conversation: asyncio.run(run(conversation))


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-A: "])
def test_who_asks_for_nothing_or_for_half_a_thing_is_sent_away(talk, said):
    async def conversation(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        got = await asyncio.wait_for(reader.read(), CALM_WAIT_S)
        writer.close()
        return got

    assert talk(conversation) == b""


def test_who_asked_once_and_then_for_half_a_thing_is_sent_away_too(talk):
    async def conversation(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        first = await asyncio.wait_for(reader.readuntil(b"ok"), CALM_WAIT_S)
        writer.write(b"GET / HTTP/1.1\r\n")
        rest = await asyncio.wait_for(reader.read(), CALM_WAIT_S)
        writer.close()
        return first, rest

    first, rest = talk(conversation)
    assert b"200 OK" in first
    assert rest == b""


def test_an_answer_that_takes_long_comes_whole(talk):
    async def conversation(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        got = await asyncio.wait_for(reader.read(), CALM_WAIT_S)
        writer.close()
        return got

    assert talk(conversation).endswith(b"ok")


def test_it_is_set_once_for_the_protocols_that_are_there(monkeypatch):
    import uvicorn.protocols.http.h11_impl as h11

    monkeypatch.setattr(h11.H11Protocol, "connection_made", h11.H11Protocol.connection_made)
    monkeypatch.setattr(half_open, "PROTOCOLS", (half_open.PROTOCOLS[1], ("uvicorn.no_such_module", "Nothing")))
    monkeypatch.setattr(h11.H11Protocol, half_open._MARK, True, raising=False)
    delattr(h11.H11Protocol, half_open._MARK)
    before = h11.H11Protocol.connection_made
    half_open.end_half_open()
    once = h11.H11Protocol.connection_made
    half_open.end_half_open()
    assert once is not before
    assert h11.H11Protocol.connection_made is once
