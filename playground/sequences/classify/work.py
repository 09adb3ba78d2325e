"""Learn which class a sequence is, in pieces; runs in a worker."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import nll_loss

from playground.histories import ENDED, Checkpoint, Keyframe
from playground.networks.network import derived_seed
from playground.networks.weights import load_weights
from playground.records import Floats, Ints
from playground.sequences.classify.scores import confusion_of
from playground.sequences.encoding import (
    MOST_STEPS,
    encode_rows,
    fit_encoding,
    one_hot,
    split_sequences,
    token_places,
    tokens_of,
)
from playground.sequences.models import Reader, build_sequence_network
from playground.sequences.recipe import ClassifyRecipe, SequenceRecipe, SpeechRecipe, check_memory
from playground.sequences.records import ClassifierRun, ClassifierSnapshot, ClassScore, Encoding, Parts, Sequences, Unit
from playground.sequences.training import PIECE_S, advance_run
from playground.training.trainer import StepLoss, Trainer

MEASURE_S = 0.5
"""Time for which steps are measured to say what an epoch costs."""


class Classifying:
    """The objective: after its last step, a sequence's class gets the highest probability."""

    def __init__(self, recipe: SequenceRecipe, sequences: Sequences, encoding: Encoding, parts: Parts) -> None:
        self.recipe, self.parts = recipe, parts
        self.classes = len(sequences.classes)
        self._labels = torch.tensor(sequences.labels)
        self._encoding, self._sequences = encoding, sequences
        # Texts are kept as places and become one-hot batch by batch: all at once they would fill the worker.
        self._places = [token_places(encoding, tokens_of(text, encoding.unit)) for text in sequences.texts]
        lengths = [len(places) for places in self._places] or np.diff(sequences.starts).tolist()
        check_memory(recipe, min(max(lengths), MOST_STEPS), encoding.inputs)

    def steps(self) -> int:
        """Return how many batches the training part makes."""
        return -(-len(self.parts.train) // self.recipe.training.batch_size)

    def loss(self, network: Reader, epoch: int, step: int, carried: dict[str, Tensor]) -> StepLoss:
        """Return the loss of one batch; every epoch meets each training sequence once, in an order of its own."""
        order = torch.Generator().manual_seed(derived_seed(self.recipe.seed, "sequence order", epoch))
        places = torch.randperm(len(self.parts.train), generator=order)
        places = places[step * self.recipe.training.batch_size : (step + 1) * self.recipe.training.batch_size]
        rows = self.parts.train[places.numpy()]
        said, labels = self._verdicts(network, rows), self._labels[rows]
        return StepLoss(nll_loss(said, labels), len(rows), int((said.argmax(dim=1) == labels).sum()))

    def validate(self, network: Reader) -> tuple[float, float]:
        """Return mean loss and accuracy on the validation part."""
        rows = self.parts.validation
        said = self.answers(network, rows)
        labels = self._labels[rows].numpy()
        with np.errstate(over="ignore", invalid="ignore"):
            loss = float(-np.mean(said[np.arange(len(rows)), labels], dtype=np.float64))
        return loss, float(np.mean(said.argmax(axis=1) == labels))

    def score(self, network: Reader, rows: Ints, title: str) -> ClassScore:
        """Return how the network does on these sequences."""
        answers = self.answers(network, rows).argmax(axis=1)
        return ClassScore(title, confusion_of(self._labels[rows].numpy(), answers, self.classes))

    @torch.inference_mode()
    def answers(self, network: Reader, rows: Ints) -> Floats:
        """Return the log-probabilities after the last step of each of these sequences, (m, classes)."""
        size = self.recipe.training.batch_size
        chunks = [self._verdicts(network, rows[start : start + size]) for start in range(0, len(rows), size)]
        return torch.cat(chunks).numpy()

    def _verdicts(self, network: Reader, rows: Ints) -> Tensor:
        inputs = [self._input(row) for row in rows]
        lengths = torch.tensor([len(one) for one in inputs])
        said, _ = network.read(torch.nn.utils.rnn.pad_sequence(inputs, batch_first=True), lengths)
        return said[torch.arange(len(rows)), lengths - 1]

    def _input(self, row: int) -> Tensor:
        if self._places:
            return torch.from_numpy(one_hot(self._places[row], self._encoding.inputs))
        return torch.from_numpy(encode_rows(self._encoding, self._sequences.rows(row)))


class ClassifierBench:
    """A network in training that says which class a sequence is; see `Bench` in `playground/worker.py`."""

    def __init__(
        self, recipe: ClassifyRecipe | SpeechRecipe, sequences: Sequences, key: str, checkpoint: Checkpoint | None
    ) -> None:
        parts = split_sequences(sequences.labels)
        unit = recipe.unit if isinstance(recipe, ClassifyRecipe) else "letters"
        self._parts, self._encoding = parts, fit_encoding(sequences, parts.train, unit)
        self._objective = Classifying(recipe, sequences, self._encoding, parts)
        self._build = partial(build_sequence_network, recipe, self._encoding.inputs, len(sequences.classes))
        self.trainer = Trainer(self._build(), recipe.training, self._objective, checkpoint)

    def take_snapshot(
        self, newest: Keyframe | None, order: Ints | None, complete: bool, best: bool
    ) -> ClassifierSnapshot | None:
        """Score the newest epoch's weights on validation, and the best on test once training is over."""
        progress = self.trainer.progress
        over = best or progress.state in ENDED
        if newest is None:
            return None
        validation = self._score(newest.weights, self._parts.validation, f"epoch {newest.epoch}")
        test = None
        if over:
            weights = progress.best_weights if progress.best_epoch else newest.weights
            test = self._score(weights, self._parts.test, f"epoch {progress.best_epoch}")
        return ClassifierSnapshot(newest.epoch, self._encoding, validation, test)

    def _score(self, weights: Mapping[str, Floats], rows: Ints, title: str) -> ClassScore:
        network = self._build()
        load_weights(network, weights)
        return self._objective.score(network, rows, title)


def advance_classifier(
    recipe_json: str, sequences: Sequences, before: ClassifierRun | None = None, budget_s: float = PIECE_S
) -> ClassifierRun:
    """Train a classifier for one piece, from what the piece before returned (None starts anew).

    Args:
        recipe_json: A `ClassifyRecipe` as JSON.
        sequences: What it learns from; every part is cut from it, always in the same way.
        before: What the piece before returned.
        budget_s: Training time of this piece.

    Raises:
        ValueError: if a class has too few sequences, or a training step does not fit in memory.
    """
    recipe = ClassifyRecipe.model_validate_json(recipe_json)
    train = split_sequences(sequences.labels).train
    encoding = before.encoding if before else fit_encoding(sequences, train, recipe.unit)
    network = build_sequence_network(recipe, encoding.inputs, len(sequences.classes))
    return advance_network(network, recipe, sequences, encoding, before, budget_s)


def begin_classifier(recipe_json: str, sequences: Sequences) -> ClassifierRun:
    """Return the untrained classifier, and how it does on the validation part."""
    recipe = ClassifyRecipe.model_validate_json(recipe_json)
    return begin_network(recipe, sequences, recipe.unit)


def begin_network(recipe: SequenceRecipe, sequences: Sequences, unit: Unit = "letters") -> ClassifierRun:
    """Return a recipe's untrained network; see `begin_classifier`."""
    parts = split_sequences(sequences.labels)
    encoding = fit_encoding(sequences, parts.train, unit)
    objective = Classifying(recipe, sequences, encoding, parts)
    network = build_sequence_network(recipe, encoding.inputs, len(sequences.classes))
    training = advance_run(recipe, network, objective, until_epoch=0)
    return ClassifierRun(training, encoding, objective.score(network, parts.validation, "untrained"), 0)


def epoch_seconds(recipe_json: str, sequences: Sequences) -> float:
    """Return roughly how long an epoch takes here in seconds, from some real steps of a network that is thrown away.

    A short epoch is trained whole.
    """
    recipe = ClassifyRecipe.model_validate_json(recipe_json)
    parts = split_sequences(sequences.labels)
    encoding = fit_encoding(sequences, parts.train, recipe.unit)
    objective = Classifying(recipe, sequences, encoding, parts)
    network = build_sequence_network(recipe, encoding.inputs, len(sequences.classes))
    trainer = Trainer(network, recipe.training, objective, None)
    trainer.step_s()  # the first step also pays for torch's setting up
    times: list[float] = []
    while trainer.progress.epoch == 0 and sum(times) < MEASURE_S:
        began = time.perf_counter()
        trainer.advance(0.0)
        times.append(time.perf_counter() - began)
    if trainer.progress.epoch:
        return trainer.progress.elapsed_s
    chosen = parts.validation[:: -(-len(parts.validation) // (4 * recipe.training.batch_size))]
    began = time.perf_counter()
    objective.answers(network, chosen)
    validation_s = (time.perf_counter() - began) * len(parts.validation) / len(chosen)
    return float(np.mean(times)) * objective.steps() + validation_s


def score_keyframe(recipe_json: str, sequences: Sequences, encoding: Encoding, frame: Keyframe) -> ClassScore:
    """Return how a classifier with the weights of one epoch does on the validation part."""
    recipe = ClassifyRecipe.model_validate_json(recipe_json)
    parts = split_sequences(sequences.labels)
    network = build_sequence_network(recipe, encoding.inputs, len(sequences.classes))
    load_weights(network, frame.weights)
    objective = Classifying(recipe, sequences, encoding, parts)
    return objective.score(network, parts.validation, f"epoch {frame.epoch}")


def advance_network(
    network: Reader,
    recipe: SequenceRecipe,
    sequences: Sequences,
    encoding: Encoding,
    before: ClassifierRun | None,
    budget_s: float,
) -> ClassifierRun:
    """Train a network that reads sequences for one piece; see `advance_classifier`."""
    parts = split_sequences(sequences.labels)
    objective = Classifying(recipe, sequences, encoding, parts)
    training = advance_run(recipe, network, objective, before.training if before else None, budget_s)
    pieces = before.pieces + 1 if before else 1
    validation, test = before.validation if before else None, None
    if training.epochs:
        load_weights(network, training.newest.weights)
        validation = objective.score(network, parts.validation, f"epoch {training.newest.epoch}")
    if training.ended:
        load_weights(network, training.best.weights)
        test = objective.score(network, parts.test, f"epoch {training.best.epoch}")
    return ClassifierRun(training, encoding, validation, pieces, test)
