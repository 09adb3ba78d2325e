"""The leak lab page as a whole; its trainings are real, but very short and in this process."""

import pytest
from fake_engine import FRAME, mounted
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.labs.leaks.mistakes import MISTAKES, hidden_leak
from playground.ui.leak_lab import leak_challenge, leak_lab
from playground.ui.watching import long_work

SMALL = {"length_steps": "300", "window_steps": "8", "hidden_size": "4"}


@pytest.fixture(autouse=True)
def engine(engine, monkeypatch):
    monkeypatch.setattr("playground.labs.leaks.preparing.LAB_STEPS", 8)
    monkeypatch.setattr(leak_challenge, "challenge_recipe", small_challenge)
    return engine


def small_challenge(number):
    from playground.labs.leaks.mistakes import CHALLENGE

    return CHALLENGE.replaced(length_steps=300, hidden_size=4, data_seed=number, window_steps=12)


open_page = opener("leak_lab", SMALL)


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info, page.success)
    return "\n".join(element.value for kind in kinds for element in kind)


def button(page: AppTest, label: str):
    return next(button for button in page.button if button.label == label)


def press(page: AppTest, label: str, runs: int = 6) -> AppTest:
    button(page, label).click().run()
    for _ in range(runs):
        page.run()
    assert not page.exception, page.exception
    return page


def test_first_screen_draws_the_path_and_offers_the_training():
    page = open_page()
    assert page.toggle(key="leak target").value
    assert len(mounted(page)) == 1
    assert not button(page, "Train both").disabled
    assert "Press Train both" in texts(page)


def test_training_both_compares_promise_and_reality(engine):
    page = press(open_page(), "Train both")
    told = texts(page)
    assert "**Honest**: reported" in told
    assert "**Target inside the window**:" in told and "3 pairs of runs" in told
    assert len(mounted(page)) == 2
    asked = {(frozenset(arguments[2]), arguments[0].seed) for name, arguments in engine.calls}
    assert asked == {(frozenset(leaks), seed) for leaks in ((), ("target",)) for seed in (1, 2, 3)}
    assert button(page, "Train both").disabled
    assert "Stop" not in [button.label for button in page.button]


def test_several_mistakes_are_measured_one_by_one_and_together():
    page = open_page()
    page.toggle(key="leak gap").set_value(True).run()
    page = press(page, "Train both", runs=8)
    for title in ("Target inside the window", "No gap", "Both together"):
        assert f"**{title}**:" in texts(page)


def test_without_a_mistake_there_is_nothing_to_train():
    page = open_page()
    page.toggle(key="leak target").set_value(False).run()
    assert button(page, "Train both").disabled
    assert "at least one mistake" in button(page, "Train both").help


def test_a_training_under_way_shows_its_progress_and_can_be_stopped(engine):
    engine.stalled = True
    page = press(open_page(), "Train both", runs=0)
    assert "Training 6 networks" in page.get("progress")[0].proto.text
    button(page, "Stop").click().run()
    assert len(engine.rested) == 6
    assert not page.get("progress")
    assert not button(page, "Train both").disabled


def test_a_run_that_fails_is_one_sentence(engine):
    engine.study_problem = "the run cannot be scored: its forecasts are not all finite"
    page = press(open_page(), "Train both", runs=0)
    assert "cannot be scored" in texts(page)
    assert not page.get("progress")


def test_a_series_too_short_for_the_lab_is_one_sentence():
    page = open_page(series="sunspots", window_steps="40")
    assert len(page.error) == 1
    assert "window" in page.error[0].value


def test_a_long_series_is_cut_and_says_so():
    page = open_page(series="sea_surface_temperature")
    assert not page.error
    assert "latest 6,000 points" in texts(page)


@pytest.mark.parametrize("title", leak_lab.STARTS)
def test_every_starting_point_opens(title):
    page = open_page()
    button(page, title).click().run()
    assert not page.exception and not page.error
    recipe = page.session_state["recipe"]
    assert recipe.data.series == leak_lab.STARTS[title]["series"]


def open_challenge(number: int) -> AppTest:
    page = open_page()
    page.number_input(key="challenge number").set_value(number).run()
    return press(page, "Show me the score", runs=0)


def sent(page: AppTest) -> bytes:
    """All that the page sends to the browser, chart data included, but for the visitor's random name."""
    elements = [element for block in (page.main, page.sidebar) for element in block]
    protos = [element.proto for element in elements if getattr(element, "proto", None)]
    return b"".join(p.SerializeToString() for p in protos if getattr(p, "component_name", "") not in FRAME)


def page_hiding(name: str, monkeypatch) -> AppTest:
    """The challenge as it is when `name` is hidden, but with the numbers of an honest run."""
    reached = long_work.so_far
    monkeypatch.setattr(leak_challenge, "hidden_leak", lambda number: name)
    monkeypatch.setattr(
        long_work, "so_far", lambda key, job: reached(key, job) and reached(key.removesuffix(name), job)
    )
    page = open_challenge(7)
    monkeypatch.setattr(long_work, "so_far", reached)
    return page


def test_the_hidden_mistake_is_named_by_nothing_before_the_guess(monkeypatch):
    """Whatever is hidden, with the same numbers the page is the same to the last byte."""
    pages = [page_hiding(name, monkeypatch) for name in MISTAKES]
    assert "What can be measured" in texts(pages[0])
    assert len({sent(page) for page in pages}) == 1
    answered = pages[-1].radio(key="guess 7").set_value("gap").run()
    assert MISTAKES[list(MISTAKES)[-1]].sign[:20].encode() in sent(answered)


@pytest.mark.parametrize("right", [True, False])
def test_a_guess_opens_the_answer_with_its_reason(right):
    page = open_challenge(3)
    hidden = MISTAKES[hidden_leak(3)]
    assert hidden.sign[:30] not in texts(page)
    guess = hidden.name if right else next(name for name in MISTAKES if name != hidden.name)
    page.radio(key="guess 3").set_value(guess).run()
    assert not page.exception
    assert hidden.title in (page.success if right else page.error)[0].value
    assert "How it shows" in texts(page)


def test_a_challenge_shows_both_runs_side_by_side():
    page = open_challenge(5)
    table = page.table[0].value
    assert list(table.columns) == ["The suspect", "Honest"]
    assert "Windows trained on" in table.index
    button(page, "Another one").click().run()
    assert not page.exception
