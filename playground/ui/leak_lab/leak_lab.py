"""The leak lab: switch on classic mistakes, train with and without them, and compare promise and reality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from playground.charts.leaks import leak_path_figure, leak_path_height, leak_score_figure, leak_score_height
from playground.config import Recipe
from playground.data.prepare import split_of
from playground.labs.leaks.calls import ADVANCE
from playground.labs.leaks.mistakes import MISTAKES
from playground.labs.leaks.preparing import LAB_LEARNING_RATE, MOST_POINTS, lab_series, leak_paths
from playground.labs.leaks.results import Arm, LeakRun, compare_arms
from playground.records import Series
from playground.remaining import remaining_s
from playground.runs import material_key
from playground.sentences.leaks import arm_title, describe_arm, describe_honest
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import SAME_AGAIN, current_theme, plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.server.server import engine, series_of
from playground.ui.watching.live import live_chart
from playground.ui.watching.long_work import LongWork, Work, draw_share, share_of
from playground.ui.watching.ticking import draw_ticking

SEEDS = 3
"""Pairs of runs, so that luck can be told from an effect."""

AT_ONCE = 2
"""Pieces that one lab has under way, so that the turns of others come through."""

EFFECT_ICONS = {"flatters": "warning", "no clear effect": "drag_handle", "belittles": "trending_down"}

STARTS: dict[str, dict[str, object]] = {
    "Random walk": {
        "series": "random_walk",
        "target": "change",
        "horizon_steps": 8,
        "length_steps": 500,
        "hidden_size": 32,
    },
    "Trend and season": {"series": "trend_and_season", "trend": 1.0},
    "A share's daily return": {"series": "apple", "target": "log_return", "window_steps": 30},
}
"""Recipes on which the mistakes show well, or plainly do not."""


@dataclass(frozen=True, eq=False)
class Wanted(Work[LeakRun]):
    """One training of the lab: with these mistakes."""

    leaks: frozenset[str]


def wanted(recipe: Recipe, series: Series, arms: Sequence[frozenset[str]], seeds: int = SEEDS) -> tuple[Wanted, ...]:
    """Return every training that the arms need, all arms with one seed before the next seed."""
    name = material_key(series)
    top = Recipe.limits("seed")[1]
    recipes = [recipe.replaced(seed=(recipe.seed + k) % (top + 1)) for k in range(seeds)]
    return tuple(
        Wanted(f"leaks {one.key()} {name} {' '.join(sorted(leaks))}", ADVANCE(one, series, leaks), leaks)
        for one in recipes
        for leaks in arms
    )


def finished_arms(trainings: Sequence[Wanted]) -> tuple[Arm, ...]:
    """Return the arms that have results, each with those of its first seeds."""
    arms: list[Arm] = []
    for leaks in dict.fromkeys(training.leaks for training in trainings):
        results = []
        for training in trainings:
            if training.leaks == leaks:
                if training.run is None or training.run.result is None:
                    break
                results.append(training.run.result)
        if results:
            arms.append(Arm(leaks, tuple(results)))
    return tuple(arms)


def draw_lab(recipe: Recipe) -> None:
    """Draw starting points, switches, the path of the leak, and the two trainings."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Try it on", width="content")
        for title, fields in STARTS.items():
            st.button(title, key=f"lab {title}", type="tertiary", on_click=_open_start, args=(fields,))
        st.caption("or on any series in the sidebar.", width="content")
    leaks = _draw_switches()
    with spot(), sentences_for_errors():
        series = lab_series(series_of(recipe.data.model_dump_json()))
        _draw_path(recipe, series, leaks)
        alone = [frozenset({name}) for name in MISTAKES if name in leaks]
        together = [leaks] if len(leaks) > 1 else []
        trainings = wanted(recipe, series, [frozenset(), *alone, *together])
        draw_ticking("leak lab", lambda: _draw_trainings(trainings, leaks))


def _open_start(fields: dict[str, object]) -> None:
    state.open_recipe(Recipe().replaced(**fields))


def _draw_switches() -> frozenset[str]:
    """Draw a switch for each mistake; return those that are on, also after a look at another page."""
    before = state.remembered("leaks")
    before = frozenset({"target"}) if before is None else before
    on = set()
    columns = st.columns(3)
    for place, mistake in enumerate(MISTAKES.values()):
        tip = f"{mistake.does} Honest: {mistake.cure[0].lower()}{mistake.cure[1:]}"
        with columns[place % 3]:
            if st.toggle(mistake.title, mistake.name in before, key=f"leak {mistake.name}", help=tip):
                on.add(mistake.name)
    state.remember("leaks", frozenset(on))
    return frozenset(on)


def _draw_path(recipe: Recipe, series: Series, leaks: frozenset[str]) -> None:
    paths, fresh_start = leak_paths(series, recipe, leaks)
    split = split_of(len(series.values), recipe.data)
    figure = leak_path_figure(
        series, split, fresh_start, paths, current_theme(), revision=f"{material_key(series)} {len(paths)}"
    )
    live_chart(figure, key="leak path", height=leak_path_height(paths))
    cut = f" Of a long series the lab takes the latest {MOST_POINTS:,} points." * (len(series.values) == MOST_POINTS)
    st.caption(
        "The last stretch, marked fresh, is what nobody has trained on, scaled by or chosen by: "
        f"the error there is the error that a network really makes.{cut}",
        help=GLOSSARY["fresh"],
    )


def _draw_trainings(trainings: tuple[Wanted, ...], leaks: frozenset[str]) -> bool:
    """Draw buttons, progress and results; return whether training goes on."""
    lab = LongWork("leak lab " + trainings[-1].key, trainings, AT_ONCE)
    with st.container(horizontal=True, vertical_alignment="center"):
        reason = _why_not_train(lab, leaks)
        if pressed("Train both", icon=":material/play_arrow:", type="primary", disabled=bool(reason), help=reason):
            lab.start()
            st.rerun()
        if lab.running and pressed("Stop", icon=":material/stop:"):
            lab.stop()
            st.rerun()
    with spot():
        running = lab.go_on()
        if running:
            draw_progress(trainings)
    _draw_results(trainings, running)
    return running


def _why_not_train(lab: LongWork[Wanted], leaks: frozenset[str]) -> str | None:
    if not leaks:
        return "Switch on at least one mistake first."
    if lab.finished:
        return f"These runs are done; {SAME_AGAIN}."
    return "These networks are being trained." if lab.running else None


def draw_progress(trainings: Sequence[Wanted]) -> None:
    """Draw how far all trainings are, and about how long the rest takes."""
    begun = [(run.progress, run.checkpoint.elapsed_s) for training in trainings if (run := training.run)]
    rest_s = remaining_s(begun, len(trainings), min(engine().status().workers, AT_ONCE))
    text = f"Training {len(trainings)} networks, the honest ones and those with mistakes"
    draw_share(share_of(trainings), text, rest_s)


def _draw_results(trainings: tuple[Wanted, ...], running: bool) -> None:
    arms = finished_arms(trainings)
    if len(arms) < 2 or arms[0].leaks:
        if not running:
            st.caption(
                "Press Train both: the same network is trained honestly and with each mistake, with "
                f"{SEEDS} seeds each, Adam at {LAB_LEARNING_RATE:g}, a second or two a run. The bars then show what "
                "each would report, and what it really makes."
            )
        return
    figure = leak_score_figure(arms, current_theme(), revision=trainings[-1].key)
    live_chart(figure, key="leak scores", height=leak_score_height(arms))
    honest, *others = arms
    st.markdown(f":material/verified: **Honest**: {plain(describe_honest(honest))}")
    for arm in others:
        found = compare_arms(arm, honest)
        st.markdown(f":material/{EFFECT_ICONS[found.effect]}: **{arm_title(arm)}**: {plain(describe_arm(found))}")
