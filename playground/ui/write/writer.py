"""The page Write: text, live training, what it writes, how many bits a letter, and a look inside."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.charts.music import bits_figure
from playground.runs import material_key
from playground.sentences.writing import comparison_sentence, progress_sentence
from playground.sequences.recipe import WriterRecipe
from playground.sequences.records import WriterRun
from playground.sequences.write.baselines import StreamScore, against_best
from playground.sequences.write.calls import SCORE_NGRAMS, USUAL_ANSWERS
from playground.sequences.write.corpora import CORPORA
from playground.sequences.write.streams import HELD_LONGEST, Stream
from playground.ui.frame import sequence_state, state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.spots import section, spot
from playground.ui.sequences.sequence_controls import draw_network_fields, draw_training_fields, take_fields
from playground.ui.sequences.sequence_run import StreamStudent, draw_run, invitation
from playground.ui.sequences.take_home import draw_take_home
from playground.ui.watching.answers import ask
from playground.ui.watching.live import live_chart
from playground.ui.watching.ticking import draw_ticking
from playground.ui.write.writer_inside import draw_inside
from playground.ui.write.writer_text import corpus_stream, draw_facts, draw_own_corpus
from playground.ui.write.writer_views import draw_samples, draw_write_on


def draw_writer_controls() -> WriterRecipe:
    """Draw the sidebar and return the recipe that it says."""
    recipe = sequence_state.sequence_recipe(WriterRecipe)
    with st.sidebar:
        with section("1 Text"):
            names = list(CORPORA)
            text = st.selectbox(
                "Text",
                names,
                names.index(recipe.text),
                format_func=lambda name: CORPORA[name].title,
                key=state.widget_key("writer text"),
                help=GLOSSARY["corpus"],
            )
            if text != recipe.text:
                sequence_state.set_sequence_recipe(recipe.replaced(text=text, **CORPORA[text].suggests), afresh=True)
                st.rerun()
            st.caption(CORPORA[text].summary)
            if text == "own":
                draw_own_corpus()
        return take_fields(recipe, draw_network_fields(recipe) | draw_training_fields(recipe))


def draw_writer(recipe: WriterRecipe) -> None:
    """Draw the page below its title."""
    with spot(), sentences_for_errors():
        stream = corpus_stream(recipe.text)
        if stream is None:
            return
        student = StreamStudent(recipe, stream)
        draw_facts(stream)
        draw_ticking("writer", lambda: _draw_training(student.now()))
        draw_take_home(student, stream)
        draw_ticking("samples", lambda: draw_samples(student.now()))
        draw_write_on(student)
        st.subheader("How well does it know what comes next?", divider="gray", anchor=False)
        draw_ticking("writer learning", lambda: _draw_progress(student.now()))
        draw_inside(student)


def _draw_training(student: StreamStudent) -> bool:
    """Draw the buttons and the headline; return whether training goes on."""
    running = draw_run(student)
    run: WriterRun | None = student.run
    told = progress_sentence(run, student.stream, student.recipe.training.epochs) + invitation(student)
    st.markdown(f"#### {plain(told)}")
    return running


def baselines_of(stream: Stream) -> tuple[StreamScore, ...]:
    """Return the baselines' scores, none while a worker still counts."""
    name = f"uniform, unigram, trigram {material_key(stream)}"
    return ask(name, SCORE_NGRAMS(stream, (0, 1, 3))).value or ()


def _draw_progress(student: StreamStudent) -> bool:
    """Draw the learning curve and the scores; return whether something will change by itself."""
    run, baselines = student.run, baselines_of(student.stream)
    figure = bits_figure(
        run.training.epochs if run else (),
        student.recipe.training.epochs,
        [(baseline.title, baseline.validation_bits) for baseline in baselines],
        current_theme(),
        best_epoch=run.training.checkpoint.best_epoch if run else 0,
        revision=student.key,
        symbol="letter",
    )
    live_chart(figure, key="letter bits", height=340)
    st.caption(
        "The lower, the better: one bit less is being unsure among half as many letters. Dotted: the baselines on the "
        "same held-out text.",
        help=GLOSSARY["bits"],
    )
    if baselines:
        _draw_scores(student, run, baselines)
    return student.under_way or not baselines


def _draw_scores(student: StreamStudent, run: WriterRun | None, baselines: tuple[StreamScore, ...]) -> None:
    """Draw the bits, and the share of right answers, that each needs on both held-out parts."""
    stream, done = student.stream, run is not None and run.done
    rows: list[dict[str, Any]] = [
        {"": baseline.title, "bits, validation": baseline.validation_bits, "bits, test": baseline.test_bits}
        for baseline in baselines
    ]
    if stream.asked.size:
        usual = ask(f"usual {material_key(stream)}", USUAL_ANSWERS(stream))
        for row in rows:
            row[stream.asked_title] = "not counted"
        rows[-1][stream.asked_title] = "…" if usual.value is None else f"{usual.value:.1%}"
    if run is not None and done:
        best = run.training.best.epoch
        losses = [epoch for epoch in run.training.epochs if epoch.epoch == best]
        own: dict[str, Any] = {"": f"This network, best epoch {best}", "bits, test": run.test_bits}
        if losses:
            own["bits, validation"] = run.bits_after(best)
        if stream.asked.size:
            own[stream.asked_title] = f"{run.test_accuracy:.1%}"
        rows.insert(0, own)
    st.dataframe(
        rows,
        hide_index=True,
        column_order=["", "bits, validation", "bits, test", *([stream.asked_title] if stream.asked.size else [])],
        column_config={
            "bits, validation": st.column_config.NumberColumn(format="%.3f", help=GLOSSARY["bits"]),
            "bits, test": st.column_config.NumberColumn(format="%.3f", help=GLOSSARY["bits"]),
            stream.asked_title: st.column_config.TextColumn(help=GLOSSARY["asked_right"]),
        },
    )
    if stream.read_in_sections:
        st.caption(
            f"The network reads held-out text in sections of {HELD_LONGEST:,} letters and begins each with an empty "
            "state; the tables of counts read on."
        )
    if run is not None and done:
        st.caption(plain(comparison_sentence(against_best(run, baselines))))
