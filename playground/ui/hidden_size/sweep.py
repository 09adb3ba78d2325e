"""The page "Hidden size": what to go through, the trainings, and what they say."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import streamlit as st

from playground.config import Recipe
from playground.labs.sweeps.plan import AXES, FEWEST_SEEDS, SweepPlan, Value, offered_values, value_text
from playground.labs.sweeps.recorded import RECORDED_PLAN, recorded_points
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import SAME_AGAIN, plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.hidden_size.sweep_views import draw_open, draw_results, finished_points
from playground.ui.server.server import engine, series_of
from playground.ui.watching.long_work import LongWork
from playground.ui.watching.seed_groups import (
    Group,
    draw_group_progress,
    group_of,
    keep_groups,
    work_of,
)
from playground.ui.watching.ticking import draw_ticking
from playground.words import seconds

SEED_COUNTS = (3, 5, 10)
EPOCH_COUNTS = (10, 30, 100, 300)
QUICK_RATE = 0.003
"""Learning rate of short trainings; with the much smaller one of a long training nothing would be learnt in time."""

LIMITS_S = (30, 60, 120, 300, 900)
NOTHING = "nothing else"

Number = TypeVar("Number", int, float)

Groups = Mapping[tuple[Value, ...], Group]


def draw_sweep(recipe: Recipe) -> None:
    """Draw the whole page below its title."""
    with spot(), sentences_for_errors():
        plan, limit_s = _choose_plan(recipe)
        series = series_of(recipe.data.model_dump_json())
        groups = {cell: group_of(plan.recipes_at(cell), series, plan.longest_window) for cell in plan.cells}
        draw_ticking("sweep", lambda: _draw_trainings(plan, groups, limit_s))


def _choose_plan(recipe: Recipe) -> tuple[SweepPlan, int]:
    """Draw the choices; return what they plan, and how long it may take in seconds."""
    with st.container(border=True):
        left, right = st.columns(2)
        with left:
            first = _choose_axis("Go through", list(AXES), "axis 1")
        with right:
            second = _choose_axis("and", [NOTHING, *(name for name in AXES if name != first)], f"axis 2 {first}")
        axes = [(name, _choose_values(recipe, name)) for name in (first, second) if name != NOTHING]
        columns = st.columns(4)
        with columns[0]:
            seeds = _choose("Seeds for each", SEED_COUNTS, FEWEST_SEEDS, "sweep seeds", GLOSSARY["seed_spread"])
        with columns[1]:
            epochs = _choose("Epochs", EPOCH_COUNTS, 30, "sweep epochs", GLOSSARY["epochs"])
        with columns[2]:
            rate = _choose_rate(recipe, [name for name, _ in axes])
        with columns[3]:
            limit_s = _choose("Time limit", LIMITS_S, 120, "sweep limit", GLOSSARY["time_limit"], seconds)
    return SweepPlan(recipe.replaced(**rate), tuple(axes), seeds, epochs), limit_s


def _choose_axis(label: str, names: list[str], key: str) -> str:
    def words(name: str) -> str:
        return name if name == NOTHING else AXES[name].title

    help_text = GLOSSARY["sweep"] if label == "Go through" else None
    return st.selectbox(label, names, format_func=words, key=key, persist_state="page", help=help_text)


def _choose_values(recipe: Recipe, name: str) -> tuple[Value, ...]:
    offered = offered_values(recipe, name)
    chosen = st.pills(
        AXES[name].title,
        offered,
        selection_mode="multi",
        default=AXES[name].usual,
        format_func=value_text,
        key=f"values {name} {len(offered)}",
        persist_state="page",
        help=GLOSSARY[name],
    )
    return tuple(value for value in offered if value in chosen)


def _choose_rate(recipe: Recipe, names: list[str]) -> dict[str, object]:
    """Return the fields of the learning rate; nothing where the sweep goes through rates itself."""
    own = recipe.training.learning_rate
    if "learning_rate" in names:
        st.selectbox("Learning rate", ["as above"], disabled=True, key="sweep rate of axis")
        return {}
    words = {QUICK_RATE: f"{QUICK_RATE:g}, quick"} | {own: f"{own:g}, your recipe's"}
    rate = _choose(
        "Learning rate", tuple(words), QUICK_RATE, f"sweep rate {own:g}", GLOSSARY["learning_rate"], words.__getitem__
    )
    return {} if rate == own else {"learning_rate": rate, "learning_rate_changes": ()}


def _choose(
    label: str, offered: tuple[Number, ...], usual: Number, key: str, tip: str, words: Callable[[Any], str] = str
) -> Number:
    """Draw a choice among few numbers and return the one chosen."""
    place = offered.index(usual)
    return st.selectbox(label, offered, place, format_func=words, key=key, persist_state="page", help=tip)


def _draw_trainings(plan: SweepPlan, groups: Groups, limit_s: int) -> bool:
    """Draw buttons, progress and results; return whether training goes on."""
    work = list(groups.values())
    flag = "sweep " + hashlib.sha256(" ".join(group.key for group in work).encode()).hexdigest()[:16]
    training = work_of(flag, work)
    _draw_buttons(plan, training)
    with spot():
        _end_in_time(training, limit_s)
        running = training.go_on()
        if running:
            networks = f"Training {plan.networks} networks: {len(work)} points, {plan.seeds} seeds each"
            draw_group_progress(work, networks)
    keep_groups(work, flag)
    points = finished_points(plan, groups)
    with spot():
        if not points:
            _say_recorded(plan, running)
    if points:
        draw_open(plan, groups, draw_results(plan, points, flag), flag)
    else:
        draw_results(RECORDED_PLAN, recorded_points(), "recorded")
    return running


def _draw_buttons(plan: SweepPlan, training: LongWork[Group]) -> None:
    done = training.finished
    with st.container(horizontal=True, vertical_alignment="center"):
        reason = f"Every point is trained; {SAME_AGAIN}." if done else None
        again = training.begun and not done
        label = f"Go on with {plan.networks} networks" if again else f"Train {plan.networks} networks"
        if training.running:
            if pressed("Stop", icon=":material/stop:", type="primary", key="stop sweep"):
                training.stop()
                st.rerun()
        elif pressed(
            label, icon=":material/play_arrow:", type="primary", disabled=done, help=reason, key="train sweep"
        ):
            training.start()
            state.remember(f"{training.flag} began", time.monotonic())
            state.remember("sweep remark", "")
            st.rerun()
        elif state.remembered("sweep remark") and not done:
            st.caption(plain(state.remembered("sweep remark")), width="content")


def _end_in_time(training: LongWork[Group], limit_s: int) -> None:
    """Let the trainings rest when the time is up."""
    if not training.running or engine().status().state != "ready":
        return
    if time.monotonic() - state.remembered(f"{training.flag} began") > limit_s:
        training.stop()
        state.remember("sweep remark", f"The time limit of {seconds(limit_s)} is over. What is trained stays; go on?")
        st.rerun()


def _say_recorded(plan: SweepPlan, running: bool) -> None:
    """Say that what follows is a recorded sweep; it stands there until there are results of the learner's own."""
    if running:
        st.caption("The first results come in a moment; until then this is a recorded sweep.")
    elif plan == RECORDED_PLAN:
        st.badge(
            "Recorded sweep of these settings: press Train to watch your own", icon=":material/movie:", color="violet"
        )
    else:
        words = "Recorded sweep: hidden size, LSTM on a noisy sine. Press Train for your own settings"
        st.badge(words, icon=":material/movie:", color="violet")
