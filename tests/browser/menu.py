"""The menu on top of every page, as a reader uses it."""

from playwright.sync_api import Locator, Page, expect


def sections(page: Page) -> list[Locator]:
    """Return the buttons behind which pages lie, once the menu has measured what fits beside each other."""
    found = page.get_by_test_id("stTopNavSection")
    expect(found).to_have_count(3)
    return found.all()


def titles(page: Page) -> list[str]:
    """Return the titles of all pages in the menu, in order."""
    found = [section.inner_text().strip() for section in sections(page)]
    shown = [link.inner_text().strip() for link in page.get_by_test_id("stTopNavLink").all()]
    for section in sections(page):
        section.click()
        expect(section).to_have_attribute("aria-expanded", "true")
        shown += [item.inner_text().strip() for item in page.get_by_role("menuitem").all()]
        page.keyboard.press("Escape")
        expect(page.get_by_role("menuitem")).to_have_count(0)
    assert not set(found) & set(shown), "a section is no page"
    return shown


def choose(page: Page, title: str) -> None:
    """Choose a page: one click where it stands in the bar, two where it lies behind a section."""
    behind = sections(page)
    link = page.get_by_test_id("stTopNavLink").get_by_text(title, exact=True)
    if link.count():
        link.click()
        return
    for section in behind:
        section.click()
        expect(section).to_have_attribute("aria-expanded", "true")
        item = page.get_by_role("menuitem", name=title, exact=True)
        if item.count():
            item.click()
            return
        page.keyboard.press("Escape")
    raise AssertionError(f"{title} is not in the menu")
