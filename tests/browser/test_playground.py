"""The Playground in a real browser: what is live, and what must survive."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

LONG = "?epochs=1000&patience_epochs=0&hidden_size=64&layers=2"
"""A run that lasts a minute or longer on any machine: it is still under way when a page has been loaded twice.

The address is the one that older links have: Streamlit looks for itself below any other and finds nothing there first.
"""

PLOTS = "() => [...document.querySelectorAll('.live-chart .js-plotly-plot')]"


FOLLOW_BUTTONS = """() => {
    window.places = {"Step one epoch": [], "Reset": []};
    const follow = () => {
        for (const button of document.querySelectorAll("[data-testid=stMain] button"))
            for (const [name, seen] of Object.entries(window.places)) {
                const at = Math.round(button.getBoundingClientRect().x);
                if (button.innerText.trim().endsWith(name) && !seen.includes(at)) seen.push(at);
            }
        requestAnimationFrame(follow);
    };
    follow();
}"""
"""From now on notes where two buttons stand: one that moves under a finger on its way up loses the press."""


def click(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def epoch(page: Page) -> int:
    """Return the epoch that the progress bar tells, 0 while there is none."""
    found = re.search(r"Epoch (\d+) of", page.locator("[data-testid=stMain]").inner_text())
    return int(found.group(1)) if found else 0


def wait_for_epoch(page: Page, at_least: int) -> int:
    """Wait until the page tells this epoch, for three minutes at most: training stands back behind what is drawn."""
    script = """(wanted) => {
        const found = /Epoch (\\d+) of/.exec(document.querySelector("[data-testid=stMain]").innerText);
        return found && Number(found[1]) >= wanted;
    }"""
    page.wait_for_function(script, arg=at_least)
    return epoch(page)


def chart(page: Page, index: int) -> dict:
    """Return what plotly holds of the page's chart number `index`: data as lists, axis ranges."""
    script = f"""(index) => {{
        const plot = ({PLOTS})()[index];
        const plain = (array) => array == null ? null : Array.from(array, (v) => ArrayBuffer.isView(v) ? plain(v) : v);
        return JSON.stringify({{
            y: plot.data.map((trace) => plain(trace.y)),
            z: plot.data.map((trace) => plain(trace.z)),
            names: plot.data.map((trace) => trace.name),
            range: plot._fullLayout.xaxis.range,
        }});
    }}"""
    return json.loads(page.evaluate(script, index))


def zoom(page: Page) -> list[float]:
    """Drag over a part of the first chart; return the range it then shows."""
    plot = page.locator(".live-chart .js-plotly-plot .nsewdrag").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.5 * box["height"], steps=5)
    page.mouse.up()
    page.wait_for_function(f"() => ({PLOTS})()[0]._fullLayout.xaxis.range[0] > 300")
    return chart(page, 0)["range"]


def expect_badge(page: Page, word: str) -> None:
    """Wait until the state of the run is told by this word."""
    expect(page.locator(".stMarkdownBadge").filter(has_text=word)).to_be_visible()


def open_ready(open_page, url: str, **options) -> Page:
    """Open the page and wait for its three charts."""
    page = open_page(url, **options)
    page.wait_for_function(f"() => ({PLOTS})().length === 3")
    return page


def test_first_screen_is_alive_says_that_it_is_recorded_and_fetches_nothing_from_elsewhere(open_page, app_server):
    asked = []
    watch = lambda page: page.on("request", lambda request: asked.append(request.url))  # noqa: E731
    page = open_ready(open_page, app_server + "playground", before=watch)
    expect_badge(page, "Recorded run")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()
    assert any(value is not None for value in chart(page, 0)["y"][3])
    page.wait_for_load_state("networkidle")
    elsewhere = [url for url in asked if not url.startswith((app_server, "data:", "blob:"))]
    assert asked
    assert elsewhere == []


def test_training_moves_loss_and_heatmap_and_keeps_the_zoom_then_pauses_and_steps(open_page, app_server):
    page = open_ready(open_page, app_server + LONG)
    click(page, "Train")
    wait_for_epoch(page, 3)
    early, zoomed = chart(page, 2), zoom(page)
    wait_for_epoch(page, max(20, epoch(page) + 10))
    assert chart(page, 0)["range"] == zoomed
    page.evaluate(FOLLOW_BUTTONS)
    click(page, "Pause")
    expect_badge(page, "Paused")
    loss = chart(page, 1)
    validation = loss["y"][loss["names"].index("validation")]
    assert validation[-1] < 0.2 * validation[0]
    assert [z for z in chart(page, 2)["z"] if z] != [z for z in early["z"] if z]
    paused_at = epoch(page)
    click(page, "Step one epoch")
    assert wait_for_epoch(page, paused_at + 1) == paused_at + 1
    expect_badge(page, "Paused")
    places = page.evaluate("window.places")
    assert {name: len(seen) for name, seen in places.items()} == {"Step one epoch": 1, "Reset": 1}, places
    click(page, "Reset")
    expect_badge(page, "Untrained")
    assert "run=" not in page.url
    assert page.errors == []


def test_run_survives_a_reload_and_a_second_tab_sees_it(open_page, app_server):
    page = open_ready(open_page, app_server + LONG)
    click(page, "Train")
    before = wait_for_epoch(page, 3)
    address = page.url
    assert "run=" in address
    page.reload()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    assert wait_for_epoch(page, before + 5) > before
    other = page.context.new_page()
    other.goto(address)
    wait_for_epoch(other, before + 5)
    other.get_by_role("button", name="Pause", exact=True).click()
    expect_badge(page, "Paused")
    click(page, "Reset")


def test_two_tabs_train_at_once(open_page, app_server):
    first = open_ready(open_page, app_server + LONG)
    second = open_ready(open_page, app_server + LONG + "&cell=gru")
    click(first, "Train")
    click(second, "Train")
    wait_for_epoch(first, 8)
    wait_for_epoch(second, 8)
    assert first.url != second.url
    click(first, "Reset")
    click(second, "Reset")


def test_link_opens_the_same_controls_in_another_browser(open_page, app_server):
    page = open_ready(
        open_page, app_server + "playground?series=sunspots&cell=gru&hidden_size=5&window_steps=12&seed=9"
    )
    for text in ("GRU", "5", "12"):
        expect(page.locator("[data-testid=stSidebar]").get_by_text(text, exact=True).first).to_be_visible()
    click(page, "Train")
    page.wait_for_url("**run=**")
    for part in ("series=sunspots", "cell=gru", "hidden_size=5", "window_steps=12", "seed=9", "run="):
        assert part in page.url
    click(page, "Reset")


def test_hostile_link_is_read_as_text(open_page, app_server):
    attack = (
        "playground?series=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&run=..%2F..%2Fx&ticker=%22%3E%3Cscript%3E"
        "&hidden_size=1e99"
    )
    dialogs = []
    page = open_ready(
        open_page,
        app_server + attack,
        before=lambda page: page.on("dialog", lambda dialog: dialogs.append(dialog.message)),
    )
    expect(page.get_by_text("The link was read with changes")).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    assert dialogs == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_shows_train_without_scrolling_sideways(open_page, app_server, scheme):
    page = open_ready(open_page, app_server + "playground", width=390, height=844, color_scheme=scheme)
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_in_viewport()
    wider = "() => document.documentElement.scrollWidth > window.innerWidth"
    assert not page.evaluate(wider)
    background = page.evaluate("() => getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert (sum(int(part) for part in re.findall(r"\d+", background)[:3]) < 300) == (scheme == "dark")
