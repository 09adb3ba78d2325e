"""Darts: BlockRNNModel, whose network is the same: the last state of the layer, read out by one matrix."""

from __future__ import annotations

import darts
import numpy as np
from darts import TimeSeries
from darts.models import BlockRNNModel

from benchmarks.rivals.clock import Clock
from benchmarks.rivals.lightning_watch import Watch, quiet

if __name__ == "__main__":
    clock = Clock()
    series = np.load(clock.folder / "train_series.npy")
    held_out = np.load(clock.folder / "validation_series.npy")
    watch = Watch(clock, steps=-(-(len(series) - 32) // 64))
    model = BlockRNNModel(
        32, 1, model=clock.cell.upper(), hidden_dim=32, n_rnn_layers=1, batch_size=64, n_epochs=100_000,
        optimizer_kwargs={"lr": 0.003}, random_state=1, pl_trainer_kwargs=quiet(watch),
    )  # fmt: skip
    model.fit(TimeSeries.from_values(series), val_series=TimeSeries.from_values(held_out), verbose=False)
    clock.tell(watch.taken, f"darts {darts.__version__}")
