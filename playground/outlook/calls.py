"""What workers compute to look ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call
from playground.outlook.results import OutlookRun, RefitRun

if TYPE_CHECKING:
    from playground.outlook import newer, work

ADVANCE_OUTLOOK = Call("playground.outlook.work:advance_outlook", lambda: work.advance_outlook, OutlookRun)
LOOK_AHEAD = Call("playground.outlook.work:look_ahead", lambda: work.look_ahead)
ADVANCE_REFIT = Call("playground.outlook.work:advance_refit", lambda: work.advance_refit, RefitRun)
OPEN_NEWER = Call("playground.outlook.newer:open_newer", lambda: newer.open_newer)
