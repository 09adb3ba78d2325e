"""The buttons, the state and the progress of one run, the same for everything that trains."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal

import streamlit as st

from playground.histories import ENDED, RunView
from playground.kinds import Material, recipe_of
from playground.runs import UNDER_WAY
from playground.ui.frame import state
from playground.ui.frame.page import plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import beside
from playground.ui.frame.visitor import may_steer, visitor
from playground.ui.server.server import engine
from playground.ui.server.turns import TURNS
from playground.ui.watching.learning_rate import Chosen, without_rate
from playground.ui.watching.signs import BadgeColor, badge_of
from playground.words import capitalised, seconds

SHOWN_AT_ONCE_S = 0.2
"""How long a button waits for its effect before the page is drawn again."""
EVENT_SHOWN_S = 60.0
"""How long something that happened to a run stays on the page."""


@dataclass(frozen=True, eq=False)
class Stage(Generic[Chosen]):
    """Where a run is trained and watched.

    Attributes:
        recipe: What the controls say.
        view: The run shown, None for none.
        material: Returns what a new run learns from.
        show: Shows another run, or none, also in the address bar.
        take: Puts a run's recipe on the controls.
        draw_links: Draws the links to copy.
        at_rest: Label, icon and colour of the badge while no run is shown.
    """

    recipe: Chosen
    view: RunView | None
    material: Callable[[], Material]
    show: Callable[[str | None], None]
    take: Callable[[Chosen], None]
    draw_links: Callable[[], None]
    at_rest: tuple[str, str, BadgeColor] = ("Untrained", "bedtime", "gray")

    @property
    def has_moved_on(self) -> bool:
        """Whether the controls say something else than the run, its learning rate aside."""
        return self.view is not None and without_rate(recipe_of(self.view)) != without_rate(self.recipe)

    def train(self, paused: bool = False) -> None:
        """Begin a run with what the controls say; with `paused` it takes one epoch only."""
        run_id = visitor().train(self.recipe, self.material(), paused=paused)
        if paused:
            visitor().step_epoch(run_id)
        _until(lambda view: bool(view.epochs) or view.state == "queued", run_id)
        self.show(run_id)

    def reset(self) -> None:
        """Show no run; one's own ends."""
        if self.view is not None and may_steer(self.view.run_id):
            visitor().end(self.view.run_id)
        self.show(None)


def draw_run_buttons(stage: Stage[Any]) -> None:
    """Draw what can be done with the run, and how it is."""
    view = stage.view
    if view is not None and not may_steer(view.run_id):
        _draw_watchers_buttons(stage, view)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if view is None or view.state in ENDED:
            _button("Train", "play_arrow", stage.train, primary=True)
        elif view.state in UNDER_WAY:
            _button("Pause", "pause", lambda: _pause(view.run_id), primary=True)
        else:
            _button("Continue", "play_arrow", lambda: visitor().resume(view.run_id), primary=True)
        if view is not None and view.state == "paused":
            _button("Step one epoch", "skip_next", lambda: visitor().step_epoch(view.run_id))
        else:
            running = view is not None and view.state in UNDER_WAY
            _button("Step one epoch", "skip_next", lambda: stage.train(paused=True), disabled=running)
        _button("Reset", "restart_alt", stage.reset, disabled=view is None)
        stage.draw_links()
        with beside():
            if stage.has_moved_on:
                _button("Train the new settings", "autorenew", lambda: _restart(stage))
        label, icon, color = stage.at_rest if view is None else badge_of(view)
        st.badge(label, icon=f":material/{icon}:", color=color)


def draw_run_progress(view: RunView) -> None:
    """Draw how far the run is, why it is where it is, and what happened to it lately."""
    total = recipe_of(view).training.epochs
    st.progress(min(view.checkpoint_epoch / total, 1.0), text=_progress_text(view, total))
    if view.reason:
        st.caption(plain(capitalised(view.reason)))
    if view.events and time.time() - view.events[-1].at < EVENT_SHOWN_S:
        st.caption(plain(capitalised(view.events[-1].text)))


def _draw_watchers_buttons(stage: Stage[Any], view: RunView) -> None:
    """Draw what somebody may do who has the link of a run but did not start it: watch, and train an own one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if state.is_recognised():
            _button("Train your own from this recipe", "play_arrow", lambda: _train_own(stage, view), primary=True)
            _button("Leave this run", "logout", stage.reset)
        label, icon, color = badge_of(view)
        st.badge(label, icon=f":material/{icon}:", color=color)
        if state.is_recognised():
            st.badge("You are watching a run from another browser", icon=":material/visibility:", color="violet")


def _train_own(stage: Stage[Any], view: RunView) -> None:
    recipe = recipe_of(view)
    run_id = visitor().train(recipe, stage.material())
    stage.show(run_id)
    stage.take(recipe)


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
    _until(lambda view: view.state not in UNDER_WAY, run_id)


def _restart(stage: Stage[Any]) -> None:
    stage.reset()
    stage.train()


def _progress_text(view: RunView, total: int) -> str:
    text = f"Epoch {view.checkpoint_epoch} of {total}"
    if view.state == "queued":
        wait = f", about {seconds(view.queue_wait_s)}" if view.queue_wait_s is not None else ""
        return f"{text} · number {view.queue_position} in the queue{wait}"
    if view.state == "training" and view.remaining_s is not None and engine().status().state == "ready":
        return f"{text} · about {seconds(view.remaining_s)} left"
    return text
