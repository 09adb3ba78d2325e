"""Speech on the page Listen: teach a network a few words, then speak and watch what it takes them for."""

from __future__ import annotations

import hashlib

import streamlit as st

from playground.charts.listening import heard_figure, heard_height
from playground.charts.sequences import confusion_figure, learning_figure
from playground.sentences.classifying import live_sentence, spoken_comparison_sentence, spread_sentence, trust_sentence
from playground.sequences.classify.scores import standings
from playground.sequences.encoding import encode_rows, split_sequences
from playground.sequences.equations import read_sequence
from playground.sequences.recipe import SpeechRecipe
from playground.sequences.records import ClassScore, Sequences
from playground.sequences.speech.calls import SCORE_BASELINES, TAKE_RECORDING
from playground.sequences.speech.mel import RATE
from playground.sequences.speech.spoken import (
    Clip,
    SpokenWords,
    check_enough,
    clip_at,
    to_sequences,
    trust_of,
)
from playground.sequences.wav import write_wav
from playground.ui.frame import sequence_state, state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.spots import section, spot
from playground.ui.listen.speech_samples import (
    choose_word,
    draw_collecting,
    draw_microphone_help,
    draw_samples,
    spoken_words,
    take_sound,
)
from playground.ui.sequences.score_table import draw_score_table
from playground.ui.sequences.sequence_controls import draw_network_fields, draw_training_fields, take_fields
from playground.ui.sequences.sequence_data import draw_balance
from playground.ui.sequences.sequence_run import ClassifierStudent, draw_run, invitation
from playground.ui.sequences.take_home import draw_take_home
from playground.ui.watching.answers import ask
from playground.ui.watching.live import live_chart
from playground.ui.watching.ticking import draw_ticking

WHICH = {"bundled": "Bundled", "own": "Your own"}
HEARD = "what was heard"


def draw_speech() -> None:
    """Draw the part Speech of the page Listen, its controls included."""
    recipe = _draw_controls()
    with spot(), sentences_for_errors():
        words = spoken_words(recipe.words)
        if words is None:
            return
        own = recipe.words == "own"
        st.subheader("1 Words and their samples", divider="gray", anchor=False)
        with spot():
            if own:
                words = draw_collecting()
            else:
                st.caption("Four words, each spoken by twelve voices of a speech synthesiser. No microphone is needed.")
                draw_samples(words, choose_word(words, "bundled word"), own=False)
        try:
            check_enough(words)
        except ValueError as problem:
            if words.used:
                st.info(plain(str(problem)), icon=":material/mic:")
            st.button("Train", icon=":material/play_arrow:", disabled=True, help=str(problem), key="train nothing")
            return
        _draw_taught(recipe, words)


def _draw_controls() -> SpeechRecipe:
    recipe = sequence_state.sequence_recipe(SpeechRecipe)
    with st.sidebar:
        with section("1 Words"):
            chosen = st.segmented_control(
                "Words",
                list(WHICH),
                default=recipe.words,
                format_func=WHICH.__getitem__,
                required=True,
                key=state.widget_key("SpeechRecipe words"),
                help=GLOSSARY["spoken_words"],
            )
        return take_fields(recipe, {"words": chosen} | draw_network_fields(recipe) | draw_training_fields(recipe))


def _draw_taught(recipe: SpeechRecipe, words: SpokenWords) -> None:
    """Draw training, listening and scores."""
    sequences = to_sequences(words, private=recipe.words == "own")
    student = ClassifierStudent(recipe, sequences)
    st.subheader("2 Train", divider="gray", anchor=False)
    draw_balance(sequences)
    draw_ticking("speech", lambda: _draw_training(student.now(), recipe.words == "own"))
    draw_take_home(student, sequences)
    st.subheader("3 Let it listen", divider="gray", anchor=False)
    with spot():
        chosen = _choose_sound(sequences, words, recipe.words == "own")
    with spot():
        if chosen is not None:
            clip, truth = chosen
            draw_ticking("heard", lambda: _draw_heard(student.now(), clip, truth))
    draw_ticking("speech learning", lambda: _draw_progress(student.now()))


def _baselines_of(sequences: Sequences) -> tuple[ClassScore, ...]:
    return ask(f"baselines {sequences.name}", SCORE_BASELINES(sequences)).value or ()


def _draw_training(student: ClassifierStudent, own: bool) -> bool:
    running = draw_run(student)
    run = student.run
    with spot():
        if run is not None and run.test is not None:
            st.markdown(f"#### {plain(trust_sentence(trust_of(run.test)))}")
            remedy = " More samples of each word, spoken differently, tell more." if own else ""
            st.caption(plain(spread_sentence(trust_of(run.test)) + remedy))
        else:
            told = live_sentence(run, (), student.recipe.training.epochs) + invitation(student)
            st.markdown(f"#### {plain(told)}")
    return running


def _choose_sound(sequences: Sequences, words: SpokenWords, own: bool) -> tuple[Clip, str] | None:
    """Draw the choice of what the network hears: a held-out sample, or the learner's voice now."""
    ways = {"held": "A held-out sample", "voice": "Your voice, now"}
    way = st.segmented_control(
        "It hears",
        list(ways),
        default="voice" if own else "held",
        format_func=ways.__getitem__,
        required=True,
        key=f"it hears {own}",
        help=GLOSSARY["held_out_sample"],
    )
    if way == "voice":
        return _hear_voice(sequences, own)
    parts = split_sequences(sequences.labels)
    held = [*parts.test, *parts.validation]
    place = st.slider("Held-out sample", 1, len(held), 1, key=f"held-out {sequences.name}")
    row = int(held[place - 1])
    clip = clip_at(words, row)
    st.audio(write_wav(clip.samples, RATE, cut=True), format="audio/wav", width=320)
    return clip, sequences.classes[sequences.labels[row]]


def _hear_voice(sequences: Sequences, own: bool) -> tuple[Clip, str] | None:
    """Draw the recorder of the learner's voice; return what was spoken last."""
    titles = ", ".join(plain(title) for title in sequences.classes)
    sound = st.audio_input(f"Say one of: {titles}", key="voice now")
    if not own:
        draw_microphone_help()
    if sound is None:
        return None
    digest = hashlib.sha256(sound.getvalue()).hexdigest()

    def keep(clip: Clip) -> None:
        state.keep_recordings(HEARD, (digest, clip))

    take_sound("voice", sound, TAKE_RECORDING, keep)
    last, clip = state.recordings(HEARD) or ("", None)
    if clip is None or last != digest:
        return None
    for note in clip.notes:
        st.caption(f":material/info: {plain(note)}")
    return clip, ""


def _draw_heard(student: ClassifierStudent, clip: Clip, truth: str) -> bool:
    """Draw log-mel and verdict of one sound; return whether training goes on."""
    run = student.run or student.untrained()
    if run is None:
        st.caption(":material/hourglass_top: Building the untrained network …")
        return True
    frame = run.training.best if run.done else run.training.newest
    classes = student.sequences.classes
    inputs = encode_rows(run.encoding, clip.frames)
    said = read_sequence(student.recipe, frame.weights, inputs).probabilities
    answer = int(said[-1].argmax())
    mark = f" (spoken: {truth})" if truth else ""
    title = f"It hears “{classes[answer]}”, {said[-1, answer]:.0%} sure{mark} · epoch {frame.epoch}"
    figure = heard_figure(clip.frames[: len(inputs)], said, classes, current_theme(), title=title)
    live_chart(figure, key="heard", height=heard_height(len(classes)))
    st.caption(
        "Above: what it reads, one frame every 10 ms; the bluer, the louder. Below: its verdict after each frame; "
        "the bluer, the likelier, the dot is its answer so far. It knows these words only: anything else is taken "
        "for one of them.",
        help=GLOSSARY["log_mel"],
    )
    return student.under_way


def _draw_progress(student: ClassifierStudent) -> bool:
    """Draw learning curves, confusion and scores; return whether something will change by itself."""
    run, baselines, classes = student.run, _baselines_of(student.sequences), student.sequences.classes
    left, right = st.columns(2)
    levels = [(baseline.title, baseline.accuracy) for baseline in baselines]
    with left:
        figure = learning_figure(
            run.training.epochs if run else (),
            "accuracy",
            student.recipe.training.epochs,
            levels,
            current_theme(),
            best_epoch=run.training.checkpoint.best_epoch if run else 0,
            revision=student.key,
        )
        live_chart(figure, key="speech curves", height=400)
        st.caption("Dotted: the share of the test samples that the baselines get right.")
    shown = run or student.untrained()
    score = None if shown is None else shown.test or shown.validation
    with right:
        if score is not None:
            part = "test" if run is not None and run.done else "validation"
            title = f"Which word is taken for which: the diagonal is right ({part}, {score.title})"
            live_chart(confusion_figure(score, classes, current_theme(), title=title), key="speech mix-ups", height=400)
    if run is not None and run.test is not None:
        st.subheader("Judged by samples that nobody learned from", divider="gray", anchor=False)
        best = f"This network, best epoch {run.training.best.epoch}"
        draw_score_table([(best, run.test), *((baseline.title, baseline) for baseline in baselines)])
        st.caption(plain(spoken_comparison_sentence(trust_of(run.test), standings(run.test, baselines))))
    return student.under_way or not baselines or shown is None
