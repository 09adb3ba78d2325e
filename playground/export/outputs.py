"""What a network gives along its whole series: forecasts and hidden states, computed in a worker."""

from __future__ import annotations

import numpy as np

from playground.data.prepare import prepare, restore_levels
from playground.evaluation.baselines import last_value
from playground.export.exported import ExportedRun, Outputs
from playground.inspection.trace import trace_states
from playground.networks.network import build_network
from playground.records import PARTS


def compute_outputs(run: ExportedRun, test_open: bool = False) -> Outputs:
    """Forecast and read the states of every window; of the test part only when it is open.

    Raises:
        ValueError: if the weights do not fit the recipe, or the series cannot be cut as it says.
    """
    prepared = prepare(run.series, run.recipe.data)
    network = build_network(run.recipe, prepared.train.inputs.shape[2])
    network.load_weights(run.weights)
    chosen = [prepared.part(part) for part in (PARTS if test_open else PARTS[:-1])]
    anchors = np.concatenate([windows.anchors for windows in chosen])
    outputs = np.concatenate([network.predict(windows.inputs) for windows in chosen])
    horizon = outputs.shape[1]
    with np.errstate(over="ignore", invalid="ignore"):
        predicted = restore_levels(prepared, outputs, anchors)
    return Outputs(
        anchors=anchors,
        parts=np.repeat(np.arange(len(chosen), dtype=np.uint8), [len(windows.anchors) for windows in chosen]),
        predicted=predicted,
        baseline=last_value(prepared, anchors, horizon),
        truth=prepared.values[anchors[:, np.newaxis] + np.arange(1, horizon + 1)],
        states=np.concatenate([network.read_states(windows.inputs) for windows in chosen]),
        trace=trace_states(network, prepared),
    )
