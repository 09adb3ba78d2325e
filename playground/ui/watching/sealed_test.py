"""The seal on the test set: opened once, at the end, after a question; every opening is counted."""

from __future__ import annotations

import streamlit as st

from playground.histories import RunView
from playground.ui.frame import state
from playground.ui.frame.page import sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.visitor import may_steer, visitor

WHY = (
    "**Look once, at the end.** The test set tells how the network does on data that no choice was made with. "
    "Whoever looks, changes something and looks again has made it a second validation set, "
    "and its score flatters from then on. Every opening is counted and stays with the run."
)


def draw_test_seal(view: RunView, recorded_as: str = "") -> None:
    """Draw, side by side, the button that opens or seals the test set of a run and the count of openings.

    Args:
        view: The run.
        recorded_as: Name of a recorded run. Its openings, as those of a run from another browser, only this
            tab counts.
    """
    name = recorded_as or view.run_id
    own = not recorded_as and may_steer(name)
    peeks = view.peeks if own else state.peeks(name)
    if state.test_open(name):
        if pressed("Seal the test set", icon=":material/lock:", key="seal test"):
            state.seal_test()
            st.rerun()
        st.caption(f":material/lock_open: Test set open · opened {times(peeks)}", width="content")
        return
    with st.popover("Open the test set", icon=":material/lock:", key="ask for test"):
        st.markdown(WHY)
        if pressed(f"Open it: look number {peeks + 1}", type="primary", key="open test"):
            _open(name, own)
    st.caption(f"Test set sealed · opened {times(peeks)}" if peeks else "Test set sealed", width="content")


def _open(name: str, own: bool) -> None:
    with sentences_for_errors():
        if own:
            visitor().peek(name)
        else:
            state.count_peek(name)
        state.open_test(name)
        st.rerun()


def times(count: int) -> str:
    """Return a count in words: "once", "twice", "5 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
