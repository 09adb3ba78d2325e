"""One lucky seed, or a good recipe: the same recipe with five seeds, judged together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from playground.charts.seeds import seed_figure, seed_height
from playground.config import Recipe
from playground.evaluation.calls import EVALUATE_SEEDS
from playground.evaluation.seed_verdicts import FEWEST, SeedVerdict
from playground.records import Series
from playground.sentences.seeds import seed_details, seed_headline
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import VERDICT_ICONS, current_theme, plain
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.watching.answers import Answer, ask, forget
from playground.ui.watching.live import live_chart
from playground.ui.watching.seed_groups import (
    Group,
    draw_group_progress,
    keep_groups,
    seed_groups,
    work_of,
)
from playground.ui.watching.ticking import draw_ticking


def draw_seed_spread(recipe: Recipe, series: Series, test_open: bool, draw_alone: Callable[[bool], None]) -> None:
    """Draw the verdict over seeds above that of the network alone, or below it the offer to train more seeds.

    Args:
        recipe: What the network shown was trained with.
        series: Its series.
        test_open: Whether the test part has been opened.
        draw_alone: Draws the verdict on the network shown alone, as the headline or below one.
    """
    groups = seed_groups(recipe, series, FEWEST)
    draw_ticking("seed spread", lambda: _draw(groups, series, test_open, draw_alone))


def _draw(groups: Sequence[Group], series: Series, test_open: bool, draw_alone: Callable[[bool], None]) -> bool:
    """Draw what there is; return whether more is to come."""
    training = work_of("seeds " + " ".join(group.key for group in groups), groups)
    together, alone = spot(), spot()
    if training.finished:
        keep_groups(groups, "seeds")
        answer, key = _ask(groups, series, test_open)
        if answer.value is not None:
            with together:
                _draw_verdict(answer.value[-1], key)
        with alone:
            draw_alone(answer.value is None)
        return answer.value is None and _draw_wait(answer, key)
    with alone:
        draw_alone(True)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not training.running:
            st.badge("One seed only", icon=":material/casino:", color="orange", help=GLOSSARY["seed_spread"])
            st.caption("Another seed may do better or worse.", width="content")
            if pressed(f"Train {FEWEST} seeds", icon=":material/play_arrow:", key="train seeds"):
                training.start()
                st.rerun()
            return False
        if pressed("Stop", icon=":material/stop:", key="stop seeds"):
            training.stop()
            st.rerun()
    if not training.go_on():
        return False
    draw_group_progress(groups, f"Training the same recipe with {FEWEST} seeds")
    return True


def _draw_wait(answer: Answer[tuple[SeedVerdict, ...]], key: str) -> bool:
    """Say that the seeds are being weighed, or why they cannot be; return whether it goes on."""
    if answer.waiting:
        st.caption(f"All {FEWEST} seeds are trained; weighing them …")
        return True
    st.error(plain(answer.problem), icon=":material/error:")
    st.button("Try again", on_click=forget, args=(key,), icon=":material/refresh:", key="seeds again")
    return False


def _draw_verdict(verdict: SeedVerdict, key: str) -> None:
    """Draw what the seeds say together, and each of them."""
    icon = VERDICT_ICONS[verdict.together.word]
    st.markdown(f"### :material/{icon}: {plain(seed_headline(verdict))}", help=GLOSSARY["skill"])
    st.caption(plain(seed_details(verdict)), help=GLOSSARY["seed_spread"])
    if verdict.skills:
        figure = seed_figure(verdict, current_theme(), revision=key)
        live_chart(figure, key="seed spread", height=seed_height(verdict))


def _ask(groups: Sequence[Group], series: Series, test_open: bool) -> tuple[Answer[tuple[SeedVerdict, ...]], str]:
    recipes = [recipe for group in groups for recipe in group.recipes]
    runs = [group.run for group in groups]
    weights = [checkpoint.best_weights for run in runs if run is not None for checkpoint in run.checkpoints]
    key = f"verdict of {' '.join(group.key for group in groups)} {test_open}"
    return ask(key, EVALUATE_SEEDS(recipes, series, weights, test_open)), key
