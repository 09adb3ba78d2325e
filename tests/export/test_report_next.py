"""The report tells what comes next: the app's forecast with its limits, and what is assumed."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from export_cases import outlook_of, train_to_export

from playground.commands import main
from playground.data.future import future_times
from playground.evaluation.missing import Missing
from playground.evaluation.report import evaluate
from playground.export.folder import write_run
from playground.export.outputs import compute_outputs
from playground.export.report import report_page
from playground.export.report_next import next_steps
from playground.sentences.outlook import advice_of

DAYS = {"series": "seattle_temperature", "extra_inputs": ("wind",), "calendar": True, "target": "change"}
DAYS |= {"window_steps": 6, "hidden_size": 3, "epochs": 1, "horizon_steps": 3, "cell": "gru"}
PLAIN = {"length_steps": 260, "window_steps": 12, "gap_steps": 2, "hidden_size": 4, "epochs": 1}


@pytest.fixture(scope="module", params=[DAYS, PLAIN], ids=["days", "plain"])
def told(request):
    run = train_to_export(**request.param)
    evaluation, outlook = evaluate(run.recipe, run.series, run.weights), outlook_of(run)
    return run, evaluation, outlook, next_steps(run, evaluation, outlook)


def column(found, name):
    place = found.header.index(name)
    return np.array([float(row[place].replace(",", "")) for row in found.rows])


def test_the_table_has_the_forecast_its_limits_and_the_best_baseline(told):
    run, evaluation, outlook, found = told
    forecast, limits = outlook.predicted["network"], outlook.limits["network"]
    assert len(found.rows) == run.steps_ahead == 14
    exact = np.ptp(run.series.values) * 1e-3
    np.testing.assert_allclose(column(found, "network"), forecast, rtol=0, atol=exact)
    for level in (0.5, 0.8):
        ends = np.column_stack([forecast - limits.at(level), forecast + limits.at(level)])
        there = np.isfinite(ends[:, 0])
        shown = [row[found.header.index(f"{level:.0%} limits")] for row in found.rows]
        assert [text == "n/a" for text in shown] == (~there).tolist()
        given = [text.replace(",", "").split(" to ") for text in shown if text != "n/a"]
        np.testing.assert_allclose(np.array(given, dtype=float), ends[there], rtol=0, atol=exact)
    best = evaluation.verdicts[-1].against_best.baseline
    np.testing.assert_allclose(column(found, best), outlook.predicted[best], rtol=0, atol=exact)
    assert found.header[2:] == ["50% limits", "80% limits", "90% limits", best]
    first = [row[0] for row in found.rows]
    future = future_times(run.series, 14)
    days = None if future is None else future.times.astype("M8[D]").astype(str).tolist()
    assert first == (days or [str(step) for step in range(1, 15)])


def test_the_chart_draws_the_same_forecast_and_says_what_is_assumed(told):
    run, evaluation, outlook, found = told
    horizon = run.recipe.data.horizon_steps
    drawn = json.loads(found.chart.figure)["data"]
    ours = next(trace for trace in drawn if trace["name"] == "network, own outputs fed back")
    values = np.frombuffer(base64.b64decode(ours["y"]["bdata"]), ours["y"]["dtype"])
    np.testing.assert_allclose(values, outlook.predicted["network"][horizon - 1 :], rtol=1e-6)
    assert ("The first step is" if horizon == 1 else f"The first {horizon} steps are") in found.chart.caption
    assert "The 80% limits" in found.chart.caption and "Only the test set can tell" in found.chart.caption
    assert ("wind keeps its last value" in found.chart.caption) == (run.recipe.data.extra_inputs != ())
    assert found.advice == advice_of(evaluation.verdicts[-1])[1]


def test_the_page_has_the_section_where_there_is_something_to_tell(told):
    run, evaluation, outlook, found = told
    outputs = compute_outputs(run)
    page = report_page(run, evaluation, outputs, outlook, datetime.now(UTC))
    assert "<h2>What comes next</h2>" in page and found.rows[-1][1] in page
    assert "to tell what comes next its values are read" in page
    without = report_page(run, evaluation, outputs, None, datetime.now(UTC))
    assert "What comes next" not in without and "no score here comes from it.</p>" in without


def test_what_is_no_number_is_absent_and_the_reason_is_said(told):
    run, evaluation, outlook, _ = told
    why = Missing("network not finite or too large")
    nothing = {**outlook.predicted, "network": np.full(14, np.nan)}
    found = next_steps(run, evaluation, replace(outlook, predicted=nothing, reasons={"network": why}))
    assert {row[found.header.index("network")] for row in found.rows} == {"n/a"}
    assert found.chart.caption.startswith("No forecast by the network: the network's forecasts are not all finite")
    best = evaluation.verdicts[-1].against_best.baseline
    others = {name: values for name, values in outlook.predicted.items() if name != best}
    assert best not in next_steps(run, evaluation, replace(outlook, predicted=others)).header


def test_the_command_line_reports_it_too(tmp_path):
    run = train_to_export(**PLAIN)
    write_run(run, tmp_path)
    assert main(["report", str(tmp_path), "--open-test"]) == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    evaluation = evaluate(run.recipe, run.series, run.weights, include_test=True)
    found = next_steps(run, evaluation, outlook_of(run, test_open=True))
    assert all(cell in page for row in found.rows for cell in row)
    assert "of the test set" in found.chart.caption and found.chart.caption.split(". ")[0] in page


def test_files_look_two_seasons_ahead():
    run = train_to_export(**PLAIN)
    assert [replace(run, recipe=run.recipe.replaced(season_steps=n)).steps_ahead for n in (4, 24, 365)] == [14, 48, 14]
