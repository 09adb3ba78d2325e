"""What comes next, as the report tells it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from playground.charts.outlook import outlook_figure
from playground.charts.theme import LIGHT
from playground.evaluation.results import NETWORK, Evaluation
from playground.export.exported import ExportedRun
from playground.export.html_page import Chart, chart
from playground.outlook.results import Outlook
from playground.outlook.tables import forecast_table
from playground.records import Floats
from playground.sentences.outlook import advice_of, remarks_on


class NextSteps(NamedTuple):
    """What comes next on a page: whose forecast to take, the chart, and the table's header and rows."""

    advice: str
    chart: Chart
    header: list[str]
    rows: list[list[str]]


def next_steps(run: ExportedRun, evaluation: Evaluation, outlook: Outlook) -> NextSteps:
    """Return what is told of an outlook: the network with all limits, beside it the baseline to hold it against.

    Args:
        run: The run.
        evaluation: Of its best weights; its last verdict says whose forecast to take.
        outlook: What comes after the last row of its series.
    """
    verdict = evaluation.verdicts[-1]
    best = verdict.against_best.baseline
    beside = best if best in outlook.predicted else ""
    said = remarks_on(outlook, run.series.step, NETWORK, evaluation.test_opened)
    figure = outlook_figure(run.series, outlook, LIGHT, baselines=[beside])
    header, rows = _table(outlook, beside)
    return NextSteps(advice_of(verdict)[1], chart(figure, said, 360), header, rows)


def _table(outlook: Outlook, beside: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows: the step or its time, the network's forecast, its limits, a baseline's forecast."""
    table = forecast_table(outlook)
    first = "step" if outlook.times is None else "time"
    levels = [f"{level:.0%}" for level in outlook.limits[NETWORK].levels]
    ends = [[f"{NETWORK} {level} {end}" for end in ("low", "high")] for level in levels]
    shown = [[NETWORK], *ends, *([[beside]] if beside else [])]
    said = _digits(table[[name for names in shown for name in names]].to_numpy(dtype=np.float64))
    rows = [
        [str(row[first]), *(" to ".join(dict.fromkeys(said(row[name]) for name in names)) for names in shown)]
        for _, row in table.iterrows()
    ]
    return [first, NETWORK, *(f"{level} limits" for level in levels), *([beside] if beside else [])], rows


def _digits(numbers: Floats) -> Callable[[float], str]:
    """Return what writes the numbers of one table, all with as many decimals as their spread needs."""
    known = numbers[np.isfinite(numbers)]
    spread = float(np.ptp(known)) if known.size else 0.0
    decimals = max(0, 3 - math.floor(math.log10(spread))) if spread else 3
    plain = known.size and np.abs(known).max() < 1e12 and decimals <= 9
    form = f",.{decimals}f" if plain else ".5g"
    return lambda value: format(value, form) if math.isfinite(value) else "n/a"
