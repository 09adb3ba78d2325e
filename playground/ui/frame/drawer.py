"""The drawer of a phone, where menu and controls lie: it closes once a page has been chosen."""

from __future__ import annotations

import streamlit as st

_SCRIPT = """
const CHOICE = "[data-testid=stSidebarNavLink]";
const CLOSE = "[data-testid=stSidebarCollapseButton] button";
const close = (event) => {
  const onPhone = matchMedia("(max-width: 768px)").matches;
  if (onPhone && event.target.closest?.(CHOICE)) document.querySelector(CLOSE)?.click();
};
export default function ({ parentElement }) {
  const box = parentElement.closest?.('[data-testid="stElementContainer"]');
  if (box) box.style.display = "none";
  document.addEventListener("click", close);
  return () => document.removeEventListener("click", close);
}
"""

_mount = st.components.v2.component("rnn_playground_drawer", js=_SCRIPT, isolate_styles=False)


def close_drawer_after_choice() -> None:
    """Let the drawer of a phone close after a choice in the menu."""
    _mount(key="drawer")
