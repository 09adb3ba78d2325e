"""Whose requests are answered: names for this server, and its metrics."""

import asyncio
import socket

import pytest

from playground.hosting.settings import load_settings
from playground.ui.web.gate import MISDIRECTED, Gate, host_of, own_names

LAN = "192.0.2.77"
"""An address that is not this machine's (RFC 5737)."""


async def inner(scope, receive, send):
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"inside"})


def ask(
    gate: Gate, host: str | None, *, peer: str = "127.0.0.1", path: str = "/", kind: str = "http", **headers
) -> int:
    """Return the status of an answer; of a websocket 200 where it opens, 403 where it is closed before."""
    sent = []

    async def receive():
        return {"type": "websocket.connect" if kind == "websocket" else "http.request", "body": b""}

    async def send(message):
        sent.append(message)

    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    if host is not None:
        listed.append((b"host", host.encode()))
    scope = {
        "type": kind,
        "path": path,
        "method": "GET",
        "headers": listed,
        "client": (peer, 4000),
        "query_string": b"",
    }
    asyncio.run(gate(scope, receive, send))
    return {"websocket.accept": 200, "websocket.close": 403}.get(sent[0]["type"]) or sent[0]["status"]


def on_a_laptop() -> Gate:
    return Gate(inner)


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_a_stranger_s_name_turned_round_to_this_machine_is_refused(kind, peer):
    refused = ask(on_a_laptop(), "evil.example:8501", peer=peer, kind=kind)
    assert refused == (403 if kind == "websocket" else MISDIRECTED)


@pytest.mark.parametrize(
    "host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "192.168.7.7:8501", "app.localhost"]
)
def test_this_machine_calls_itself_by_its_addresses_and_localhost(host):
    assert ask(on_a_laptop(), host) == 200


def test_this_machine_s_own_name_is_known():
    assert socket.gethostname().lower().rstrip(".") in own_names()
    for name in own_names():
        assert ask(on_a_laptop(), f"{name.upper()}:8501") == 200


def test_a_room_a_hosted_demo_and_a_container_may_use_any_name():
    assert ask(on_a_laptop(), "rnn.school.example", peer=LAN) == 200
    assert ask(on_a_laptop(), "rnn.school.example", x_forwarded_for=LAN) == 200
    assert ask(Gate(inner, address="http://rnn.school.example:8501"), "rnn.school.example:8501") == 200


def test_with_hosts_set_every_request_must_use_one_of_them():
    gate = Gate(inner, hosts="rnn.school.example *.lab.example", address="http://room.example:8501")
    for host in ("RNN.school.example.", "a.lab.example:443", "room.example", "10.0.0.7:8501", "localhost"):
        assert ask(gate, host, peer=LAN) == 200
    for host in ("evil.example", "lab.example", "school.example", "evil.example:x", "a@rnn.school.example", None):
        assert ask(gate, host, peer=LAN, x_forwarded_for=LAN) == MISDIRECTED
    assert ask(Gate(inner, hosts="*"), "evil.example") == 200


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/lab/_stcore/metrics/"])
def test_metrics_are_for_this_machine_alone_also_behind_a_proxy_on_it(path):
    gate = on_a_laptop()
    assert ask(gate, "localhost", path=path) == 200
    assert ask(gate, "192.168.7.7", path=path, peer=LAN) == 403
    for header in ("x_forwarded_for", "x_real_ip", "forwarded", "via"):
        assert ask(gate, "localhost", path=path, **{header: "127.0.0.1"}) == 403


def test_host_of_takes_no_nonsense():
    assert host_of("A.Example.:80") == "a.example"
    assert host_of("[::1]:80") == "::1"
    assert {host_of(text) for text in ("", "a:b", "a@b", "a/b", "a?b", "[", "a:99999")} == {""}


@pytest.mark.parametrize("wrong", ["http://a.example", "a.example,b.example", "a.*.example", "a.example  b.example"])
def test_hosts_that_cannot_be_are_said(wrong):
    with pytest.raises(ValueError, match="PLAYGROUND_HOSTS"):
        load_settings({"PLAYGROUND_HOSTS": wrong})
