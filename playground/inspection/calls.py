"""What workers compute to look into a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call

if TYPE_CHECKING:
    from playground.inspection import memory, snapshot, states

TRACE_RUN = Call("playground.inspection.states:trace_run", lambda: states.trace_run)
PAST_INFLUENCE = Call("playground.inspection.states:past_influence", lambda: states.past_influence)
WHAT_IF = Call("playground.inspection.states:what_if", lambda: states.what_if)
SIMILAR_SPANS = Call("playground.inspection.memory:similar_spans", lambda: memory.similar_spans)
SNAPSHOT_AT = Call("playground.inspection.snapshot:snapshot_at", lambda: snapshot.snapshot_at)
