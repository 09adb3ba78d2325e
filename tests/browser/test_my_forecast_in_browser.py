"""In a real browser: from a table to its next two weeks in four clicks, and on from newer rows a week later."""

import re

import pytest
from playwright.sync_api import expect

from playground.places import DATA

pytestmark = pytest.mark.browser

MOST_CLICKS = 4
COUNT_CLICKS = """
window.clicks = 0;
document.addEventListener("click", (event) => { window.clicks += event.isTrusted ? 1 : 0; }, true);
"""


def table(name: str, lines: list[str]) -> dict:
    return {"name": name, "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}


def test_from_a_table_to_its_next_two_weeks_in_four_clicks(open_page, app_server):
    head, *rows = (DATA / "made_up_daily_sales.csv").read_text(encoding="utf-8").split()
    page = open_page(f"{app_server}my_forecast", before=lambda page: page.add_init_script(COUNT_CLICKS))
    page.locator("input[type=file]").first.wait_for(state="attached")
    page.locator("input[type=file]").first.set_input_files(table("sales.csv", [head, *rows[:-12]]))  # one more click
    page.get_by_role("button", name="Use this series").click()
    page.get_by_role("button", name="Train with these settings").click()
    expect(page.locator("[data-testid=stProgress]").first).to_be_visible()
    chart = page.get_by_text("What comes next: 14 steps after the last row")
    chart.first.wait_for()
    assert 1 + page.evaluate("window.clicks") <= MOST_CLICKS
    expect(page.get_by_text("take the baseline's forecast")).to_be_visible()
    expect(page.get_by_text("The 80% limits were measured")).to_be_visible()
    assert re.search(r"run=", page.url)

    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV", exact=True).click()
    written = waiting.value.path().read_text().splitlines()
    assert len(written) == 1 + 14
    assert written[1].startswith("1,2023-12-20,direct,")

    page.get_by_text("New rows since?").click()
    page.locator("input[type=file]").last.set_input_files(table("newer.csv", [head, *rows[-30:]]))
    page.get_by_text("12 new rows after the last one that the run knew; 18 rows in common, all the same.").wait_for()
    page.get_by_text(re.compile("12 steps ahead: what came was within its 80% limits at")).wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert waiting.value.path().read_text().splitlines()[1].startswith("1,2024-01-01,direct,")
