"""The kept epochs of a network that reads sequences, for the time machine."""

from __future__ import annotations

from dataclasses import dataclass

from playground.sequences.recipe import SequenceRecipe
from playground.sequences.records import SequenceRun
from playground.ui.frame.looks import LOOKS


@dataclass(frozen=True)
class SequenceMoments:
    """A network at the moments of its training that are kept; see `time_machine.Kept`."""

    place: str
    epochs: tuple[int, ...]
    best_epoch: int
    live: bool
    planned: tuple[int, ...]
    label: str

    def nearest(self, epoch: int) -> int:
        """Return the kept epoch nearest to `epoch`."""
        return min(self.epochs, key=lambda kept: abs(kept - epoch))


def moments_of(run: SequenceRun, recipe: SequenceRecipe, place: str) -> SequenceMoments:
    """Return the moments of a training that can be looked at.

    Args:
        run: The training as far as it is.
        recipe: Its recipe.
        place: Names the page, which keeps the epoch chosen there.
    """
    cell = LOOKS["cell"].words[recipe.network.cell]
    return SequenceMoments(
        place=place,
        epochs=tuple(frame.epoch for frame in run.keyframes),
        best_epoch=run.checkpoint.best_epoch,
        live=not run.ended,
        planned=run.planned,
        label=f"{cell} of hidden size {recipe.network.hidden_size}",
    )
