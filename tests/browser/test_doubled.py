"""Nothing stands twice on a page: no heading and no keyed block, whenever a training begins or ends.

The page is watched from before the click to after the end, at every change of it, and comes through a slow way,
so that it is seen in every state that it passes through; on a busy machine people see these for seconds.
The pages about sequences are followed in test_sequence_runs_in_browser.py.
"""

from urllib.parse import urlsplit

import pytest
from patience import patience
from playwright.sync_api import Page, TimeoutError, expect
from relay import Relay

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

SHORT = "epochs=3&patience_epochs=0&series=sine&length_steps=300&hidden_size=4&window_steps=8"
SEQUENCES = "s_epochs=6&s_hidden_size=4&s_batch_size=256"

WATCH = """
window.begin = ([train, running]) => {
    window.most = {}; window.usual = window.count(); window.train = train; window.running = running;
    window.wasDone = window.done();
};
window.count = () => {
    const main = document.querySelector("[data-testid=stMain]"), seen = {};
    if (!main) return seen;
    const note = (name, element) => { if (element.getClientRects().length) seen[name] = (seen[name] || 0) + 1; };
    for (const heading of main.querySelectorAll("h1, h2, h3, h4, h5, h6"))
        note("heading: " + heading.textContent.trim(), heading);
    for (const block of main.querySelectorAll("[class*=st-key-]"))
        for (const name of block.classList) if (name.startsWith("st-key-")) note("block: " + name, block);
    return seen;
};
window.has = (label) => [...document.querySelectorAll("[data-testid=stMain] button")].some(
    (button) => button.textContent.includes(label) && button.getClientRects().length && !button.disabled);
window.goesOn = () => window.has(window.running);
window.done = () => /\\bDone\\b/.test(document.querySelector("[data-testid=stMain]").innerText);
window.settled = () => window.over() && performance.now() - window.changed > 500
    && document.querySelector("[data-test-script-state=notRunning]");
window.over = () => !window.goesOn()
    && (window.ran || !window.has(window.train) || (window.done() && !window.wasDone));
window.look = () => {
    if (!window.running) return;
    window.ran ||= window.goesOn();
    for (const [name, times] of Object.entries(window.count()))
        window.most[name] = Math.max(times, window.most[name] || 0);
};
window.doubled = () => {
    const now = window.count(), usual = (name) => Math.max(1, window.usual[name] || 0, now[name] || 0);
    return Object.keys(window.most).filter((name) => window.most[name] > usual(name));
};
document.addEventListener("DOMContentLoaded", () => new MutationObserver((changes) => {
    if (changes.every((change) => change.target.closest?.(".live-chart, .living"))) return;
    window.changed = performance.now();
    window.look();
}).observe(document.body, {childList: true, subtree: true, characterData: true}));
"""
"""`doubled` lists what stood on the page more often, at any time, than both before and after it, and more than once."""


def button(page: Page, label: str):
    return page.get_by_test_id("stMain").get_by_role("button", name=label).first


def follow(open_page, relay: Relay, path: str, train: str, running: str) -> Page:
    """Open a page, press what begins a training, and wait for its end; return the page, watched all the while.

    Args:
        open_page, relay: The fixtures.
        path: Page and query.
        train: The button that begins it.
        running: The button that is there while it goes on, and only then.
    """
    page = open_page(f"http://127.0.0.1:{relay.port}/{path}", before=lambda page: page.add_init_script(WATCH))
    expect(button(page, train)).to_be_enabled()
    expect(page.get_by_test_id("stMain").get_by_text("hourglass_top")).to_have_count(0)
    relay.slow = True
    page.evaluate("(labels) => window.begin(labels)", [train, running])
    button(page, train).click()
    wait_until(page, "over")
    relay.slow = False
    wait_until(page, "settled")
    return page


def wait_until(page: Page, reached: str) -> None:
    """Wait for the end of the training; a browser that is busy may never draw one that takes less than a second."""
    try:
        page.wait_for_function(f"() => window.{reached}()", timeout=1000 * patience(300))
    except TimeoutError:
        seen = "began and did not end" if page.evaluate("window.ran") else "was never seen to begin"
        pytest.fail(f"the training {seen}; the page says:\n{page.get_by_test_id('stMain').inner_text()}")


def doubled(page: Page) -> list[str]:
    """Return what stood twice on a page that was followed."""
    return page.evaluate("window.doubled()")


PAGES = {
    "gradients": (f"gradients?{SHORT}", "Train", "Stop"),
    "long memory": ("long_memory", "Train all three now", "Stop"),
    "leak lab": (f"leak_lab?{SHORT}", "Train both", "Stop"),
    "hidden size": (f"hidden_size?{SHORT}", "networks", "Stop"),
    "compare": (f"compare?{SHORT}", "Start a duel", "Pause all"),
    "hand-made cell": (f"hand_made_cell?{SEQUENCES}", "Train all four", "Pause"),
}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_stands_twice_while_a_training_begins_and_ends(open_page, relay, name):
    assert doubled(follow(open_page, relay, *PAGES[name])) == []


def test_nothing_stands_twice_on_the_playground_and_on_the_forecasts_of_its_run(open_page, relay):
    page = follow(open_page, relay, f"playground?{SHORT}", "Train", "Pause")
    assert doubled(page) == []
    assert "run=" in page.url
    page = follow(open_page, relay, f"forecasts?{urlsplit(page.url).query}", "seeds", "Stop")
    assert doubled(page) == []
