"""Record the runs that the first screen shows: `python -m playground.recording.runs` trains every preset once."""

from __future__ import annotations

import math

import torch

from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.evaluation.baseline_losses import measure_baselines
from playground.histories import Keyframe, Keyframes, RunView
from playground.inspection.snapshot import take_snapshot
from playground.keyframes import keyframe_epochs
from playground.networks.network import build_network
from playground.packing import pack
from playground.places import RECORDED
from playground.presets import PRESETS, Preset
from playground.training.alone import Training


def record(preset: Preset) -> tuple[RunView, Keyframes]:
    """Train a preset to its end, in this process; return the run with its best snapshot, and its keyframes."""
    recipe = preset.recipe
    series = load_series(recipe.data)
    prepared = prepare(series, recipe.data)
    training = Training(recipe, prepared)
    grid = keyframe_epochs(recipe.training.epochs)
    frames = {0: training.network.weights()}

    def keep() -> None:
        epoch = training.progress.epoch
        if epoch in grid:
            frames[epoch] = training.network.weights()

    epochs = training.advance(math.inf, after_epoch=keep)
    end = training.checkpoint()
    frames |= {end.best_epoch: end.best_weights, end.epoch: end.weights}
    network = build_network(recipe, prepared.train.inputs.shape[2])
    network.load_weights(end.best_weights)
    view = RunView(
        run_id="recorded",
        recipe_json=recipe.model_dump_json(),
        state=end.state if end.state != "training" else "finished",
        reason=end.reason,
        epochs=epochs,
        snapshot=take_snapshot(network, prepared, series.unit, end.best_epoch, "best on validation"),
        checkpoint_epoch=end.epoch,
        best_epoch=end.best_epoch,
    )
    return view, Keyframes(tuple(Keyframe(epoch, frames[epoch]) for epoch in sorted(frames)))


def record_baselines(preset: Preset) -> None:
    """Record how the baselines err on the validation part of a preset, by which its recorded run is judged."""
    data = preset.recipe.data
    preset.baselines_path.write_bytes(pack(measure_baselines(data, load_series(data), "validation")))


def main() -> None:
    """Record every preset into `assets/recorded`."""
    torch.set_num_threads(1)
    RECORDED.mkdir(exist_ok=True)
    for preset in PRESETS:
        view, keyframes = record(preset)
        preset.recording_path.write_bytes(pack(view))
        preset.keyframes_path.write_bytes(pack(keyframes))
        record_baselines(preset)


if __name__ == "__main__":
    main()
