"""Suggested settings for a series, as a worker says them; asked once, whichever page shows them."""

from __future__ import annotations

from playground.config import Recipe
from playground.data.calls import SUGGEST
from playground.data.catalog import CATALOG
from playground.data.suggesting import Suggestion
from playground.records import Series
from playground.runs import material_key
from playground.ui.watching.answers import Answer, ask


def suggested(recipe: Recipe, series: Series) -> Answer[Suggestion]:
    """Return the settings suggested for a series on a recipe, once a worker has said them."""
    key = f"suggestion {recipe.model_dump_json()} {material_key(series)}"
    job = SUGGEST(series, recipe, CATALOG[recipe.data.series].targets)
    return ask(key, job, priority=4, patience_s=0.3)
