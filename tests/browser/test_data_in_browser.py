"""In a real browser: windows move by themselves, a drawn curve becomes the series, and markup stays text."""

import math
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=alert(1)>"


def counted(page) -> int:
    """Return the number of the window that the player shows."""
    return int(re.search(r"Window ([\d,]+) of", page.locator(".player strong").inner_text())[1].replace(",", ""))


def test_windows_move_without_the_server(open_page, app_server):
    frames = []
    watch = lambda socket: socket.on("framesent", lambda _: frames.append(1))  # noqa: E731
    page = open_page(f"{app_server}data?window_steps=16", before=lambda page: page.on("websocket", watch))
    page.get_by_text("Trend strength").wait_for()
    page.get_by_text("Window 1 of").wait_for()
    page.get_by_role("button", name="Use these settings").wait_for()  # until then the page asks for what is suggested
    page.wait_for_timeout(2000)
    before = len(frames)
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".player strong")).not_to_contain_text(re.compile(r"Window [1-9] of"))
    page.get_by_role("button", name="Pause").click()
    shown = counted(page)
    page.get_by_role("img", name="the window and its target").press("ArrowRight")
    assert counted(page) == shown + 1
    page.get_by_role("img", name="the window and its target").press("Home")
    assert counted(page) == 1
    expect(page.locator(".words")).to_contain_text("The network reads step 0 to step 15 and must forecast")
    expect(page.locator(".shapes")).to_contain_text("(batch, time, features) = (64, 16, 1)")
    assert len(frames) == before


def test_a_drawn_curve_becomes_the_series_to_train_on(open_page, app_server):
    page = open_page(f"{app_server}data")
    page.get_by_role("tab", name="Draw a curve").click()
    pad = page.get_by_role("img", name="drawing pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 4, middle)
    page.mouse.down()
    for k in range(1, 81):
        page.mouse.move(box["x"] + 4 + k / 80 * (box["width"] - 8), middle - 80 * math.sin(k / 4))
    page.mouse.up()
    page.get_by_text("made 400 steps").wait_for()
    page.get_by_role("button", name="Train on it").click()
    page.wait_for_url(re.compile(r"series=own"))
    page.get_by_text("Your drawing:").first.wait_for()
    page.get_by_role("button", name="Train", exact=True).wait_for()
    assert "own=" not in page.url.replace("series=own", "")


def test_markup_in_a_file_stays_text(open_page, app_server):
    page = open_page(f"{app_server}data")
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    table = f"{MARKUP},{MARKUP}2\n" + "".join(f"{math.sin(k / 5):.3f},{MARKUP}\n" for k in range(200))
    chooser = page.locator("input[type=file]")
    chooser.wait_for(state="attached")
    chooser.set_input_files({"name": f"{MARKUP}.csv", "mimeType": "text/csv", "buffer": table.encode()})
    page.get_by_role("button", name="Use this series").click()
    page.get_by_text("is the series on every page now").wait_for()
    page.get_by_text("Window 1 of").wait_for()
    assert page.locator('img[src="x"]').count() == 0
    assert dialogs == []
