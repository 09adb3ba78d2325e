"""What looking inside costs: `python -m benchmarks.inspection`.

Milliseconds in the worker (one thread), kilobytes on the wire, and milliseconds from a key on the
time machine's slider to the new picture in Chromium. Prints a table in Markdown.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import torch
from playwright.sync_api import Page, sync_playwright

from benchmarks.report import table
from benchmarks.speed import end, start_server
from playground.cells.equations import GATE_NAMES
from playground.charts.gradients import profile_figure
from playground.charts.memory import memory_figure
from playground.charts.theme import LIGHT
from playground.charts.wire import pack_figure
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.inspection.memory import StateTrace
from playground.inspection.snapshot import snapshot_at
from playground.inspection.states import past_influence, trace_run
from playground.labs.gradients.work import begin_gradient_run
from playground.networks.network import build_network

ROUNDS = 5
SMALL = Recipe()
LARGE = Recipe().replaced(hidden_size=256, layers=3, length_steps=5000, batch_size=16)
KEYS = 12
PICTURE = "() => document.querySelectorAll('.js-plotly-plot')[0]?.data?.at(-1)?.z?.[0]?.[10] ?? null"


def main() -> None:
    """Measure and print."""
    torch.set_num_threads(1)
    rows: list[tuple[str, str, str, str]] = []
    for recipe, words in ((SMALL, "hidden 16, 1 layer, 400 steps"), (LARGE, "hidden 256, 3 layers, 2,000 steps")):
        for cell in ("rnn", "lstm", "gru"):
            rows += rows_of(recipe.replaced(cell=cell), words)
    print(table(("what", "network", "worker", "on the wire"), rows))
    with tempfile.TemporaryDirectory() as home, sync_playwright() as driver:
        executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
        browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        server, url = start_server(Path(home))
        try:
            forward, back = slider(browser.new_page(viewport={"width": 1440, "height": 900}), url)
            print(f"\nSlider of the time machine, key to picture: {forward} to an epoch not seen before, {back} back")
        finally:
            end(server)
            browser.close()


def rows_of(recipe: Recipe, words: str) -> list[tuple[str, str, str, str]]:
    """Return what each question about a fresh network of this recipe costs."""
    series = load_series(recipe.data)
    network = build_network(recipe, prepare(series, recipe.data).train.inputs.shape[2])
    weights, layer, cell = network.weights(), recipe.network.layers, recipe.network.cell
    steps = 2000 if layer == 3 else 400
    last = len(series.values) - 2
    rows = []

    def row(what: str, work: Callable[[], Any], figure: Callable[[Any], go.Figure] | None = None) -> None:
        cost, answer = timed(work)
        sent = f"{len(pack_figure(figure(answer), 540)) / 1000:.0f} kB" if figure else ""
        rows.append((what, f"{cell.upper()}, {words}", f"{cost:.0f} ms", sent))

    def trace(quantity: str) -> Callable[[], StateTrace]:
        return lambda: trace_run(recipe, series, weights, last - steps + 1, steps, layer, quantity)

    def heatmap(answer: StateTrace) -> go.Figure:
        return memory_figure(series, answer, LIGHT)

    row("heatmap of the states", trace("h"), heatmap)
    if cell != "rnn":
        row("heatmap of a gate", trace(GATE_NAMES[cell][0]), heatmap)
    row("influence of the past", lambda: past_influence(recipe, series, weights, last))
    if layer == 1:
        row(
            "gradients over time, eigenvalues, memory ruler",
            lambda: begin_gradient_run(recipe, series).moments[0],
            lambda moment: profile_figure({cell: moment}, {cell: cell.upper()}, LIGHT),
        )
        row("time machine: forecast, scores, states", lambda: snapshot_at(recipe, series, weights, 1))
    return rows


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the median time of some rounds in milliseconds, and the last result."""
    result = work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        result = work()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times), result


def slider(page: Page, url: str) -> tuple[str, str]:
    """Return the median times of moving on to epochs not seen before, and of moving back."""
    page.set_default_timeout(60_000)
    page.goto(url + "hidden_states")
    page.wait_for_function(PICTURE.replace("?? null", "!== undefined"))
    page.get_by_role("slider", name="Epoch shown").focus()
    page.wait_for_timeout(3000)
    page.keyboard.press("Home")
    page.wait_for_timeout(3000)
    forward = [step(page, "ArrowRight") for _ in range(KEYS)]
    back = [step(page, "ArrowLeft") for _ in range(KEYS // 2)]
    return f"{statistics.median(forward):.0f} ms (slowest {max(forward):.0f})", f"{statistics.median(back):.0f} ms"


def step(page: Page, key: str) -> float:
    """Press a key and wait for another picture; return the milliseconds, and let the page rest."""
    before = page.evaluate(PICTURE)
    began = time.perf_counter()
    page.keyboard.press(key)
    page.wait_for_function(f"(old) => ({PICTURE})() !== old", arg=before, polling=10)
    taken = 1000 * (time.perf_counter() - began)
    page.wait_for_timeout(1000)
    return taken


if __name__ == "__main__":
    main()
