"""Tasks that can only be solved by remembering, each with a slider for how long.

Every task draws sequences whose answer depends on inputs some steps back and on nothing else. The
three parts are drawn from three independent random streams, so no sequence is in two of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.config import Recipe
from playground.records import PARTS, Examples, Floats, Part, Windows

TaskName = Literal["adding", "copy", "parity"]

SEQUENCES = {"train": 12800, "validation": 500, "test": 2000}
"""How many sequences each part has unless another number is asked for."""

OLDER_STEPS = 4
"""Inputs before the first one that counts, in the copy and the parity task: older is not the same as first."""

SOLVED_SHARE = 0.1
"""A task is solved when the error on test sequences is at most this share of the constant answer's."""


@dataclass(frozen=True)
class MemoryTask:
    """A task with a difficulty.

    Attributes:
        name: One word for links and keys.
        title: For a heading.
        rule: What the right answer is, in one sentence.
        scale: What the difficulty counts ("lag").
        unit: Its unit, for "50 steps".
        hardest, usual: Largest and first difficulty; the smallest is `easiest`.
        ladder: Difficulties that a challenge climbs.
        channels: What each input column is called.
        constant_answer: The best answer that does not look at the inputs: the mean of the targets.
        constant_error: Its expected mean squared error: the variance of the targets.
        binary: Whether the answer is one of -1 and +1, so that there is a share of right answers.
        source: Where the task comes from.
        further_steps: Steps of a sequence beyond its difficulty.
    """

    name: TaskName
    title: str
    rule: str
    scale: str
    unit: str
    easiest: int
    hardest: int
    usual: int
    ladder: tuple[int, ...]
    channels: tuple[str, ...]
    constant_answer: float
    constant_error: float
    binary: bool
    source: str
    further_steps: int
    _draw: Callable[[np.random.Generator, int, int], tuple[Floats, Floats]] = field(repr=False)
    _counts: Callable[[Floats, int], NDArray[np.bool_]] = field(repr=False)

    @property
    def solved_error(self) -> float:
        """Mean squared error at which the task counts as solved."""
        return SOLVED_SHARE * self.constant_error

    def window_steps(self, difficulty: int) -> int:
        """Return how many steps a sequence of this difficulty has."""
        return self._checked(difficulty) + self.further_steps

    def draw(self, difficulty: int, count: int, seed: int, part: Part, block: int = 0) -> Windows:
        """Draw sequences with their answers; each part and block has a random stream of its own.

        Args:
            difficulty: Lag, length or number of bits.
            count: How many.
            seed: The same seed, part and difficulty give the same sequences.
            part: "train", "validation" or "test".
            block: Further blocks of a part are further, independent sequences.

        Returns:
            Inputs (count, window_steps, channels), targets (count, 1); anchors number the sequences.

        Raises:
            ValueError: if the difficulty or the count is outside its limits.
        """
        if count < 1:
            raise ValueError(f"count must be at least 1, got {count}; ask for some sequences")
        entropy = (seed, self._checked(difficulty), PARTS.index(part), tuple(TASKS).index(self.name), block)
        inputs, targets = self._draw(np.random.default_rng(entropy), count, difficulty)
        return Windows(inputs.astype(np.float32), targets.astype(np.float32)[:, np.newaxis], np.arange(count))

    def examples(self, difficulty: int, seed: int, **counts: int) -> Examples:
        """Draw the three parts.

        Args:
            difficulty: Lag, length or number of bits.
            seed: Starting number of the three streams.
            counts: Number of sequences by part; `SEQUENCES` where not given.
        """
        numbers = SEQUENCES | counts
        return Examples(*(self.draw(difficulty, numbers[part], seed, part) for part in PARTS))

    def counting_steps(self, inputs: Floats, difficulty: int) -> NDArray[np.bool_]:
        """Return (batch, time), True where an input takes part in the answer."""
        return self._counts(inputs, self._checked(difficulty))

    def _checked(self, difficulty: int) -> int:
        if not self.easiest <= difficulty <= self.hardest:
            raise ValueError(
                f"the {self.scale} must be between {self.easiest} and {self.hardest}, got {difficulty}; "
                "choose one of these"
            )
        return difficulty


def _draw_adding(stream: np.random.Generator, count: int, length: int) -> tuple[Floats, Floats]:
    """Numbers from U(0, 1), one marked in each half; the answer is the sum of the two."""
    half = length // 2
    numbers = stream.random((count, length))
    marks = np.zeros((count, length))
    marks[np.arange(count), stream.integers(0, half, count)] = 1
    marks[np.arange(count), stream.integers(half, length, count)] = 1
    return np.stack([numbers, marks], axis=2), (numbers * marks).sum(axis=1)


def _draw_copy(stream: np.random.Generator, count: int, lag: int) -> tuple[Floats, Floats]:
    """Numbers from U(-1, 1); the answer is the one `lag` steps before the last."""
    numbers = stream.uniform(-1, 1, (count, OLDER_STEPS + lag + 1))
    return numbers[:, :, np.newaxis], numbers[:, -1 - lag]


def _draw_parity(stream: np.random.Generator, count: int, bits: int) -> tuple[Floats, Floats]:
    """Signs, -1 or +1; the answer is the product of the last `bits`: +1 when the number of -1 is even."""
    signs = stream.choice((-1.0, 1.0), (count, OLDER_STEPS + bits))
    return signs[:, :, np.newaxis], signs[:, -bits:].prod(axis=1)


def _marked(inputs: Floats, length: int) -> NDArray[np.bool_]:
    return inputs[:, :, 1] == 1


def _at_lag(inputs: Floats, lag: int) -> NDArray[np.bool_]:
    return np.broadcast_to(np.arange(inputs.shape[1]) == inputs.shape[1] - 1 - lag, inputs.shape[:2])


def _among_last(inputs: Floats, bits: int) -> NDArray[np.bool_]:
    return np.broadcast_to(np.arange(inputs.shape[1]) >= inputs.shape[1] - bits, inputs.shape[:2])


ADDING = MemoryTask(
    name="adding",
    title="Adding problem",
    rule="The sum of the two marked numbers; all others are there to distract.",
    scale="length",
    unit="steps",
    easiest=4,
    hardest=200,
    usual=50,
    ladder=(10, 20, 30, 50, 75, 100, 150, 200),
    channels=("number", "mark"),
    constant_answer=1.0,
    constant_error=1 / 6,
    binary=False,
    source="Hochreiter & Schmidhuber (1997), Long Short-Term Memory, experiment 4; numbers from U(0, 1) and one mark "
    "in each half as in Arjovsky, Shah & Bengio (2016), arXiv:1511.06464",
    further_steps=0,
    _draw=_draw_adding,
    _counts=_marked,
)

COPY = MemoryTask(
    name="copy",
    title="Copy with a lag",
    rule="The number that was read so many steps before the last one.",
    scale="lag",
    unit="steps",
    easiest=1,
    hardest=200,
    usual=20,
    ladder=(1, 2, 5, 10, 15, 20, 30, 50),
    channels=("number",),
    constant_answer=0.0,
    constant_error=1 / 3,
    binary=False,
    source="After the delay task of Jaeger (2001), Short Term Memory in Echo State Networks, GMD Report 152",
    further_steps=OLDER_STEPS + 1,
    _draw=_draw_copy,
    _counts=_at_lag,
)

PARITY = MemoryTask(
    name="parity",
    title="Parity of the last bits",
    rule="+1 if the number of minus signs among the last bits is even, else -1.",
    scale="bits",
    unit="bits",
    easiest=1,
    hardest=16,
    usual=3,
    ladder=(1, 2, 3, 4, 5, 6, 8, 10),
    channels=("bit",),
    constant_answer=0.0,
    constant_error=1.0,
    binary=True,
    source="After the parity problem of Bengio, Simard & Frasconi (1994), doi:10.1109/72.279181",
    further_steps=OLDER_STEPS,
    _draw=_draw_parity,
    _counts=_among_last,
)

TASKS: dict[str, MemoryTask] = {task.name: task for task in (ADDING, COPY, PARITY)}


def task_recipe(task: MemoryTask, difficulty: int, cell: str, **fields: object) -> Recipe:
    """Return what a network of one cell is trained by on a task; `data.series` names the task, not a series.

    Args:
        task: The task.
        difficulty: Lag, length or number of bits.
        cell: "rnn", "lstm" or "gru".
        fields: Further recipe fields by their flat names.

    Raises:
        ValueError: if a value is outside its limits.
    """
    return Recipe().replaced(
        series=task.name, window_steps=task.window_steps(difficulty), horizon_steps=1, cell=cell, **fields
    )
