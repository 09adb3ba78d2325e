"""What was seen of a network's gradients and memory, epoch by epoch, and the ruler that reads its memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.config import Recipe, parameter_count
from playground.histories import Checkpoint, EpochRecord
from playground.records import Floats

Complexes = NDArray[np.complexfloating]

REACH_SHARE = 0.9
"""Share of the squared influence that lies within what the ruler calls remembered."""

FLAT_SHARE = 0.5
"""Where the weakest step has more than this share of the strongest one's influence, nothing fades."""

CELLS = ("rnn", "lstm", "gru")

Unread = Literal["", "too large", "nothing", "all alike"]
"""Why a ruler reads nothing: its influence is no number, no input counts, or every one counts alike."""


@dataclass(frozen=True, eq=False)
class MemoryRuler:
    """Influence of the input k steps before the last one on the forecast of the next step, k = 0, 1, ...

    Both are root mean squares over a batch of windows, in scaled units.

    Attributes:
        gradient: (steps,) size of the derivative of the forecast by the inputs of that step.
        occlusion: (steps,) change of the forecast when that step's inputs are replaced by their
            mean over the training windows.
    """

    gradient: Floats
    occlusion: Floats

    @property
    def influence(self) -> Floats:
        """(steps,) both as one: the mean of their squares, each as a share of its sum; adds up to 1."""
        return (_shares(self.gradient) + _shares(self.occlusion)) / 2

    def reach(self) -> tuple[int | None, Unread]:
        """Return how many steps before the last input the memory reaches, or None and why it cannot be said.

        It is the smallest k such that nine tenths of the squared influence come from the last input
        and the k inputs before it. A network that copies its input of k steps ago with an error
        below a tenth of that input's variance therefore reads exactly k, if it is linear.
        """
        if not (np.isfinite(self.gradient).all() and np.isfinite(self.occlusion).all()):
            return None, "too large"
        if not (self.gradient.any() and self.occlusion.any()):
            return None, "nothing"
        influence = self.influence
        if influence.min() > FLAT_SHARE * influence.max():
            return None, "all alike"
        return int(np.searchsorted(np.cumsum(influence), REACH_SHARE)), ""


@dataclass(frozen=True, eq=False)
class Saturation:
    """How often each unit of a layer is where its activation no longer passes a gradient.

    Attributes:
        saturated: Name of the quantity -> (units,) share of the steps of all windows in which its
            slope is below 6 % of the largest: beyond ±0.97 for tanh, below 0.015 or above 0.985 for
            a sigmoid. Empty for ReLU.
        dead: (units,) share of the steps in which a ReLU unit is off; empty otherwise.
    """

    saturated: dict[str, Floats]
    dead: Floats


@dataclass(frozen=True, eq=False)
class GradientMoment:
    """How gradients flow back, and what the recurrence is like, after an epoch.

    Attributes:
        epoch: Completed epochs, 0 = untrained.
        norms: (layers, steps) mean over windows of |dL/dh_t| of each window's own loss, k = 0, 1, ...
            steps back from the last one.
        cell_norms: The same of |dL/dc_t|, the cell state of an LSTM; None for other cells.
        eigenvalues: Gate -> (layers, hidden) complex, of its block of W_hh.
        saturation: Of each layer.
        ruler: What the forecast rests on.
    """

    epoch: int
    norms: Floats
    cell_norms: Floats | None
    eigenvalues: dict[str, Complexes]
    saturation: tuple[Saturation, ...]
    ruler: MemoryRuler

    @property
    def strongest(self) -> Floats:
        """(layers, steps), the larger of |dL/dh| and |dL/dc|: where it is 0, nothing can be learned of the step."""
        return self.norms if self.cell_norms is None else np.maximum(self.norms, self.cell_norms)

    def ratio(self, layer: int = -1) -> float | None:
        """Return the gradient at the first step of the window as a share of that at the last, None where that is 0.

        In an LSTM the larger of |dL/dh| and |dL/dc| counts at both ends.
        """
        last, first = float(self.strongest[layer, 0]), float(self.strongest[layer, -1])
        return first / last if last and np.isfinite([first, last]).all() else None

    def most_left(self) -> tuple[int, float] | None:
        """Return the layer that carries the largest share back to the first step, from 0, and the share.

        None where no layer's share is a number.
        """
        shares = [(layer, self.ratio(layer)) for layer in range(len(self.norms))]
        return max(((k, share) for k, share in shares if share is not None), key=lambda one: one[1], default=None)

    def radii(self, layer: int = -1) -> dict[str, float]:
        """Return the spectral radius of each gate's block of W_hh."""
        return {gate: float(np.abs(values[layer]).max()) for gate, values in self.eigenvalues.items()}


@dataclass(frozen=True, eq=False)
class GradientRun:
    """A training that is watched: how far it is and all that was seen.

    Attributes:
        recipe: What is trained.
        parameters: Its trainable numbers.
        windows: Validation windows that every moment is measured on.
        checkpoint: Where it stands.
        epochs: All finished epochs.
        moments: What was seen, the untrained network first.
        pieces: Pieces of work done.
    """

    recipe: Recipe
    parameters: int
    windows: int
    checkpoint: Checkpoint
    epochs: tuple[EpochRecord, ...]
    moments: tuple[GradientMoment, ...]
    pieces: int = 0

    @property
    def done(self) -> bool:
        """Whether the training has ended."""
        return self.checkpoint.state != "training"

    @property
    def progress(self) -> float:
        """Share of the epochs done, 1 when it has ended."""
        return 1.0 if self.done else len(self.epochs) / self.recipe.training.epochs

    def at(self, epoch: int | None) -> GradientMoment:
        """Return what was seen at an epoch, or at the last one seen before it; None means the newest."""
        seen = [moment for moment in self.moments if epoch is None or moment.epoch <= epoch]
        return seen[-1]


def watched_recipe(recipe: Recipe, cell: str, epochs: int, equal_parameters: bool, features: int) -> Recipe:
    """Return the recipe that a cell is trained with beside the others.

    All is the learner's: data, seed, optimizer, clipping, activation. Only the cell, the number of
    epochs and early stopping (off) are set, and the hidden size where parameters are to be equal.

    Args:
        recipe: The learner's.
        cell: "rnn", "lstm" or "gru".
        epochs: How long to train.
        equal_parameters: Give the cell the hidden size with which it has about as many trainable
            numbers as the learner's network.
        features: Inputs of the network at each step.
    """
    watched = recipe.replaced(cell=cell, epochs=epochs, patience_epochs=0)
    if not equal_parameters or cell == recipe.network.cell:
        return watched
    wanted = parameter_count(recipe, features)
    sized: list[Recipe] = []
    for hidden_size in range(1, 257):
        try:
            sized.append(watched.replaced(hidden_size=hidden_size))
        except ValueError:
            break
        if parameter_count(sized[-1], features) >= wanted:
            break
    return min(sized, key=lambda one: abs(parameter_count(one, features) - wanted))


def _shares(values: Floats) -> Floats:
    """Return squares as shares of their sum, safe for values of any size."""
    squares = np.square(values.astype(np.float64) / np.abs(values).max())
    return squares / squares.sum()
