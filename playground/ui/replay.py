"""The Playground's replay: forecast, loss and hidden states as they were after any kept epoch."""

from __future__ import annotations

import streamlit as st

from playground.charts.forecast import forecast_caption, forecast_figure
from playground.charts.loss import loss_figure
from playground.charts.states import states_figure
from playground.charts.theme import DARK, LIGHT, Theme
from playground.config import Recipe
from playground.evaluation.baselines import baseline_loss
from playground.evaluation.metrics import headline
from playground.records import Snapshot
from playground.ui import state
from playground.ui.answers import Answer, ask
from playground.ui.live import live_chart
from playground.ui.moments import Moments, current_moments
from playground.ui.page import plain, sentences_for_errors
from playground.ui.ticking import draw_ticking
from playground.ui.time_machine import draw_comparison, draw_time_machine, is_playing, neighbours

PATIENCE_S = 0.25


def draw_replay(recipe: Recipe) -> None:
    """Draw the switch of the replay; nothing is computed before it is on."""
    on = st.toggle(
        "Replay the training",
        key="replay",
        help="The weights of about forty epochs of a run are kept: see forecast and hidden states at any of them.",
    )
    if on:
        draw_ticking("replay", lambda: _draw(recipe), every_s=0.4)


def _draw(recipe: Recipe) -> bool:
    """Draw the replay once; return whether it will change by itself."""
    with sentences_for_errors():
        moments = current_moments(recipe)
        epoch = draw_time_machine(moments)
        other = draw_comparison(moments, epoch)
        shown = (epoch,) if other is None else (epoch, other)
        answers = [_snapshot(moments, one) for one in shown]
        for place, column, one, answer in zip("AB", st.columns(len(shown)), shown, answers, strict=False):
            with column:
                _draw_snapshot(moments, one, answer, place)
        _draw_loss(moments, shown)
        for one in () if moments.live else neighbours(moments, epoch):
            _snapshot(moments, one, patience_s=0)
        return moments.live or is_playing() or any(answer.waiting for answer in answers)
    return False


def _snapshot(moments: Moments, epoch: int, patience_s: float = PATIENCE_S) -> Answer:
    """Ask for what the network could do after an epoch; its units stay in the order of the run's latest picture."""
    order = moments.view.snapshot.trace.order if moments.view.snapshot is not None and not moments.live else None
    return ask(
        f"snapshot {moments.key(epoch)} {order is not None}",
        "playground.inspection.snapshot:snapshot_at",
        moments.recipe,
        moments.series,
        moments.weights(epoch),
        epoch,
        order,
        patience_s=patience_s,
    )


def _theme() -> Theme:
    return DARK if st.context.theme.type == "dark" else LIGHT


def _draw_snapshot(moments: Moments, epoch: int, answer: Answer, place: str) -> None:
    if answer.problem:
        raise ValueError(answer.problem)
    if answer.value is None:
        st.caption(f":material/hourglass_top: A worker is computing epoch {epoch} …")
        return
    snapshot: Snapshot = answer.value
    name = "untrained" if epoch == 0 else f"epoch {epoch}"
    _, sentence = headline(snapshot.scores, horizon=moments.recipe.data.horizon_steps)
    st.markdown(f"**{plain(name[0].upper() + name[1:])}** · {plain(sentence)}")
    theme, run = _theme(), moments.view.run_id
    figure = forecast_figure(
        moments.series,
        moments.prepared.split,
        snapshot.forecast,
        theme,
        test_open=state.test_open(run),
        revision=f"replay {run}",
    )
    live_chart(figure, f"replay forecast {place}", height=300)
    st.caption(forecast_caption(snapshot.forecast))
    states = states_figure(moments.series, snapshot.trace, theme, revision=f"replay {run}")
    live_chart(states, f"replay states {place}", height=320)


def _draw_loss(moments: Moments, shown: tuple[int, ...]) -> None:
    view = moments.view
    figure = loss_figure(
        view.epochs,
        baseline_loss(moments.prepared, "validation"),
        _theme(),
        learning_rate_changes=moments.recipe.training.learning_rate_changes,
        best_epoch=view.best_epoch,
        total_epochs=moments.recipe.training.epochs,
        shown_epochs=shown,
        revision=f"replay {view.run_id}",
    )
    live_chart(figure, "replay loss", height=260)
