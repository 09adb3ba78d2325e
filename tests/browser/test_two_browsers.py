"""Two browsers: neither lists nor steers the other's runs; a run's link is for watching."""

import pytest
from playwright.sync_api import expect
from test_playground import LONG

pytestmark = pytest.mark.browser


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_a_run_belongs_to_the_browser_that_started_it(open_page, app_server):
    mine = open_page(app_server + LONG)
    button(mine, "Train").click()
    mine.wait_for_url("**run=**")
    run = mine.url.split("run=")[1].split("&")[0]
    name = mine.evaluate("localStorage.getItem('rnn-playground-visitor')")
    assert len(name) == 22 and name not in mine.url

    other = open_page(f"{app_server}?run={run}")
    expect(button(other, "Train your own from this recipe")).to_be_visible()
    for control in ("Pause", "Continue", "Reset", "Step one epoch"):
        assert button(other, control).count() == 0
    assert other.evaluate("localStorage.getItem('rnn-playground-visitor')") not in ("", None, name)
    button(other, "Leave this run").click()

    other.goto(f"{app_server}compare")
    expect(other.get_by_text("Your runs appear here")).to_be_visible()

    # Still training, and still the first browser's, also after a reload in a new tab.
    again = mine.context.new_page()
    again.goto(f"{app_server}?run={run}")
    expect(button(again, "Pause")).to_be_visible()
    button(again, "Pause").click()
    expect(button(again, "Continue")).to_be_visible()
    again.goto(f"{app_server}compare")
    expect(again.get_by_text("Your runs", exact=True)).to_be_visible()

    embedded = open_page(f"{app_server}embed?run={run}&embed=true")
    expect(embedded.get_by_text("Open in RNN Playground")).to_be_visible()
    expect(embedded.get_by_test_id("stSidebar")).to_have_count(0)
    assert embedded.get_by_role("button", name="Pause").count() == 0
