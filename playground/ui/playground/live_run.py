"""The live part of the Playground: status, buttons, headline and charts of the run on the stage.

One fragment ticks while something is under way, four times a second unless the room is full (`pace`). It
only reads what the engine last said; all work happens in worker processes.
"""

from __future__ import annotations

import time

import streamlit as st

from playground.config import Recipe
from playground.runs import UNDER_WAY
from playground.ui.frame import state
from playground.ui.frame.links import draw_links
from playground.ui.frame.page import sentences_for_errors
from playground.ui.frame.spots import spot
from playground.ui.frame.visitor import may_steer
from playground.ui.playground.live_charts import draw_charts, draw_headline
from playground.ui.playground.living import draw_living
from playground.ui.playground.scene import Scene, current_view, set_scene
from playground.ui.server.pace import PACE, counted
from playground.ui.server.server import engine, series_of
from playground.ui.watching.learning_rate import without_rate
from playground.ui.watching.run_buttons import Stage, draw_run_buttons, draw_run_progress
from playground.ui.watching.signs import BadgeColor, draw_store_warning, draw_workers
from playground.ui.web.arrivals import who

TICK_S = 0.25
UNTRAINED: tuple[str, str, BadgeColor] = ("Untrained", "bedtime", "gray")
RECORDED: tuple[str, str, BadgeColor] = (
    "Recorded run of these settings: press Train to watch your own", "movie", "violet"
)  # fmt: skip


def draw_live_run(recipe: Recipe) -> None:
    """Draw the stage; it redraws itself while something is under way."""
    ticking = _needs_ticks(recipe)
    interval_s = PACE.interval_s(TICK_S)
    drawn = False

    @st.fragment(run_every=interval_s if ticking else None)
    def stage() -> None:
        with sentences_for_errors():
            with counted(who(), by_itself=drawn):
                scene = set_scene(recipe)
                _draw_scene(scene, recipe)
            repaced = drawn and ticking and PACE.may_change(interval_s, TICK_S, time.monotonic())
            if _scene_ticks(scene) != ticking or _rate_began(scene, recipe) or repaced:
                st.rerun()

    stage()
    drawn = True


def _rate_began(scene: Scene, recipe: Recipe) -> bool:
    """Whether the run took a changed rate at another epoch than the controls and the address bar say."""
    moved = scene.live and scene.recipe != recipe and without_rate(scene.recipe) == without_rate(recipe)
    return moved and scene.view is not None and may_steer(scene.view.run_id)


def _needs_ticks(recipe: Recipe) -> bool:
    try:
        return _scene_ticks(set_scene(recipe))
    except ValueError:
        return False


def _scene_ticks(scene: Scene) -> bool:
    return scene.live or engine().status().state == "starting"


def _draw_scene(scene: Scene, recipe: Recipe) -> None:
    draw_run_buttons(_stage(scene, recipe))
    _draw_status(scene, recipe)
    with spot():
        draw_living(scene)
    with spot():
        draw_headline(scene)
    draw_charts(scene)


def _stage(scene: Scene, recipe: Recipe) -> Stage[Recipe]:
    view = None if scene.recorded else scene.view
    shown = recipe if view is None else scene.recipe
    return Stage(
        recipe,
        view,
        material=lambda: series_of(recipe.data.model_dump_json()),
        show=_show,
        take=state.open_recipe,
        draw_links=lambda: draw_links(shown, view.run_id if view is not None else None, "playground"),
        at_rest=RECORDED if scene.recorded else UNTRAINED,
    )


def _show(run_id: str | None) -> None:
    state.show_run(run_id)
    state.write_address()


def _draw_status(scene: Scene, recipe: Recipe) -> None:
    draw_workers(under_way=scene.view is not None and not scene.recorded and scene.view.state in UNDER_WAY)
    with spot():
        draw_store_warning()
    with spot():
        if state.run_id() and current_view() is None:
            said = "The run in the link is not kept here. Train makes it again from its settings."
            st.info(said, icon=":material/link:")
    with spot():
        if scene.view is not None and not scene.recorded:
            draw_run_progress(scene.view)
    with spot():
        if scene.view is not None and not scene.recorded and without_rate(scene.recipe) != without_rate(recipe):
            st.info("The settings have changed; this run goes on with its own.", icon=":material/tune:")
