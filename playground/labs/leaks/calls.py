"""What workers compute for the lab of leaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call
from playground.labs.leaks.results import LeakRun

if TYPE_CHECKING:
    from playground.labs.leaks import work

ADVANCE = Call("playground.labs.leaks.work:advance_leak_run", lambda: work.advance_leak_run, LeakRun)
