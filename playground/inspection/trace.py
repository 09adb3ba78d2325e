"""What the hidden units do along the series."""

from __future__ import annotations

from playground.inspection.order import order_by_similarity
from playground.networks.network import Network
from playground.records import Ints, Prepared, Trace


def trace_states(network: Network, prepared: Prepared, stretch: int = 200, order: Ints | None = None) -> Trace:
    """Read the last layer's hidden state after each of the first `stretch` validation windows.

    Args:
        network: Trained on `prepared`, or not at all.
        prepared: The series.
        stretch: How many windows; fewer where validation has fewer.
        order: Order of the units from an earlier trace, to keep rows where they are.
    """
    states = network.read_states(prepared.validation.inputs[:stretch])
    return Trace(
        anchors=prepared.validation.anchors[:stretch],
        states=states,
        order=order_by_similarity(states) if order is None else order,
    )
