"""The controls that say how a table is read: each begins at the best guess, or where that of the last table stood."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.data.reading import TableReading
from playground.ui.frame import state
from playground.ui.frame.page import plain
from playground.ui.frame.presses import pressed

Fixed = dict[str, Any]


class Choices:
    """What the reader says of one table; what differs from the guess is kept for the next table of its shape.

    A question is remembered apart from the control of the same field, as it is only answered where it is asked again.

    Args:
        place: Where the table came in.
        digest: Tells the table from others.
        reading: The first guess, None where there is none; tables of its kind and columns have one shape.
    """

    def __init__(self, place: str, digest: str, reading: TableReading | None) -> None:
        self._name = f"own begun {place}"
        self._digest = digest
        self._shape: Hashable = reading and (reading.kind, reading.columns, bool(reading.turned))
        begun = state.remembered(self._name)
        if begun is None or begun[0] != digest:
            begun = (digest, state.choices_of(self._shape), 0)
            state.remember(self._name, begun)
        _, self._last, self._times_afresh = begun
        self._said: Fixed = {}
        self._recalled = False
        self.asked: set[str] = set()
        self.at = f"{place} {digest} {self._times_afresh}"

    def box(self, place: DeltaGenerator, field: str, label: str, words: dict[Any, str], guess: Any) -> Fixed:
        """Draw a list to choose from; return the field if it says something else than the guess.

        What is chosen stays as long as the choice and the guess are the same.

        Args:
            place: Where it is drawn.
            field: The field of the reading that it says.
            label: Stands over it.
            words: Value of the field -> what it is called.
            guess: The likely value.
        """
        start = list(words).index(self._start(field, guess, words))
        key = f"{field} {self.at} {hash((guess, *words))}"
        said = place.selectbox(label, list(words), start, format_func=words.__getitem__, key=key)
        return self._take(field, field, guess, said)

    def ask(self, place: DeltaGenerator, field: str, label: str, words: dict[Any, str], guess: Any) -> Fixed:
        """Draw a question with all its answers in sight; see `box`. The same words are the same question."""
        name = f"{field}?"
        self.asked.add(field)
        start = list(words).index(self._start(name, guess, words))
        key = f"{name} {self.at} {label}"
        said = place.radio(
            plain(label), list(words), start, format_func=lambda value: plain(words[value]), key=key, horizontal=True
        )
        return self._take(name, field, guess, said)

    def toggle(self, place: DeltaGenerator, field: str, label: str) -> Fixed:
        """Draw a switch that is on by itself; see `box`."""
        said = place.toggle(label, self._start(field, True, (True, False)), key=f"{field} {self.at}")
        return self._take(field, field, True, said)

    def several(self, place: DeltaGenerator, field: str, label: str, names: Collection[str], **looks: Any) -> Fixed:
        """Draw a list to choose several names from, none by itself; return the field in any case.

        Args:
            place, field, label: See `box`.
            names: What can be chosen.
            looks: What `st.multiselect` takes besides.
        """
        start = [name for name in self._last.get(field, ()) if name in names]
        self._recalled |= bool(start)
        key = f"{field} {self.at} {hash(tuple(names))}"
        said = tuple(place.multiselect(label, list(names), start, key=key, **looks))
        return self._take(field, field, (), said) or {field: ()}

    def keep(self) -> None:
        """Keep what was said for the next table of this shape."""
        state.keep_choices(self._shape, self._said)

    def draw_recalled(self) -> None:
        """Say that controls began where those of the last table stood, and offer to forget it."""
        if not self._recalled:
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(":material/history: Read like the last table with these columns.", width="content")
            afresh = pressed("Start afresh", type="tertiary", icon=":material/restart_alt:", key=f"afresh {self.at}")
        if afresh:
            state.remember(self._name, (self._digest, {}, self._times_afresh + 1))
            st.rerun()

    def _start(self, name: str, guess: Any, known: Collection[Any]) -> Any:
        """Return where a control begins: as for the last table if there is such a value, else at the guess."""
        last = self._last.get(name, guess)
        if last not in known:
            return guess
        self._recalled |= last != guess
        return last

    def _take(self, name: str, field: str, guess: Any, said: Any) -> Fixed:
        if said == guess:
            return {}
        self._said[name] = said
        return {field: said}


def forget_begun(place: str) -> None:
    """Forget with which choices the table at a place began, because it has gone."""
    state.remember(f"own begun {place}", None)
