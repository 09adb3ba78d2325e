"""The run of this page: the tab's own, while it is of the series that is in use."""

from __future__ import annotations

from playground.config import Recipe
from playground.histories import ENDED, RunView
from playground.runs import UNDER_WAY
from playground.ui.frame import state
from playground.ui.server.server import engine
from playground.ui.watching.moments import Moments, current_moments, forecast_of


def own_run(recipe: Recipe) -> RunView | None:
    """Return the tab's run, None where there is none or, at rest, it is of other settings than those in force."""
    run_id = state.run_id()
    view = engine().view(run_id) if run_id else None
    if view is None or view.kind != "forecast":
        return None
    return view if view.state in UNDER_WAY or forecast_of(view) == recipe else None


def trained(recipe: Recipe) -> Moments | None:
    """Return the tab's run as it can be looked into once it has ended with something learnt, else None."""
    view = own_run(recipe)
    if view is None or view.state not in ENDED or not view.best_epoch:
        return None
    moments = current_moments(recipe)
    return moments if moments.view.run_id == view.run_id and moments.best_epoch else None
