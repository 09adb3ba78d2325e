"""What can be trained as a run: for each kind, what is chosen, what is learned from, what is shown of it.

Which kind a run is, its recipe says: every kind has a class of recipes of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.config import Recipe
from playground.histories import EpochRecord, RunView, SequenceEpoch
from playground.records import Series, Snapshot
from playground.sequences.recipe import ClassifyRecipe, MelodyRecipe, SequenceRecipe, SpeechRecipe, WriterRecipe
from playground.sequences.records import ClassifierSnapshot, Sequences, WriterSnapshot
from playground.sequences.write.streams import Stream

AnyRecipe = Recipe | SequenceRecipe

Material = Series | Sequences | Stream
"""What a run learns from."""

AnySnapshot = Snapshot | ClassifierSnapshot | WriterSnapshot
"""What a network can do at one moment of training."""


@dataclass(frozen=True)
class Kind:
    """A kind of run.

    Attributes:
        name: What the store calls it.
        recipe: Class of its recipes.
        material: Class of what it learns from.
        snapshot: Class of what is shown of it.
        epoch: Class of its finished epochs.
    """

    name: str
    recipe: type[AnyRecipe]
    material: type[Material]
    snapshot: type[AnySnapshot]
    epoch: type[EpochRecord]


FORECAST = Kind("forecast", Recipe, Series, Snapshot, EpochRecord)
CLASSIFY = Kind("classify", ClassifyRecipe, Sequences, ClassifierSnapshot, SequenceEpoch)
WORDS = Kind("words", SpeechRecipe, Sequences, ClassifierSnapshot, SequenceEpoch)
WRITE = Kind("write", WriterRecipe, Stream, WriterSnapshot, SequenceEpoch)
TUNES = Kind("tunes", MelodyRecipe, Stream, WriterSnapshot, SequenceEpoch)

KINDS = {kind.name: kind for kind in (FORECAST, CLASSIFY, WORDS, WRITE, TUNES)}


def kind_of(recipe: AnyRecipe) -> Kind:
    """Return the kind of run that a recipe is for.

    Raises:
        ValueError: if there is none.
    """
    for kind in KINDS.values():
        if type(recipe) is kind.recipe:
            return kind
    raise ValueError(f"a run needs a recipe of one of the kinds {', '.join(KINDS)}, got {type(recipe).__name__}")


def recipe_of(view: RunView) -> AnyRecipe:
    """Return the recipe a run is following, changes of the learning rate included."""
    return KINDS[view.kind].recipe.model_validate_json(view.recipe_json)


def is_private(material: Any) -> bool:
    """Say whether a visitor brought material that must not be written to disk."""
    return bool(getattr(material, "private", False))
