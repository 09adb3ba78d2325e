"""How far workers should stand back from other programs: `python -m benchmarks.standing_back`.

Two runs train, Chromium watches one and changes pages, and endless loops of another session want the
processors too; once for each niceness of the workers and number of loops.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.report import number, table
from benchmarks.speed import EPOCH, LONG, PLOTS, end, menu_link, open_page, press, start_server, timed, wait_until_warm
from playground.config import Recipe

NICENESSES = (0, 5, 10)
LOOPS = (0, 2, 6)
WATCHED_S = 8.0
RECIPE = Recipe().replaced(hidden_size=64, length_steps=3000, **LONG)
PAGES = ("Data", "Forecasts", "Playground") * 3


def main() -> None:
    """Measure everything and print the table."""
    rows = []
    with sync_playwright() as driver:
        executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
        browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for niceness in NICENESSES:
            with tempfile.TemporaryDirectory() as home:
                variables = {"PLAYGROUND_STAND_BACK": str(niceness), "PLAYGROUND_WORKERS": "2"}
                server, url = start_server(Path(home), variables=variables, session=True)
                try:
                    rows += measured(browser, url, niceness)
                finally:
                    end(server)
    print(table(("niceness of the workers", "busy loops beside", "epochs per second", "another page"), rows))


def measured(browser: Browser, url: str, niceness: int) -> list[tuple[str, str, str, str]]:
    """Return a row for each number of loops."""
    wait_until_warm(browser, url)
    watched, other = (open_page(browser, url, RECIPE.replaced(seed=s)) for s in (1, 2))
    for page in (watched, other):
        press(page, "Train")
        page.wait_for_function(f"() => ({EPOCH})() >= 2", timeout=120_000)
    rows = []
    for count in LOOPS:
        with loops(count):
            time.sleep(1)
            rate = epochs_per_second(watched)
            pages = [page_time(other, title) for title in PAGES]
        rows.append((str(niceness), str(count), number(rate), f"{statistics.median(pages):.2f} s"))
        print(*rows[-1], f"load {psutil.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    return rows


@contextmanager
def loops(count: int) -> Iterator[None]:
    """Keep so many endless loops busy, in a session of their own, as another terminal's work is."""
    line = "while :; do :; done & " * count + "wait"
    shell = subprocess.Popen(["sh", "-c", line], start_new_session=True)
    try:
        yield
    finally:
        for child in psutil.Process(shell.pid).children():
            child.kill()
        shell.kill()
        shell.wait()


def epochs_per_second(page: Page) -> float:
    """Return how fast the run trains that the page watches."""
    before, began = page.evaluate(EPOCH), time.perf_counter()
    time.sleep(WATCHED_S)
    return float(page.evaluate(EPOCH) - before) / (time.perf_counter() - began)


def page_time(page: Page, title: str) -> float:
    """Return the seconds from a click in the menu to the page with its charts."""
    link = menu_link(page, title)
    words = f"() => document.querySelector('h1')?.innerText === {title!r} && {PLOTS}.length > 0"
    return timed(link.click, page, words)


if __name__ == "__main__":
    main()
