"""Who this browser is: a secret name of 128 bits in its local storage, never in an address or a cookie.

Whoever knows the name may list and steer the runs that were started under it.
"""

from __future__ import annotations

import streamlit as st

from playground.engine import Visitor
from playground.ui.frame import state
from playground.ui.server.server import engine
from playground.ui.web.arrivals import own_address

_SCRIPT = """
const PLACE = "rnn-playground-visitor";
export default function ({ parentElement, data, setTriggerValue }) {
  const box = parentElement.closest?.('[data-testid="stElementContainer"]');
  if (box) box.style.display = "none";
  let name = data.offer;
  try {
    const kept = localStorage.getItem(PLACE);
    if (/^[A-Za-z0-9_-]{22}$/.test(kept ?? "")) name = kept;
    else localStorage.setItem(PLACE, name);
  } catch (error) {
    console.info("Without local storage the runs of this tab are listed until it is reloaded.");
  }
  if (name !== data.offer || data.ask) setTriggerValue("name", name);
}
"""

_mount = st.components.v2.component("rnn_playground_visitor", js=_SCRIPT, isolate_styles=False)

_KEY = "visitor"


def visitor() -> Visitor:
    """Return the engine as this browser may use it."""
    return Visitor(engine(), state.owner(), own_address())


def recognise_visitor() -> None:
    """Exchange names with the browser: one that has none takes this tab's, one that has one tells it."""
    ask = state.run_id() is not None and not state.is_recognised()
    _mount(data={"offer": state.owner(), "ask": ask}, key=_KEY, on_name_change=_take_name)


def _take_name() -> None:
    former = state.owner()
    if state.recognise(state.told_name(_KEY)) and state.owner() != former:
        visitor().take_over(former)


def may_steer(run_id: str) -> bool:
    """Say whether this browser started a run."""
    return visitor().owns(run_id)
