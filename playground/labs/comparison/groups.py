"""Runs of one kind and recipe over seeds as one group, its words, and what differs between groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from playground.config import Recipe
from playground.data.catalog import CATALOG
from playground.kinds import KINDS, AnyRecipe
from playground.runs import RunSummary
from playground.sequences.classify.tasks import TASKS
from playground.sequences.recipe import ClassifyRecipe, MelodyRecipe, SpeechRecipe, WriterRecipe
from playground.sequences.write.corpora import CORPORA
from playground.words import counted

COUNTED = ("finished", "stopped_early", "diverged")
"""States in which a run has said all that its recipe can say."""

STOPPED_BY_HAND = "stopped by you"


@dataclass(frozen=True)
class Group:
    """Runs that are alike in what they learn from and in their recipe but for the seed.

    Attributes:
        recipe: The recipe, with the seed of the newest run.
        label: Short words that tell the group from the others.
        runs: Newest first.
    """

    recipe: AnyRecipe
    label: str
    runs: tuple[RunSummary, ...]

    @property
    def counted(self) -> tuple[RunSummary, ...]:
        """The newest ended run of each seed; a run that was stopped by hand does not count."""
        newest: dict[int, RunSummary] = {}
        for run in self.runs:
            if run.state in COUNTED and not run.reason.startswith(STOPPED_BY_HAND):
                newest.setdefault(recipe_of(run).seed, run)
        return tuple(newest.values())


@lru_cache(maxsize=2048)
def _parsed(kind: str, recipe_json: str) -> AnyRecipe:
    return KINDS[kind].recipe.model_validate_json(recipe_json)


def recipe_of(run: RunSummary) -> AnyRecipe:
    """Return the recipe of a run."""
    return _parsed(run.kind, run.recipe_json)


def describe(recipe: AnyRecipe) -> str:
    """Return a recipe in a few words: "LSTM 16 on Noisy sine"."""
    return f"{_network_words(recipe)} on {_material_words(recipe)}"


def _network_words(recipe: AnyRecipe) -> str:
    network = recipe.network
    layers = f" × {network.layers}" if network.layers > 1 else ""
    cell = "Hand-made" if network.cell == "simple" else network.cell.upper()
    return f"{cell} {network.hidden_size}{layers}"


def _material_words(recipe: AnyRecipe) -> str:
    match recipe:
        case Recipe():
            return CATALOG[recipe.data.series].title
        case ClassifyRecipe():
            return TASKS[recipe.task].title
        case SpeechRecipe():
            return "own words" if recipe.words == "own" else "bundled words"
        case WriterRecipe():
            return CORPORA[recipe.text].title
        case MelodyRecipe():
            return f"tunes in {counted(recipe.keys, 'key')}"
    raise ValueError(f"runs have recipes of the kinds {', '.join(KINDS)}, got {type(recipe).__name__}")


def group_runs(runs: Sequence[RunSummary]) -> tuple[Group, ...]:
    """Return the runs in groups, in the order in which the newest of each group comes."""
    grouped: dict[tuple[AnyRecipe, str], list[RunSummary]] = {}
    for run in runs:
        grouped.setdefault((recipe_of(run).model_copy(update={"seed": 0}), run.material_key), []).append(run)
    recipes = [recipe_of(members[0]) for members in grouped.values()]
    return tuple(
        Group(recipe, label, tuple(members))
        for recipe, label, members in zip(recipes, _labels(recipes), grouped.values(), strict=True)
    )


def differences(groups: Sequence[Group]) -> dict[str, tuple[str, ...]]:
    """Return what differs between the groups and nothing else: field -> its value in each group, as text."""
    return _differences([group.recipe for group in groups])


def _differences(recipes: Sequence[AnyRecipe]) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for name in type(recipes[0]).places() if recipes else ():
        if name in ("own", "seed"):
            continue
        values = [recipe.value(name) for recipe in recipes]
        if len(set(values)) > 1 and any(_matters(name, recipe) for recipe in recipes):
            table[name] = tuple(_text(v) if _matters(name, r) else "–" for v, r in zip(values, recipes, strict=True))
    return table


def _matters(name: str, recipe: AnyRecipe) -> bool:
    """Say whether a field has any effect in a recipe."""
    conditions = {
        "nonlinearity": recipe.network.cell == "rnn",
        "sigma": recipe.network.cell == "simple",
        "output_path": recipe.network.cell == "simple",
        "dropout": recipe.network.layers > 1,
        "momentum": recipe.training.optimizer == "sgd",
    }
    of_some_series = {field for entry in CATALOG.values() for field in entry.uses}
    if isinstance(recipe, Recipe) and name in of_some_series:
        return name in CATALOG[recipe.data.series].uses
    return conditions.get(name, True)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(": ".join(map(_text, v)) if isinstance(v, tuple) else str(v) for v in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _labels(recipes: Sequence[AnyRecipe]) -> list[str]:
    """Return a short label for each recipe: the cell with its size, and differences until all are told apart."""
    labels = [_network_words(recipe) for recipe in recipes]
    told = {"cell", "hidden_size", "layers"}
    for name, values in _differences(recipes).items():
        if len(set(labels)) == len(labels):
            break
        if name not in told:
            labels = [f"{label}, {name.replace('_', ' ')} {value}" for label, value in zip(labels, values, strict=True)]
    return [label if labels.count(label) == 1 else f"{label} ({k + 1})" for k, label in enumerate(labels)]
