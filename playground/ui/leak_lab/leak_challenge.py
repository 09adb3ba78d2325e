"""The challenge: one mistake is hidden in a run, and its symptoms are all there is to find it by."""

from __future__ import annotations

import secrets

import streamlit as st

from playground.charts.leaks import leak_score_figure, leak_score_height
from playground.charts.loss import loss_figure
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.evaluation.results import LAST_VALUE
from playground.labs.leaks.mistakes import MISTAKES, challenge_recipe, hidden_leak
from playground.labs.leaks.results import Arm, LeakRun
from playground.records import Series
from playground.sentences.leaks import symptoms
from playground.ui.frame import state
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.leak_lab.leak_lab import AT_ONCE, draw_progress, wanted
from playground.ui.watching.live import live_chart
from playground.ui.watching.long_work import LongWork
from playground.ui.watching.ticking import draw_ticking

NUMBER = "challenge number"


def draw_challenge() -> None:
    """Draw the number of the challenge, the symptoms, and the place for a guess."""
    st.markdown(
        "Somebody shows you a score. **Exactly one** of the six mistakes is in it. Look at what the run left behind, "
        "next to an honest run of the same network on the same data, and find out which."
    )
    first = state.remembered(NUMBER)
    if first is None:
        first = secrets.randbelow(Recipe.limits("data_seed")[1] + 1)
        state.remember(NUMBER, first)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.number_input("Challenge number", *Recipe.limits("data_seed"), first, key=NUMBER, width=200)
        st.button("Another one", icon=":material/casino:", on_click=_another)
    state.remember(NUMBER, number)
    draw_ticking("challenge", lambda: _draw_suspect(number))


def _another() -> None:
    state.set_widget(NUMBER, secrets.randbelow(Recipe.limits("data_seed")[1] + 1))


@st.cache_resource(max_entries=32, show_spinner=False)
def _series(number: int) -> Series:
    return load_series(challenge_recipe(number).data)


def _draw_suspect(number: int) -> bool:
    """Draw the symptoms once they are there; return whether training goes on."""
    opened = f"challenge {number} opened"
    if not state.is_on(opened):
        if pressed("Show me the score", icon=":material/visibility:", type="primary"):
            state.set_flag(opened, True)
            st.rerun()
        return False
    with spot(), sentences_for_errors():
        trainings = wanted(
            challenge_recipe(number), _series(number), [frozenset(), frozenset({hidden_leak(number)})], seeds=1
        )
        problem = LongWork(opened, trainings, AT_ONCE).advance()
        if problem:
            raise ValueError(problem)
        honest, suspect = (training.run for training in trainings)
        if honest is None or suspect is None or not (honest.done and suspect.done):
            draw_progress(trainings)
            return True
        _draw_symptoms(honest, suspect)
        _draw_guess(number)
    return False


def _draw_symptoms(honest: LeakRun, suspect: LeakRun) -> None:
    if honest.result is None or suspect.result is None:
        return
    arms = (Arm(frozenset(), (honest.result,), "Honest"), Arm(frozenset(), (suspect.result,), "The suspect"))
    live_chart(
        leak_score_figure(arms, current_theme(), revision="suspect"),
        key="suspect score",
        height=leak_score_height(arms),
    )
    left, right = st.columns(2)
    with left:
        for run, whose in ((suspect, "suspect"), (honest, "honest")):
            figure = loss_figure(
                run.epochs,
                (LAST_VALUE, run.result.validation_baseline_loss) if run.result else None,
                current_theme(),
                best_epoch=run.result.best_epoch if run.result else 0,
                total_epochs=run.planned_epochs,
                revision=whose,
            )
            figure.layout.title.text = f"The {whose} run: its epoch was chosen by the orange line"
            live_chart(figure, key=f"losses {whose}", height=260)
    with right:
        st.markdown("**What can be measured**")
        mine, theirs = symptoms(suspect.result), symptoms(honest.result)
        st.table({"The suspect": mine, "Honest": theirs})


def _draw_guess(number: int) -> None:
    """Ask which mistake it is; once a guess is made, say whether it is right and what gives it away."""
    guess = st.radio(
        "Which mistake is it?",
        list(MISTAKES),
        index=None,
        format_func=lambda name: MISTAKES[name].title,
        key=f"guess {number}",
        horizontal=True,
    )
    if guess is None:
        st.caption("Your first guess opens the answer.")
        return
    hidden = MISTAKES[hidden_leak(number)]
    if guess == hidden.name:
        st.success(f"Right: {hidden.title}. {plain(hidden.does)}", icon=":material/check:")
    else:
        st.error(f"Not this one. It is: {hidden.title}. {plain(hidden.does)}", icon=":material/close:")
    st.markdown(f"**How it shows.** {plain(hidden.sign)}")
    st.markdown(f"**What to do instead.** {plain(hidden.cure)}")
