"""A press reaches the app once, although the browser may say it twice."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from test_arrivals import heard

from playground.ui.web.timers import without_presses


def asks(by_timer: bool, *, pressed: bool) -> bytes:
    """Return what a browser sends for a live part, with a slider and a button on it."""
    message = BackMsg()
    message.rerun_script.fragment_id = "stage"
    message.rerun_script.is_auto_rerun = by_timer
    message.rerun_script.widget_states.widgets.add(id="slider", int_value=3)
    if pressed:
        message.rerun_script.widget_states.widgets.add(id="button", trigger_value=True)
        message.rerun_script.widget_states.widgets.add(id="menu", string_trigger_value={"data": "a"})
    return message.SerializeToString()


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (asks(True, pressed=True), asks(True, pressed=False)),
        (asks(True, pressed=False), asks(True, pressed=False)),
        (asks(False, pressed=True), asks(False, pressed=True)),
        (BackMsg(load_git_info=True).SerializeToString(), BackMsg(load_git_info=True).SerializeToString()),
        (b"\xff nonsense", b"\xff nonsense"),
    ],
)
def test_only_the_message_of_a_timer_loses_its_presses(said, left):
    assert without_presses(said) == left


def test_of_a_press_said_twice_the_app_hears_once(monkeypatch):
    sent = [asks(True, pressed=True), asks(False, pressed=True)]
    assert heard(monkeypatch, sent) == [asks(True, pressed=False), asks(False, pressed=True)]
