"""Trainings on sequences have the buttons, links and watchers that every run has."""

import pytest
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.hosting.settings import Settings

pytestmark = pytest.mark.usefixtures("engine")

PAGES = {
    "classify": {"s_task": "waveforms", "s_hidden_size": "4", "s_epochs": "300"},
    "write": {"s_text": "abab", "s_hidden_size": "4", "s_epochs": "300", "s_batch_size": "1"},
    "listen": {"s_hidden_size": "4", "s_epochs": "300"},
}


@pytest.fixture(autouse=True)
def short_turns(engine):
    """Let no look train for long, so that a run is still under way after many."""
    engine.settings = Settings(slice_s=0.05, first_slice_s=0.01)


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button if not button.disabled]


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception, page.exception
    return page


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def run_of(page: AppTest, engine):
    (run,) = engine.live.values()
    assert page.query_params["s_run"] == run.run_id
    return run


@pytest.mark.parametrize("name", PAGES)
def test_a_run_is_stepped_steered_and_reset(name, engine):
    page = opener(name, PAGES[name])()
    page = press(page, "Step one epoch")
    run, looks = run_of(page, engine), 0
    while run.state == "training" and looks < 40:
        page.run()
        looks += 1
    for _ in range(2):
        page.run()
        assert (run.state, run.position) == ("paused", (1, 0))
    assert "Continue" in labels(page) and "Epoch 1 of 300" in page.get("progress")[0].proto.text
    next(slider for slider in page.select_slider if slider.label == "Learning rate").set_value(0.0001).run()
    assert ("change_learning_rate", 0.0001) in engine.calls
    assert run.recipe.training.learning_rate_changes == ((2, 0.0001),)
    assert "changed while training: 0.0001 from epoch 2" in texts(page)
    page = press(page, "Continue")
    assert run.state == "training" and "Pause" in labels(page)
    page = press(page, "Pause")
    assert run.state == "paused"
    page = press(page, "Reset")
    assert run.state == "stopped_early" and "s_run" not in page.query_params
    assert "Press Train." in texts(page) and "Untrained" in texts(page)


def test_another_browser_watches_by_the_link_and_trains_an_own_one(engine):
    first = press(opener("write", PAGES["write"])(), "Train")
    run = run_of(first, engine)
    engine.foreign.add(run.run_id)
    other = opener("write", {**PAGES["write"], "s_run": run.run_id})()
    other.session_state["recognised"] = True
    other.run()
    assert "Pause" not in labels(other) and "Leave this run" in labels(other)
    assert "of 300" in other.get("progress")[0].proto.text
    other = press(other, "Train your own from this recipe")
    assert len(engine.live) == 2 and other.query_params["s_run"] != run.run_id
    assert run.state == "training"


def test_a_run_under_way_goes_on_with_its_own_settings_until_the_new_ones_are_trained(engine):
    page = press(opener("write", PAGES["write"])(), "Train")
    run = run_of(page, engine)
    next(slider for slider in (*page.slider, *page.select_slider) if slider.label == "Hidden size").set_value(8).run()
    assert "The settings have changed; this run goes on with its own." in texts(page)
    press(page, "Train the new settings")
    former, new = engine.live.values()
    assert former is run and run.state == "stopped_early"
    assert (new.recipe.network.hidden_size, new.state) == (8, "training")


@pytest.mark.parametrize("run", ["../../etc/passwd", "x" * 200, "no-such-run"])
def test_a_run_that_is_none_in_the_link_shows_the_untrained_network(run):
    page = opener("write", {**PAGES["write"], "s_run": run})()
    assert "Press Train." in texts(page) and "s_run" not in page.query_params


def test_a_run_of_another_kind_is_not_shown(engine):
    page = press(opener("write", PAGES["write"])(), "Train")
    run = run_of(page, engine)
    other = opener("classify", {**PAGES["classify"], "s_run": run.run_id})()
    assert "Press Train." in texts(other) and "s_run" not in other.query_params
    playground = opener("playground", {"run": run.run_id})()
    assert "is not one of forecasts" in texts(playground)
