"""What protects a visitor, by real requests and in a real browser: headers, policy, planted markup, forged links."""

import json
import time
import urllib.error
import urllib.request
from urllib.parse import quote, urlsplit

import pytest
from menu import choose, titles
from patience import patience
from playwright.sync_api import expect

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.histories import EpochRecord
from playground.places import ROOT
from playground.runs import RunStore, StoredRun, material_key
from playground.ui.web.headers import FIXED, content_security_policy

MARKUP = "<img src=x onerror=alert(1)>"
OWNER = "visitor-visitor-visito"
RUN = "planted-run-0123456789"
WATCH = f"""
localStorage.setItem("rnn-playground-visitor", "{OWNER}");
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(
    [event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber].join(" ")));
"""


@pytest.fixture(scope="module")
def planted(start_app, tmp_path_factory) -> str:
    """An app whose store holds a run of OWNER with markup for a name and a note: its URL."""
    home = tmp_path_factory.mktemp("planted")
    series = load_series(Recipe().data)
    epochs = tuple(EpochRecord(epoch, 1 / epoch, 1 / epoch, 1.0, 0.0, 0.003, 0.1 * epoch) for epoch in (1, 2, 3))
    recipe = Recipe().model_dump_json()
    run = StoredRun(RUN, OWNER, time.time(), recipe, material_key(series), "failed", MARKUP, epochs, (), 3, 3)
    store = RunStore(home / "runs.sqlite3")
    assert store.save(run, series)
    store.shelf(OWNER).mark(RUN, name=MARKUP, note=MARKUP)
    store.close()
    return start_app(ROOT / "streamlit_app.py", env={"PLAYGROUND_WORKERS": "1", "PLAYGROUND_HOME": str(home)})


def answer(url: str, method: str = "GET", **more: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers (names in lower case) and body of one request."""
    request = urllib.request.Request(url, method=method, headers={k.replace("_", "-"): v for k, v in more.items()})
    try:
        with urllib.request.urlopen(request, timeout=patience()) as got:
            return got.status, {name.lower(): value for name, value in got.headers.items()}, got.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, {name.lower(): value for name, value in refused.headers.items()}, refused.read()


@pytest.mark.parametrize("path", ["", "data", "embed?embed=true", "_stcore/health", "static/js/none.js", "media/none"])
def test_every_answer_has_the_headers(planted, path):
    _, headers, _ = answer(planted + path)
    assert {name: headers.get(name.lower()) for name in FIXED} == FIXED
    parts = urlsplit(planted + path)
    assert headers["content-security-policy"] == content_security_policy(parts.path, parts.netloc)


def test_only_the_embed_page_may_be_framed_by_others(planted):
    ends = {path: answer(planted + path)[1]["content-security-policy"] for path in ("", "?embed=true", "embed")}
    assert ends[""].endswith("frame-ancestors 'self'")
    assert ends["?embed=true"].endswith("frame-ancestors 'self'")
    assert ends["embed"].endswith("frame-ancestors *")


def test_a_stranger_s_name_for_this_server_and_others_eyes_on_its_metrics_are_refused(planted):
    assert answer(planted)[0] == 200
    assert answer(planted, Host="evil.example")[0] == 421
    assert answer(f"{planted}_stcore/health", Host="evil.example")[0] == 421
    assert answer(f"{planted}_stcore/metrics")[0] == 200
    assert answer(f"{planted}_stcore/metrics", X_Forwarded_For="127.0.0.1")[0] == 403


def test_no_other_site_may_steer_the_app_from_outside_its_frame(planted):
    status, _, body = answer(f"{planted}_stcore/host-config")
    assert (status, json.loads(body)["allowedOrigins"]) == (200, [])


@pytest.mark.parametrize(
    "path", ["..%2f..%2fstreamlit_app.py", "%2e%2e/%2e%2e/streamlit_app.py", "vendor/..%2fsettings.py", "//etc/passwd"]
)
@pytest.mark.parametrize("start", ["", "media/", "static/", "_stcore/upload_file/", "component/"])
def test_no_path_leads_out_of_what_is_served(planted, start, path):
    status, _, body = answer(planted + start + path)
    assert b"Entry point" not in body and b"root:" not in body and b"PLAYGROUND_" not in body
    assert status >= 400 or b"<title>Streamlit</title>" in body


def violations(page) -> list[str]:
    return page.evaluate("window.violations")


def assert_nothing_ran(page) -> None:
    """Planted markup is neither an element, nor stopped by the policy only, nor executed."""
    assert page.locator('img[src="x"]').count() == 0
    assert violations(page) == []
    assert page.dialogs == []


@pytest.fixture
def open_watched(open_page):
    """Open a page as OWNER, and note dialogs and whatever the policy stops."""

    def opened(url: str):
        def prepare(page):
            page.dialogs = []
            page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
            page.add_init_script(WATCH)

        return open_page(url, before=prepare)

    return opened


@pytest.mark.browser
def test_every_page_works_under_the_policy_and_markup_stays_text(planted, open_watched):
    forged = "&".join(f"{name}={quote(MARKUP)}" for name in ("ticker", "extra_inputs", "cell", "own", "learning_rate"))
    page = open_watched(f"{planted}?run={RUN}&{forged}")
    expect(page.get_by_text("The link was read with changes")).to_be_visible()
    expect(page.get_by_text(MARKUP).first).to_be_visible()
    for title in titles(page):
        choose(page, title)
        heading = "RNN Playground" if title == "Start" else title
        expect(page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
        assert_nothing_ran(page)
    page.goto(f"{planted}status")
    expect(page.get_by_role("heading", name="Status", exact=True, level=1)).to_be_visible()
    assert_nothing_ran(page)
    page.goto(planted)
    page.locator(".live-chart .main-svg").first.wait_for()
    page.goto(f"{planted}compare")
    expect(page.get_by_text(MARKUP).first).to_be_attached()
    assert_nothing_ran(page)


@pytest.mark.browser
def test_markup_that_a_network_learns_and_writes_stays_text(planted, open_watched):
    page = open_watched(f"{planted}write?s_text=own&s_hidden_size=4&s_epochs=1&s_batch_size=2")
    page.locator("textarea").first.fill(f"{MARKUP}\n" * 40)
    page.get_by_role("button", name="Read the pasted text").click()
    page.get_by_label("Your beginning").fill(MARKUP)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("Trained: ")).to_be_visible()
    page.get_by_role("button", name="Write", exact=False).last.click()
    expect(page.get_by_test_id("stCode").filter(has_text=MARKUP)).to_be_visible()
    expect(page.get_by_text("Which letters moved")).to_be_visible()
    assert_nothing_ran(page)
