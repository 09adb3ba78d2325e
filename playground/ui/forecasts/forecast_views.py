"""The forecast three ways, always named: one step, direct, free run; each beside the baselines."""

from __future__ import annotations

import streamlit as st

from playground.charts.evaluation import origin_figure, part_forecast_figure
from playground.charts.theme import Theme
from playground.charts.time_axis import TimeAxis
from playground.evaluation.baselines import LAST_VALUE
from playground.evaluation.results import Evaluation, Kind, PartForecasts
from playground.records import Floats, Part, Series, Split
from playground.sentences.forecast import remark_on_coverage
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import plain
from playground.ui.frame.spots import spot
from playground.ui.watching.live import live_chart

CLOSE_UP = 100
"""Steps of a close-up: few enough to tell lines apart that lie one step from each other."""

KIND_WORDS: dict[Kind, str] = {"one-step": "One step", "direct": "Direct", "free-run": "Free run"}

CAPTIONS: dict[Kind, str] = {
    "one-step": "One step, true inputs: every forecast is made from true values up to the step before, so it can "
    "correct itself at every step. This way always looks good; compare it with the dotted line.",
    "direct": "Direct: all {steps} steps are forecast at once from the true values before the mark. Move the origin.",
    "free-run": "Free run: after the mark the network is fed its own forecasts (dashed) and sees no true value any "
    "more. Move the origin. No interval is drawn, because the errors feed on each other.",
}


def draw_forecast_views(
    series: Series, split: Split, evaluation: Evaluation, part: Part, theme: Theme, revision: str
) -> None:
    """Draw the chart with its choices: kind, baselines, interval, origin."""
    true_inputs = next(f for f in evaluation.with_true_inputs if f.part == part)
    free_run = next(f for f in evaluation.free_run if f.part == part)
    st.subheader("The forecast, three ways", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = _choose_kind(evaluation.horizon)
        drawn = _choose_baselines(evaluation, true_inputs)
        level = _choose_level(evaluation) if kind != "free-run" else evaluation.intervals.levels[-1]
        close = kind == "one-step" and _choose_stretch(split, part)
    widths = evaluation.intervals.half_widths[evaluation.intervals.levels.index(level)]
    look = f"{revision} {part} {kind}"
    if kind == "one-step":
        figure = part_forecast_figure(
            series,
            split,
            true_inputs,
            theme,
            baselines=drawn,
            half_width=widths[0],
            level=level,
            most=CLOSE_UP if close else None,
            revision=f"{look} {close}",
        )
        live_chart(figure, key="forecast views", height=400)
    else:
        forecasts = free_run if kind == "free-run" else true_inputs
        with spot():
            draw_origin(series, split, forecasts, theme, drawn, None if kind == "free-run" else widths, level, look)
    coverage = "" if kind == "free-run" else remark_on_coverage(evaluation.intervals, level, part)
    st.caption(plain(f"{CAPTIONS[kind].format(steps=evaluation.horizon)} {coverage}"))


def draw_origin(
    series: Series,
    split: Split,
    forecasts: PartForecasts,
    theme: Theme,
    drawn: list[str],
    half_widths: Floats | None,
    level: float,
    revision: str,
) -> None:
    """Draw the forecasts from the origin that the learner chooses."""
    origins, axis = range(len(forecasts.anchors)), TimeAxis(series)
    origin = 0
    if len(origins) > 1:
        origin = st.select_slider(
            "Origin: the last true value that the network is given",
            origins,
            len(origins) // 2,
            format_func=lambda index: str(axis.at(int(forecasts.anchors[index])))[:16],
            key=f"origin {forecasts.kind} {forecasts.part} {len(origins)}",
            persist_state="page",
            help=GLOSSARY["origin"],
        )
    figure = origin_figure(
        series,
        split,
        forecasts,
        origin,
        theme,
        baselines=drawn,
        half_widths=half_widths,
        level=level,
        revision=f"{revision} {origin}",
    )
    live_chart(figure, key="forecast views", height=400)


def _choose_kind(horizon: int) -> Kind:
    kinds: list[Kind] = ["one-step", "free-run"] if horizon == 1 else ["one-step", "direct", "free-run"]
    more = " A horizon above 1 adds the direct way." if horizon == 1 else ""
    return st.segmented_control(
        "Way",
        kinds,
        default="one-step",
        format_func=KIND_WORDS.__getitem__,
        required=True,
        key=f"kind {len(kinds)}",
        persist_state="page",
        help=GLOSSARY["way"] + more,
    )


def _choose_baselines(evaluation: Evaluation, forecasts: PartForecasts) -> list[str]:
    """Return the baselines to draw; the last value is always among them."""
    others = [b.name for b in forecasts.baselines if b.predicted is not None and b.name != LAST_VALUE]
    best = next(v.against_best.baseline for v in evaluation.verdicts if v.part == forecasts.part)
    chosen = st.pills(
        f"Drawn beside the {LAST_VALUE}",
        others,
        selection_mode="multi",
        default=[best] if best in others else [],
        key=f"baselines {forecasts.part}",
        persist_state="page",
        help=GLOSSARY["baseline"],
        wrap=True,
    )
    return [LAST_VALUE, *(chosen or [])]


def _choose_stretch(split: Split, part: Part) -> bool:
    """Return whether to draw only the end of the part; a short part is always drawn whole."""
    start, stop = split.bounds(part)
    if stop - start <= 2 * CLOSE_UP:
        return False
    stretch = st.segmented_control(
        "Stretch",
        ["Close-up", "Whole part"],
        default="Close-up",
        required=True,
        key=f"stretch {part}",
        persist_state="page",
        help=f"The last {CLOSE_UP} steps, where forecast and baseline can be told apart, or all.",
    )
    return stretch == "Close-up"


def _choose_level(evaluation: Evaluation) -> float:
    return st.segmented_control(
        "Interval",
        evaluation.intervals.levels,
        default=evaluation.intervals.levels[1],
        format_func=lambda level: f"{level:.0%}",
        required=True,
        key="level",
        persist_state="page",
        help=GLOSSARY["interval"],
    )
