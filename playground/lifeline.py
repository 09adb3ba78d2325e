"""A process that lives no longer than the one that holds the other end of its standard input.

Only the standard library is imported here, so that a process watches from its first moments on, however
long its own imports take on a busy machine. Its children are in its process group and end with it.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress

GRACE_S = 5.0
"""Time for a clean end, where the process has got so far that it can make one."""

cut = threading.Event()
"""Set when the holder let go, or died in whatever way."""
_clean = threading.Event()


def hold() -> None:
    """Begin to watch standard input; at its end, end this process and all of its process group."""
    threading.Thread(target=_watch, daemon=True, name="lifeline").start()


def ends_cleanly() -> None:
    """Tell that this process will end by itself when `cut` is set; it then has some seconds for that."""
    _clean.set()


def _watch() -> None:
    while os.read(0, 4096):
        pass
    cut.set()
    if _clean.is_set():
        time.sleep(GRACE_S)
    end_group(os.getpid())
    os._exit(1)


def end_group(leader: int) -> None:
    """Kill a process and all of the process group that it leads, wherever in their start they are."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            if os.getpgid(leader) == leader:
                os.killpg(leader, signal.SIGKILL)
