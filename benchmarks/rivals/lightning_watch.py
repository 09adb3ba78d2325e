"""What the two rivals on Lightning share: a trainer that prints and keeps nothing, watched by the clock."""

from __future__ import annotations

from typing import Any

from pytorch_lightning.callbacks import Callback

from benchmarks.rivals.clock import Clock


class Watch(Callback):
    """Takes the time after every so many steps, and stops the trainer when the clock has seen enough."""

    def __init__(self, clock: Clock, steps: int) -> None:
        self.clock, self.steps = clock, steps
        self.taken, self.loss_sum = 0, 0.0

    def __deepcopy__(self, memo):
        """Stay one: a library may copy its model with the trainer's options, and with them this."""
        return self

    def on_train_batch_end(self, trainer, module, outputs, batch, batch_index):
        """Add up the loss; after the last step of an epoch tell the clock."""
        self.taken += 1
        self.loss_sum += float(outputs["loss"])
        if self.taken % self.steps == 0:
            trainer.should_stop = self.clock.ended(self.loss_sum / self.steps)
            self.loss_sum = 0.0


def quiet(watch: Watch) -> dict[str, Any]:
    """Return the options of such a trainer, on the processor, with gradients clipped as the app does."""
    return {
        "accelerator": "cpu", "callbacks": [watch], "logger": False, "enable_checkpointing": False,
        "enable_progress_bar": False, "enable_model_summary": False, "gradient_clip_val": 1.0,
    }  # fmt: skip
