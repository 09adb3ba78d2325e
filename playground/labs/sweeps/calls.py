"""What workers compute for sweeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call
from playground.labs.sweeps.results import GroupRun

if TYPE_CHECKING:
    from playground.labs.sweeps import work

ADVANCE = Call("playground.labs.sweeps.work:advance_group", lambda: work.advance_group, GroupRun)
