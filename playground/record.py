"""Record the runs that the first screen shows: `python -m playground.record` trains every preset once."""

from __future__ import annotations

import math

import torch

from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.inspection.snapshot import take_snapshot
from playground.networks.network import build_network
from playground.packing import pack
from playground.presets import PRESETS, RECORDED, Preset
from playground.records import RunView
from playground.training import Training


def record(preset: Preset) -> RunView:
    """Train a preset to its end, in this process, and return the run with its best network's snapshot."""
    recipe = preset.recipe
    series = load_series(recipe.data)
    prepared = prepare(series, recipe.data)
    training = Training(recipe, prepared)
    epochs = training.advance(math.inf)
    end = training.checkpoint()
    network = build_network(recipe, prepared.train.inputs.shape[2])
    network.load_weights(end.best_weights)
    return RunView(
        run_id="recorded",
        recipe_json=recipe.model_dump_json(),
        state=end.state if end.state != "training" else "finished",
        reason=end.reason,
        epochs=epochs,
        snapshot=take_snapshot(network, prepared, series.unit, end.best_epoch, "best on validation"),
        checkpoint_epoch=end.epoch,
        best_epoch=end.best_epoch,
    )


def main() -> None:
    """Record every preset into `assets/recorded`."""
    torch.set_num_threads(1)
    RECORDED.mkdir(exist_ok=True)
    for preset in PRESETS:
        preset.recording_path.write_bytes(pack(record(preset)))


if __name__ == "__main__":
    main()
