"""The bounds of a process that reads one file, and how it answers.

What a packed file says of its own size need not be true, in none of its places; so the bound lies around the process.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import Any

import orjson

MOST_MEMORY_BYTES = 900 * 2**20
"""Address space of the process; a third of it is what Python and Arrow take before they read anything."""

MOST_SECONDS = 60
"""Computing time of the process."""

MOST_CELL_CHARACTERS = 200
"""Length at which a text is cut."""


def answer(read: Callable[[bytes], tuple[dict[str, Any], bytes]]) -> None:
    """Read standard input within the bounds; write one line of JSON, then what follows it as bytes.

    Args:
        read: Returns both for the bytes of a file; a ValueError's words become `problem`, too little memory `memory`.
    """
    _limit()
    head: dict[str, Any]
    body = b""
    try:
        head, body = read(sys.stdin.buffer.read())
    except ValueError as error:
        head = {"problem": f"{error}"}
    except MemoryError:
        head = {"memory": True}
    sys.stdout.buffer.write(orjson.dumps(head) + b"\n" + body)


def _limit() -> None:
    """Bound the memory and the time of this process, where the system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
