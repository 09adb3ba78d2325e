"""Open the app in a real Chromium and tell what is wrong with its first page: `python .ci/first_page.py ADDRESS`."""

from __future__ import annotations

import shutil
import sys

from playwright.sync_api import expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_MS = 180_000


def main(address: str) -> None:
    """Raise an AssertionError where the page is not what a newcomer should see."""
    executable = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address, timeout=PATIENCE_MS)
        expect(page.get_by_role("button", name="Train it here", exact=True)).to_be_visible(timeout=PATIENCE_MS)
        page.wait_for_function("() => document.querySelector('.js-plotly-plot')", timeout=PATIENCE_MS)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert "Playground" in page.title(), page.title()
        assert not wrong, wrong
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
