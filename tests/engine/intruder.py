"""Somebody who has no key to the workers and tries every way in; called with the ports.

Writes the user, then the ports behind which somebody answered, with the way in; where it may be anybody, a second
line as another user of this machine.
"""

import asyncio
import os
import ssl
import sys

from distributed.comm.registry import get_backend

from playground.engine.certificates import new_key, security_of

NOBODY = 65534
GIVEN_S = 10


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
        # Dask's own `connect` would try those who refuse again and again until its time is over.
        comm = await get_backend(way.strip()).get_connector().connect(f"127.0.0.1:{port}", **how)
        await comm.write(comm.handshake_info())
        await comm.read()
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


def tell(ports, known):
    """Write who comes, and where he was let in."""
    sys.stdout.write(" ".join([str(os.getuid()), *asyncio.run(let_in(ports, known))]) + "\n")


if __name__ == "__main__":
    asked, known = sys.argv[1:], ways()
    tell(asked, known)
    if os.getuid() == 0:
        # Another user may not be able to read the packages: what is imported on the way was needed above already.
        os.setgroups([]), os.setgid(NOBODY), os.setuid(NOBODY)
        tell(asked, known)
