"""The page Hidden size as a whole; its trainings are real, but very short and in this process."""

from pathlib import Path

import pytest
from fake_engine import FakeEngine, mounted, stand_in
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.config import Recipe
from playground.engine import EngineStatus
from playground.ui.hidden_size import sweep

SMALL = {"length_steps": "260", "window_steps": "8", "hidden_size": "4"}


class KeepingEngine(FakeEngine):
    """Keeps finished runs by name."""

    def __init__(self):
        super().__init__()
        self.kept: dict[str, tuple[Recipe, str]] = {}

    def keep_finished(self, recipe, series, epochs, checkpoint, team=""):
        assert checkpoint.state != "training" and len(epochs) == checkpoint.epoch
        name = f"kept-0123456789-{len(self.kept)}"
        self.kept[name] = (recipe, team)
        return name

    def view(self, run_id, watching=True):
        return run_id if run_id in self.kept else None


@pytest.fixture(autouse=True)
def engine(engine, monkeypatch):
    monkeypatch.setattr(sweep, "EPOCH_COUNTS", (2, 30))
    fake = KeepingEngine()
    stand_in(monkeypatch, fake)
    return fake


open_page = opener("hidden_size", SMALL)


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info, page.success)
    return "\n".join(element.value for kind in kinds for element in kind)


def button(page: AppTest, label: str):
    return next(button for button in page.button if button.label.startswith(label))


def small_sweep(page: AppTest, values=(2, 4)) -> AppTest:
    page.selectbox(key="sweep epochs").set_value(2).run()
    page.button_group(key="values hidden_size 8").set_value(list(values)).run()
    assert not page.exception, page.exception
    return page


def train(page: AppTest, runs: int = 8) -> AppTest:
    button(page, "Train ").click().run()
    for _ in range(runs):
        page.run()
    assert not page.exception, page.exception
    return page


def test_the_first_screen_shows_a_recorded_sweep_and_offers_the_training():
    page = open_page()
    assert "Recorded sweep" in texts(page)
    assert "hidden size" in texts(page).lower()
    assert len(mounted(page)) == 2
    assert button(page, "Train 18 networks")


def test_a_sweep_is_judged_kept_and_can_be_opened(engine, monkeypatch):
    opened = []
    monkeypatch.setattr("streamlit.switch_page", lambda path: opened.append(Path(path).name))
    page = train(small_sweep(open_page()))
    told = texts(page)
    assert "Recorded" not in told
    assert "Too few seeds to say which is best" in told and "Take hidden size" in told
    assert {(r.network.hidden_size, r.seed, r.training.epochs) for r, _ in engine.kept.values()} == {
        (size, seed, 2) for size in (2, 4) for seed in (1, 2, 3)
    }
    assert len({team for _, team in engine.kept.values()}) == 1
    assert button(page, "Train 6 networks").disabled
    box = next(box for box in page.selectbox if box.label.startswith("Look into"))
    assert len(box.options) == 6
    box.set_value(box.options[4]).run()
    button(page, "Open in").click().run()
    assert opened == ["playground.py"]
    recipe = page.session_state["recipe"]
    assert (recipe.network.hidden_size, recipe.seed, recipe.training.learning_rate) == (4, 2, 0.003)
    assert engine.kept[page.session_state["run_id"]][0] == recipe
    assert len(engine.kept) == 6


def test_two_choices_draw_a_map():
    page = small_sweep(open_page())
    page.selectbox(key="axis 2 hidden_size").set_value("cell").run()
    page = train(page, runs=20)
    assert len(mounted(page)) == 1
    assert "Each cell is the mean" in texts(page)


def test_a_sweep_under_way_shows_its_progress_and_can_be_stopped(engine):
    engine.stalled = True
    page = train(small_sweep(open_page()), runs=0)
    assert "Training 6 networks" in page.get("progress")[0].proto.text
    button(page, "Stop").click().run()
    assert len(engine.rested) == 2 and not page.get("progress")
    assert button(page, "Train 6 networks")


def test_when_the_time_is_over_what_is_trained_stays(engine, monkeypatch):
    page = small_sweep(open_page())
    engine.stalled = True
    now = sweep.time.monotonic()
    train(page, runs=0)
    monkeypatch.setattr(sweep.time, "monotonic", lambda: now + 1000.0)
    page.run()
    assert "time limit of 2 min is over" in texts(page)
    assert not page.get("progress")


def test_time_does_not_run_while_the_workers_start(engine, monkeypatch):
    page = small_sweep(open_page())
    engine.stalled, engine.said = True, EngineStatus("starting", "Starting the workers.", 0, 0, 0)
    now = sweep.time.monotonic()
    train(page, runs=0)
    monkeypatch.setattr(sweep.time, "monotonic", lambda: now + 1000.0)
    page.run()
    assert "Starting the workers" in page.get("progress")[0].proto.text


def test_a_training_that_fails_is_one_sentence(engine):
    engine.study_problem = "the worker died 4 times"
    page = train(small_sweep(open_page()), runs=0)
    assert "the worker died 4 times" in texts(page) and not page.get("progress")


def test_one_value_is_no_sweep_and_says_so():
    page = small_sweep(open_page(), values=(4,))
    assert len(page.error) == 1 and "at least 2 different values" in page.error[0].value


def test_the_own_rate_can_be_kept():
    page = open_page(learning_rate="0.02")
    box = page.selectbox(key="sweep rate 0.02")
    assert list(box.options) == ["0.003, quick", "0.02, your recipe's"]
    box.set_value(0.02).run()
    assert not page.exception and not page.error


def test_a_click_on_a_dot_chooses_that_network(monkeypatch):
    from playground.labs.sweeps.recorded import RECORDED_PLAN, recorded_points
    from playground.ui.hidden_size import sweep_views

    chosen = []
    monkeypatch.setattr(sweep_views.state, "preset", lambda name, value: chosen.append(value))
    points = recorded_points()
    sweep_views._pick(RECORDED_PLAN, points, {"x": 8, "y": points[2].networks[1].validation_error}, "s")
    assert chosen == [((8,), 1)]
    for nonsense in ({}, {"x": "8", "y": 1.0}, {"range": [1, 2]}):
        sweep_views._pick(RECORDED_PLAN, points, nonsense, "s")
    assert len(chosen) == 1
