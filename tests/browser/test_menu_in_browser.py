"""The menu in a real browser: two clicks to every page, a drawer on a phone that closes by itself, none in a frame;
and the colours of the first page as they are drawn."""

import pytest
from menu import choose, titles
from playwright.sync_api import expect

from playground.charts.theme import DARK, LIGHT

pytestmark = pytest.mark.browser

PAGES = [
    "Start", "Playground", "My forecast", "Data", "Inside the cell", "Hidden states", "Gradients", "Long memory",
    "Forecasts", "Leak lab", "Hidden size", "Compare", "The hand-made cell", "Classify", "Write", "Listen",
]  # fmt: skip


def rgb(colour: str) -> str:
    """Return a colour as browsers tell it."""
    return f"rgb({', '.join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))})"


def title(page, text: str):
    return page.get_by_role("heading", name=text, exact=True, level=1)


def test_every_page_is_two_clicks_away_and_the_one_for_leaders_is_linked_from_start(open_page, app_server):
    page = open_page(app_server)
    assert titles(page) == PAGES
    choose(page, "Leak lab")
    expect(title(page, "Leak lab")).to_be_visible()
    expect(page.get_by_role("menuitem")).to_have_count(0)
    choose(page, "Start")
    page.get_by_role("link", name="Lead a workshop").click()
    expect(title(page, "Status")).to_be_visible()
    assert page.errors == []


def test_train_it_here_opens_the_playground_already_training(open_page, app_server):
    page = open_page(app_server)
    page.wait_for_function("() => document.querySelector('.live-chart .js-plotly-plot')")
    page.get_by_role("button", name="Train it here", exact=True).click()
    page.wait_for_url("**/playground?**run=**")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.get_by_role("button", name="Reset", exact=True).click()


def test_an_old_link_opens_the_playground_and_keeps_its_menu_hidden_in_a_frame(open_page, app_server):
    page = open_page(f"{app_server}?v=1&hidden_size=9&embed=true")
    expect(title(page, "Playground")).to_be_visible()
    expect(page.get_by_test_id("stSidebar").get_by_text("9", exact=True).first).to_be_attached()
    expect(page.get_by_test_id("stTopNav")).to_have_count(0)


def test_on_a_phone_the_drawer_closes_after_a_choice(open_page, app_server):
    page = open_page(app_server, width=390, height=844, has_touch=True, is_mobile=True)
    for text in ("Data", "Listen", "My forecast"):
        page.get_by_test_id("stExpandSidebarButton").click()
        link = page.get_by_test_id("stSidebarNavLink").get_by_text(text, exact=True)
        link.scroll_into_view_if_needed()
        expect(link).to_be_in_viewport()
        link.click()
        expect(title(page, text)).to_be_visible()
        expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport()


@pytest.mark.parametrize(("scheme", "ground", "text"), [("light", LIGHT, "#ffffff"), ("dark", DARK, "#11161d")])
def test_what_can_be_pressed_has_its_colour_and_captions_their_size(open_page, app_server, scheme, ground, text):
    page = open_page(app_server, color_scheme=scheme)
    button = page.get_by_role("button", name="Train it here", exact=True)
    expect(button).to_have_css("background-color", rgb(ground.action))
    expect(button).to_have_css("color", rgb(text))
    caption = page.get_by_test_id("stCaptionContainer").filter(has_text="One-step").first
    expect(caption.locator("p")).to_have_css("font-size", "15px")
    expect(caption).to_have_css("opacity", "0.8")
