"""Step 4: what comes next, with limits that were measured, and the files to take home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from playground.charts.outlook import outlook_figure
from playground.config import Recipe
from playground.data.future import MOST_STEPS, usual_steps
from playground.evaluation.results import NETWORK, Evaluation
from playground.export.exported import ExportedRun
from playground.export.making import MAKERS
from playground.export.tables import MIME, TableFormat, as_file
from playground.jobs import Result
from playground.outlook.beyond import held_ahead
from playground.outlook.calls import ADVANCE_OUTLOOK, ADVANCE_REFIT
from playground.outlook.results import Outlook, OutlookRun, RefitRun
from playground.outlook.tables import forecast_table
from playground.records import Floats, Series
from playground.sentences.outlook import advice_of, remark_on_turning_out, remarks_on
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.spots import spot
from playground.ui.my_forecast.newer_rows import draw_newer_rows
from playground.ui.my_forecast.run import trained
from playground.ui.server.server import engine
from playground.ui.watching.downloads import BINARY, draw_download, worker
from playground.ui.watching.live import live_chart
from playground.ui.watching.long_work import Work, draw_share, share_of
from playground.ui.watching.moments import Moments, Weights
from playground.ui.watching.seed_groups import draw_group_progress, seed_groups, work_of
from playground.ui.watching.ticking import draw_ticking

SEEDS = 5
FORMATS: dict[TableFormat, str] = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}


@dataclass(frozen=True, eq=False)
class Asked:
    """What the reader wants to see: how far, from which network, from which rows, and what is known ahead."""

    moments: Moments
    steps: int
    newer: Series | None
    newer_key: str
    refit: bool
    seeds: bool
    known: dict[str, Floats] | None

    @property
    def test_open(self) -> bool:
        """Whether the test set of the run has been opened."""
        return state.test_open(self.moments.view.run_id)

    @property
    def name(self) -> str:
        """Names the network, the rows and the steps exactly."""
        known = {name: column.tolist() for name, column in (self.known or {}).items()}
        moments = self.moments
        return (
            f"outlook {moments.key(moments.best_epoch)} {self.steps} {self.newer_key} {self.refit} {self.seeds} "
            f"{known} {self.test_open}"
        )


def draw_next(recipe: Recipe, evaluation: Evaluation | None) -> None:
    """Draw what comes next once the network is judged."""
    with spot(), sentences_for_errors():
        moments = trained(recipe)
        if moments is None or evaluation is None:
            st.caption("Then: the steps after the last row, how far they can be trusted, and the table to take home.")
            return
        ahead, next_week = spot(), spot()
        with next_week:
            newer = draw_newer_rows(moments)
        with ahead:
            asked = _ask(moments, newer.series if newer else None, newer.key if newer else "")
            draw_ticking("my outlook", lambda: _draw(asked, evaluation))


def _ask(moments: Moments, newer: Series | None, newer_key: str) -> Asked:
    """Draw what can be chosen."""
    data = moments.recipe.data
    usual = usual_steps(moments.prepared.season_steps, data.horizon_steps)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        steps = st.number_input(
            "Steps ahead", 1, MOST_STEPS, usual, key=f"steps ahead {usual}", persist_state="page", width=140
        )
        refit = st.toggle(
            "Train again on all rows", key="refit", persist_state="page", help=GLOSSARY["refit"], width="content"
        )
        seeds = st.toggle(
            f"Mean of {SEEDS} seeds",
            key="mean of seeds",
            persist_state="page",
            help=GLOSSARY["seed_mean"],
            width="content",
            disabled=refit,
        )
    known: dict[str, Floats] | None = None
    with spot():
        if data.extra_inputs:
            known = _known_ahead(newer or moments.series, data.extra_inputs, int(steps))
    return Asked(moments, int(steps), newer, newer_key, refit, seeds and not refit, known)


def _known_ahead(series: Series, inputs: tuple[str, ...], steps: int) -> dict[str, Floats] | None:
    """Draw the table of what is known of further inputs ahead; without it they keep their last value."""
    with st.expander("What do you know of the further inputs ahead?", icon=":material/edit_calendar:"):
        st.caption(
            "Each row is a step. As they stand the inputs keep their last value; with your values also the forecasts "
            "from the past, by which the limits are measured, read what the inputs really were."
        )
        held = pd.DataFrame(held_ahead(series, inputs, steps), index=range(1, steps + 1))
        edited = st.data_editor(held, key=f"ahead {' '.join(inputs)} {steps} {len(series.values)}")
        if edited.equals(held):
            return None
        return {name: edited[name].to_numpy(dtype=float) for name in inputs}


def _draw(asked: Asked, evaluation: Evaluation) -> bool:
    """Draw the outlook as far as it is; return whether it goes on."""
    with sentences_for_errors():
        weights = _weights(asked)
        if weights is None:
            return True
        refitted: Weights | None = None
        if asked.refit:
            again = _refit(asked)
            if again is None:
                return True
            refitted = again.checkpoint.weights
        moments = asked.moments
        job = ADVANCE_OUTLOOK(
            moments.recipe, moments.series, weights, asked.steps, asked.newer, asked.known, asked.test_open, refitted
        )
        work: Work[OutlookRun] = Work(asked.name, job)
        run = _driven(work, "Looking ahead, and back from every origin on validation")
        if run is None or run.result is None:
            return True
        _draw_outlook(run.result, asked, evaluation)
    return False


def _driven(work: Work[Result], text: str) -> Result | None:
    """Let work go on by itself and say how far it is; return it once it is done, None before.

    Raises:
        ValueError: if it failed.
    """
    if not work.done:
        answer = work.advance()
        if answer.problem:
            raise ValueError(answer.problem)
    if work.done:
        return work.run
    draw_share(share_of([work]), f"{text} …")
    return None


def _weights(asked: Asked) -> tuple[Weights, ...] | None:
    """Return the weights of the judged network, or of all seeds once they are trained."""
    moments = asked.moments
    if not asked.seeds:
        return (moments.weights(moments.best_epoch),)
    groups = seed_groups(moments.recipe, moments.series, SEEDS)
    training = work_of("my seeds " + " ".join(group.key for group in groups), groups)
    if not training.finished:
        training.start()
        if training.go_on():
            draw_group_progress(groups, f"Training the same recipe with {SEEDS} seeds")
        return None
    checkpoints = [checkpoint for group in groups if group.run is not None for checkpoint in group.run.checkpoints]
    return tuple(checkpoint.best_weights for checkpoint in checkpoints if checkpoint.best_weights)


def _refit(asked: Asked) -> RefitRun | None:
    moments = asked.moments
    key = f"refit {moments.recipe.key()} {moments.view.run_id} {moments.best_epoch} {asked.newer_key}"
    job = ADVANCE_REFIT(moments.recipe, moments.series, moments.best_epoch, asked.newer)
    work: Work[RefitRun] = Work(key, job)
    return _driven(work, "Training again on all rows")


def _draw_outlook(outlook: Outlook, asked: Asked, evaluation: Evaluation) -> None:
    theme, series = current_theme(), asked.newer or asked.moments.series
    recommended, why = advice_of(evaluation.verdicts[-1])
    with spot():
        if outlook.turned_out is not None:
            st.info(plain(remark_on_turning_out(outlook)), icon=":material/event_available:")
    st.markdown(f"#### :material/recommend: {plain(why)}")
    names = [name for name in outlook.predicted if name != NETWORK]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        drawn = st.pills(
            "Baselines drawn",
            names,
            selection_mode="multi",
            default=[name for name in names if name in (recommended, evaluation.verdicts[-1].against_best.baseline)],
            key=f"next baselines {recommended}",
            persist_state="page",
            help=GLOSSARY["baseline"],
            wrap=True,
        )
        limits_of = st.selectbox(
            "Limits of",
            list(outlook.predicted),
            key="limits of",
            persist_state="page",
            help=GLOSSARY["measured_limits"],
            width=220,
        )
    chart = spot()
    look_back = _draw_look_back(outlook, series)
    figure = outlook_figure(
        series,
        outlook,
        theme,
        look_back=look_back,
        limits_of=limits_of,
        baselines=drawn or [],
        revision=f"{asked.name} {look_back}",
    )
    with chart:
        live_chart(figure, key="my outlook", height=420)
    epochs = asked.moments.best_epoch
    st.caption(plain(remarks_on(outlook, series.step, limits_of, asked.test_open, epochs)))
    _draw_take_home(outlook, asked, recommended)


def _draw_look_back(outlook: Outlook, series: Series) -> int | None:
    """Draw the slider of origins; return the number of the chosen one, None for the last row."""
    origins = outlook.rolling.origins
    now = len(origins)

    def said(index: int) -> str:
        if index == now:
            return "now"
        position = int(origins[index])
        return str(position) if series.times is None else str(series.times[position])[:16].replace("T00:00", "")

    index = st.select_slider(
        "Look back: what would it have said then, and what came?",
        range(now + 1),
        now,
        format_func=said,
        key=f"look back {now}",
        persist_state="page",
        help=GLOSSARY["origin"],
    )
    return None if index == now else index


def _draw_take_home(outlook: Outlook, asked: Asked, recommended: str) -> None:
    """Draw the forecast as a table, and the files."""
    table = forecast_table(outlook)
    with st.expander("The forecast as a table", icon=":material/table:"):
        st.dataframe(table, hide_index=True)
    with st.container(horizontal=True):
        for kind, label in FORMATS.items():
            draw_download(label, partial(as_file, table, kind), f"forecast.{kind}", MIME[kind], icon="table")
        run, ask, opened = _exported(asked.moments), worker(), asked.test_open
        draw_download(
            "Report", lambda: MAKERS["report"](run(), ask, opened), "report.html", "text/html", icon="article"
        )
        draw_download("Run file", lambda: MAKERS["run"](run(), ask, opened), "run.safetensors", BINARY, icon="save")
    best = f" The column “{recommended}” is the one that is recommended." if recommended else ""
    st.caption(
        plain(
            f"The table holds the network, every baseline and their limits.{best} Next week, open the run file here or "
            "on the command line and give it the newer rows; nothing needs to be trained again."
        )
    )


def _exported(moments: Moments) -> Callable[[], ExportedRun]:
    """Return what loads the run as it is given away, at the click."""
    server = engine()

    def load() -> ExportedRun:
        view = server.view(moments.view.run_id, watching=False) or moments.view
        return ExportedRun.of(view, moments.series, server.weights_at(view.run_id, view.best_epoch))

    return load
