"""The rolling-origin backtest: asked for by the learner, made in pieces, with its progress and a way to stop it."""

from __future__ import annotations

import streamlit as st

from playground.charts.backtest import backtest_caption, backtest_figure, backtest_lead_figure
from playground.charts.theme import Theme
from playground.evaluation.backtest_results import BacktestResult, BacktestRun, wins_by_origin
from playground.evaluation.calls import ADVANCE_BACKTEST
from playground.records import Floats, Series
from playground.sentences.forecast import remark_on_origins
from playground.sentences.missing import because
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.watching.live import live_chart
from playground.ui.watching.long_work import LongWork, Work, draw_share, share_of
from playground.ui.watching.moments import Moments
from playground.ui.watching.ticking import draw_ticking

ORIGIN_COUNTS = (10, 25, 50, 100, 200)


def draw_backtest(moments: Moments, weights: dict[str, Floats], key: str, test_open: bool, theme: Theme) -> None:
    """Draw the choice of origins, and the backtest as far as it is.

    Args:
        moments: The run.
        weights: The network's weights at the epoch shown.
        key: Names network and opened parts exactly.
        test_open: Whether the test part takes part.
        theme: Light or dark.
    """
    st.subheader("Good everywhere, or lucky once?", anchor=False, help=GLOSSARY["backtest"])
    origins = st.select_slider(
        "Origins", ORIGIN_COUNTS, 50, key="backtest origins", persist_state="page", help=GLOSSARY["origin"]
    )
    name = f"backtest {key} {origins}"
    work = Work(name, ADVANCE_BACKTEST(moments.recipe, moments.series, weights, origins, 0, test_open))
    draw_ticking("backtest", lambda: _draw(LongWork(name, [work]), moments.series, theme))


def _draw(backtest: LongWork[Work[BacktestRun]], series: Series, theme: Theme) -> bool:
    """Draw the backtest as far as it is; return whether it goes on."""
    (work,) = backtest.works
    with sentences_for_errors():
        if not backtest.running and not backtest.finished:
            if pressed("Run the backtest", icon=":material/play_arrow:", key="run backtest"):
                backtest.start()
                st.rerun()
            st.caption("The network forecasts again from many origins, without being trained again: some seconds.")
            return False
        running = backtest.go_on()
        run = work.run
        if run is not None and run.result is not None:
            _draw_result(run.result, series, theme)
        elif running:
            _draw_progress(backtest)
            return True
    return False


def _draw_progress(backtest: LongWork[Work[BacktestRun]]) -> None:
    share = share_of(backtest.works)
    with st.container(horizontal=True, vertical_alignment="center"):
        draw_share(share, f"Forecasting from every origin: {share:.0%}")
        if pressed("Cancel", icon=":material/close:", key="cancel backtest"):
            backtest.stop()
            st.rerun()


def _draw_result(result: BacktestResult, series: Series, theme: Theme) -> None:
    live_chart(backtest_figure(result, series, theme), key="backtest", height=460)
    st.caption(plain(f"{remark_on_origins(wins_by_origin(result), result.steps)} {backtest_caption(result)}"))
    live_chart(backtest_lead_figure(result, theme), key="backtest lead", height=320)
    for name, reason in result.reasons.items():
        st.caption(plain(f"{name}: n/a, {because(reason)}."))
