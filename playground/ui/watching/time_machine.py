"""The epoch time machine: one slider over the moments of training that are kept, with play and comparison."""

from __future__ import annotations

import time
from typing import Protocol

import streamlit as st

from playground.ui.frame import state

PLAYING = "time machine plays"
NEWEST = 10**6
"""Where the slider stands while it follows a run that trains; beyond the last epoch of any."""

PLAY_S = 0.4
"""Least time that each epoch is shown while it plays."""


class Kept(Protocol):
    """The moments of a training that can be looked at; see `moments.Moments` and `sequence_moments`."""

    @property
    def place(self) -> str:
        """Name the pages that share the epoch chosen here."""

    @property
    def epochs(self) -> tuple[int, ...]:
        """Return the epochs whose weights are kept, in order."""

    @property
    def best_epoch(self) -> int:
        """Return the epoch with the lowest validation loss so far, 0 before the first."""

    @property
    def live(self) -> bool:
        """Say whether more epochs will come."""

    @property
    def planned(self) -> tuple[int, ...]:
        """Return the epochs kept or to be kept by the plan."""

    @property
    def label(self) -> str:
        """Say whose network it is."""

    def nearest(self, epoch: int) -> int:
        """Return the kept epoch nearest to `epoch`."""


def draw_time_machine(moments: Kept) -> int:
    """Draw the slider with its buttons; return the epoch to show.

    Until the reader moves it, it follows a run that trains, and shows the best epoch of any other.
    While it plays, every redraw shows the next kept epoch, so the part of the page that it stands
    in has to tick (`is_playing`).
    """
    if is_playing(moments.place):
        _take_next(moments)
    epoch = _epoch_of("A", moments)
    with st.container(border=True, horizontal=True, vertical_alignment="bottom", gap="small"):
        playing = is_playing(moments.place)
        label, icon = ("Stop", "stop") if playing else ("Play", "play_arrow")
        st.button(
            label,
            icon=f":material/{icon}:",
            key="time machine play",
            help="Replay the training from the first epoch kept to the last.",
            on_click=_play,
            args=(moments.place, not playing, moments.epochs[0] if epoch == moments.epochs[-1] else None),
        )
        epoch = _draw_slider("Epoch shown (0 = untrained)", "A", moments, epoch)
        _draw_jumps(moments, epoch)
    st.caption(_sentence(moments, epoch))
    return epoch


def draw_comparison(moments: Kept, epoch: int) -> int | None:
    """Draw the switch that puts a second epoch beside the first; return that epoch, None when off.

    Args:
        moments: What can be chosen from.
        epoch: The epoch shown already, A.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if not st.toggle("Compare with another epoch", key="time machine compares"):
            return None
        if _chosen(moments, "B") is None:
            other = moments.epochs[0] if epoch != moments.epochs[0] else moments.epochs[-1]
            state.choose_epoch(other, f"{moments.place}B")
        return _draw_slider("Epoch B", "B", moments, _epoch_of("B", moments))


def is_playing(place: str = "") -> bool:
    """Say whether the time machine plays, so that the page has to redraw itself."""
    return state.is_on(PLAYING + place)


def _chosen(moments: Kept, which: str = "A") -> int | None:
    return state.chosen_epoch(moments.place + which)


def neighbours(moments: Kept, epoch: int) -> tuple[int, ...]:
    """Return the kept epochs beside `epoch`, the later one first: the likeliest to be shown next."""
    place = moments.epochs.index(epoch)
    return (*moments.epochs[place + 1 : place + 2], *moments.epochs[max(place - 1, 0) : place])


def _draw_slider(label: str, which: str, moments: Kept, epoch: int) -> int:
    """Draw a slider that stands at `epoch`; return the epoch to show.

    While a run trains, the slider offers the epochs that the run plans to keep and "newest", which
    stay the same: a slider whose ends moved with the training would slip out of the reader's hand.
    """
    if len(moments.epochs) == 1:
        st.caption(f"Only epoch {epoch} is there yet.")
        return epoch
    positions = _positions(which, moments)
    position = _position(which, moments, epoch)
    # With other positions it is another widget, for the browser's word on the old one must not move it.
    name = f"time machine {moments.place}{which} {hash(positions)}"
    key, start = state.preset_of(name, position)
    said = state.widget_value(key)
    if position != (start if said is None else said) or start not in positions:
        state.preset(name, position)
        key, start = state.preset_of(name, position)
    elif said is None:
        state.preset(name, start)
        key, start = state.preset_of(name, position)
    st.select_slider(
        label,
        positions,
        value=start,
        format_func=lambda one: "newest" if one == NEWEST else f"{one}",
        key=key,
        on_change=_choose,
        args=(moments.place, which, name, key, moments.epochs),
        help="Epochs after which the weights were kept: densely at first, where most happens; "
        "the first, the best and the last always. While a run trains, “newest” follows it.",
    )
    return epoch


def _positions(which: str, moments: Kept) -> tuple[int, ...]:
    if not moments.live:
        return moments.epochs
    return (*moments.planned, NEWEST) if which == "A" else moments.planned


def _position(which: str, moments: Kept, epoch: int) -> int:
    """Return where the slider stands when `epoch` is shown."""
    if moments.live and which == "A" and _chosen(moments) is None:
        return NEWEST
    return min(_positions("B", moments), key=lambda offered: abs(offered - epoch))


def _draw_jumps(moments: Kept, epoch: int) -> None:
    newest, best = moments.epochs[-1], moments.best_epoch
    follows = moments.live and _chosen(moments) is None
    st.button(
        "Newest",
        icon=":material/last_page:",
        key="time machine newest",
        disabled=follows or (epoch == newest and not moments.live),
        help="Show the newest epoch, and follow the run while it trains.",
        on_click=_jump,
        args=(moments.place, None if moments.live else newest),
    )
    if best:
        st.button(
            "Best",
            icon=":material/star:",
            key="time machine best",
            disabled=epoch == best,
            help=f"Show epoch {best}, which has the lowest validation loss.",
            on_click=_jump,
            args=(moments.place, best),
        )


def _sentence(moments: Kept, epoch: int) -> str:
    """Say which epoch of which run is shown, and why."""
    which = "the untrained network" if epoch == 0 else f"epoch {epoch}"
    if moments.live and _chosen(moments) is None:
        why = ", following the training"
    elif epoch and epoch == moments.best_epoch:
        why = ", the best on validation"
    else:
        why = ""
    return f"Shown: {which}{why} · {moments.label} · {len(moments.epochs)} epochs kept."


def _epoch_of(which: str, moments: Kept) -> int:
    chosen = _chosen(moments, which)
    if chosen is not None:
        return moments.nearest(chosen)
    return moments.best_epoch or moments.epochs[-1] if not moments.live else moments.epochs[-1]


def _take_next(moments: Kept) -> None:
    """Go on to the next kept epoch when this one has been shown long enough; stop after the last."""
    now = time.monotonic()
    if now - state.moved_at() < PLAY_S:
        return
    state.set_moved_at(now)
    later = [kept for kept in moments.epochs if kept > _epoch_of("A", moments)]
    if later:
        _set_epoch(moments.place, later[0])
    else:
        _jump(moments.place, None if moments.live else moments.epochs[-1])


# Streamlit keeps what a widget's callback is called with as long as the tab is open: names and numbers, no runs.


def _play(place: str, on: bool, begin: int | None) -> None:
    """Begin or stop to play, from the epoch shown or from `begin`."""
    state.set_flag(PLAYING + place, on)
    state.set_moved_at(time.monotonic())
    if on and begin is not None:
        _set_epoch(place, begin)


def _jump(place: str, epoch: int | None) -> None:
    state.set_flag(PLAYING + place, False)
    _set_epoch(place, epoch)


def _choose(place: str, which: str, name: str, key: str, epochs: tuple[int, ...]) -> None:
    if state.preset_of(name, None)[0] != key:
        return  # The browser's late word on a slider that another has replaced.
    said = state.widget_value(key)
    state.set_flag(PLAYING + place, False)
    _set_epoch(place, None if said == NEWEST else min(epochs, key=lambda kept: abs(kept - said)), which)


def _set_epoch(place: str, epoch: int | None, which: str = "A") -> None:
    state.choose_epoch(epoch, place + which)
