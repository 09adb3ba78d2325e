"""Trainings on the pages about sequences in a real browser: the page follows its run by itself, and a link shows it."""

import re

import pytest
from playwright.sync_api import Page, expect
from test_doubled import doubled, follow

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

SMALL = "s_hidden_size=4&s_epochs=3&s_patience=0&s_batch_size=256"
PAGES = {
    "classify": f"classify?{SMALL}",
    "write": f"write?{SMALL}",
    "music": f"listen?{SMALL}",
    "speech": f"listen?part=speech&{SMALL}",
}


def click(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def expect_done(page: Page) -> None:
    """Wait until the page tells the end of its run and what came of it."""
    expect(page.get_by_text("Epoch 3 of 3", exact=True)).to_be_visible()
    expect(page.get_by_text("Done")).to_be_visible()
    expect(page.locator("h4").first).not_to_have_text(re.compile("^(Untrained|Epoch)"))


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_follows_its_run_and_its_link_shows_it_to_others(open_page, relay, path):
    page = follow(open_page, relay, path, "Train", "Pause")
    assert doubled(page) == []
    expect_done(page)
    other = open_page(page.url)
    expect(other.get_by_text("Epoch 3 of 3", exact=True)).to_be_visible()
    expect(other.locator("h4").first).to_have_text(page.locator("h4").first.inner_text())

    click(page, "Reset")
    click(page, "Step one epoch")
    expect(page.get_by_text("Epoch 1 of 3", exact=True)).to_be_visible()
    expect(page.get_by_text("Paused")).to_be_visible()
    expect(page.locator("h4").first).to_have_text(re.compile("^Epoch 1"))
    click(page, "Continue")
    expect_done(page)
    assert not [error for error in page.errors if "404" not in error]
