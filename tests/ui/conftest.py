"""The engine that pages are tested with."""

from functools import cache

import pytest
from fake_engine import FakeEngine, stand_in
from opening import headings
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from playground.ui.watching import answers, moments, seed_groups


@pytest.fixture
def engine(monkeypatch, tmp_path) -> FakeEngine:
    """An engine that trains nothing, with an empty home, and nothing remembered of other tests."""
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path))
    for kept in (answers._asked, seed_groups._kept, moments._weights_of):
        kept.clear()
    fake = FakeEngine()
    stand_in(monkeypatch, fake)
    return fake


@pytest.fixture(scope="session", autouse=True)
def components_are_looked_for_once():
    """Every page that a test opens has all installed packages searched for components: longer than most pages take."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def headings_keep_their_places(monkeypatch) -> None:
    """At every redraw: a heading that stood elsewhere before stands twice on a browser's page until the redraw ends."""
    redraw = AppTest._run

    def watched(page: AppTest, *args, **kwargs) -> AppTest:
        before = headings(page)
        page = redraw(page, *args, **kwargs)
        after = headings(page)
        moved = {text: (places, after[text]) for text, places in before.items() if after.get(text, places) != places}
        assert not moved, moved
        return page

    monkeypatch.setattr(AppTest, "_run", watched)
