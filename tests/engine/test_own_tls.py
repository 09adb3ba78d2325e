"""The app's own scheduler and workers let in nobody else on this machine, on none of their ports."""

import asyncio
import os
import ssl
import subprocess
import sys

import psutil
import pytest
from distributed.comm import connect
from patience import patience

from playground.engine.certificates import new_key, security_of
from playground.places import ROOT

NOBODY = 65534
GIVEN_S = 10

INTRUDER = """
import asyncio, os, sys
sys.path[:0] = ["tests", "tests/engine"]
from test_own_tls import let_in, ways
asked, known = sys.argv[2:], ways()
if int(sys.argv[1]):
    # Another user may not be able to read the packages: what they import on the way must be there before.
    asyncio.run(let_in(asked, known))
    os.setgroups([]), os.setgid(int(sys.argv[1])), os.setuid(int(sys.argv[1]))
print(os.getuid(), *asyncio.run(let_in(asked, known)))
"""


def ways():
    """Return how somebody without the key may come: plainly, with no certificate, with one of their own."""
    bare = ssl.create_default_context()
    bare.check_hostname, bare.verify_mode = False, ssl.CERT_NONE
    strange = security_of(*new_key()).get_connection_args("client")
    strange["ssl_context"].verify_mode = ssl.CERT_NONE
    return {"tcp": {}, "tls": {"ssl_context": bare}, "tls ": strange}


async def let_in(ports, known):
    """Return those ports, with the way in, behind which somebody answers as Dask does."""

    async def ask(port, way, how):
        comm = await connect(f"{way.strip()}://127.0.0.1:{port}", timeout=GIVEN_S, **how)
        await comm.write({"op": "identity"})
        await comm.read()
        comm.abort()
        return f"{way}:{port}"

    async def one(*where):
        try:
            return await asyncio.wait_for(ask(*where), GIVEN_S)
        except OSError:  # a TimeoutError is one
            return None

    answers = await asyncio.gather(*(one(port, way, how) for port in ports for way, how in known.items()))
    return [answer for answer in answers if answer]


def everyone(engine):
    """Return the process with the scheduler and all that it started."""
    host = psutil.Process(engine.driver.cluster._host.pid)
    return [host, *host.children(recursive=True)]


def listening(engine):
    """Return all ports on which scheduler, nannies and workers listen."""
    return sorted(
        {
            str(connection.laddr.port)
            for process in everyone(engine)
            for connection in process.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        }
    )


def attack(ports, uid):
    command = [sys.executable, "-c", INTRUDER, str(uid), *ports]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=patience())
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_whoever_has_the_key_is_let_in(engine):
    security = engine.driver.cluster._client.security
    found = asyncio.run(let_in(listening(engine), {"tls": security.get_connection_args("client")}))
    assert len(found) >= 5, "the scheduler, two nannies and two workers"


def test_nobody_is_let_in_without_the_key(engine):
    assert attack(listening(engine), 0) == [str(os.getuid())]


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be another user")
def test_another_user_of_the_machine_is_turned_away(engine):
    assert attack(listening(engine), NOBODY) == [str(NOBODY)]


def test_the_key_is_in_no_command_line_and_no_environment(engine):
    for process in everyone(engine):
        assert not [word for word in (*process.cmdline(), *process.environ().values()) if "PRIVATE KEY" in word]
    assert "PRIVATE" not in repr(engine.driver.cluster._client.security)


def test_a_key_is_new_each_time_and_outlives_a_clock_that_is_put_right():
    from cryptography import x509

    (private, certificate), (other, _) = new_key(), new_key()
    assert private != other
    read = x509.load_pem_x509_certificate(certificate.encode())
    assert read.not_valid_before_utc.year <= 2000 and read.not_valid_after_utc.year >= 2100
