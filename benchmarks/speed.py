"""The speed claims of the README, measured in a real browser: `python -m benchmarks.speed`.

Starts the app, opens it in Chromium, trains with the charts live, and compares with a bare torch
loop on the same machine, in turns. Prints one table; trust the ratios, not the absolutes.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from benchmarks.report import ROOT, table
from playground.charts.forecast import forecast_figure
from playground.charts.loss import loss_figure
from playground.charts.states import states_figure
from playground.charts.theme import LIGHT
from playground.charts.wire import pack_figure
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.engine import Engine
from playground.hosting.settings import load_settings
from playground.runs import RunStore

ROUNDS, ROUND_S = 3, 6.0
LONG = {"epochs": 1000, "patience_epochs": 0}
CASES = {
    "default recipe": Recipe().replaced(**LONG),
    "LSTM 64, daily temperature": Recipe().replaced(series="seattle_temperature", hidden_size=64, **LONG),
}
EPOCH = "() => { const m = /Epoch (\\d+) of/.exec(document.body.innerText); return m ? Number(m[1]) : 0; }"
PLOTS = "document.querySelectorAll('.live-chart .js-plotly-plot')"


def main() -> None:
    """Measure everything and print the table."""
    rows: list[tuple[str, str, str]] = []
    for name, recipe in CASES.items():
        rows += engine_alone(name, recipe)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as driver:
        executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
        browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        start = time.perf_counter()
        server, url = start_server(Path(home))
        try:
            page = open_page(browser, url)
            page.get_by_role("button", name="Train", exact=True).wait_for()
            rows.append(("server start to an interactive page", f"{time.perf_counter() - start:.1f} s", "under 3 s"))
            page.close()
            wait_until_warm(browser, url)
            for name, recipe in CASES.items():
                rows.append(
                    (f"the same, with Chromium drawing on the same cores: {name}", ratio(browser, url, recipe), "≥ 0.9")
                )
            rows += latencies(browser, url)
            rows.append(page_switches(browser, url))
            rows.append(("one live update, mean", f"{update_kilobytes(browser, url):.0f} kB", "under 40 kB"))
            rows += memory(server)
        finally:
            end(server)
    print(table(("what", "measured", "goal"), rows))


def engine_alone(name: str, recipe: Recipe) -> list[tuple[str, str, str]]:
    """Return what the server and its workers do while charts are built and packed four times a second for a viewer."""
    series, prepared = load_series(recipe.data), prepare(load_series(recipe.data), recipe.data)
    ratios, first, paused = [], [], []
    engine = Engine(RunStore(None), load_settings())
    engine.start()
    while engine.status().state != "ready":
        time.sleep(0.1)
    time.sleep(3)
    for seed in range(1, ROUNDS + 1):
        chosen = recipe.replaced(seed=seed)
        limit = bare_epochs_per_second(chosen)
        began = time.perf_counter()
        run_id = engine.train(chosen, series, f"visitor {seed}")
        while not (view := engine.view(run_id)) or not view.epochs:
            time.sleep(0.002)
        first.append(time.perf_counter() - began)
        start, since = view.checkpoint_epoch, time.perf_counter()
        while time.perf_counter() - since < ROUND_S and view.state == "training":
            time.sleep(0.25)
            view = engine.view(run_id) or view
            pack_figure(
                forecast_figure(series, prepared.split, view.snapshot.forecast if view.snapshot else None, LIGHT), 360
            )
            pack_figure(loss_figure(view.epochs, ("last value", 1.0), LIGHT, total_epochs=chosen.training.epochs), 360)
            if view.snapshot:
                pack_figure(states_figure(series, view.snapshot.trace, LIGHT), 360)
        ratios.append((view.checkpoint_epoch - start) / (time.perf_counter() - since) / limit)
        began = time.perf_counter()
        engine.pause(run_id)
        while (engine.view(run_id) or view).state == "training":
            time.sleep(0.002)
        paused.append(time.perf_counter() - began)
        engine.end(run_id)
    engine.close()
    return [
        (f"training with live charts / bare torch loop: {name}", f"{statistics.median(ratios):.2f}", "≥ 0.9"),
        (f"Train to the first epoch at the server: {name}", f"{statistics.median(first):.2f} s", "under 0.5 s"),
        (f"Pause at the server: {name}", f"{statistics.median(paused):.2f} s", "under 0.5 s"),
    ]


def bare_epochs_per_second(recipe: Recipe) -> float:
    """Return the epochs per second of the bare loop, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bare_loop", recipe.model_dump_json(), str(ROUND_S)]
    return float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


APP = ("streamlit", "run", "streamlit_app.py", "--server.headless", "true", "--server.fileWatcherType", "none")


def start_server(
    home: Path, module: Sequence[str] = APP, variables: Mapping[str, str] | None = None, session: bool = False
) -> tuple[subprocess.Popen[bytes], str]:
    """Start the app on a free port, as a Python module with its arguments; return process and URL once it answers.

    With `session` it stands in a session of its own, as in a terminal of its own.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", *module, "--server.port", str(port), "--server.address", "127.0.0.1"]
    environment = os.environ | {"PLAYGROUND_HOME": str(home)} | dict(variables or {})
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=session,
    )
    url = f"http://127.0.0.1:{port}/"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}_stcore/health", timeout=1).close()
            return server, url
        except OSError:
            time.sleep(0.02)
    server.kill()
    raise RuntimeError("the app did not start within 60 s")


def end(server: subprocess.Popen[bytes]) -> None:
    """Stop the server and wait for it."""
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()


def open_page(browser: Browser, url: str, recipe: Recipe | None = None) -> Page:
    """Open a fresh visitor's page, on a recipe if one is given."""
    query = "&".join(f"{name}={value}" for name, value in recipe.to_query().items()) if recipe else ""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{url}playground?{query}")
    return page


def press(page: Page, label: str) -> None:
    """Press a button of the page."""
    page.get_by_role("button", name=label, exact=True).click()


def wait_until_warm(browser: Browser, url: str) -> None:
    """Train one epoch, so that every later number is of warm workers."""
    page = open_page(browser, url)
    press(page, "Step one epoch")
    page.wait_for_function(f"{EPOCH.replace('() =>', '() => (() =>', 1)})() >= 1", timeout=120_000)
    press(page, "Reset")
    page.close()


def ratio(browser: Browser, url: str, recipe: Recipe) -> str:
    """Return epochs per second in the app over those of the bare loop: median of rounds taken in turns."""
    ratios = []
    for seed in range(1, ROUNDS + 1):
        chosen = recipe.replaced(seed=seed)
        limit = bare_epochs_per_second(chosen)
        ratios.append(app_epochs_per_second(browser, url, chosen) / limit)
    return f"{statistics.median(ratios):.2f}"


def app_epochs_per_second(browser: Browser, url: str, recipe: Recipe) -> float:
    """Train in the app for a round with its page open; return epochs per second by the wall clock."""
    page = open_page(browser, url, recipe)
    page.wait_for_function(f"() => {PLOTS}.length === 3")
    press(page, "Train")
    while page.evaluate(EPOCH) < 3:
        time.sleep(0.02)
    first, began = page.evaluate(EPOCH), time.perf_counter()
    last, now = first, began
    while now - began < ROUND_S:
        time.sleep(0.02)
        shown = page.evaluate(EPOCH)
        if shown != last:
            last, now = shown, time.perf_counter()
    press(page, "Reset")
    page.close()
    return (last - first) / (now - began)


def latencies(browser: Browser, url: str) -> list[tuple[str, str, str]]:
    """Return the time from Train to the first new point on the loss chart, and from Pause to its word."""
    first, paused = [], []
    for seed in range(1, 6):
        page = open_page(browser, url, Recipe().replaced(seed=seed + 100, **LONG))
        points = f"({PLOTS}[1]?.data ?? []).reduce((n, trace) => n + (trace.y?.length ?? 0), 0)"
        page.wait_for_function(f"() => {PLOTS}.length === 3")
        page.wait_for_timeout(1000)
        before = page.evaluate(f"() => {points}")
        first.append(timed(lambda page=page: press(page, "Train"), page, f"() => {points} > {before}"))  # type: ignore[misc]
        page.wait_for_timeout(1500)
        word = "() => [...document.querySelectorAll('.stMarkdownBadge')].some((b) => b.innerText.includes('Paused'))"
        paused.append(timed(lambda page=page: press(page, "Pause"), page, word))  # type: ignore[misc]
        press(page, "Reset")
        page.close()
    return [
        ("click on Train to the first new point", f"{statistics.median(first):.2f} s", "under 0.5 s"),
        ("click on Pause to “Paused”", f"{statistics.median(paused):.2f} s", "under 0.5 s"),
    ]


def page_switches(browser: Browser, url: str) -> tuple[str, str, str]:
    """Return how long another page takes to show while two runs train, which go on unwatched for two minutes."""
    for seed in (201, 202):
        page = open_page(browser, url, Recipe().replaced(seed=seed, hidden_size=64, length_steps=3000, **LONG))
        press(page, "Train")
        page.wait_for_timeout(2000)
        page.close()
    page = open_page(browser, url)
    page.wait_for_timeout(3000)
    times = []
    for title in ("Data", "Forecasts", "Hidden states", "Leak lab", "Playground") * 3:
        link = menu_link(page, title)
        words = f"() => document.querySelector('h1')?.innerText === {title!r} && {PLOTS}.length > 0"
        times.append(timed(lambda link=link: link.click(), page, words))  # type: ignore[misc]
        page.wait_for_timeout(1000)
    page.close()
    return "another page, two runs training", f"{statistics.median(times):.2f} s", "under 0.5 s"


def menu_link(page: Page, title: str) -> Locator:
    """Return the link to a page in the menu; the section that it lies in is opened."""
    link = page.get_by_test_id("stTopNavLink").get_by_text(title, exact=True)
    item = page.get_by_role("menuitem", name=title, exact=True)
    for section in [] if link.count() else page.get_by_test_id("stTopNavSection").all():
        section.click()
        page.wait_for_timeout(300)
        if item.count():
            return item
        page.keyboard.press("Escape")
    return link


def timed(action: Callable[[], None], page: Page, condition: str) -> float:
    """Return the seconds from `action` until `condition` holds on the page."""
    began = time.perf_counter()
    action()
    page.wait_for_function(condition, timeout=30_000, polling=20)
    return time.perf_counter() - began


def update_kilobytes(browser: Browser, url: str) -> float:
    """Return the mean size of all websocket frames of one live update at the default recipe, in kB."""
    received = [0]
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
    recipe = Recipe().replaced(seed=77, **LONG)
    page.goto(f"{url}playground?" + "&".join(f"{name}={value}" for name, value in recipe.to_query().items()))
    page.wait_for_function(f"() => {PLOTS}.length === 3")
    press(page, "Train")
    page.wait_for_timeout(2000)
    received.clear()
    page.wait_for_timeout(5000)
    press(page, "Reset")
    page.close()
    updates = 5 * 4
    return sum(received) / updates / 1000


def memory(server: subprocess.Popen[bytes]) -> list[tuple[str, str, str]]:
    """Return the resident memory of the server process and of the largest worker."""
    whole = psutil.Process(server.pid)
    children = sorted(child.memory_info().rss for child in whole.children(recursive=True))
    return [
        ("memory of the server process", f"{whole.memory_info().rss / 2**20:.0f} MB", "under 250 MB"),
        ("memory of the largest worker", f"{children[-1] / 2**20:.0f} MB", "under 450 MB"),
    ]


if __name__ == "__main__":
    main()
