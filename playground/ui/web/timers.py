"""What a timer of a live part asks carries no press.

A browser keeps a press until its own message is sent, a moment later. Where a live part's timer asks for its redraw
within that moment, Streamlit's browser puts the press into the timer's message too: the button would count as pressed
twice, and the second press may come when the button means something else.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

_OF_THE_MOMENT = frozenset({"trigger_value", "string_trigger_value", "json_trigger_value", "chat_input_value"})
"""Values that a browser sends once."""


def without_presses(message: bytes) -> bytes:
    """Return a message of Streamlit's browser as it is, but one of a timer without presses."""
    asked = BackMsg()
    try:
        asked.ParseFromString(message)
    except DecodeError:
        return message
    if asked.WhichOneof("type") != "rerun_script" or not asked.rerun_script.is_auto_rerun:
        return message
    widgets = asked.rerun_script.widget_states.widgets
    lasting = [widget for widget in widgets if widget.WhichOneof("value") not in _OF_THE_MOMENT]
    if len(lasting) == len(widgets):
        return message
    del widgets[:]
    widgets.extend(lasting)
    return asked.SerializeToString()
