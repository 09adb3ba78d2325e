"""NeuralForecast: its LSTM, GRU and RNN with one layer, read out by one matrix.

It draws 64 windows for every step anew, so an epoch here is as many steps as the others take.
"""

from __future__ import annotations

import neuralforecast
import numpy as np
import pandas as pd
from neuralforecast import NeuralForecast, models
from neuralforecast.losses.pytorch import MSE

from benchmarks.rivals.clock import Clock
from benchmarks.rivals.lightning_watch import Watch, quiet

if __name__ == "__main__":
    clock = Clock()
    series = np.load(clock.folder / "train_series.npy")
    watch = Watch(clock, steps=-(-(len(series) - 32) // 64))
    model = getattr(models, clock.cell.upper())(
        h=1, input_size=32, encoder_n_layers=1, encoder_hidden_size=32, decoder_layers=1, recurrent=False, loss=MSE(),
        max_steps=1_000_000, val_check_steps=1_000_000, learning_rate=0.003, num_lr_decays=0, batch_size=1,
        windows_batch_size=64, scaler_type="identity", random_seed=1, **quiet(watch),
    )  # fmt: skip
    frame = pd.DataFrame({"unique_id": "series", "ds": np.arange(len(series)), "y": series})
    NeuralForecast([model], freq=1).fit(frame)
    clock.tell(watch.taken, f"neuralforecast {neuralforecast.__version__}")
