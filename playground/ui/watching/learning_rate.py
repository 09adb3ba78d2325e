"""The learning rate of a run under way: it follows its slider, and the slider follows the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from playground.config import Recipe
from playground.histories import ENDED, RunView
from playground.kinds import recipe_of
from playground.sequences.recipe import SequenceRecipe
from playground.ui.frame.page import sentences_for_errors
from playground.ui.frame.visitor import may_steer, visitor
from playground.ui.server.server import engine

Chosen = TypeVar("Chosen", bound=Recipe | SequenceRecipe)


def without_rate(recipe: Chosen) -> Chosen:
    """Return the recipe as it would be with another learning rate, to compare all the rest."""
    alike: Chosen = recipe.replaced(learning_rate=1e-3, learning_rate_changes=())  # type: ignore[assignment]
    return alike


def _rate_in_force(recipe: Recipe | SequenceRecipe) -> float:
    return recipe.training.learning_rate_at(recipe.training.epochs + 1)


def follow_learning_rate(
    before: Chosen,
    recipe: Chosen,
    view: RunView | None,
    keep: Callable[[Chosen], None],
    open_afresh: Callable[[Chosen], None],
) -> Chosen:
    """Hand a moved learning-rate slider to the run under way; return the recipe that is now in force.

    A rate that was changed elsewhere, in another tab on the same run, is taken over instead.

    Args:
        before: The recipe before this visit's controls were read.
        recipe: The recipe that they say now.
        view: The run shown, None for none.
        keep: Stores a recipe that the controls say already.
        open_afresh: Puts another recipe on the controls.
    """
    if view is None or not may_steer(view.run_id):
        return recipe
    taken: Chosen = recipe_of(view)  # type: ignore[assignment]
    if type(taken) is not type(recipe) or without_rate(taken) != without_rate(recipe):
        return recipe
    rate = _rate_in_force(recipe)
    if rate != _rate_in_force(taken):
        if view.state in ENDED:
            return recipe
        if rate == _rate_in_force(before):
            open_afresh(taken)
            st.rerun()
        with sentences_for_errors():
            visitor().change_learning_rate(view.run_id, rate)
            taken = recipe_of(engine().view(view.run_id) or view)  # type: ignore[assignment]
            if _rate_in_force(taken) == rate:
                keep(taken)
                st.rerun()
    keep(taken)
    if taken != recipe and _rate_in_force(taken) == rate:
        st.rerun()
    return taken
