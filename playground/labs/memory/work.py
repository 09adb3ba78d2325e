"""Train networks on the memory tasks, in short pieces; runs in a worker."""

from __future__ import annotations

import time

import numpy as np

from playground.histories import Checkpoint
from playground.labs.memory.results import BATCH, EPOCH_STEPS, Ending, MemoryRun, Outcome, Trial
from playground.labs.memory.tasks import SEQUENCES
from playground.networks.network import Network
from playground.records import Examples, Windows
from playground.training.alone import Training

PIECE_S = 0.4
"""Time of one piece: short, so that the turns of others are not kept waiting."""

STOP_SHARE = 0.5
"""Training ends once the validation error is at most this share of what counts as solved, to be clear of the border."""


def advance_memory_run(trial: Trial, run: MemoryRun | None = None, budget_s: float = PIECE_S) -> MemoryRun:
    """Train one piece on from `run` (None begins), and score the network where that ends the trial.

    Every epoch is `EPOCH_STEPS` steps on sequences that were never seen before. How a run is cut into
    pieces does not change its numbers, unless the seconds run out first.

    Raises:
        ValueError: if a value of the trial is outside its limits.
    """
    began = time.perf_counter()
    recipe, judges = trial.recipe, _judges(trial)
    checkpoint, epochs = (run.checkpoint, run.epochs) if run is not None else (None, ())
    while True:
        training = Training(recipe, _fresh(trial, judges, checkpoint), checkpoint)
        left_s = budget_s - (time.perf_counter() - began)
        epochs += training.advance(max(left_s, 0.0), until_epoch=training.progress.epoch + 1)
        checkpoint = training.checkpoint()
        ended = _ended(trial, checkpoint)
        if ended or time.perf_counter() - began >= budget_s:
            break
    network = training.network
    outcome = None
    if ended:
        if checkpoint.best_weights:
            network.load_weights(checkpoint.best_weights)
        outcome = _judge(trial, network, judges.test, ended, scored=bool(checkpoint.best_weights))
    return MemoryRun(
        trial=trial,
        epochs=epochs,
        answers=network.predict(trial.shown().inputs)[:, 0],
        checkpoint=None if ended else checkpoint,
        elapsed_s=checkpoint.elapsed_s,
        pieces=(run.pieces if run is not None else 0) + 1,
        outcome=outcome,
    )


def train_memory_run(trial: Trial) -> MemoryRun:
    """Train a trial to its end, in one piece."""
    return advance_memory_run(trial, None, budget_s=float("inf"))


def _judges(trial: Trial) -> Examples:
    """Return the sequences that stay the same through the whole trial; those to train on come epoch by epoch."""
    return trial.of.examples(trial.difficulty, trial.effort.seed, train=1, validation=SEQUENCES["validation"])


def _fresh(trial: Trial, judges: Examples, checkpoint: Checkpoint | None) -> Examples:
    """Return the examples of the epoch in progress."""
    epoch = checkpoint.epoch if checkpoint is not None else 0
    train = trial.of.draw(trial.difficulty, EPOCH_STEPS * BATCH, trial.effort.seed, "train", block=1 + epoch)
    return Examples(train, judges.validation, judges.test)


def _ended(trial: Trial, checkpoint: Checkpoint) -> Ending | None:
    """Return why the trial is over, None while it goes on."""
    if checkpoint.state == "diverged":
        return "diverged"
    if checkpoint.best_loss <= STOP_SHARE * trial.of.solved_error:
        return "solved"
    if checkpoint.state != "training":
        return "steps"
    return "seconds" if checkpoint.elapsed_s >= trial.effort.seconds else None


def _judge(trial: Trial, network: Network, test: Windows, ended: Ending, *, scored: bool) -> Outcome:
    """Score the network that was best on validation on the test sequences, beside the constant answer."""
    task = trial.of
    targets = test.targets[:, 0].astype(np.float64)
    constant_error = float(np.mean(np.square(targets - task.constant_answer)))
    if not scored:
        return Outcome(ended, None, constant_error, None, solved=False)
    answers = network.predict(test.inputs)[:, 0].astype(np.float64)
    error = float(np.mean(np.square(answers - targets)))
    right = float(np.mean(np.sign(answers) == targets)) if task.binary else None
    return Outcome(ended, error, constant_error, right, solved=error <= task.solved_error)
