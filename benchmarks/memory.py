"""How much memory the app takes in all on a small host, a run going: `python -m benchmarks.memory`.

Starts the app with one worker, trains 64 units in an open page, and adds up all its
processes: the server, the one that holds the scheduler, the worker. Memory that processes share is
counted once (proportional set size, Linux), as a container counts it; the largest sum is printed.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

from benchmarks.report import table
from benchmarks.speed import end, open_page, press, start_server, wait_until_warm
from playground.config import Recipe

WATCHED_S = 8
GOAL_MB = 700


def processes_mb(server: int) -> dict[str, float]:
    """Return the memory of each process of the app, in MB, by what it does."""
    whole = psutil.Process(server)
    found = {"server": whole.memory_full_info().pss / 2**20}
    for child in whole.children(recursive=True):
        command = " ".join(child.cmdline())
        name = "scheduler and nanny" if "engine.host" in command else "worker" if "spawn" in command else "others"
        found[name] = found.get(name, 0.0) + child.memory_full_info().pss / 2**20
    return found


def main() -> None:
    """Measure and print the largest sum while a run trains."""
    os.environ["PLAYGROUND_WORKERS"] = "1"
    with tempfile.TemporaryDirectory() as home, sync_playwright() as driver:
        executable = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        server, url = start_server(Path(home))
        try:
            wait_until_warm(browser, url)
            page = open_page(browser, url, Recipe().replaced(epochs=1000, patience_epochs=0, hidden_size=64))
            press(page, "Train")
            sums = []
            for _ in range(WATCHED_S):
                time.sleep(1)
                sums.append(processes_mb(server.pid))
            page.get_by_role("button", name="Pause", exact=True).wait_for(timeout=5000)
        finally:
            end(server)
            browser.close()
    largest = max(sums, key=lambda parts: sum(parts.values()))
    rows = [(name, f"{size:.0f} MB", "") for name, size in largest.items()]
    rows.append(("in all", f"{sum(largest.values()):.0f} MB", f"under {GOAL_MB} MB"))
    print(table(("process", "memory", "goal"), rows))


if __name__ == "__main__":
    main()
