"""The story of the chosen series: its parts, its windows, its season, and whether its parts look alike."""

from __future__ import annotations

import streamlit as st

from playground.charts.data import autocorrelation_figure, distribution_figure, series_figure
from playground.charts.theme import Theme
from playground.config import Recipe
from playground.data.calls import DESCRIBE
from playground.data.description import Description, is_far_beyond
from playground.data.downloads import series_table, windows_in_table, windows_table
from playground.data.spreadsheets import neutralised
from playground.data.summary import DataSummary
from playground.records import Prepared, Series
from playground.sentences.data import remark_on_range, remark_on_season, remark_on_strength, remark_on_zeros
from playground.ui.data.windows import draw_windows
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.spots import spot
from playground.ui.server.server import prepared_of, series_of
from playground.ui.watching.answers import Answer, ask
from playground.ui.watching.live import live_chart
from playground.ui.watching.waiting import draw_waiting

QUANTITIES = {"level": "value", "change": "change from step to step", "log_return": "log return"}


def draw_data_story(recipe: Recipe) -> None:
    """Draw the chosen series and what a network is given of it; a series that cannot be used is one sentence."""
    theme = current_theme()
    data = recipe.data.model_dump_json()
    with spot(), sentences_for_errors():
        series, prepared = series_of(data), prepared_of(data)
        told = _described(recipe, series)
        _draw_series(series, prepared, told.value, theme, data)
        for note in prepared.notes:
            st.caption(f":material/info: {plain(note)}")
        with spot():
            if told.value is not None:
                _draw_summary(told.value.summary, series, prepared)
            elif told.problem:
                st.error(plain(told.problem), icon=":material/error:")
            else:
                draw_waiting("Measuring range, trend and season …", lambda: not _described(recipe, series).waiting)
        st.subheader("The windows that training uses", anchor=False)
        draw_windows(recipe, series, prepared, theme)
        _draw_downloads(series, prepared)
        if told.value is not None:
            _draw_likeness(told.value, series, prepared, theme, data)


def _described(recipe: Recipe, series: Series) -> Answer[Description]:
    """Ask a worker to describe the series; a live series that has changed is described anew."""
    key = f"description {recipe.data.model_dump_json()} {hash(series.values.tobytes())}"
    return ask(key, DESCRIBE(series, recipe.data), priority=5, patience_s=0.3)


def _draw_series(series: Series, prepared: Prepared, told: Description | None, theme: Theme, revision: str) -> None:
    outside = told.distribution.outside if told is not None and prepared.target == "level" else None
    live_chart(series_figure(series, prepared.split, theme, outside=outside, revision=revision), key="data series")


def _draw_summary(summary: DataSummary, series: Series, prepared: Prepared) -> None:
    """Draw the facts in a row, and where later parts leave what training has seen."""
    warnings = remark_on_range(summary)
    if prepared.target == "level":
        for sentence in warnings:
            if is_far_beyond(summary):
                st.warning(plain(sentence), icon=":material/warning:")
            else:
                st.caption(f":material/info: {plain(sentence)}")
    elif warnings:
        st.caption(
            "Validation leaves the range of the training part in its levels. The network reads and forecasts the "
            f"{QUANTITIES[prepared.target]}, so it is their range that counts; see the distribution below."
        )
    zeros = remark_on_zeros(summary)
    with spot():
        if zeros:
            st.warning(plain(zeros), icon=":material/exposure_zero:")
    season = summary.season_steps or summary.season_found
    facts = {
        "Length": f"{summary.length:,} steps",
        "One step": summary.step,
        "Range before the test": f"{summary.lowest:.4g} to {summary.highest:.4g} {series.unit}".strip(),
        "Filled in": f"{summary.filled:,} of {summary.length:,}",
        "Season": f"{season:,} steps" if season else "none",
    }
    if summary.strength is not None:
        facts |= {"Trend": f"{summary.strength.trend:.2f} of 1", "Seasonality": f"{summary.strength.season:.2f} of 1"}
    with st.container(horizontal=True, gap="medium"):
        for label, value in facts.items():
            st.markdown(f":small[{label}]  \n**{plain(value)}**", width="content")
    st.caption(plain(remark_on_strength(summary)))


def _draw_likeness(told: Description, series: Series, prepared: Prepared, theme: Theme, revision: str) -> None:
    """Draw how the series resembles its own past, and how its parts resemble each other."""
    summary, spread = told.summary, told.distribution
    left, right = st.columns(2)
    with left:
        shown = summary.autocorrelation[: told.lags + 1]
        season = summary.season_steps or summary.season_found
        live_chart(autocorrelation_figure(shown, summary.band, season, theme, revision=revision), key="data acf")
        st.caption(
            f"{plain(remark_on_season(summary))} Measured on the training part without its straight trend; "
            "the grey band is where 95 of 100 bars of pure noise would stay.",
            help=GLOSSARY["autocorrelation"],
        )
    with right:
        figure = distribution_figure(
            spread.edges,
            spread.shares,
            (spread.lowest, spread.highest),
            QUANTITIES[prepared.target],
            series.unit if prepared.target != "log_return" else "",
            theme,
            revision=revision,
        )
        live_chart(figure, key="data distribution")
        st.caption(
            "How often each value occurs. Training sees the filled part only; its mean and deviation scale all. The "
            "test part is sealed and not counted."
        )


def _draw_downloads(series: Series, prepared: Prepared) -> None:
    """Draw the two downloads; a table is made when it is asked for."""
    count, kept = len(prepared.train.anchors), windows_in_table(prepared)
    first = "" if kept == count else f"the first {kept:,} of "
    with st.container(horizontal=True):
        st.download_button(
            "Series as CSV",
            lambda: neutralised(series_table(series, prepared)),
            "series.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="download series",
        )
        st.download_button(
            f"Windows as CSV ({first}{count:,})",
            lambda: neutralised(windows_table(prepared)),
            "windows.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="download windows",
        )
