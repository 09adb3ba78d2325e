"""Every file that can be made of a run, by its name; what needs the network is asked of a worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import numpy as np
import pandas as pd

from playground.evaluation.calls import EVALUATE
from playground.export.calls import COMPUTE_OUTPUTS, ONNX_MODEL
from playground.export.exported import ExportedRun, Outputs
from playground.export.report import charts_page, report_page
from playground.export.run_file import pack_run
from playground.export.script import files_for
from playground.export.tables import TableFormat, as_file, losses_table, predictions_table, states_table
from playground.jobs import Job, Result
from playground.outlook.calls import ADVANCE_OUTLOOK, LOOK_AHEAD
from playground.outlook.results import Outlook, OutlookRun
from playground.records import Floats


class Ask(Protocol):
    """Has a worker do a job and waits for what it returns."""

    def __call__(self, job: Job[Result]) -> Result:
        """Return what the job returns."""


Maker = Callable[[ExportedRun, Ask, bool], bytes]
"""(run, ask, whether the test set is open) -> the file."""


def make_report(run: ExportedRun, ask: Ask, test_open: bool) -> bytes:
    """Return the one-page report as HTML."""
    evaluation = ask(EVALUATE(run.recipe, run.series, run.weights, 0, test_open))
    outputs, outlook = _outputs(run, ask, test_open), _outlook(run, ask, test_open)
    return report_page(run, evaluation, outputs, outlook, datetime.now().astimezone()).encode()


def make_charts(run: ExportedRun, ask: Ask, test_open: bool) -> bytes:
    """Return the charts as HTML."""
    return charts_page(run, _outputs(run, ask, test_open)).encode()


def make_onnx(run: ExportedRun, ask: Ask, test_open: bool) -> bytes:
    """Return the network as an ONNX model."""
    return ask(ONNX_MODEL(run))


def next_values(run: ExportedRun, ask: Ask) -> Floats:
    """Return what the network forecasts after the last row, as many steps (n,) as the run's files look ahead."""
    steps = run.steps_ahead
    return ask(LOOK_AHEAD(run.recipe, run.series, run.weights, steps)) if steps else np.empty(0)


def make_table(kind: TableFormat, table: Callable[[ExportedRun, Ask, bool], pd.DataFrame]) -> Maker:
    """Return the maker of a table in a format."""
    return lambda run, ask, test_open: as_file(table(run, ask, test_open), kind)


MAKERS: dict[str, Maker] = {
    "script": lambda run, ask, test_open: files_for(run, "script", next_values(run, ask))[1],
    "notebook": lambda run, ask, test_open: files_for(run, "notebook", next_values(run, ask))[1],
    "report": make_report,
    "charts": make_charts,
    "run": lambda run, ask, test_open: pack_run(run),
    "onnx": make_onnx,
}

TABLES: dict[str, Callable[[ExportedRun, Ask, bool], pd.DataFrame]] = {
    "losses": lambda run, ask, test_open: losses_table(run.epochs),
    "predictions": lambda run, ask, test_open: predictions_table(run.series, _outputs(run, ask, test_open)),
    "hidden_states": lambda run, ask, test_open: states_table(run.series, _outputs(run, ask, test_open)),
}


def _outputs(run: ExportedRun, ask: Ask, test_open: bool) -> Outputs:
    return ask(COMPUTE_OUTPUTS(run, test_open))


def _outlook(run: ExportedRun, ask: Ask, test_open: bool) -> Outlook | None:
    """Have workers look ahead, piece after piece; return None where the calendar cannot be told so far."""
    steps = run.steps_ahead
    ahead: OutlookRun | None = None
    while steps and (ahead is None or not ahead.done):
        arguments = (run.recipe, run.series, (run.weights,), steps, None, None, test_open, None, ahead)
        ahead = ask(ADVANCE_OUTLOOK(*arguments))
    return ahead.result if ahead else None
