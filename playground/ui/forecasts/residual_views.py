"""What the forecasts leave over, and whether they only repeat the past."""

from __future__ import annotations

import streamlit as st

from playground.charts.errors import (
    copycat_figure,
    residual_autocorrelation_figure,
    residual_distribution_figure,
    residuals_figure,
)
from playground.charts.theme import Theme
from playground.evaluation.residuals import bias_of, misses_of, pattern_of
from playground.evaluation.results import Evaluation
from playground.records import Part, Series
from playground.sentences.forecast import copycat_sentence, remark_on_bias, remark_on_misses, remark_on_pattern
from playground.sentences.missing import because
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import plain
from playground.ui.watching.live import live_chart


def draw_residuals(series: Series, evaluation: Evaluation, part: Part, theme: Theme) -> None:
    """Draw the residuals of the next step over time, their distribution and their autocorrelation."""
    residuals = next(r for r in evaluation.residuals if r.part == part)
    st.subheader("Residuals", anchor=False, help=GLOSSARY["residual"])
    if residuals.deviation is None:
        st.caption(plain(f"n/a: {because(residuals.reason)}."))
        return
    live_chart(residuals_figure(series, residuals, theme, revision=f"residuals {part}"), key="residuals", height=260)
    st.caption(plain(remark_on_misses(misses_of(residuals), series.unit)))
    left, right = st.columns(2)
    with left:
        figure = residual_distribution_figure(residuals, series.unit, theme, revision=f"distribution {part}")
        live_chart(figure, key="distribution", height=280)
        st.caption(plain(remark_on_bias(bias_of(residuals), series.unit)))
    with right:
        if len(residuals.autocorrelation):
            figure = residual_autocorrelation_figure(residuals, series.step, theme, revision=f"pattern {part}")
            live_chart(figure, key="pattern", height=280)
        st.caption(plain(remark_on_pattern(pattern_of(residuals))))


def draw_copycat(evaluation: Evaluation, part: Part, theme: Theme) -> None:
    """Draw the error against the shift of the truth."""
    copycat = next(c for c in evaluation.copycats if c.part == part)
    st.subheader("Does it copy the past?", anchor=False, help=GLOSSARY["copycat"])
    if len(copycat.errors):
        figure = copycat_figure(copycat, evaluation.unit, theme, revision=f"copycat {part}")
        live_chart(figure, key="copycat", height=300)
    st.caption(plain(copycat_sentence(copycat, evaluation.unit)))
