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
from playground.evaluation.results import Evaluation
from playground.evaluation.score_table import score_table
from playground.export.exported import ExportedRun, Outputs
from playground.export.html_page import chart_block, escaped, table_block, whole_page
from playground.records import Forecast, Prepared
from playground.words import capitalised, number, percent

PACKAGES = ("torch", "numpy", "pandas", "plotly")

SYNTHETIC = frozenset(name for entry in CATALOG.values() for name in entry.uses)
"""Data fields that only some series use."""


def report_page(run: ExportedRun, evaluation: Evaluation, outputs: Outputs, made: datetime) -> str:
    """Return the report as one HTML file that opens offline and prints.

    Args:
        run: The run.
        evaluation: Of its best weights; with the test part only if it was opened.
        outputs: Forecasts and states of the same weights, test as in `evaluation`.
        made: When the report is made.
    """
    prepared = prepare(run.series, run.recipe.data)
    forecast_chart, loss_chart, states_chart = _chart_blocks(run, prepared, outputs)
    blocks = [
        _heading(run, evaluation, made),
        forecast_chart,
        _scores(evaluation),
        _test_set(run, evaluation),
        f"<h2>Training</h2>{_training_words(run)}",
        loss_chart,
        states_chart,
        _data(run, prepared),
        _recipe(run),
        _versions(),
    ]
    return whole_page(_title(run), blocks)


def charts_page(run: ExportedRun, outputs: Outputs) -> str:
    """Return forecast, losses and hidden states as one HTML file, each chart with zoom, hover and PNG."""
    blocks = _chart_blocks(run, prepare(run.series, run.recipe.data), outputs)
    return whole_page(_title(run), [f"<h1>{escaped(_title(run))}</h1>", *blocks])


def _title(run: ExportedRun) -> str:
    network = run.recipe.network
    return f"{network.cell.upper()}, hidden size {network.hidden_size}, on {run.series.title}"


def _heading(run: ExportedRun, evaluation: Evaluation, made: datetime) -> str:
    score = evaluation.score("RMSE", "validation")
    baseline = score.baselines.get("last value")
    known = score.value is not None and baseline
    skill = percent(1 - score.value / baseline) if known and score.value is not None and baseline else "n/a"
    sentence = next(v.sentence for v in evaluation.verdicts if v.part == "validation")
    unit = f" {score.unit}" if score.unit else ""
    numbers = {
        "RMSE on validation": "n/a" if score.value is None else number(score.value) + unit,
        "RMSE of “last value”": "n/a" if baseline is None else number(baseline) + unit,
        "skill": skill,
        "best epoch": f"{run.best_epoch} of {run.epochs[-1].epoch}",
    }
    cards = "".join(f"<div>{escaped(name)}<b>{escaped(value)}</b></div>" for name, value in numbers.items())
    return (
        f"<h1>{escaped(_title(run))}</h1>"
        f'<p class="quiet">RNN Playground report, made {escaped(made.strftime("%Y-%m-%d %H:%M %Z").strip())}</p>'
        f'<p class="verdict">{escaped(sentence)}</p><div class="numbers">{cards}</div>'
    )


def _chart_blocks(run: ExportedRun, prepared: Prepared, outputs: Outputs) -> tuple[str, str, str]:
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
    reference = baseline_loss(prepared, "validation")
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
        chart_block(
            forecast_figure(run.series, prepared.split, forecast, LIGHT, test_open=test_open),
            forecast_caption(forecast),
            340,
        ),
        chart_block(losses, notice_loss(run.epochs, reference, run.best_epoch)),
        chart_block(states_figure(run.series, outputs.trace, LIGHT), notice_states(outputs.trace, run.series, kind)),
    )


def _scores(evaluation: Evaluation) -> str:
    kind = evaluation.with_true_inputs[0].kind
    words = ["<h2>Scores, each beside the baselines'</h2>"]
    for part in evaluation.parts:
        table = score_table(evaluation, part, kind)
        rows = [[str(name), *map(str, cells)] for name, *cells in table.cells.itertuples()]
        words.append(f"<section><h3>On {escaped(part)}</h3>")
        words.append(f'<div class="wide">{table_block(["forecaster", *map(str, table.cells.columns)], rows)}</div>')
        words.append(f'<p class="caption">{escaped(" ".join(table.notes))}</p>')
        words.append("</section>")
    words.append('<p class="caption">↓ lower is better, ↑ higher is better.</p>')
    return "".join(words)


def _test_set(run: ExportedRun, evaluation: Evaluation) -> str:
    opened = {0: "never opened", 1: "opened once"}.get(run.peeks, f"opened {run.peeks} times")
    if evaluation.test_opened:
        words = "Its scores are above. Whoever looks, changes something and looks again makes it a validation set."
    else:
        words = "It is sealed: no forecast and no score here comes from it."
    return f"<p><b>The test set was {escaped(opened)}.</b> {escaped(words)}</p>"


def _training_words(run: ExportedRun) -> str:
    last = run.epochs[-1]
    state = run.reason or {"finished": "trained to its last epoch"}.get(run.state, run.state.replace("_", " "))
    words = f"{last.epoch} epochs in {last.elapsed_s:.1f} s of training; {state}."
    return f"<p>{escaped(capitalised(words))}</p>"


def _data(run: ExportedRun, prepared: Prepared) -> str:
    series, data = run.series, run.recipe.data
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
        notes.append(f"{len(series.filled):,} values were not measured but repeat the one before.")
    facts += [("note", note) for note in notes]
    features = ", ".join(prepared.feature_names)
    scaling = prepared.scaling
    words = (
        f"Target: {data.target.replace('_', ' ')}. The network reads {features}; all is scaled by the training part "
        f"alone (mean {scaling.mean:.4g}, deviation {scaling.deviation:.4g})."
    )
    return f"<section><h2>Data</h2>{table_block([], facts, 'facts')}{_split(prepared)}<p>{escaped(words)}</p></section>"


def _split(prepared: Prepared) -> str:
    """Return the split as a bar: parts in proportion, gaps hatched."""
    split = prepared.split
    pieces = [
        ("train", 0, split.train_stop),
        ("gap", split.train_stop, split.validation_start),
        ("validation", split.validation_start, split.validation_stop),
        ("gap", split.validation_stop, split.test_start),
        ("test", split.test_start, split.length),
    ]
    bars = "".join(
        f'<div class="{name}" style="flex:{stop - start}">{"" if name == "gap" else f"{name} {stop - start:,}"}</div>'
        for name, start, stop in pieces
        if stop > start
    )
    gaps = f"hatched: gaps of {split.validation_start - split.train_stop} steps, so that no window sees two parts"
    return f'<div class="split">{bars}</div><p class="caption">In order of time; {gaps}.</p>'


def _recipe(run: ExportedRun) -> str:
    recipe = run.recipe
    left = set(CATALOG[recipe.data.series].uses) if recipe.data.series in CATALOG else set()
    tables = []
    for section, model in SECTIONS.items():
        names = [name for name in model.model_fields if name not in (SYNTHETIC - left) | {"own", "series"}]
        rows = [(name.replace("_", " "), _said(recipe.value(name))) for name in names]
        tables.append(f"<section><h3>{section}</h3>{table_block([], rows, 'facts')}</section>")
    parameters = parameter_count(recipe, len(prepare(run.series, recipe.data).feature_names))
    words = (
        f"Seed {recipe.seed}; {parameters:,} trainable numbers. Trained again in the same way on the same machine, the "
        "recipe gives the same numbers."
    )
    return f'<h2>Recipe</h2><p>{escaped(words)}</p><div class="columns">{"".join(tables)}</div>'


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(f"{v[1]:g} from epoch {v[0]}" if isinstance(v, tuple) else str(v) for v in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _versions() -> str:
    used = {"RNN Playground": playground.__version__, "Python": platform.python_version()}
    used |= {name: version(name) for name in PACKAGES}
    return f'<h2>Versions</h2><p class="quiet">{escaped(", ".join(f"{name} {v}" for name, v in used.items()))}</p>'
