"""The rules of an epoch, the same for a network alone and in a stack: its order, its record, what ends a run."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from playground.config import Recipe, TrainingChoice
from playground.histories import Checkpoint, EpochRecord, SequenceEpoch
from playground.networks.network import derived_seed
from playground.records import Floats, Windows
from playground.words import counted

CLIP_EPSILON = 1e-6
"""Keeps the clipped norm just below the limit, as torch's clip_grad_norm_ does."""


def epoch_order(recipe: Recipe, epoch: int, windows: int) -> torch.Tensor:
    """Return the order in which an epoch visits the training windows, drawn from (seed, epoch)."""
    generator = torch.Generator().manual_seed(derived_seed(recipe.seed, "order", epoch))
    return torch.randperm(windows, generator=generator)


def close_epoch(
    progress: Checkpoint,
    chosen: TrainingChoice,
    validation_loss: float,
    accuracy: float | None,
    elapsed_s: float,
    weights: Callable[[], dict[str, Floats]],
) -> tuple[Checkpoint, EpochRecord]:
    """Return the progress after an epoch whose steps are all taken, and its record.

    The best weights are kept, and the state says whether to go on.

    Args:
        progress: After the last step of the epoch.
        chosen: How the network learns.
        validation_loss: After the epoch.
        accuracy: Share of right answers on the validation part, None where answers are numbers.
        elapsed_s: Training time by then.
        weights: Returns the weights to keep where they are the best so far.
    """
    epoch = progress.epoch + 1
    record = EpochRecord(
        epoch=epoch,
        train_loss=progress.loss_sum / progress.count,
        validation_loss=validation_loss,
        gradient_norm=progress.norm_sum / progress.step,
        clipped_fraction=progress.clipped / progress.step,
        learning_rate=chosen.learning_rate_at(epoch),
        elapsed_s=elapsed_s,
    )
    if accuracy is not None:
        right = progress.right / progress.asked if progress.asked else math.nan
        record = SequenceEpoch(**vars(record), train_accuracy=right, validation_accuracy=accuracy)
    progress = replace(progress, epoch=epoch, step=0, loss_sum=0.0, norm_sum=0.0, clipped=0, right=0, count=0, asked=0)
    if validation_loss < progress.best_loss:
        progress = replace(progress, best_epoch=epoch, best_loss=validation_loss, best_weights=weights())
    return _ended(progress, chosen), record


def diverged(progress: Checkpoint, chosen: TrainingChoice, what: str) -> Checkpoint:
    """Return the progress of a run that ends because `what` is not finite."""
    epoch = progress.epoch + 1
    clipping = f"lower clip_norm (now {chosen.clip_norm:g})" if chosen.clip_norm else "turn on gradient clipping"
    return replace(
        progress,
        state="diverged",
        reason=f"diverged at epoch {epoch}: {what} is not finite; "
        f"lower the learning rate (now {chosen.learning_rate_at(epoch):g}) or {clipping}",
    )


def _ended(progress: Checkpoint, chosen: TrainingChoice) -> Checkpoint:
    """Return the progress at the end of an epoch with its state: go on, finished or stopped early."""
    if progress.epoch >= chosen.epochs:
        return replace(progress, state="finished")
    if 0 < chosen.patience_epochs <= progress.epoch - progress.best_epoch:
        reason = (
            f"stopped early at epoch {progress.epoch}: the validation loss has not improved for "
            f"{counted(chosen.patience_epochs, 'epoch')}; the best was epoch {progress.best_epoch}"
        )
        return replace(progress, state="stopped_early", reason=reason)
    return progress


def squared_error(outputs: Floats, windows: Windows) -> float:
    """Return the mean squared error of (m, horizon) outputs for the windows, in scaled units."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.mean(np.square(outputs - windows.targets, dtype=np.float64)))


def shared(array: Floats) -> torch.Tensor:
    """Return a tensor on the array's own memory, so that overlapping windows are not copied; it is only read."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        return torch.from_numpy(array)
