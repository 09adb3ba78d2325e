"""Keras 3 on the torch backend, trained with `fit` as its guide does."""

from __future__ import annotations

import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

from benchmarks.rivals.clock import Clock

LAYERS = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
clock = Clock()


class Watch(keras.callbacks.Callback):
    """Stops when the clock has seen enough."""

    def on_epoch_end(self, epoch, logs=None):
        """Take the epoch's time and loss."""
        self.model.stop_training = clock.ended(logs["loss"])


if __name__ == "__main__":
    arrays = {path.stem: np.load(path) for path in clock.folder.glob("*.npy")}
    model = keras.Sequential(
        [keras.layers.Input(arrays["train_inputs"].shape[1:]), LAYERS[clock.cell](32), keras.layers.Dense(1)]
    )
    model.compile(keras.optimizers.Adam(0.003, global_clipnorm=1.0), "mse")
    held_out = arrays["validation_inputs"], arrays["validation_targets"]
    model.fit(
        arrays["train_inputs"], arrays["train_targets"], batch_size=64, epochs=100_000, verbose=0, callbacks=[Watch()],
        validation_data=held_out, validation_batch_size=len(held_out[0]),
    )  # fmt: skip
    clock.tell(int(model.optimizer.iterations), f"keras {keras.__version__}")
