"""A run that came with a link: a tab that opens one takes its recipe."""

from __future__ import annotations

from playground.config import Recipe
from playground.kinds import FORECAST
from playground.ui.frame import state
from playground.ui.server.server import engine


def take_recipe_of_link() -> None:
    """Put the recipe of the link's run on the controls, where the link names none or cannot carry all of it.

    A link never carries the name of somebody's own data, so a run on it has more than its link tells.
    """
    run_id = state.run_id()
    view = engine().view(run_id) if run_id else None
    if view is None:
        return
    if view.kind != FORECAST.name:
        state.show_run(None)
        state.note("the run in the link is not one of forecasts; open it on the page that its link names")
        return
    recipe = Recipe.model_validate_json(view.recipe_json)
    if state.recipe().to_query() in (Recipe().to_query(), recipe.to_query()):
        state.set_recipe(recipe)
