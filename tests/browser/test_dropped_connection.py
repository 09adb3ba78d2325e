"""What a visitor keeps when the way to the server breaks while a network trains."""

import pytest
from playwright.sync_api import expect
from test_playground import LONG, PLOTS, click, expect_badge, open_ready, wait_for_epoch, zoom

pytestmark = pytest.mark.browser


def test_a_dropped_connection_comes_back_to_the_same_run_settings_and_zoom(open_page, relay):
    page = open_ready(open_page, f"http://127.0.0.1:{relay.port}/{LONG}")
    click(page, "Train")
    before = wait_for_epoch(page, 10)
    address = page.url
    zoomed = zoom(page)
    assert relay.cut() >= 1
    expect(page.get_by_test_id("stConnectionStatus").or_(page.get_by_role("dialog"))).to_be_visible()
    relay.mend()
    wait_for_epoch(page, before + 50)
    assert page.url == address
    shown = f"zoomed => String(({PLOTS})()[0]?._fullLayout?.xaxis?.range) === zoomed"
    page.wait_for_function(shown, arg=",".join(map(str, zoomed)))
    expect(page.get_by_role("slider", name="Hidden size")).to_have_value("64")
    click(page, "Pause")
    expect_badge(page, "Paused")
    click(page, "Reset")
