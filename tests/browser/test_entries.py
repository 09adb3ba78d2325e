"""The entry file of the hosted demo, started as the host does: with nothing but its own folder on the path."""

import pytest
from playwright.sync_api import expect

from playground.places import ROOT

pytestmark = pytest.mark.browser


def test_the_hosted_entry_shows_the_first_page(start_app, open_page):
    hosted = ROOT / "playground" / "ui" / "hosted" / "app.py"
    address = start_app(hosted, env={"PLAYGROUND_WORKERS": "1", "PYTHONPATH": ""})
    page = open_page("about:blank")
    response = page.goto(address)
    assert response is not None and "content-security-policy" in response.headers
    expect(page.get_by_role("button", name="Train it here", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.goto(f"{address}status")
    expect(page.get_by_role("heading", name="Status")).to_be_visible()
