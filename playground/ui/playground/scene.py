"""What stands on the Playground's stage: a run, a recorded run, or the untrained network."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.config import Recipe
from playground.histories import ENDED, RunView
from playground.presets import preset_of
from playground.records import Prepared, Preview, Series, Snapshot
from playground.ui.frame import state
from playground.ui.frame.page import sentences_for_errors
from playground.ui.frame.visitor import may_steer, visitor
from playground.ui.server.server import engine, prepared_of, series_of
from playground.ui.watching.moments import recording_of

LIVE = frozenset({"queued", "training"})


@dataclass(frozen=True, eq=False)
class Scene:
    """What stands on the stage: a run, a recorded run, or the untrained network."""

    recipe: Recipe
    series: Series
    prepared: Prepared
    view: RunView | None
    preview: Preview | None
    recorded: bool

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot to draw, None while even the untrained network is not there yet."""
        if self.view is not None and self.view.snapshot is not None:
            return self.view.snapshot
        return self.preview.snapshot if self.preview is not None else None

    @property
    def live(self) -> bool:
        """Whether the charts will change by themselves."""
        if self.view is None or self.recorded:
            return self.preview is None
        return self.view.state in LIVE or self._picture_is_behind(self.view)

    @staticmethod
    def _picture_is_behind(view: RunView) -> bool:
        """Whether a run at rest is still being drawn: a paused one as it stands now, a finished one at all."""
        if view.snapshot is None:
            return view.state in ENDED and view.best_epoch > 0
        return view.state == "paused" and view.snapshot.epoch != view.checkpoint_epoch


def current_view() -> RunView | None:
    """Return the run this tab shows, if it still exists."""
    run_id = state.run_id()
    return engine().view(run_id) if run_id else None


def recipe_of(view: RunView) -> Recipe:
    """Return the recipe a run is following, changes of the learning rate included."""
    return Recipe.model_validate_json(view.recipe_json)


def without_rate(recipe: Recipe) -> Recipe:
    """Return the recipe as it would be with another learning rate, to compare all the rest."""
    return recipe.replaced(learning_rate=1e-3, learning_rate_changes=())


def _rate_in_force(recipe: Recipe) -> float:
    return recipe.training.learning_rate_at(recipe.training.epochs + 1)


def follow_learning_rate(before: Recipe, recipe: Recipe) -> Recipe:
    """Hand a moved learning-rate slider to the run under way; return the recipe that is now in force.

    A rate that was changed elsewhere, in another tab on the same run, is taken over instead.

    Args:
        before: The recipe before this visit's controls were read.
        recipe: The recipe that they say now.
    """
    view = current_view()
    if view is None or not may_steer(view.run_id) or without_rate(recipe_of(view)) != without_rate(recipe):
        return recipe
    rate = _rate_in_force(recipe)
    if rate != _rate_in_force(recipe_of(view)):
        if view.state in ENDED:
            return recipe
        if rate == _rate_in_force(before):
            state.open_recipe(recipe_of(view))
            st.rerun()
        with sentences_for_errors():
            visitor().change_learning_rate(view.run_id, rate)
            view = current_view() or view
            if _rate_in_force(recipe_of(view)) == rate:
                state.set_recipe(recipe_of(view))
                st.rerun()
    taken = recipe_of(view)
    state.set_recipe(taken)
    if taken != recipe and _rate_in_force(taken) == rate:
        st.rerun()
    return taken


def set_scene(recipe: Recipe) -> Scene:
    """Decide what to show for the recipe on the controls.

    Raises:
        ValueError: if the series cannot be loaded or cut into windows.
    """
    view = current_view()
    if view is not None and view.state not in LIVE and recipe_of(view) != recipe:
        view = None
    preset = preset_of(recipe) if state.run_id() is None else None
    shown = recipe if view is None else recipe_of(view)
    data = shown.data.model_dump_json()
    series, prepared = series_of(data), prepared_of(data)
    if view is not None:
        return Scene(shown, series, prepared, view, engine().preview(shown, series), recorded=False)
    if preset is not None:
        return Scene(shown, series, prepared, recording_of(preset.name), engine().preview(shown, series), True)
    return Scene(shown, series, prepared, None, engine().preview(shown, series), recorded=False)
