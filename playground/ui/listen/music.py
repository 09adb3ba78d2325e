"""Music on the page Listen: learn tunes note by note, hear what the network makes of them, and play an own one."""

from __future__ import annotations

import streamlit as st

from playground.charts.music import bits_figure
from playground.runs import material_key
from playground.sentences.music import progress_sentence
from playground.sequences.music.melodies import HELD, dealt_tunes, melody_stream
from playground.sequences.music.notes import Note, symbols_of
from playground.sequences.recipe import MelodyRecipe
from playground.sequences.records import WriterRun
from playground.sequences.write.baselines import StreamScore, against_best, best_on_validation
from playground.sequences.write.calls import SCORE_NGRAMS
from playground.sequences.write.streams import Stream
from playground.ui.frame import sequence_state, state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.looks import draw_field
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.spots import section, spot
from playground.ui.listen.keyboard import draw_keyboard, own_tune
from playground.ui.listen.music_views import Band, choose_start, choose_tune, draw_melody, draw_sound, draw_tune
from playground.ui.sequences.sequence_controls import (
    draw_network_fields,
    draw_training_fields,
    take_fields,
)
from playground.ui.sequences.sequence_run import StreamStudent, draw_run, invitation
from playground.ui.sequences.take_home import draw_take_home
from playground.ui.watching.answers import ask
from playground.ui.watching.live import live_chart
from playground.ui.watching.ticking import draw_ticking

TEACH_OWN = "own tune is learned"


def draw_music() -> None:
    """Draw the part Music of the page Listen, its controls included."""
    recipe = _draw_controls()
    with spot(), sentences_for_errors():
        own = own_tune() if state.is_on(TEACH_OWN) else ()
        stream = _stream(recipe.keys, own)
        band = Band(StreamStudent(recipe, stream), recipe.keys, own)
        count = len(dealt_tunes())
        st.caption(
            f"{count} tunes in one key: {count - 2 * HELD}{' and yours' if own else ''} to learn from, {HELD} for "
            f"validation, {HELD} for the test. Before every note the network says how likely each next note is."
        )
        draw_ticking("music", lambda: _draw_training(band.student.now()))
        draw_take_home(band.student, stream)
        st.subheader("What it plays", divider="gray", anchor=False)
        start = choose_start()
        draw_ticking("melody", lambda: draw_melody(band.now(), start))
        draw_ticking("music learning", lambda: _draw_progress(band.student.now()))
        st.subheader("The tunes", divider="gray", anchor=False)
        title = choose_tune()
        draw_ticking("tune", lambda: draw_tune(band.now(), title))
        _draw_own()


@st.cache_resource(max_entries=16, show_spinner=False)
def _stream(keys: int, own: tuple[Note, ...]) -> Stream:
    return melody_stream(keys, own)


def _draw_controls() -> MelodyRecipe:
    recipe = sequence_state.sequence_recipe(MelodyRecipe)
    with st.sidebar:
        with section("1 Tunes"):
            fields = {"keys": draw_field(recipe, "keys")}
            if own_tune():
                state.set_flag(
                    TEACH_OWN,
                    st.toggle(
                        "Learn my tune, too",
                        state.is_on(TEACH_OWN),
                        key="teach own tune",
                        help="Your own tune is learned like the others; it is a training of its own.",
                    ),
                )
            else:
                st.toggle("Learn my tune, too", disabled=True, key="nothing to teach", help="Play one first, below.")
        return take_fields(recipe, fields | draw_network_fields(recipe) | draw_training_fields(recipe))


def _baselines_of(stream: Stream) -> tuple[StreamScore, ...]:
    name = f"baselines {material_key(stream)}"
    return ask(name, SCORE_NGRAMS(stream)).value or ()


def _draw_training(student: StreamStudent) -> bool:
    running = draw_run(student)
    run: WriterRun | None = student.run
    baselines = _baselines_of(student.stream)
    against, best = against_best(run, baselines), best_on_validation(baselines)
    told = progress_sentence(run, against, best, student.recipe.training.epochs)
    st.markdown(f"#### {plain(told + invitation(student))}")
    return running


def _draw_progress(student: StreamStudent) -> bool:
    """Draw the learning curves and the scores; return whether something will change by itself."""
    run, baselines = student.run, _baselines_of(student.stream)
    figure = bits_figure(
        run.training.epochs if run else (),
        student.recipe.training.epochs,
        [(baseline.title, baseline.validation_bits) for baseline in baselines],
        current_theme(),
        best_epoch=run.training.checkpoint.best_epoch if run else 0,
        revision=student.key,
    )
    live_chart(figure, key="bits", height=360)
    st.caption("Dotted: what the baselines need on the validation tunes.", help=GLOSSARY["bits"])
    if run is not None and run.done and baselines:
        st.subheader("Judged by the test tunes, which nobody learned from", divider="gray", anchor=False)
        st.dataframe(
            {
                "": [
                    f"This network, best epoch {run.training.best.epoch}",
                    *(baseline.title for baseline in baselines),
                ],
                "bits a note": [run.test_bits, *(baseline.test_bits for baseline in baselines)],
            },
            hide_index=True,
            column_config={"bits a note": st.column_config.NumberColumn(format="%.2f", help=GLOSSARY["bits"])},
        )
        st.caption(f"Its likeliest next note is right {run.test_accuracy:.0%} of the time.")
    return student.under_way or not baselines


def _draw_own() -> None:
    st.subheader("Your own tune", divider="gray", anchor=False)
    st.caption(
        "Play one: then it is among the tunes above, the network can play on from it, and learn it. White keys suit it "
        "best, as the other tunes are in C major and A minor."
    )
    draw_keyboard()
    if own := own_tune():
        draw_sound(symbols_of(own))
