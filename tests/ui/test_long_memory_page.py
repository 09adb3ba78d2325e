"""The page "Long memory" as a whole; its trainings are real, but very short and in this process."""

import pytest
from fake_engine import mounted
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.labs.memory.results import SHOWN_SEQUENCES, Effort
from playground.labs.memory.tasks import TASKS

pytestmark = pytest.mark.usefixtures("engine")


open_page = opener("long_memory")


def button(page: AppTest, label: str):
    return next(button for button in page.button if button.label == label)


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error)
    return "\n".join(element.value for kind in kinds for element in kind)


def shorten(page: AppTest) -> AppTest:
    """Choose a budget and a network that are done in no time."""
    page.select_slider(key="memory hidden_size").set_value(4)
    page.select_slider(key="memory memory_steps").set_value(500)
    page.select_slider(key="memory memory_seconds").set_value(10)
    page.slider(key="memory difficulty adding").set_value(4)
    return page.run()


def test_first_visit_shows_the_recorded_classic_result(engine):
    page = open_page()
    told = texts(page)
    assert "recorded run of exactly these settings" in told and "recorded climb" in told
    assert "RNN: not solved in 2,000 steps" in told and "Hardly better than a constant" in told
    assert "LSTM: solved after" in told and "GRU: solved after" in told
    assert [metric.label for metric in page.metric] == ["Right answer", "RNN says", "LSTM says", "GRU says"]
    assert len(mounted(page)) == 8
    assert engine.calls == []


def test_stepping_shows_another_example():
    page = open_page()
    first = page.metric[0].value
    button(page, "Next example").click().run()
    assert "Sequence 2 of" in texts(page) and page.metric[0].value != first
    button(page, "Before").click().run()
    button(page, "Before").click().run()
    assert f"Sequence {SHOWN_SEQUENCES} of" in texts(page)


@pytest.mark.parametrize("task", list(TASKS.values())[1:], ids=list(TASKS)[1:])
def test_every_task_opens_with_its_recording(task):
    page = open_page()
    page.radio(key="memory task").set_value(task.name).run()
    assert not page.exception
    assert "recorded run of exactly these settings" in texts(page)
    assert page.slider(key=f"memory difficulty {task.name}").max == task.hardest


def test_training_all_three_ends_with_a_verdict_for_each(engine):
    page = shorten(open_page())
    assert "Press Train all three now" in texts(page)
    button(page, "Train all three now").click().run()
    for _ in range(8):
        page.run()
    assert not page.exception
    told = texts(page)
    assert "not trained yet" not in told and "so far" not in told
    assert {arguments[0].cell for _, arguments in engine.calls} == {"rnn", "lstm", "gru"}
    assert {arguments[0].effort for _, arguments in engine.calls} == {Effort(4, steps=500, seconds=10)}
    assert button(page, "Train all three now").disabled
    assert "as long as the seconds suffice" in button(page, "Train all three now").help
    assert "Stop" not in [button.label for button in page.button]


def test_a_training_under_way_shows_its_progress_and_can_be_stopped(engine):
    engine.stalled = True
    page = shorten(open_page())
    button(page, "Train all three now").click().run()
    assert "Training RNN, LSTM and GRU" in page.get("progress")[0].proto.text
    button(page, "Stop").click().run()
    assert len(engine.rested) == 3 and not page.get("progress")
    assert not button(page, "Train all three now").disabled


def test_a_climb_goes_up_and_can_be_stopped(engine):
    page = shorten(open_page())
    assert "press Climb now" in texts(page)
    button(page, "Climb now").click().run()
    for _ in range(3):
        page.run()
    assert not page.exception
    assert "climb side by side" in page.get("progress")[0].proto.text
    assert "RNN: " in texts(page)
    button(page, "Stop").click().run()
    assert engine.rested and not page.get("progress")


def test_a_problem_is_one_sentence(engine):
    engine.study_problem = "at most 32 long computations can go on per visitor"
    page = shorten(open_page())
    button(page, "Train all three now").click().run()
    assert "at most 32 long computations" in texts(page)
    assert not page.get("progress")


def test_the_choice_stays_over_a_look_at_another_page():
    page = shorten(open_page())
    page.radio(key="memory task").set_value("parity").run()
    assert page.session_state["remembered memory effort"].hidden_size == 4
    assert page.session_state["remembered memory task"] == "parity"
    assert page.session_state["remembered memory difficulty adding"] == 4
