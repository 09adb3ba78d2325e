"""Trainings on the pages about sequences in a real browser: the page follows its run by itself, and a link shows it."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SMALL = "s_hidden_size=4&s_epochs=3&s_patience=0"
PAGES = {
    "classify": f"classify?{SMALL}",
    "write": f"write?{SMALL}",
    "music": f"listen?{SMALL}",
    "speech": f"listen?part=speech&{SMALL}",
}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_follows_its_run_and_its_link_shows_it_to_others(open_page, app_server, path):
    page = open_page(f"{app_server}{path}")
    page.get_by_role("button", name="Step one epoch", exact=True).click()
    expect(page.get_by_text("Epoch 1 of 3", exact=True)).to_be_visible()
    expect(page.get_by_text("Paused")).to_be_visible()
    expect(page.locator("h4").first).to_have_text(re.compile("^Epoch 1"))
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_text("Epoch 3 of 3", exact=True)).to_be_visible()
    expect(page.get_by_text("Done")).to_be_visible()
    verdict = page.locator("h4").first
    expect(verdict).not_to_have_text(re.compile("^(Untrained|Epoch)"))
    other = open_page(page.url)
    expect(other.get_by_text("Epoch 3 of 3", exact=True)).to_be_visible()
    expect(other.locator("h4").first).to_have_text(verdict.inner_text())
    assert not [error for error in page.errors if "404" not in error]
