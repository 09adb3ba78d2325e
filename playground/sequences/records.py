"""What happened to networks that read sequences, as frozen numpy records; shapes are written down here once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from playground.histories import Checkpoint, Keyframe, SequenceEpoch
from playground.keyframes import keyframe_epochs
from playground.records import Floats, Ints

Unit = Literal["letters", "words"]

KEPT_BYTES = 5 * 2**20
"""Most that the kept weights of one run may take, because they travel with every piece."""

MOST_KEPT = 24


def planned_keyframes(epochs: int, weight_bytes: int) -> tuple[int, ...]:
    """Return the epochs after which a run of so many keeps its weights, beside its best and its newest."""
    return keyframe_epochs(epochs, min(max(KEPT_BYTES // weight_bytes, 3), MOST_KEPT))


@dataclass(frozen=True, eq=False)
class Sequences:
    """Labelled sequences of any length: texts, or rows of numbers.

    Attributes:
        name, title: Name of the task, and its heading.
        classes: Names of the classes.
        labels: (n,) int64, index into `classes`.
        texts: The n texts; empty where the sequences are numbers.
        values: (steps of all sequences, features) float32, one sequence after the other; empty for texts.
        starts: (n + 1,) int64, where each sequence begins in `values`; empty for texts.
        source, licence: Where they come from and on which terms, in one line each.
        notes: Plain sentences on what was repaired or left out.
        private: Whether a visitor brought them: nothing that tells of them is written to disk.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    labels: Ints
    texts: tuple[str, ...] = ()
    values: Floats = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))
    starts: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    source: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()
    private: bool = False

    def rows(self, index: int) -> Floats:
        """Return one sequence of numbers, (steps, features)."""
        return self.values[self.starts[index] : self.starts[index + 1]]


@dataclass(frozen=True, eq=False)
class Parts:
    """Which sequences the network learns from, is chosen by and is judged by: indices, sorted."""

    train: Ints
    validation: Ints
    test: Ints


@dataclass(frozen=True, eq=False)
class Encoding:
    """How a sequence becomes numbers, fitted on the training part only.

    Attributes:
        unit: What is read of a text at each step.
        tokens: The letters or words seen in training, in the order of the one-hot inputs; empty for numbers.
        mean, deviation: (features,) of the numbers; empty for texts.
    """

    unit: Unit = "letters"
    tokens: tuple[str, ...] = ()
    mean: Floats = field(default_factory=lambda: np.empty(0, dtype=np.float32))
    deviation: Floats = field(default_factory=lambda: np.empty(0, dtype=np.float32))

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each token among the inputs."""
        return {token: column for column, token in enumerate(self.tokens)}

    @property
    def inputs(self) -> int:
        """How many numbers the network reads at each step."""
        return len(self.tokens) or len(self.mean)


@dataclass(frozen=True, eq=False)
class LaterKeyframe:
    """The weights after an epoch, fetched where they are wanted.

    Attributes:
        epoch: That epoch.
        fetch: Returns the weights.
    """

    epoch: int
    fetch: Callable[[], dict[str, Floats]]

    @property
    def weights(self) -> dict[str, Floats]:
        """Parameter name -> array."""
        return self.fetch()


@dataclass(frozen=True, eq=False)
class SequenceRun:
    """A training as far as it is.

    Attributes:
        planned_epochs: Epochs to train.
        checkpoint: Where it stands; once it has ended, without the optimizer's arrays.
        epochs: All finished epochs.
        keyframes: Weights by epoch, rising: 0 (untrained), some between, the best, the newest.
        planned: The epochs whose weights are kept or will be kept by the plan.
    """

    planned_epochs: int
    checkpoint: Checkpoint
    epochs: tuple[SequenceEpoch, ...]
    keyframes: tuple[Keyframe | LaterKeyframe, ...]
    planned: tuple[int, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether training is over."""
        return self.checkpoint.state != "training"

    @property
    def progress(self) -> float:
        """Share of the training that is done, 0 to 1."""
        return 1.0 if self.ended else self.checkpoint.epoch / self.planned_epochs

    @property
    def newest(self) -> Keyframe:
        """The weights after the last finished epoch."""
        return self.at(self.keyframes[-1].epoch)

    @property
    def best(self) -> Keyframe:
        """The weights with the lowest validation loss; before the first epoch the untrained ones."""
        return self.at(self.checkpoint.best_epoch)

    def at(self, epoch: int) -> Keyframe:
        """Return the weights kept nearest to an epoch."""
        nearest = min(self.keyframes, key=lambda frame: abs(frame.epoch - epoch))
        return nearest if isinstance(nearest, Keyframe) else Keyframe(nearest.epoch, nearest.weights)


@dataclass(frozen=True, eq=False)
class Reading:
    """What a network said while it read one sequence.

    Attributes:
        states: (steps, hidden) last layer's hidden state after each step.
        log_probabilities: (steps, classes) natural logarithm of its verdict after each step.
    """

    states: Floats
    log_probabilities: Floats

    @property
    def probabilities(self) -> Floats:
        """(steps, classes) the verdict after each step; each row sums to 1."""
        return np.exp(self.log_probabilities)


@dataclass(frozen=True, eq=False)
class ClassScore:
    """How one way of classifying did on one part.

    Attributes:
        title: Who answered ("majority class").
        confusion: (classes, classes) int64; row = true class, column = answer.
    """

    title: str
    confusion: Ints

    @property
    def count(self) -> int:
        """How many answers there are."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return float(np.trace(self.confusion) / self.confusion.sum())

    @property
    def macro_accuracy(self) -> float:
        """Mean over the classes of the share that is recognised, so that each class counts alike."""
        there = self.confusion.sum(axis=1)
        return float(np.mean((np.diag(self.confusion) / np.maximum(there, 1))[there > 0]))

    @property
    def standard_error(self) -> float:
        """Standard error of the macro accuracy, from sqrt(p (1 - p) / (n - 1)) of each class.

        Each share p has one right and one wrong answer added (Laplace), so that a few answers that all are right,
        or all wrong, are not taken for certain.
        """
        there = self.confusion.sum(axis=1)
        share = (np.diag(self.confusion) + 1) / (there + 2)
        met = there > 0
        return float(
            np.sqrt(np.sum(share[met] * (1 - share[met]) / np.maximum(there[met] - 1, 1))) / np.count_nonzero(met)
        )

    @property
    def macro_f1(self) -> float:
        """Mean over the classes of F1 = 2 right / (2 right + false alarms + missed); 0 where a class is never met."""
        right = np.diag(self.confusion)
        met = self.confusion.sum(axis=0) + self.confusion.sum(axis=1)
        return float(np.mean((2 * right / np.maximum(met, 1))[met > 0]))


@dataclass(frozen=True, eq=False)
class ClassifierSnapshot:
    """What a classifier can do at one moment of training.

    Attributes:
        epoch: Epochs completed with these weights.
        encoding: How it reads sequences.
        validation: How it does on the validation part.
        test: How its best network does on the test part, once it has ended.
    """

    epoch: int
    encoding: Encoding
    validation: ClassScore
    test: ClassScore | None = None


@dataclass(frozen=True, eq=False)
class WriterSnapshot:
    """What a network that says which symbol comes next can do at one moment of training.

    Attributes:
        epoch: Epochs completed with these weights.
        vocabulary, sample, test_bits, test_accuracy, test_blocks: See `WriterRun`.
    """

    epoch: int
    vocabulary: tuple[str, ...]
    sample: tuple[str, ...]
    test_bits: float | None = None
    test_accuracy: float | None = None
    test_blocks: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class ClassifierRun:
    """A classifier in training.

    Attributes:
        training: The training as far as it is.
        encoding: How it reads sequences.
        validation: How its newest network does on the validation part; None before the first epoch.
        pieces: How many pieces of work it took.
        test: How its best network does on the test part, once it is done.
    """

    training: SequenceRun
    encoding: Encoding
    validation: ClassScore | None
    pieces: int
    test: ClassScore | None = None

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.test is not None

    @property
    def progress(self) -> float:
        """Share that is done, 0 to 1."""
        return self.training.progress


@dataclass(frozen=True, eq=False)
class WriterRun:
    """A network that learns which symbol comes next.

    Attributes:
        training: The training as far as it is; its losses are nats per symbol.
        vocabulary: The symbols it knows, the last one for all that are unseen.
        sample: What the newest weights wrote after their epoch.
        sample_epoch: That epoch.
        pieces: How many pieces of work it took.
        test_bits: Bits per symbol of the best weights on the test part, once it is done.
        test_accuracy: Their share of right answers there.
        test_blocks: Their bits per symbol in each of some stretches of the test part, see `margin.block_means`.
    """

    training: SequenceRun
    vocabulary: tuple[str, ...]
    sample: tuple[str, ...]
    sample_epoch: int
    pieces: int
    test_bits: float | None = None
    test_accuracy: float | None = None
    test_blocks: tuple[float, ...] = ()

    @property
    def validation_bits(self) -> float | None:
        """Bits per symbol of the newest weights on the validation part; None before the first epoch."""
        return self.bits_after(self.training.epochs[-1].epoch) if self.training.epochs else None

    def bits_after(self, epoch: int) -> float:
        """Return the bits per symbol on the validation part after a finished epoch, counted from 1."""
        return self.training.epochs[epoch - 1].validation_loss / math.log(2)

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.test_bits is not None

    @property
    def progress(self) -> float:
        """Share that is done, 0 to 1."""
        return self.training.progress


@dataclass(frozen=True, eq=False)
class Generated:
    """What a network wrote.

    Attributes:
        symbols: The symbols it chose.
        log_probabilities: (count, vocabulary) natural logarithm of its prediction before each choice, at temperature 1.
        states: (count, hidden) last layer's hidden state that made each prediction.
    """

    symbols: tuple[str, ...]
    log_probabilities: Floats
    states: Floats
