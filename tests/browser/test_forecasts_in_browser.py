"""The Forecasts page in a real browser: a run is judged while it trains, and its test set opens once."""

import re

import pytest
from menu import choose
from patience import wait_for
from playwright.sync_api import Page, expect
from test_playground import LONG

pytestmark = pytest.mark.browser


def epoch_chosen(page: Page) -> int:
    """Return the epoch that the page says it shows."""
    return int(re.search(r"\d+", page.get_by_role("combobox", name="Epoch").input_value()).group())


def test_a_run_under_way_is_judged_and_its_test_set_opened_once(open_page, app_server):
    page = open_page(app_server + LONG + "&horizon_steps=4")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(re.compile(r"Epoch [1-9]\d* of"))).to_be_visible()
    choose(page, "Forecasts")
    verdict = page.get_by_role("heading", level=3).filter(has_text=re.compile("Beats|Ties|Loses"))
    expect(verdict).to_be_visible()
    expect(verdict).to_contain_text("on validation")
    page.wait_for_function("() => document.querySelectorAll('.live-chart .js-plotly-plot').length >= 6")

    before = epoch_chosen(page)
    page.get_by_role("button", name="Show the latest").click()
    wait_for(lambda: page.wait_for_timeout(50) or epoch_chosen(page) != before)
    page.locator("[data-test-script-state=notRunning]").wait_for()  # the verdict before has made room by now
    expect(page.get_by_text("Measuring")).to_have_count(0)
    expect(verdict).to_be_visible()

    page.get_by_role("button", name="Open the test set").click()
    page.get_by_role("button", name="Open it: look number 1").click()
    expect(verdict).to_contain_text("on test")
    expect(page.get_by_text("opened once")).to_be_visible()
    choose(page, "Playground")
    expect(page.get_by_role("heading", name="Playground", level=1)).to_be_visible()
    expect(page.get_by_text("opened once")).to_be_visible()
    page.get_by_role("button", name="Reset", exact=True).click()
    assert page.errors == []
