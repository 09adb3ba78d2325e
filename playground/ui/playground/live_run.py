"""The live part of the Playground: status, buttons, headline and charts of the run on the stage.

One fragment ticks while something is under way, four times a second unless the room is full (`pace`). It
only reads what the engine last said; all work happens in worker processes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

import streamlit as st

from playground.config import Recipe
from playground.histories import ENDED, RunView
from playground.ui.frame import state
from playground.ui.frame.links import draw_links
from playground.ui.frame.page import plain, seconds, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import beside, spot
from playground.ui.frame.visitor import may_steer, visitor
from playground.ui.playground.live_charts import draw_charts, draw_headline
from playground.ui.playground.scene import LIVE, Scene, current_view, set_scene, without_rate
from playground.ui.server.pace import PACE, counted
from playground.ui.server.server import engine, series_of
from playground.ui.server.turns import TURNS
from playground.ui.watching.signs import BadgeColor, badge_of, draw_store_warning, draw_workers
from playground.ui.web.arrivals import who
from playground.words import capitalised

TICK_S = 0.25
SHOWN_AT_ONCE_S = 0.2
"""How long a button waits for its effect before the page is drawn again."""
EVENT_SHOWN_S = 60.0
"""How long something that happened to a run stays on the page."""


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
    _draw_buttons(scene, recipe)
    _draw_status(scene, recipe)
    with spot():
        draw_headline(scene)
    draw_charts(scene)


def _draw_buttons(scene: Scene, recipe: Recipe) -> None:
    view = None if scene.recorded else scene.view
    if view is not None and not may_steer(view.run_id):
        _draw_watchers_buttons(scene, view)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if view is None or view.state in ENDED:
            _button("Train", "play_arrow", lambda: _start(recipe, paused=False), primary=True)
        elif view.state in LIVE:
            _button("Pause", "pause", lambda: _pause(view.run_id), primary=True)
        else:
            _button("Continue", "play_arrow", lambda: visitor().resume(view.run_id), primary=True)
        if view is not None and view.state == "paused":
            _button("Step one epoch", "skip_next", lambda: visitor().step_epoch(view.run_id))
        else:
            running = view is not None and view.state in LIVE
            _button("Step one epoch", "skip_next", lambda: _start(recipe, paused=True), disabled=running)
        _button("Reset", "restart_alt", _reset, disabled=view is None)
        draw_links(recipe if view is None else scene.recipe, view.run_id if view is not None else None, "playground")
        with beside():
            if view is not None and without_rate(scene.recipe) != without_rate(recipe):
                _button("Train the new settings", "autorenew", lambda: _restart(recipe))
        _draw_badge(scene)


def _draw_watchers_buttons(scene: Scene, view: RunView) -> None:
    """Draw what somebody may do who has the link of a run but did not start it: watch, and train an own one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if state.is_recognised():
            _button("Train your own from this recipe", "play_arrow", lambda: _train_own(scene.recipe), primary=True)
            _button("Leave this run", "logout", _reset)
        label, icon, color = badge_of(view)
        st.badge(label, icon=f":material/{icon}:", color=color)
        if state.is_recognised():
            st.badge("You are watching a run from another browser", icon=":material/visibility:", color="violet")


def _train_own(recipe: Recipe) -> None:
    _start(recipe, paused=False)
    state.open_recipe(recipe)
    st.rerun()


def _button(
    label: str, icon: str, action: Callable[[], None], *, primary: bool = False, disabled: bool = False
) -> None:
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    if pressed(label, icon=f":material/{icon}:", type=kind, disabled=disabled):
        with sentences_for_errors():
            action()
            st.rerun()


def _until(happened: Callable[[RunView], bool], run_id: str) -> None:
    """Give a run a moment to do what was asked, so that the page that is drawn next already shows it."""
    limit = time.monotonic() + SHOWN_AT_ONCE_S
    with TURNS.aside():
        while time.monotonic() < limit:
            view = engine().view(run_id)
            if view is None or happened(view):
                return
            time.sleep(0.01)


def _pause(run_id: str) -> None:
    visitor().pause(run_id)
    _until(lambda view: view.state not in LIVE, run_id)


def _start(recipe: Recipe, *, paused: bool) -> None:
    series = series_of(recipe.data.model_dump_json())
    run_id = visitor().train(recipe, series, paused=paused)
    if paused:
        visitor().step_epoch(run_id)
    _until(lambda view: bool(view.epochs) or view.state == "queued", run_id)
    state.show_run(run_id)
    state.write_address()


def _reset() -> None:
    run_id = state.run_id()
    if run_id is not None and may_steer(run_id):
        visitor().end(run_id)
    state.show_run(None)
    state.write_address()


def _restart(recipe: Recipe) -> None:
    _reset()
    _start(recipe, paused=False)


def _draw_badge(scene: Scene) -> None:
    color: BadgeColor
    if scene.recorded:
        label, icon, color = "Recorded run of these settings: press Train to watch your own", "movie", "violet"
    elif scene.view is None:
        label, icon, color = "Untrained", "bedtime", "gray"
    else:
        label, icon, color = badge_of(scene.view)
    st.badge(label, icon=f":material/{icon}:", color=color)


def _draw_status(scene: Scene, recipe: Recipe) -> None:
    draw_workers(under_way=scene.view is not None and not scene.recorded and scene.view.state in LIVE)
    with spot():
        draw_store_warning()
    with spot():
        if state.run_id() and current_view() is None:
            said = "The run in the link is not kept here. Train makes it again from its settings."
            st.info(said, icon=":material/link:")
    with spot():
        if scene.view is not None and not scene.recorded:
            _draw_progress(scene, scene.view)
    with spot():
        if scene.view is not None and not scene.recorded and without_rate(scene.recipe) != without_rate(recipe):
            st.info("The settings have changed; this run goes on with its own.", icon=":material/tune:")


def _draw_progress(scene: Scene, view: RunView) -> None:
    """Draw how far the run is, why it is where it is, and what happened to it lately."""
    total = scene.recipe.training.epochs
    st.progress(min(view.checkpoint_epoch / total, 1.0), text=_progress_text(view, total))
    if view.reason:
        st.caption(plain(capitalised(view.reason)))
    if view.events and time.time() - view.events[-1].at < EVENT_SHOWN_S:
        st.caption(plain(capitalised(view.events[-1].text)))


def _progress_text(view: RunView, total: int) -> str:
    text = f"Epoch {view.checkpoint_epoch} of {total}"
    if view.state == "queued":
        wait = f", about {seconds(view.queue_wait_s)}" if view.queue_wait_s is not None else ""
        return f"{text} · number {view.queue_position} in the queue{wait}"
    if view.state == "training" and view.remaining_s is not None and engine().status().state == "ready":
        return f"{text} · about {seconds(view.remaining_s)} left"
    return text
