"""The embedded view of a run: charts, state and the way to the app, and no control at all."""

import pytest
from fake_engine import make_view, mounted
from patience import patience
from streamlit.testing.v1 import AppTest

from playground.config import Recipe
from playground.places import PAGES

PAGE = PAGES / "embed.py"
RUN = "run-0123456789"


@pytest.fixture
def engine(engine, monkeypatch):
    engine.foreign.add(RUN)
    return engine


def opened(run: str) -> AppTest:
    page = AppTest.from_file(str(PAGE), default_timeout=patience())
    page.query_params["run"] = run
    page.run()
    assert not page.exception, page.exception
    return page


@pytest.mark.parametrize("state", ["queued", "training", "paused", "finished", "diverged", "failed"])
@pytest.mark.parametrize("epochs", [0, 3])
def test_a_run_is_shown_in_every_state_without_controls(engine, state, epochs):
    engine.views[RUN] = make_view(Recipe(), state, epochs)
    page = opened(RUN)
    assert not page.error
    assert len(mounted(page)) == 2
    assert any("Open in RNN Playground" in text.value for text in page.markdown)
    assert not page.button and not page.selectbox and not page.slider
    assert engine.calls == []


@pytest.mark.parametrize("run", ["no-such-run", "../../etc", ""])
def test_a_link_without_a_run_says_so(engine, run):
    assert "names no run" in opened(run).info[0].value
