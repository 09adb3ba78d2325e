"""The on-screen keyboard in a real browser: mouse, letters, a rest, undo; what was played begins a melody."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_an_own_tune_is_played_by_mouse_and_letters_and_can_be_heard(open_page, app_server):
    page = open_page(f"{app_server}listen", height=1000)
    board = page.locator(".board")
    board.wait_for()
    players = page.locator("audio")
    expect(players).to_have_count(2)
    for name in ("C4", "E4"):
        board.get_by_role("button", name=name, exact=True).click()
    board.get_by_role("button", name="length 1/2").click()
    board.get_by_role("button", name="dotted").click()
    board.focus()
    for key in ("k", "1", "w", "Backspace", "Space"):
        page.keyboard.press(key)
    written = board.locator(".written")
    expect(written).to_have_text("4 notes: C4 1/4  ·  E4 1/4  ·  C5 3/4  ·  rest 1/16")
    expect(players).to_have_count(3)
    page.wait_for_function("() => [...document.querySelectorAll('audio')].at(-1).duration > 2.6")
    begin = page.locator("[data-testid=stSelectbox]").filter(has_text="Begin with").locator("input")
    begin.press_sequentially("Your own", delay=20)
    begin.press("Enter")
    given = page.get_by_role("slider", name="Notes given")
    expect(given).to_have_value("4")
    board.get_by_role("button", name="Clear").click()
    expect(players).to_have_count(2)
    expect(given).to_have_value("7")
    assert not [error for error in page.errors if "404" not in error]
