"""Melodies on the page Listen: what the network plays on from a start, and what it expects in a tune."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.charts.music import roll_figure, roll_height
from playground.sentences.music import copy_sentence, heart_sentence
from playground.sequences.music.by_heart import copied, rise_of
from playground.sequences.music.calls import FOLLOW, PLAY_ON
from playground.sequences.music.composing import Played, onsets_of, own_rows
from playground.sequences.music.melodies import OWN, dealt_tunes, longest_copy, part_of, usual_copy
from playground.sequences.music.notes import Note, notes_of, symbols_of
from playground.sequences.music.synthesis import melody_wav
from playground.sequences.records import WriterRun
from playground.sequences.write.generating import HIGHEST_TEMPERATURE, LOWEST_TEMPERATURE
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain
from playground.ui.frame.spots import spot
from playground.ui.listen.keyboard import own_tune
from playground.ui.sequences.sequence_moments import moments_of
from playground.ui.sequences.sequence_run import StreamStudent
from playground.ui.watching.answers import ask_steadily
from playground.ui.watching.live import live_chart
from playground.ui.watching.time_machine import draw_time_machine, is_playing

FIRST = "Ode to Joy"
"""What is chosen at first: most people know how it goes on, and no network learns from it."""

NOTHING = "nothing: it begins by itself"
MOST_GIVEN = 24
START, SHOWN = "melody start", "shown tune"
TURN = "melody turn"


@dataclass(frozen=True, eq=False)
class Band:
    """A network that learns melodies, and what it learns: in how many keys, and the own tune if it does."""

    student: StreamStudent
    keys: int
    own: tuple[Note, ...]

    def now(self) -> Band:
        """Return the same as its run is by now."""
        return Band(self.student.now(), self.keys, self.own)


@dataclass(frozen=True)
class Start:
    """What the network begins with: symbols given to it, temperature, and a seed for the draws."""

    symbols: tuple[str, ...]
    temperature: float
    seed: int


def choose_start() -> Start:
    """Draw how a melody begins and how bold it is."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        title = _select("Begin with", [NOTHING, *_titles()], START, width=300)
        given: tuple[str, ...] = ()
        if title != NOTHING:
            notes = symbols_of(_notes_of(title))
            most = min(MOST_GIVEN, len(notes))
            if most > 1:
                count = st.slider("Notes given", 1, most, min(7, most), key=f"notes given {most}", width=200)
                given = notes[:count]
            else:
                given = notes
        temperature = st.slider(
            "Temperature",
            LOWEST_TEMPERATURE,
            HIGHEST_TEMPERATURE,
            0.7,
            0.1,
            key="melody temperature",
            help=GLOSSARY["temperature"],
            width=200,
        )
        turn = state.remembered(TURN) or 1
        st.button(
            "Another", icon=":material/refresh:", key="another melody", on_click=state.remember, args=(TURN, turn + 1)
        )
    return Start(given, temperature, turn)


def draw_melody(band: Band, start: Start) -> bool:
    """Draw and play what the network of the chosen epoch writes; return whether it will change by itself."""
    run: WriterRun | None = band.student.run or band.student.untrained()
    if run is None:
        st.caption(":material/hourglass_top: Building the untrained network …")
        return True
    moments = moments_of(run.training, band.student.recipe, band.student.key)
    with spot():
        epoch = draw_time_machine(moments) if len(moments.epochs) > 1 else moments.epochs[0]
    with spot():
        if said := heart_sentence(rise_of(run)):
            st.caption(plain(said))
    about = f"{band.student.key} {_short(start)}"
    answer, waiting = ask_steadily(
        "melody",
        about,
        f"melody {about} {epoch}",
        PLAY_ON(
            band.student.recipe.model_dump_json(),
            run.training.at(epoch).weights,
            epoch,
            run.vocabulary,
            start.symbols,
            start.temperature,
            start.seed,
        ),
        patience_s=0.3,
    )
    played = answer.found
    if played is None:
        st.caption(":material/hourglass_top: Playing …")
        return True
    _draw_played(band, played)
    if played.symbols:
        if is_playing(moments.place) or (band.student.under_way and epoch == moments.epochs[-1]):
            st.caption(":material/headphones: To listen, stop or pause, or choose an epoch above.")
        else:
            draw_sound(played.symbols)
    return band.student.under_way or waiting or is_playing(moments.place)


def _draw_played(band: Band, played: Played) -> None:
    notes = notes_of(played.symbols)
    copy = longest_copy(played.symbols[played.given :], band.keys, band.own)
    said = copy_sentence(copied(copy, len(notes) - played.given, usual_copy()))
    end = " It ended the tune by itself." if played.ended and len(notes) > played.given else ""
    _draw_roll(
        notes,
        played,
        f"What epoch {played.epoch} plays: the bluer, the likelier it took that pitch to be next",
        "melody roll",
    )
    st.markdown(f"**{plain(said)}**{plain(end)}")


def choose_tune() -> str:
    """Draw the choice of a tune and its sound; return its title."""
    title = _select("Tune", _titles(), SHOWN, format_func=_described)
    draw_sound(symbols_of(_notes_of(title)))
    return title


def draw_tune(band: Band, title: str) -> bool:
    """Draw what the network expects in a tune, the newest or after training the best; return whether it will change."""
    notes = _notes_of(title)
    run: WriterRun | None = band.student.run or band.student.untrained()
    if run is None:
        _draw_roll(notes, None, f"{title}, note by note", "tune roll")
        return True
    frame = run.training.best if run.done else run.training.newest
    about = f"{title} {_short(notes)}"
    answer, waiting = ask_steadily(
        "tune",
        about,
        f"tune {band.student.key} {about} {frame.epoch}",
        FOLLOW(band.student.recipe.model_dump_json(), frame.weights, frame.epoch, run.vocabulary, symbols_of(notes)),
        patience_s=0.2,
    )
    played: Played | None = answer.value
    said = "note by note" if played is None else f"what epoch {played.epoch} expected before each note"
    _draw_roll(notes, played, f"{title}: {said}", "tune roll")
    return band.student.under_way or waiting


def _draw_roll(notes: tuple[Note, ...], played: Played | None, title: str, key: str) -> None:
    rows = played.rows if played else own_rows(notes)
    figure = roll_figure(
        notes,
        played.given if played else len(notes),
        rows,
        onsets_of(notes),
        played.expected if played else None,
        played.bits if played else None,
        current_theme(),
        title=title,
        revision=key,
    )
    live_chart(figure, key=key, height=roll_height(rows))


def draw_sound(symbols: tuple[str, ...]) -> None:
    """Draw the player of a melody."""
    st.audio(_wav(symbols), format="audio/wav")


@st.cache_data(max_entries=32, show_spinner=False)
def _wav(symbols: tuple[str, ...]) -> bytes:
    return melody_wav(notes_of(symbols))


def _select(label: str, options: list[str], name: str, **more: Any) -> str:
    """Draw a choice that outlives a look at the other part of the page."""
    before = state.remembered(name)
    start = options.index(before if before in options else FIRST)
    chosen: str = st.selectbox(label, options, start, key=name, **more)
    state.remember(name, chosen)
    return chosen


def _titles() -> list[str]:
    titles = sorted(tune.title for tune in dealt_tunes())
    return [OWN, *titles] if own_tune() else titles


def _notes_of(title: str) -> tuple[Note, ...]:
    if title == OWN:
        return own_tune()
    return next(tune.in_one_key for tune in dealt_tunes() if tune.title == title)


def _described(title: str) -> str:
    if title == OWN:
        return title
    tune = next(tune for tune in dealt_tunes() if tune.title == title)
    part = {"training": "learned", "validation": "validation", "test": "test"}[part_of(title)]
    return f"{title} · {tune.origin}, {tune.year} · {part}"


def _short(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]
