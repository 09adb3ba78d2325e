"""A report from a run with hostile names opens offline, draws its charts and runs nothing of theirs."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.evaluation.report import evaluate
from playground.export.exported import ExportedRun
from playground.export.html_page import CHART_WIDTH
from playground.export.outputs import compute_outputs
from playground.export.report import report_page
from playground.outlook.work import advance_outlook
from playground.training.alone import Training

pytestmark = pytest.mark.browser

BAD = "</script><img src=x onerror='window.planted=1'><script>window.planted=1</script>"


def report() -> str:
    recipe = Recipe().replaced(length_steps=260, window_steps=12, gap_steps=2, hidden_size=4, epochs=3)
    series = load_series(recipe.data)
    training = Training(recipe, prepare(series, recipe.data))
    epochs = training.advance(math.inf)
    end = training.checkpoint()
    series = replace(series, title=BAD, unit=BAD, step=BAD, source=BAD, licence=BAD, notes=(BAD,))
    run = ExportedRun(recipe, series, epochs, end.best_weights, end.best_epoch, end.state, BAD)
    evaluation, outputs = evaluate(recipe, series, run.weights), compute_outputs(run)
    outlook = advance_outlook(recipe, series, (run.weights,), run.steps_ahead, piece_s=math.inf).result
    return report_page(run, evaluation, outputs, outlook, datetime.now(UTC))


def test_report_opens_offline_and_prints(browser, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(report(), encoding="utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    page = context.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelectorAll('.chart .main-svg').length >= 4")
    assert page.evaluate("window.planted") is None
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert errors == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.pdf().startswith(b"%PDF")
    widths = page.evaluate("[...document.querySelectorAll('.chart')].map((box) => box.layout.width)")
    assert widths == [CHART_WIDTH] * 4
    context.close()
