"""The scores of the network and of every baseline: the table, its download, and the error by lead time."""

from __future__ import annotations

import streamlit as st

from playground.charts.errors import lead_time_figure
from playground.charts.theme import Theme
from playground.data.spreadsheets import neutralised
from playground.evaluation.backtest_results import wins_by_lead
from playground.evaluation.measures import MEASURES
from playground.evaluation.results import NETWORK, Evaluation, Kind
from playground.evaluation.score_table import score_rows, score_table
from playground.records import Part
from playground.sentences.forecast import remark_on_lead_times, score_note
from playground.sentences.missing import because
from playground.ui.frame.page import plain
from playground.ui.watching.live import live_chart


def draw_scores(evaluation: Evaluation, part: Part) -> None:
    """Draw the table of one part, and the download of all parts."""
    st.subheader("Scores", anchor=False)
    kinds: list[Kind] = [evaluation.with_true_inputs[0].kind, "free-run"]
    steps = "next step" if evaluation.horizon == 1 else f"all {evaluation.horizon} steps at once"
    words = {kinds[0]: f"True inputs, {steps}", "free-run": "Free run, all steps"}
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        kind = st.segmented_control(
            "Forecasts scored",
            kinds,
            default=kinds[0],
            format_func=words.__getitem__,
            required=True,
            key=f"scored {kinds[0]}",
            persist_state="page",
            label_visibility="collapsed",
        )
        st.download_button(
            "All scores as CSV",
            lambda: neutralised(score_rows(evaluation, because)),
            "scores.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
        )
    table = score_table(evaluation, part, kind)
    cells = table.cells.map(_emphasised).rename(index={NETWORK: f":orange[**{NETWORK}**]"})
    st.table(cells, border="horizontal")
    st.caption(plain(" ".join(["↓ lower is better, ↑ higher is better.", _season_words(evaluation)])))
    if table.notes:
        st.caption("\n".join(f"- {plain(score_note(note))}" for note in table.notes))
    with st.expander("What each measure and each baseline is"):
        lines = [f"- **{measure.name}**: {plain(measure.description)}" for measure in MEASURES]
        baselines = evaluation.with_true_inputs[0].baselines
        lines += [f"- **{baseline.name}**: {plain(baseline.description)}" for baseline in baselines]
        st.markdown("\n".join(lines))


def draw_lead_times(evaluation: Evaluation, part: Part, theme: Theme) -> None:
    """Draw the error against the lead time, where the forecasts have more than one step."""
    if evaluation.horizon == 1:
        return
    st.subheader("How far ahead is it still any good?", anchor=False)
    metric = st.segmented_control(
        "Measure",
        [measure.name for measure in MEASURES],
        default="RMSE",
        required=True,
        key="lead measure",
        persist_state="page",
        label_visibility="collapsed",
    )
    kind = evaluation.with_true_inputs[0].kind
    scores = next(s for s in evaluation.by_step if (s.metric, s.part, s.kind) == (metric, part, kind))
    live_chart(lead_time_figure(scores, theme, revision=f"{metric} {part}"), key="lead times")
    st.caption(plain(remark_on_lead_times(scores.metric, wins_by_lead(scores))))


def _emphasised(cell: str) -> str:
    return f"**{cell}**" if cell.endswith("best") else plain(cell)


def _season_words(evaluation: Evaluation) -> str:
    season = evaluation.season
    return f"Season: {season.steps} steps, {season.origin}." if season.steps else "Season: none found."
