"""What one browser tab remembers, and the address bar that mirrors it.

The only file that touches `st.session_state` and `st.query_params`. A tab keeps the recipe on
its controls, the name of the run it shows and a few flags: no arrays and no histories, but for
recordings of the visitor's voice, which may live nowhere else. Everything in it came by URL or
widget and was checked on the way in.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Hashable, Mapping
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.config import Recipe
from playground.data.catalog import known
from playground.data.tickers import MOST_TYPED, spelled

_OWNER = re.compile(r"^[A-Za-z0-9_-]{22}$")
RUN_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")

HANDED_OVER = "handed over"
PRICES_SHOWN = "prices shown"
"""Ticker, start and end whose prices the tab showed last, since another recipe was opened."""
PRESS_HOLDS_S = 10.0
"""A press that no redraw has taken by then is forgotten: a button that went away does nothing when it returns."""
MOST_SHAPES = 20
"""Shapes of tables whose choices a tab keeps."""


def open_tab(query: Mapping[str, str] | None = None) -> bool:
    """On a tab's first run, read the address bar; afterwards do nothing. Return whether it was the first."""
    if "recipe" in st.session_state:
        return False
    query = dict(st.query_params) if query is None else query
    typed = query.get("ticker", "AAPL")[:MOST_TYPED]
    refused = spelled(typed).reason
    chosen, notes = Recipe.from_query({name: query[name] for name in query if not (refused and name == "ticker")})
    data, repairs = known(chosen.data)
    if refused:
        repairs += (f"the ticker in the link was left out: {refused.removesuffix('.')}",)
    run = query.get("run", "")
    if run and not RUN_ID.match(run):
        repairs += (f"the run in the link is not a run name ({run[:20]!r}); no run is shown",)
        run = ""
    st.session_state.update(
        recipe=chosen.model_copy(update={"data": data}),
        run_id=run or None,
        notes=notes + repairs,
        generation=0,
        owner=tab(),
        opened_test="",
        own_peeks={},
        shown_epoch=("", 0),
    )
    if refused:
        remember(f"typed {widget_key('ticker')}", typed)
    return True


def recipe() -> Recipe:
    """Return the recipe on the controls."""
    return st.session_state["recipe"]


def set_recipe(new: Recipe) -> None:
    """Store the recipe that the controls now show; they keep their widgets."""
    st.session_state["recipe"] = new


def open_recipe(new: Recipe) -> None:
    """Put another recipe on the controls (a preset, an opened run): every widget starts afresh."""
    set_recipe(new)
    remember(PRICES_SHOWN, None)
    start_widgets_afresh()


def correct_recipe(**fields: Any) -> None:
    """Put other values of these fields on the controls, in place of what was typed there."""
    set_recipe(recipe().replaced(**fields))
    start_widgets_afresh()


def widget_key(name: str) -> str:
    """Return the widget key for a recipe field; it changes when another recipe is opened."""
    return f"{name}-{st.session_state['generation']}"


def run_id() -> str | None:
    """Return the run this tab shows, None for none."""
    return st.session_state["run_id"]


def show_run(new: str | None) -> None:
    """Show another run, or none, with the test set sealed and the time machine at its start again."""
    st.session_state["run_id"] = new
    choose_epoch(None)
    choose_epoch(None, "B")
    st.session_state["opened_test"] = ""


def owner() -> str:
    """Return the secret name of this browser, by which the engine knows its runs; at first one made up for this tab."""
    return st.session_state["owner"]


def is_new() -> bool:
    """Say whether this tab has not drawn a page yet."""
    return "recipe" not in st.session_state


def hand_over() -> None:
    """Note that something was just handed over, or that its reading is waited for: the next page goes first."""
    set_flag(HANDED_OVER, True)


def goes_first() -> bool:
    """Say whether this tab's page is drawn before what is only redrawn, once for everything that is handed over."""
    handed = is_on(HANDED_OVER)
    set_flag(HANDED_OVER, False)
    return handed or is_new()


def tab() -> str:
    """Return the browser's name, before the first page one made up for this tab; see `owner`."""
    return st.session_state.setdefault("owner", secrets.token_urlsafe(16))


def is_recognised() -> bool:
    """Say whether the browser has told its secret name."""
    return st.session_state.get("recognised", False)


def told_name(key: str) -> Any:
    """Return what the browser just told as its secret name in the component with this key."""
    return getattr(st.session_state.get(key), "name", None)


def recognise(name: Any) -> bool:
    """Take over the secret name that the browser told; return whether it can be one."""
    if not isinstance(name, str) or not _OWNER.fullmatch(name):
        return False
    st.session_state.update(owner=name, recognised=True)
    return True


def test_open(name: str | None = None) -> bool:
    """Say whether the learner opened the test set of the run shown, or of a recorded run by its name."""
    wanted = name or run_id()
    return wanted is not None and st.session_state["opened_test"] == wanted


def open_test(name: str) -> None:
    """Open the test set of a run, by its id, or of a recorded run, by its name."""
    st.session_state["opened_test"] = name


def seal_test() -> None:
    """Seal the test set again."""
    st.session_state["opened_test"] = ""


def count_peek(name: str) -> None:
    """Count a look at the test set of a recorded run, which has no record of its own to count on."""
    st.session_state["own_peeks"][name] = peeks(name) + 1


def peeks(name: str) -> int:
    """Return how often this tab opened the test set of a recorded run."""
    return st.session_state["own_peeks"].get(name, 0)


def shown_epoch(name: str) -> int | None:
    """Return the epoch of a run that this tab chose to look at, None before it chose one."""
    run, epoch = st.session_state["shown_epoch"]
    return epoch if run == name else None


def show_epoch(name: str, epoch: int) -> None:
    """Look at a run at this epoch until another is chosen."""
    st.session_state["shown_epoch"] = (name, epoch)


def notes() -> tuple[str, ...]:
    """Return what was changed when the link was read."""
    return st.session_state["notes"]


def note(*lines: str) -> None:
    """Say what was changed when the link was read."""
    st.session_state["notes"] += lines


def dismiss_notes() -> None:
    """Forget what was changed when the link was read."""
    st.session_state["notes"] = ()


def write_address() -> None:
    """Mirror the recipe and the run in the address bar."""
    run = run_id()
    write_query(recipe().to_query() | ({} if run is None else {"run": run}))


def query() -> dict[str, str]:
    """Return what the address bar says behind the "?"."""
    return dict(st.query_params)


def write_query(wanted: dict[str, str]) -> None:
    """Let the address bar say this."""
    if query() != wanted:
        st.query_params.from_dict(wanted)


def start_widgets_afresh() -> None:
    """Let every widget start anew, for a recipe that did not come from them."""
    st.session_state["generation"] += 1


def chosen_epoch(which: str = "A") -> int | None:
    """Return the epoch that the time machine is set to, None until the reader sets it; B is compared with A."""
    return st.session_state.get(f"chosen epoch {which}")


def choose_epoch(epoch: int | None, which: str = "A") -> None:
    """Set the time machine to an epoch, or let it choose by itself."""
    st.session_state[f"chosen epoch {which}"] = epoch


def moved_at() -> float:
    """Return when the time machine last moved by itself, on the monotonic clock in seconds."""
    return st.session_state.get("moved at", 0.0)


def set_moved_at(now: float) -> None:
    """Note when the time machine moved by itself."""
    st.session_state["moved at"] = now


def is_on(flag: str) -> bool:
    """Say whether a flag of this tab is set."""
    return st.session_state.get(f"flag {flag}", False)


def is_decided(flag: str) -> bool:
    """Say whether this tab has set a flag or taken it away yet."""
    return f"flag {flag}" in st.session_state


def set_flag(flag: str, on: bool) -> None:
    """Set a flag of this tab, or take it away."""
    st.session_state[f"flag {flag}"] = on


def picked(key: str) -> Any:
    """Return what was just picked in the chart with this key."""
    return getattr(st.session_state.get(key), "picked", None)


def told(key: str, name: str) -> Any:
    """Return what the component with this key just told under a name."""
    return getattr(st.session_state.get(key), name, None)


def preset(name: str, value: Any) -> None:
    """Let the widget of this name start afresh at a value, under another key.

    A value written to a widget's key reaches the browser with one message only, which a rerun may
    swallow; a widget with a new key and a constant default cannot be out of step.
    """
    st.session_state[f"preset {name}"] = (st.session_state.get(f"preset {name}", (0, None))[0] + 1, value)


def preset_of(name: str, usual: Any) -> tuple[str, Any]:
    """Return the key of the widget of this name, and the value that it starts at."""
    version, value = st.session_state.get(f"preset {name}", (0, usual))
    return f"{name} #{version}", value


def widget_value(key: str) -> Any:
    """Return what a widget says, None before it was drawn."""
    return st.session_state.get(key)


def set_widget(key: str, value: Any) -> None:
    """Let a widget that is drawn later in this run say `value`; one that says so already is left alone."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def recordings(name: str) -> Any:
    """Return the recordings that this tab keeps under a name, None if there are none.

    They live here and nowhere else, and go with the tab.
    """
    return st.session_state.get(f"recordings {name}")


def keep_recordings(name: str, kept: Any) -> None:
    """Keep recordings in this tab."""
    st.session_state[f"recordings {name}"] = kept


def remembered(name: str) -> Any:
    """Return a small value that this tab keeps under a name, None if there is none."""
    return st.session_state.get(f"remembered {name}")


def remember(name: str, value: Any) -> None:
    """Keep a small value."""
    st.session_state[f"remembered {name}"] = value


def choices_of(shape: Hashable) -> dict[str, Any]:
    """Return what the reader chose for the last table of this shape, nothing for none."""
    return dict(st.session_state.get("choices", {}).get(shape, {}))


def keep_choices(shape: Hashable, choices: dict[str, Any]) -> None:
    """Keep what the reader chose for a table of this shape; none forgets it, and so do too many newer shapes."""
    kept = st.session_state.setdefault("choices", {})
    kept.pop(shape, None)
    kept |= {shape: choices} if choices else {}
    for oldest in list(kept)[:-MOST_SHAPES]:
        del kept[oldest]


def note_press(name: str) -> None:
    """Note that a button of the page shown was pressed."""
    st.session_state[f"pressed {name}"] = (page_hash(), time.monotonic())


def take_press(name: str) -> bool:
    """Say whether a button of the page shown was pressed lately, and not since this was last asked."""
    page, at = st.session_state.pop(f"pressed {name}", ("", float("-inf")))
    return page == page_hash() and time.monotonic() - at < PRESS_HOLDS_S


def page_hash() -> str:
    """Return Streamlit's hash of the page that is being drawn, empty where nothing is."""
    context = get_script_run_ctx()
    return context.pages_manager.current_page_script_hash if context else ""
