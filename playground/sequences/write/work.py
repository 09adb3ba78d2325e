"""Learn which symbol comes next, in pieces, by truncated backpropagation through time; runs in a worker.

The training part is cut into sections: the pieces of the stream, or about `batch_size` equal stretches of a
long one. A batch of sections is read side by side, `stretch_steps` at a time. Gradients reach back to the
beginning of the stretch, the state is carried on from stretch to stretch, and begins from zeros in each section.

Source: Williams and Peng, "An efficient gradient-based algorithm for on-line training of recurrent
network trajectories", Neural Computation 2 (1990).
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import nll_loss

from playground.histories import ENDED, Checkpoint, Keyframe
from playground.networks.network import derived_seed
from playground.networks.weights import load_weights
from playground.records import Floats, Ints
from playground.sequences.margin import block_means
from playground.sequences.models import Reader, build_sequence_network
from playground.sequences.recipe import StreamRecipe, check_stretch_memory
from playground.sequences.records import WriterRun, WriterSnapshot
from playground.sequences.training import PIECE_S, advance_run
from playground.sequences.write.generating import sample_start, write_sample
from playground.sequences.write.streams import (
    HELD_LANES,
    HELD_LONGEST,
    HELD_STEPS,
    Stream,
    StreamParts,
    read_before,
    sections_of,
    split_stream,
    stream_codes,
    vocabulary_of,
)
from playground.training.trainer import StepLoss, Trainer


class NextToken:
    """The objective: at every place of the stream, the true next symbol gets the highest probability."""

    def __init__(self, recipe: StreamRecipe, stream: Stream, vocabulary: tuple[str, ...], parts: StreamParts) -> None:
        self.recipe, self.parts, self.symbols = recipe, parts, len(vocabulary)
        self._stream = stream
        check_stretch_memory(recipe, self.symbols)
        codes = stream_codes(stream, vocabulary)
        self._targets = codes
        self._inputs = read_before(codes, stream.starts, self.symbols)
        self._asked = stream.asked.astype(bool) if len(stream.asked) else np.ones(stream.length, dtype=bool)
        self._loses = torch.tensor([bool(stream.choices) and symbol not in stream.choices for symbol in vocabulary])
        lane = -(-len(parts.train) // recipe.training.batch_size)
        self._sections = sections_of(stream, parts.train, max(lane, recipe.stretch_steps))
        lengths = np.sort(np.diff(self._sections, axis=1)[:, 0])
        size = recipe.training.batch_size
        longest = [int(lengths[start : start + size].max()) for start in range(0, len(lengths), size)]
        self._stretches = [-(-steps // recipe.stretch_steps) for steps in longest]
        self._epoch, self._plan = 0, list[tuple[Ints, int]]()

    def steps(self) -> int:
        """Return how many stretches an epoch has."""
        return sum(self._stretches)

    def loss(self, network: Reader, epoch: int, step: int, carried: dict[str, Tensor]) -> StepLoss:
        """Return the loss of one stretch of a batch of sections; every epoch reads each training section once."""
        if epoch != self._epoch:
            self._epoch, self._plan = epoch, self._planned(epoch)
        sections, offset = self._plan[step]
        said, places, after = self._read(network, sections, offset, self.recipe.stretch_steps, carried)
        targets, asked = self._wanted(places)
        right = self._right(said.detach(), targets, asked)
        return StepLoss(nll_loss(said, targets), len(targets), right, after, int(asked.sum()))

    def validate(self, network: Reader) -> tuple[float, float]:
        """Return mean loss and share of right answers on what is read of the validation part."""
        return self.measure(network, self.parts.validated)

    @torch.inference_mode()
    def measure(self, network: Reader, part: range, each: Floats | None = None) -> tuple[float, float]:
        """Return mean loss (nats) and share of right answers on a part; nan where none is asked for.

        Args:
            network: What predicts.
            part: What it reads; long pieces in sections, each from an empty state.
            each: (len(part),), takes the loss of every symbol.
        """
        loss, right, asked_for = 0.0, 0, 0
        sections = sections_of(self._stream, part, HELD_LONGEST)
        sections = sections[np.argsort(np.diff(sections, axis=1)[:, 0], kind="stable")]
        for start in range(0, len(sections), HELD_LANES):
            batch, carried = sections[start : start + HELD_LANES], dict[str, Tensor]()
            for offset in range(0, int(np.diff(batch, axis=1).max()), HELD_STEPS):
                said, places, carried = self._read(network, batch, offset, HELD_STEPS, carried)
                targets, asked = self._wanted(places)
                losses = nll_loss(said, targets, reduction="none").double()
                loss += float(losses.sum())
                if each is not None:
                    each[places - part.start] = losses.numpy()
                right += self._right(said, targets, asked)
                asked_for += int(asked.sum())
        return loss / len(part), right / asked_for if asked_for else math.nan

    def _planned(self, epoch: int) -> list[tuple[Ints, int]]:
        """Return for each step of an epoch which sections are read, and from which of their symbols on."""
        order = torch.Generator().manual_seed(derived_seed(self.recipe.seed, "section order", epoch))
        mixed = self._sections[torch.randperm(len(self._sections), generator=order).numpy()]
        mixed = mixed[np.argsort(np.diff(mixed, axis=1)[:, 0], kind="stable")]  # like lengths side by side
        plan: list[tuple[Ints, int]] = []
        for batch in torch.randperm(len(self._stretches), generator=order).tolist():
            rows = mixed[batch * self.recipe.training.batch_size : (batch + 1) * self.recipe.training.batch_size]
            plan += [(rows, stretch * self.recipe.stretch_steps) for stretch in range(self._stretches[batch])]
        return plan

    def _read(
        self, network: Reader, sections: Ints, offset: int, steps: int, carried: dict[str, Tensor]
    ) -> tuple[Tensor, Ints, dict[str, Tensor]]:
        """Read a stretch of each section; return log-probabilities (m, vocabulary), their places (m,) and the state."""
        begin, end = sections[:, :1] + offset, sections[:, 1:]
        places = begin + np.arange(min(steps, int((end - begin).max())))
        there = places < end
        places = np.minimum(places, end - 1)
        ones = torch.zeros(*places.shape, self.symbols + 1)
        ones.scatter_(2, torch.from_numpy(self._inputs[places]).unsqueeze(2), 1.0)
        said, after = network.read(ones[..., :-1].contiguous(), state=carried if offset else None)
        return said[torch.from_numpy(there)], places[there], after

    def _wanted(self, places: Ints) -> tuple[Tensor, Tensor]:
        """Return the true symbols at these places, and whether they count for the share of right answers."""
        return torch.from_numpy(self._targets[places]), torch.from_numpy(self._asked[places])

    def _right(self, said: Tensor, targets: Tensor, asked: Tensor) -> int:
        answers = said.masked_fill(self._loses, -math.inf).argmax(dim=1)
        return int(((answers == targets) & asked).sum())


class WriterBench:
    """A network in training that says which symbol comes next; see `Bench` in `playground/worker.py`."""

    def __init__(self, recipe: StreamRecipe, stream: Stream, key: str, checkpoint: Checkpoint | None) -> None:
        self._recipe, self._stream, self._parts = recipe, stream, split_stream(stream)
        self._vocabulary = vocabulary_of(stream, self._parts)
        self._objective = NextToken(recipe, stream, self._vocabulary, self._parts)
        self._build = partial(build_sequence_network, recipe, len(self._vocabulary), len(self._vocabulary))
        self.trainer = Trainer(self._build(), recipe.training, self._objective, checkpoint)

    def take_snapshot(
        self, newest: Keyframe | None, order: Ints | None, complete: bool, best: bool
    ) -> WriterSnapshot | None:
        """Let the newest epoch's weights write, and score the best on test once training is over."""
        progress = self.trainer.progress
        if newest is None:
            return None
        sample = write_sample(self._recipe, newest, self._vocabulary, sample_start(self._stream), self._stream.end)
        shown = WriterSnapshot(newest.epoch, self._vocabulary, sample)
        if not best and progress.state not in ENDED:
            return shown
        network = self._build()
        load_weights(network, progress.best_weights if progress.best_epoch else newest.weights)
        bits, accuracy, blocks = judge_on_test(self._objective, network)
        return replace(shown, test_bits=bits, test_accuracy=accuracy, test_blocks=blocks)


def judge_on_test(objective: NextToken, network: Reader) -> tuple[float, float, tuple[float, ...]]:
    """Return the bits per symbol on the test part, the share of right answers, and the bits of its stretches."""
    each = np.empty(len(objective.parts.test))
    loss, accuracy = objective.measure(network, objective.parts.test, each)
    return loss / math.log(2), accuracy, block_means(each / math.log(2))


def begin_writer(recipe_json: str, stream: Stream) -> WriterRun:
    """Return the untrained network and what it writes.

    Raises:
        ValueError: if the stream is too short, or a training step does not fit in memory.
    """
    return _advanced(recipe_json, stream, None, 0.0, until_epoch=0)


def advance_writer(
    recipe_json: str, stream: Stream, before: WriterRun | None = None, budget_s: float = PIECE_S
) -> WriterRun:
    """Train a network on the next symbols of a stream for one piece.

    Args:
        recipe_json: A `StreamRecipe` (`WriterRecipe`, `MelodyRecipe`) as JSON.
        stream: What it learns from; its parts are always cut in the same way.
        before: What the piece before returned; None starts anew.
        budget_s: Training time of this piece.

    Raises:
        ValueError: if the stream is too short, or a training step does not fit in memory.
    """
    return _advanced(recipe_json, stream, before, budget_s)


def _advanced(
    recipe_json: str, stream: Stream, before: WriterRun | None, budget_s: float, until_epoch: int | None = None
) -> WriterRun:
    recipe, parts = StreamRecipe.of_json(recipe_json), split_stream(stream)
    vocabulary = before.vocabulary if before else vocabulary_of(stream, parts)
    objective = NextToken(recipe, stream, vocabulary, parts)
    network = build_sequence_network(recipe, len(vocabulary), len(vocabulary))
    training = advance_run(recipe, network, objective, before.training if before else None, budget_s, until_epoch)
    epoch = training.newest.epoch
    if before is not None and before.sample_epoch == epoch:
        sample = before.sample
    else:
        sample = write_sample(recipe, training.newest, vocabulary, sample_start(stream), stream.end)
    run = WriterRun(training, vocabulary, sample, epoch, before.pieces + 1 if before else 1)
    if not training.ended:
        return run
    load_weights(network, training.best.weights)
    bits, accuracy, blocks = judge_on_test(objective, network)
    return replace(run, test_bits=bits, test_accuracy=accuracy, test_blocks=blocks)
