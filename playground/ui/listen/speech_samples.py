"""The spoken samples of the page Listen: recorded, uploaded or bundled; each to be seen, heard and deleted.

Own recordings are kept in the tab's session and nowhere else: what a worker said about one is
forgotten as soon as the tab has it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from playground.charts.listening import sample_picture
from playground.engine.tasks import HANDED_OVER
from playground.jobs import Call, Result
from playground.sequences.speech.calls import LOAD_BUNDLED, TAKE_RECORDING, TAKE_ZIP
from playground.sequences.speech.mel import RATE
from playground.sequences.speech.recordings import LIMITS, ZIP_BYTES, Taken, zip_of
from playground.sequences.speech.spoken import FEWEST_WORDS, LONGEST_NAME, MOST_WORDS, Clip, SpokenWords, merge
from playground.sequences.wav import MOST_BYTES, write_wav
from playground.ui.frame import state
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.uploader import draw_uploader
from playground.ui.watching.answers import Answer, ask, forget
from playground.ui.watching.waiting import awaited, draw_waiting
from playground.words import counted

OWN = "own words"
FIRST = SpokenWords(names=("yes", "no", "", ""))
CARD_PX = 168
SHELF_PX, SHELF_CARDS = 330, 8
"""More cards than this are scrolled within a shelf, so that the training stays near."""

SAID = "said about recordings"
WAITING = "recordings to read"


def spoken_words(which: str) -> SpokenWords | None:
    """Return the words of this kind with their samples, None while a worker reads the bundled ones."""
    if which == "own":
        return own_words()

    return awaited("Loading the spoken words …", "bundled words", LOAD_BUNDLED())


def own_words() -> SpokenWords:
    """Return the learner's own words."""
    return state.recordings(OWN) or FIRST


def _keep(words: SpokenWords) -> None:
    state.keep_recordings(OWN, words)


def take_sound(place: str, file: Any, read: Call[[bytes], Result], take: Callable[[Result], None]) -> None:
    """Let a worker read what was recorded or uploaded, and hand it on once.

    Args:
        place: Names the widget.
        file: What the widget says, None for nothing.
        read: What a worker does with its bytes.
        take: Gets what the worker made of it, and redraws the page.
    """
    if file is None:
        return
    data = file.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    if state.remembered(f"taken {place}") == digest:
        return
    key = f"{read.target} {digest}"

    def look(patience_s: float = 0.0) -> Answer[Result]:
        return ask(key, read(data), priority=HANDED_OVER, patience_s=patience_s)

    answer = look(patience_s=1.0)
    if answer.waiting:
        state.hand_over()
        draw_waiting("Reading the sound …", lambda: not look().waiting)
        return
    with sentences_for_errors():
        sound = answer.found
        if sound is None:
            return
        forget(key)
        take(sound)
        state.remember(f"taken {place}", digest)


def draw_collecting() -> SpokenWords:
    """Draw names, recorder, samples and upload of the learner's own words, and return them."""
    st.caption(
        ":material/lock: Recordings stay in this tab: nothing is stored on the server, and they are gone when "
        "you close or reload the tab. Download them to keep them."
    )
    for column, place in zip(st.columns(MOST_WORDS), range(MOST_WORDS), strict=True):
        with column:
            _draw_name(place)
    words = own_words()
    if words.used:
        place = choose_word(words, "word to record")
        _draw_recorder(words, place)
        _take_waiting()
        _draw_said()
        draw_samples(words, place, own=True)
    else:
        st.info("Type two to four words above, then speak each a few times.", icon=":material/edit:")
        _draw_said()
    _draw_upload(words)
    return own_words()


def _draw_name(place: int) -> None:
    key, _ = state.preset_of(f"word {place}", None)
    st.text_input(
        f"Word {place + 1}",
        own_words().names[place],
        max_chars=LONGEST_NAME,
        key=key,
        on_change=_rename,
        args=(place, key),
        placeholder="optional" if place >= FEWEST_WORDS else "",
    )


def _rename(place: int, key: str) -> None:
    if state.preset_of(f"word {place}", None)[0] != key:
        return  # The browser's late word on a field that another has replaced.
    _keep(own_words().named(place, state.widget_value(key) or ""))


def choose_word(words: SpokenWords, name: str) -> int:
    """Draw the choice of a word and return its place."""
    titles = {place: plain(f"{words.title(place)} ({len(words.clips[place])})") for place in words.used}
    last = state.remembered(name)
    chosen: int = st.segmented_control(
        "Word",
        list(titles),
        default=last if last in titles else next(iter(titles)),
        format_func=titles.__getitem__,
        required=True,
        key=f"{name} {'-'.join(map(str, titles))}",
    )
    state.remember(name, chosen)
    return chosen


def _draw_recorder(words: SpokenWords, place: int) -> None:
    """Draw the recorder; what it recorded waits for a worker, and the recorder is free again."""
    key, _ = state.preset_of("recorder", None)
    title = plain(words.title(place))
    sound = st.audio_input(f"Press the microphone, say “{title}” once, and press it again", key=key)
    draw_microphone_help()
    if sound is not None:
        state.keep_recordings(WAITING, (*(state.recordings(WAITING) or ()), (place, sound.getvalue()[:MOST_BYTES])))
        state.preset("recorder", None)
        st.rerun()


def _take_waiting() -> None:
    """Add the recordings that a worker has read, in the order in which they were spoken."""
    waiting: tuple[tuple[int, bytes], ...] = state.recordings(WAITING) or ()
    if not waiting:
        return
    place, data = waiting[0]
    key = f"recording {hashlib.sha256(data).hexdigest()}"

    def look(patience_s: float = 0.0) -> Answer[Clip]:
        return ask(key, TAKE_RECORDING(data), priority=HANDED_OVER, patience_s=patience_s)

    answer = look(1.0)
    if answer.waiting:
        draw_waiting(f"Reading {counted(len(waiting), 'recording')} …", lambda: not look().waiting)
        return
    forget(key)
    state.keep_recordings(WAITING, waiting[1:])
    try:
        clip = answer.found
        if clip is not None:
            _keep(own_words().with_clip(place, clip))
            _say((f"added to {own_words().title(place)}: {clip.seconds:.1f} s", *clip.notes))
    except ValueError as error:
        _say((), f"{error}")
    st.rerun()


def _say(notes: tuple[str, ...], problem: str = "") -> None:
    state.remember(SAID, (notes, problem))


def _draw_said() -> None:
    """Tell what became of the last recording or upload."""
    notes, problem = state.remembered(SAID) or ((), "")
    if problem:
        st.error(plain(problem), icon=":material/error:")
    for note in notes:
        st.caption(f":material/info: {plain(note)}")


def draw_microphone_help() -> None:
    """Say why a microphone may not be there, where the address already tells."""
    address = urlsplit(st.context.url or "")
    if address.scheme == "http" and address.hostname not in ("localhost", "127.0.0.1", "::1"):
        st.info(
            "Browsers open the microphone only over https, or on the computer that runs the app. Upload recordings "
            "instead, or use the bundled words.",
            icon=":material/mic_off:",
        )
        return
    st.caption(
        "The browser asks for permission first; one or two seconds are enough. “An error has occurred” means that "
        "it found no microphone that it may use, or that the recording was minutes long. Without a microphone, upload "
        "recordings, or choose “Bundled” under Words in the sidebar."
    )


def _draw_upload(words: SpokenWords) -> None:
    with st.expander("Upload or download recordings", icon=":material/folder_zip:"):
        key, _ = state.preset_of("recordings zip", None)
        file = draw_uploader(LIMITS, ["zip"], ZIP_BYTES, key)

        def add(taken: Taken) -> None:
            merged, notes = merge(own_words(), taken.clips)
            added = counted(merged.count() - own_words().count(), "sample")
            _keep(merged)
            _say((f"{added} added", *taken.notes, *notes))
            _begin_afresh()

        take_sound("recordings zip", file, TAKE_ZIP, add)
        with st.container(horizontal=True):
            st.download_button(
                "Download my recordings",
                lambda: zip_of(words),
                "my words.zip",
                "application/zip",
                icon=":material/download:",
                on_click="ignore",
                disabled=not words.count(),
                help="A zip of WAV files, a folder for each word; it can be uploaded here again."
                if words.count()
                else "There is no recording yet.",
            )
            if words.used:
                with st.popover("Delete all", icon=":material/delete:"):
                    st.write(f"Delete all words and {counted(words.count(), 'sample')}?")
                    if pressed("Delete them", key="delete all words"):
                        _keep(FIRST)
                        _say(())
                        _begin_afresh()


def _begin_afresh() -> None:
    """Let the names and the upload start anew from what is kept."""
    for name in (*(f"word {place}" for place in range(MOST_WORDS)), "recordings zip"):
        state.preset(name, None)
    st.rerun()


def draw_samples(words: SpokenWords, place: int, own: bool) -> None:
    """Draw the samples of one word: picture, player and, for own ones, a button that deletes it."""
    clips = words.clips[place]
    if not clips:
        st.caption(plain(f"No sample of “{words.title(place)}” yet."))
        return
    with st.container(horizontal=True, gap="small", height=SHELF_PX if len(clips) > SHELF_CARDS else "content"):
        for number, clip in enumerate(clips, 1):
            _draw_card(place, number, clip, own)


def _draw_card(place: int, number: int, clip: Clip, own: bool) -> None:
    with st.container(border=True, width=CARD_PX, gap="small"):
        st.image(sample_picture(clip.samples, clip.frames, current_theme()), width="stretch")
        st.audio(write_wav(clip.samples, RATE, cut=True), format="audio/wav")
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(f"{number} · {clip.seconds:.2f} s", width="content")
            if own:
                st.button(
                    "Delete",
                    icon=":material/delete:",
                    type="tertiary",
                    key=f"delete {clip.key}",
                    on_click=lambda: _keep(own_words().without(place, clip.key)),
                )
