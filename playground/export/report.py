"""The report of a run on one page: recipe, data, split, scores beside the baselines, charts, versions."""

from __future__ import annotations

import platform
from datetime import datetime
from importlib.metadata import version

import numpy as np

import playground
from playground.charts.forecast import forecast_caption, forecast_figure
from playground.charts.loss import loss_figure
from playground.charts.states import states_figure
from playground.charts.theme import LIGHT
from playground.config import SECTIONS, parameter_count
from playground.data.catalog import CATALOG
from playground.data.prepare import prepare
from playground.evaluation.baselines import baseline_loss
from playground.evaluation.observations import notice_loss, notice_states
from playground.evaluation.results import LAST_VALUE, Evaluation, Verdict
from playground.evaluation.score_table import score_table
from playground.export.exported import ExportedRun, Outputs
from playground.export.html_page import Chart, chart, page_with_charts
from playground.export.report_next import next_steps
from playground.outlook.results import Outlook
from playground.records import Forecast, Part, Prepared, Series, Split
from playground.sentences.forecast import score_note
from playground.sentences.live import remark_on_loss, remark_on_states
from playground.sentences.verdicts import at_epoch, baseline_name, verdict_sentence
from playground.words import capitalised, number, percent

PACKAGES = ("torch", "numpy", "pandas", "plotly")

SYNTHETIC = frozenset(name for entry in CATALOG.values() for name in entry.uses)
"""Data fields that only some series use."""


def report_page(
    run: ExportedRun, evaluation: Evaluation, outputs: Outputs, outlook: Outlook | None, made: datetime
) -> str:
    """Return the report as one HTML file that opens offline and prints.

    Args:
        run: The run.
        evaluation: Of its best weights; with the test part only if it was opened.
        outputs: Forecasts and states of the same weights, test as in `evaluation`.
        outlook: What comes after the last row, by the same weights; None where it cannot be told.
        made: When the report is made.
    """
    prepared = prepare(run.series, run.recipe.data)
    verdict = next(verdict for verdict in evaluation.verdicts if verdict.part == "validation")
    return page_with_charts(
        "report.html",
        _title(run),
        _charts(run, prepared, outputs),
        made=made.strftime("%Y-%m-%d %H:%M %Z").strip(),
        sentence=at_epoch(run.best_epoch, verdict_sentence(verdict, evaluation.unit)),
        numbers=_numbers(run, verdict, evaluation.unit),
        scores=_scores(evaluation),
        opened={0: "never opened", 1: "opened once"}.get(run.peeks, f"opened {run.peeks} times"),
        test_opened=evaluation.test_opened,
        ahead=None if outlook is None else next_steps(run, evaluation, outlook),
        training=_training_words(run),
        facts=_facts(run.series, prepared),
        pieces=_pieces(prepared.split),
        gap_steps=prepared.split.validation_start - prepared.split.train_stop,
        inputs=_inputs(run, prepared),
        recipe=_recipe(run),
        repeatable=_repeatable(run, prepared),
        versions=_versions(),
    )


def charts_page(run: ExportedRun, outputs: Outputs) -> str:
    """Return forecast, losses and hidden states as one HTML file, each chart with zoom, hover and PNG."""
    charts = _charts(run, prepare(run.series, run.recipe.data), outputs)
    return page_with_charts("charts.html", _title(run), charts)


def _title(run: ExportedRun) -> str:
    network = run.recipe.network
    return f"{network.cell.upper()}, hidden size {network.hidden_size}, on {run.series.title}"


def _numbers(run: ExportedRun, verdict: Verdict, unit: str) -> dict[str, str]:
    found = verdict.against_best
    ours, its = (
        "n/a" if error is None else f"{number(error)} {unit}".rstrip() for error in (found.error, found.baseline_error)
    )
    return {
        "RMSE on validation": ours,
        f"RMSE of {baseline_name(found.baseline, verdict.horizon)}, the best baseline": its,
        "skill against it": "n/a" if found.skill is None else percent(found.skill),
        "best epoch": f"{run.best_epoch} of {run.epochs[-1].epoch}",
    }


def _charts(run: ExportedRun, prepared: Prepared, outputs: Outputs) -> tuple[Chart, Chart, Chart]:
    horizon = run.recipe.data.horizon_steps
    forecast = Forecast(
        "one-step" if horizon == 1 else "direct",
        outputs.anchors,
        outputs.parts,
        outputs.predicted,
        outputs.baseline,
        outputs.truth,
    )
    test_open = bool(np.any(outputs.parts == 2))
    reference = LAST_VALUE, baseline_loss(prepared, "validation")
    losses = loss_figure(
        run.epochs,
        reference,
        LIGHT,
        learning_rate_changes=run.recipe.training.learning_rate_changes,
        best_epoch=run.best_epoch,
        total_epochs=run.epochs[-1].epoch,
    )
    network = run.recipe.network
    kind = network.nonlinearity if network.cell == "rnn" else network.cell
    return (
        chart(
            forecast_figure(run.series, prepared.split, forecast, LIGHT, test_open=test_open),
            forecast_caption(forecast),
            340,
        ),
        chart(losses, remark_on_loss(notice_loss(run.epochs, reference, run.best_epoch), horizon)),
        chart(
            states_figure(run.series, outputs.trace, LIGHT),
            remark_on_states(notice_states(outputs.trace, run.series, kind)),
        ),
    )


def _scores(evaluation: Evaluation) -> list[tuple[Part, list[str], list[list[str]], str]]:
    """Return for each part its name, the header and rows of its table, and its notes."""
    kind = evaluation.with_true_inputs[0].kind
    scores = []
    for part in evaluation.parts:
        table = score_table(evaluation, part, kind)
        cells = table.cells.reset_index()
        scores.append((part, cells.columns.tolist(), cells.to_numpy().tolist(), " ".join(map(score_note, table.notes))))
    return scores


def _training_words(run: ExportedRun) -> str:
    last = run.epochs[-1]
    state = run.reason or {"finished": "trained to its last epoch"}.get(run.state, run.state.replace("_", " "))
    return capitalised(f"{last.epoch} epochs in {last.elapsed_s:.1f} s of training; {state}.")


def _facts(series: Series, prepared: Prepared) -> list[tuple[str, str]]:
    facts = [
        ("series", series.title),
        ("source", series.source or "n/a"),
        ("licence", series.licence or "n/a"),
        ("length", f"{len(series.values):,} steps of one {series.step}"),
        ("range", f"{number(series.values.min())} to {number(series.values.max())} {series.unit}".strip()),
    ]
    if series.times is not None:
        first, last = (str(np.datetime_as_string(series.times[i], unit="m")) for i in (0, -1))
        facts.insert(4, ("from, to", f"{first} to {last}"))
    notes = [*series.notes, *prepared.notes]
    if len(series.filled):
        notes.append(f"{len(series.filled):,} values were not measured but taken from before them.")
    return facts + [("note", note) for note in notes]


def _pieces(split: Split) -> list[tuple[str, int]]:
    """Return the split in order of time: each part and gap with how many steps it has."""
    return [
        ("train", split.train_stop),
        ("gap", split.validation_start - split.train_stop),
        ("validation", split.validation_stop - split.validation_start),
        ("gap", split.test_start - split.validation_stop),
        ("test", split.length - split.test_start),
    ]


def _inputs(run: ExportedRun, prepared: Prepared) -> str:
    scaling = prepared.scaling
    return (
        f"Target: {run.recipe.data.target.replace('_', ' ')}. The network reads {', '.join(prepared.feature_names)}; "
        f"all is scaled by the training part alone (mean {scaling.mean:.4g}, deviation {scaling.deviation:.4g})."
    )


def _recipe(run: ExportedRun) -> dict[str, list[tuple[str, str]]]:
    """Return the names and values of each section of the recipe, without what this series does not use."""
    data = run.recipe.data
    used = set(CATALOG[data.series].uses) if data.series in CATALOG else set()
    left_out = (SYNTHETIC - used) | {"own", "series"}
    return {
        section: [
            (name.replace("_", " "), _said(run.recipe.value(name)))
            for name in model.model_fields
            if name not in left_out
        ]
        for section, model in SECTIONS.items()
    }


def _repeatable(run: ExportedRun, prepared: Prepared) -> str:
    parameters = parameter_count(run.recipe, len(prepared.feature_names))
    return (
        f"Seed {run.recipe.seed}; {parameters:,} trainable numbers. Trained again in the same way on the same machine, "
        "the recipe gives the same numbers."
    )


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(f"{v[1]:g} from epoch {v[0]}" if isinstance(v, tuple) else str(v) for v in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _versions() -> str:
    used = {"RNN Playground": playground.__version__, "Python": platform.python_version()}
    used |= {name: version(name) for name in PACKAGES}
    return ", ".join(f"{name} {v}" for name, v in used.items())
