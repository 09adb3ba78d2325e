"""What a page still asks for after its tab went on is not handed to Streamlit; everything else is."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from test_arrivals import heard

from playground.ui.web.left_pages import Shown


def asks(page: str, part: str = "") -> bytes:
    """Return what a browser sends for a page, or for a part of it."""
    message = BackMsg()
    message.rerun_script.page_script_hash = page
    message.rerun_script.fragment_id = part
    return message.SerializeToString()


@pytest.mark.parametrize(
    ("said", "last", "late"),
    [
        ((), asks("one", "tick"), False),
        ((asks(""),), asks("one", "tick"), False),
        ((asks("one"),), asks("one", "tick"), False),
        ((asks("one"), asks("two")), asks("one", "tick"), True),
        ((asks("one"), asks("two")), asks("two", "tick"), False),
        ((asks("one"), asks("two"), asks("one")), asks("one", "tick"), False),
        ((asks("one"), asks("two")), asks("one"), False),
        ((asks("one"), asks("two")), asks("", "tick"), False),
        ((asks("one"), asks("two")), b"\xff nonsense", False),
        ((asks("one"), asks("two")), BackMsg(load_git_info=True).SerializeToString(), False),
    ],
)
def test_only_a_part_of_a_page_that_was_left_is_late(said, last, late):
    shown = Shown()
    for message in said:
        assert not shown.is_late("tab", message)
    assert shown.is_late("tab", last) == late


def test_where_the_server_itself_went_on_to_another_page_its_parts_are_answered():
    shown = Shown()
    shown.is_late("tab", asks("one"))
    shown.show("tab", "two")
    assert not shown.is_late("tab", asks("two", "tick"))
    assert shown.is_late("tab", asks("one", "tick"))
    assert not shown.is_late("another tab", asks("one", "tick"))
    shown.forget("tab")
    assert not shown.is_late("tab", asks("one", "tick"))


def test_what_comes_late_never_reaches_streamlit_and_what_follows_does(monkeypatch):
    sent = [asks("one"), asks("two"), asks("one", "tick"), asks("two", "tick")]
    assert heard(monkeypatch, sent) == [asks("one"), asks("two"), asks("two", "tick")]
