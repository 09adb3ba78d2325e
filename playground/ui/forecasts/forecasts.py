"""How good the network is: which one is looked at, its evaluation in a worker, and every view of it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.charts.forecast import forecast_figure
from playground.config import Recipe
from playground.evaluation.results import Evaluation
from playground.records import Part
from playground.sentences.forecast import copycat_sentence, evaluation_notes
from playground.sentences.verdicts import at_epoch, headline_of, verdict_details
from playground.ui.forecasts.backtest_view import draw_backtest
from playground.ui.forecasts.forecast_views import draw_forecast_views
from playground.ui.forecasts.residual_views import draw_copycat, draw_residuals
from playground.ui.forecasts.score_views import draw_lead_times, draw_scores
from playground.ui.forecasts.seed_spread import draw_seed_spread
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import VERDICT_ICONS, current_theme, plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.watching.answers import Answer, ask, forget
from playground.ui.watching.live import live_chart
from playground.ui.watching.moments import Moments, current_moments
from playground.ui.watching.sealed_test import draw_test_seal
from playground.ui.watching.waiting import draw_waiting
from playground.words import capitalised

LOOK_AGAIN_S = 2.0
"""How often a run under way is asked for newer weights; nothing is evaluated until the learner says so."""

PART_WORDS: dict[Part, str] = {"train": "Training", "validation": "Validation", "test": "Test"}


@dataclass(frozen=True, eq=False)
class Look:
    """What is looked at: a network at one epoch, by the name under which the tab remembers it."""

    moments: Moments
    epoch: int

    @property
    def recorded_as(self) -> str:
        """The name of a recorded run, empty for a run of the learner's own."""
        return self.moments.label if self.moments.view.run_id == "recorded" else ""

    @property
    def name(self) -> str:
        """The run's name."""
        return self.recorded_as or self.moments.view.run_id

    @property
    def kept(self) -> bool:
        """Whether the weights are still there; a run under way drops some of its epochs."""
        try:
            return bool(self.moments.weights(self.epoch))
        except ValueError:
            return False

    @property
    def key(self) -> str:
        """Names the question to the worker exactly."""
        return self.moments.evaluation_key(self.epoch, state.test_open(self.name))


def draw_forecasts(recipe: Recipe) -> None:
    """Draw the whole page below its title."""
    with spot(), sentences_for_errors():
        look = _look(current_moments(recipe))
        _draw_choice(recipe, look)
        _draw_results(look)


def _look(moments: Moments) -> Look:
    """Stay with the epoch that this tab chose; at first take the best one."""
    best = Look(moments, moments.best_epoch or moments.epochs[-1])
    chosen = state.shown_epoch(best.name)
    look = best if chosen is None else Look(moments, chosen)
    if not look.kept:
        look = Look(moments, moments.nearest(look.epoch))
    state.show_epoch(look.name, look.epoch)
    return look


def _draw_choice(recipe: Recipe, look: Look) -> None:
    """Say which network is shown and offer others; look for newer ones while the run is under way."""

    @st.fragment(run_every=LOOK_AGAIN_S if look.moments.live else None)
    def choice() -> None:
        now = Look(current_moments(recipe), look.epoch)
        if now.moments.live != look.moments.live or now.name != look.name:
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_badge(now)
            offered = sorted({*now.moments.epochs, now.epoch})
            chosen = st.selectbox(
                "Epoch",
                offered,
                offered.index(now.epoch),
                format_func=lambda epoch: epoch_words(now.moments, epoch),
                key=f"epoch {now.name} {now.epoch}",
                label_visibility="collapsed",
                width=280,
            )
            latest = now.moments.epochs[-1]
            if now.moments.live and latest > now.epoch:
                if pressed(f"Show the latest: epoch {latest}", icon=":material/update:", key="latest"):
                    chosen = latest
                st.caption("The run goes on; this page stays with the epoch shown.", width="content")
        if chosen != now.epoch and Look(now.moments, chosen).kept:
            state.show_epoch(now.name, chosen)
            st.rerun()

    choice()


def _draw_badge(look: Look) -> None:
    if look.recorded_as:
        words = capitalised(look.recorded_as)
        st.badge(words, icon=":material/movie:", color="violet", help="Train your own on the Playground.")
    else:
        words = look.moments.label.split(",")[0]
        st.badge(
            f"{words[0].upper()}{words[1:]}",
            icon=":material/sync:" if look.moments.live else ":material/check:",
            color="blue",
        )


def epoch_words(moments: Moments, epoch: int) -> str:
    """Return an epoch with what is special about it."""
    words = f"Epoch {epoch}" if epoch else "Untrained"
    if epoch and epoch == moments.best_epoch:
        words += ", best on validation"
    return f"{words}, latest" if epoch == moments.epochs[-1] else words


def _ask(look: Look) -> Answer[Evaluation]:
    return ask(*look.moments.evaluation(look.epoch, state.test_open(look.name)))


@st.fragment
def _draw_results(look: Look) -> None:
    with sentences_for_errors():
        answer = _ask(look)
        if answer.problem:
            st.error(plain(answer.problem), icon=":material/error:")
            st.button("Try again", on_click=forget, args=(look.key,), icon=":material/refresh:")
        elif answer.value is None:
            _draw_wait(look)
        else:
            _draw_evaluation(look, answer.value)


def _draw_wait(look: Look) -> None:
    parts = "training, validation and test" if state.test_open(look.name) else "training and validation"
    words = epoch_words(look.moments, look.epoch)
    st.markdown("### :material/hourglass_top: Measuring …")
    text = f"{words}: forecasts on {parts}, six baselines on the same windows."
    draw_waiting(text, lambda: not _ask(look).waiting)
    live_chart(forecast_figure(look.moments.series, look.moments.prepared.split, None, current_theme()), key="series")


def _draw_evaluation(look: Look, evaluation: Evaluation) -> None:
    recipe, tested = look.moments.recipe, evaluation.test_opened
    draw_seed_spread(recipe, look.moments.series, tested, lambda leads: _draw_verdict(evaluation, look.epoch, leads))
    with st.container(horizontal=True, vertical_alignment="center"):
        part = _choose_part(evaluation)
        draw_test_seal(look.moments.view, look.recorded_as)
    series, split, theme = look.moments.series, look.moments.prepared.split, current_theme()
    draw_forecast_views(series, split, evaluation, part, theme, revision=look.name)
    draw_scores(evaluation, part)
    draw_lead_times(evaluation, part, theme)
    draw_residuals(series, evaluation, part, theme)
    draw_copycat(evaluation, part, theme)
    draw_backtest(look.moments, look.moments.weights(look.epoch), look.key, evaluation.test_opened, theme)
    with st.expander("How these numbers came about"):
        st.markdown("\n".join(f"- {plain(note)}" for note in evaluation_notes(evaluation)))


def _choose_part(evaluation: Evaluation) -> Part:
    """Return the part of the series that everything below is about; at first the most honest one that is open."""
    return st.segmented_control(
        "Part of the series",
        evaluation.parts,
        default=evaluation.parts[-1],
        format_func=PART_WORDS.__getitem__,
        required=True,
        key=f"part {evaluation.test_opened}",
        persist_state="page",
        help=GLOSSARY["part"],
        label_visibility="collapsed",
    )


def _draw_verdict(evaluation: Evaluation, epoch: int, leads: bool) -> None:
    """Draw the verdict on the most honest part that is open, as the headline or not, and what stands behind it."""
    verdict, copycat = evaluation.verdicts[-1], evaluation.copycats[-1]
    icon = f":material/{VERDICT_ICONS[verdict.word]}:"
    headline = plain(at_epoch(epoch, headline_of(verdict, evaluation.unit)))
    if leads:
        st.markdown(f"### {icon} {headline}", help=GLOSSARY["skill"])
    else:
        st.markdown(f"{icon} The network shown, alone: {headline}")
    st.caption(plain(verdict_details(verdict)))
    with spot():
        if evaluation.test_opened:
            st.caption(
                plain(f"{headline_of(evaluation.verdicts[-2], evaluation.unit)}, by which the network was chosen.")
            )
    if copycat.copies:
        st.badge("Copies the past", icon=":material/content_copy:", color="red", help=GLOSSARY["copycat"])
        st.warning(plain(copycat_sentence(copycat, evaluation.unit)))
