"""What workers compute for the lab of long memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call
from playground.labs.memory.results import MemoryRun

if TYPE_CHECKING:
    from playground.labs.memory import work

ADVANCE = Call("playground.labs.memory.work:advance_memory_run", lambda: work.advance_memory_run, MemoryRun)
