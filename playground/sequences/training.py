"""Training on sequences in pieces: each goes on from what the one before returned, bit for bit the same."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from playground.histories import Keyframe, SequenceEpoch
from playground.networks.weights import weights_of
from playground.sequences.models import Reader
from playground.sequences.recipe import SequenceRecipe
from playground.sequences.records import SequenceRun, planned_keyframes
from playground.training.trainer import Objective, Trainer

PIECE_S = 0.4
"""Training time of one piece: short, so that the turns of others are not kept waiting."""


def advance_run(
    recipe: SequenceRecipe,
    network: Reader,
    objective: Objective[Reader],
    before: SequenceRun | None = None,
    budget_s: float = PIECE_S,
    until_epoch: int | None = None,
) -> SequenceRun:
    """Train for one piece; return where the training stands.

    Args:
        recipe: Its recipe.
        network: What learns, with its initial weights; it is left where the piece ends.
        objective: What it learns.
        before: What the piece before returned, None for the beginning.
        budget_s: Training time of this piece; at least one step is taken.
        until_epoch: Where to stop, None to go on.
    """
    frames = before.keyframes if before is not None else (Keyframe(0, weights_of(network)),)
    trainer = Trainer(network, recipe.training, objective, before.checkpoint if before is not None else None)
    size = sum(array.nbytes for array in frames[0].weights.values())
    grid = planned_keyframes(recipe.training.epochs, size)

    def keep_weights() -> None:
        nonlocal frames
        ended = trainer.progress
        kept = [frame for frame in frames if frame.epoch in grid or frame.epoch == ended.best_epoch]
        frames = (*kept, Keyframe(ended.epoch, weights_of(network)))

    records = cast("tuple[SequenceEpoch, ...]", trainer.advance(budget_s, until_epoch, keep_weights))
    epochs = (*before.epochs, *records) if before is not None else records
    ended = trainer.progress.state != "training"
    checkpoint = trainer.progress if ended else trainer.checkpoint()
    return SequenceRun(recipe.training.epochs, replace(checkpoint, best_weights={}), epochs, frames, grid)
