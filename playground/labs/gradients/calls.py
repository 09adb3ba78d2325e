"""What workers compute for the lab of gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call
from playground.labs.gradients.results import GradientRun

if TYPE_CHECKING:
    from playground.labs.gradients import work

BEGIN = Call("playground.labs.gradients.work:begin_gradient_run", lambda: work.begin_gradient_run)
ADVANCE = Call("playground.labs.gradients.work:advance_gradient_run", lambda: work.advance_gradient_run, GradientRun)
