"""What is said of repeating a run: the same bits when trained the same way, nearly the same alone and in a stack."""

from __future__ import annotations

import math

import numpy as np
import torch

from benchmarks.calibration._claims import Claim, simulate
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.histories import EpochRecord
from playground.records import Prepared
from playground.training.alone import Training, advance
from playground.training.stacked import StackedTraining

TRIES = 40
EPOCHS = 40

History = list[tuple[float, float, float]]

ALONE = "alone, once at a stretch and once in pieces"
STACKED = "in a stack of three, once at a stretch and once in pieces"
AGAINST = f"alone and in a stack of three, {EPOCHS} epochs"

APART = {"every bit is the same": 0.0} | {
    f"validation losses stay within {said}": apart
    for said, apart in (("a millionth", 1e-6), ("a thousandth", 1e-3), ("1%", 1e-2), ("10%", 1e-1))
}


def measure(share: float) -> list[Claim]:
    """Return how often a run did not repeat when trained the same way, and how often alone and in a stack agree."""
    torch.set_num_threads(1)
    tries, again = round(TRIES * share), "other numbers than before"
    claims = []
    for world, once in ((ALONE, _alone), (STACKED, _stacked)):
        said = simulate(world, tries, once)
        claims.append(Claim(again, world, said[again], tries, 0.0))
    said = simulate(AGAINST, tries, _against)
    return claims + [Claim(words, AGAINST, said[words], tries, None, "a count, not a claim") for words in APART]


def _recipe(random: np.random.Generator) -> Recipe:
    """Draw a recipe that a stack may train."""
    return Recipe().replaced(
        series=str(random.choice(["sine", "square", "random_walk"])),
        noise=float(random.choice([0.0, 0.1, 0.3])),
        length_steps=int(random.choice([300, 600])),
        window_steps=int(random.choice([8, 16, 32])),
        cell=str(random.choice(["rnn", "gru", "lstm"])),
        layers=int(random.integers(1, 3)),
        hidden_size=int(random.choice([4, 8, 16, 24])),
        optimizer=str(random.choice(["adam", "sgd", "rmsprop"])),
        learning_rate=float(random.choice([0.001, 0.003, 0.01, 0.02])),
        clip_norm=float(random.choice([0.0, 1.0])),
        batch_size=32,
        epochs=EPOCHS,
        patience_epochs=0,
        seed=int(random.integers(1, 1000)),
    )


def _prepared(recipe: Recipe) -> Prepared:
    return prepare(load_series(recipe.data), recipe.data)


def _alone(random: np.random.Generator) -> list[str]:
    recipe = _recipe(random).replaced(epochs=5)
    prepared = _prepared(recipe)
    whole, pieces, checkpoint = _history(Training(recipe, prepared).advance(math.inf)), [], None
    while checkpoint is None or checkpoint.state == "training":
        checkpoint, records = advance(recipe, prepared, checkpoint, float(random.choice([0.0, 0.01])))
        pieces += _history(records)
    return [] if whole == pieces else ["other numbers than before"]


def _stacked(random: np.random.Generator) -> list[str]:
    recipes = _seeds(_recipe(random).replaced(epochs=5))
    prepared = _prepared(recipes[0])
    whole = [_history(records) for records in StackedTraining(recipes, prepared).advance(math.inf)]
    pieces: list[History] = [[] for _ in recipes]
    checkpoints, going = None, True
    while going:
        stack = StackedTraining(recipes, prepared, checkpoints)
        for history, records in zip(pieces, stack.advance(float(random.choice([0.0, 0.01]))), strict=True):
            history += _history(records)
        checkpoints, going = stack.checkpoints(), stack.training
    return [] if whole == pieces else ["other numbers than before"]


def _against(random: np.random.Generator) -> list[str]:
    recipes = _seeds(_recipe(random))
    prepared = _prepared(recipes[0])
    stacked = _history(StackedTraining(recipes, prepared).advance(math.inf)[0])
    alone = _history(Training(recipes[0], prepared).advance(math.inf))
    if stacked == alone:
        return list(APART)
    if len(stacked) != len(alone):
        return []
    ours, theirs = (np.array(history)[:, 1] for history in (stacked, alone))
    apart = float(np.max(np.abs(ours - theirs) / theirs))
    return [words for words, limit in APART.items() if limit and apart <= limit]


def _seeds(recipe: Recipe) -> list[Recipe]:
    return [recipe.replaced(seed=recipe.seed + more) for more in range(3)]


def _history(records: tuple[EpochRecord, ...]) -> History:
    return [(record.train_loss, record.validation_loss, record.gradient_norm) for record in records]
