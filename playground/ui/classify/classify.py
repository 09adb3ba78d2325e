"""The page Classify: task, live training, and the network at any epoch: verdict, hidden state, confusion."""

from __future__ import annotations

import streamlit as st

from playground.charts.sequences import confusion_figure, learning_figure
from playground.sentences.classifying import comparison_sentence, cost_sentence, live_sentence
from playground.sequences.classify.calls import ADVANCE_CNN, EPOCH_SECONDS, SCORE_KEYFRAME
from playground.sequences.classify.scores import standings
from playground.sequences.classify.tasks import TASKS
from playground.sequences.recipe import ClassifyRecipe
from playground.sequences.records import ClassifierRun, ClassScore, Sequences
from playground.ui.classify.verdict import Chosen, choose_sequence, draw_verdict
from playground.ui.frame import sequence_state, state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.looks import draw_field
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.spots import section, spot
from playground.ui.sequences.score_table import draw_score_table
from playground.ui.sequences.sequence_controls import (
    draw_network_fields,
    draw_training_fields,
    take_fields,
)
from playground.ui.sequences.sequence_data import draw_balance, draw_own_table, task_sequences
from playground.ui.sequences.sequence_moments import moments_of
from playground.ui.sequences.sequence_run import ClassifierStudent, draw_run, invitation
from playground.ui.sequences.sequence_training import Student, baselines_of, draw_training, student_of
from playground.ui.sequences.take_home import draw_take_home
from playground.ui.watching.answers import ask, ask_steadily
from playground.ui.watching.live import live_chart
from playground.ui.watching.ticking import draw_ticking
from playground.ui.watching.time_machine import draw_comparison, draw_time_machine, is_playing


def draw_classify_controls() -> ClassifyRecipe:
    """Draw the sidebar and return the recipe that it says."""
    recipe = sequence_state.sequence_recipe(ClassifyRecipe)
    with st.sidebar:
        with section("1 Sequences"):
            names = list(TASKS)
            task = st.selectbox(
                "Task",
                names,
                names.index(recipe.task),
                format_func=lambda name: TASKS[name].title,
                key=state.widget_key("classify task"),
                help=GLOSSARY["task"],
            )
            if task != recipe.task:
                _change_task(recipe, task)
            st.caption(TASKS[task].summary)
            if task == "own":
                draw_own_table()
            fields = {}
            if task in ("names", "sentiment", "own"):
                fields["unit"] = draw_field(recipe, "unit")
        return take_fields(recipe, fields | draw_network_fields(recipe) | draw_training_fields(recipe))


def _change_task(recipe: ClassifyRecipe, task: str) -> None:
    """Put another task on the controls: as it was left, or with what it suggests."""
    state.remember(f"recipe of {recipe.task}", recipe)
    left = state.remembered(f"recipe of {task}")
    sequence_state.set_sequence_recipe(left or recipe.replaced(task=task, **TASKS[task].suggests), afresh=True)
    st.rerun()


def draw_classify(recipe: ClassifyRecipe) -> None:
    """Draw the page below its title."""
    with spot(), sentences_for_errors():
        sequences = task_sequences(recipe.task)
        if sequences is None:
            return
        student = ClassifierStudent(recipe, sequences)
        draw_balance(sequences)
        draw_ticking("classify", lambda: _draw_training(student.now()))
        draw_take_home(student, sequences)
        chosen = choose_sequence(sequences, recipe)
        draw_ticking("reading", lambda: _draw_reading(student.now(), chosen))
        draw_ticking("judged", lambda: _draw_judged(student.now()))
        if recipe.task == "digits":
            _draw_pictures(student)


def _draw_training(student: ClassifierStudent) -> bool:
    """Draw the buttons and the headline; return whether training goes on."""
    running = draw_run(student)
    run = student.run
    sentence = live_sentence(run, baselines_of(student.sequences), student.recipe.training.epochs) + invitation(student)
    st.markdown(f"#### {plain(sentence)}")
    with spot():
        measuring = student.view is None and student.sequences.private and _draw_cost(student)
    return running or measuring


def _draw_cost(student: ClassifierStudent) -> bool:
    """Say what training on own texts costs before it begins; return whether a worker still measures it."""
    job = EPOCH_SECONDS(student.recipe.model_dump_json(), student.sequences)
    answer = ask(f"cost {student.key}", job)
    if answer.value is not None:
        st.caption(f":material/timer: {cost_sentence(answer.value, student.recipe.training.epochs)}")
    return answer.waiting


def _draw_reading(student: ClassifierStudent, chosen: Chosen | None) -> bool:
    """Draw the network at the chosen epoch: its reading, learning curves, confusion; return whether it will change."""
    run, baselines = student.run or student.untrained(), baselines_of(student.sequences)
    if run is None:
        st.caption(":material/hourglass_top: Building the untrained network …")
        return True
    moments = moments_of(run.training, student.recipe, student.key)
    epoch, other = 0, None
    with spot():
        if len(moments.epochs) > 1:
            epoch = draw_time_machine(moments)
            other = draw_comparison(moments, epoch)
    with spot():
        if chosen is not None:
            draw_verdict(student, run, chosen, epoch, other)
    left, right = st.columns(2)
    with left:
        _draw_learning(student, student.run, baselines)
    with right:
        waiting = _draw_confusion(student, run, epoch)
    return student.under_way or waiting or not baselines or is_playing(moments.place)


def _draw_confusion(student: ClassifierStudent, run: ClassifierRun, epoch: int) -> bool:
    """Draw who is taken for whom on the validation part after an epoch; return whether a worker still counts."""
    score, waiting = run.validation, False
    if score is None or epoch != run.training.newest.epoch:
        answer, waiting = ask_steadily(
            "confusion", student.key, f"confusion {epoch} {student.key}",
            SCORE_KEYFRAME(
                student.recipe.model_dump_json(), student.sequences, run.encoding, run.training.at(epoch)
            ),
            patience_s=0.2,
        )  # fmt: skip
        score = answer.found
    if score is None:
        st.caption(":material/hourglass_top: Counting right and wrong answers …")
        return waiting
    _confusion_chart(score, student, f"validation, {score.title}", "confusion")
    return waiting


def _confusion_chart(score: ClassScore, student: ClassifierStudent, part: str, key: str) -> None:
    title = f"Who is taken for whom: the diagonal is right ({part})"
    figure = confusion_figure(score, student.sequences.classes, current_theme(), title=title)
    live_chart(figure, key=key, height=440)


def _draw_learning(student: ClassifierStudent, run: ClassifierRun | None, baselines: tuple[ClassScore, ...]) -> None:
    quantity = st.segmented_control(
        "Shown", ["accuracy", "loss"], default="accuracy", required=True, key="quantity", label_visibility="collapsed"
    )
    levels = [(baseline.title, baseline.accuracy) for baseline in baselines] if quantity == "accuracy" else []
    figure = learning_figure(
        run.training.epochs if run else (),
        quantity,
        student.recipe.training.epochs,
        levels,
        current_theme(),
        best_epoch=run.training.checkpoint.best_epoch if run else 0,
        revision=f"{student.key} {quantity}",
    )
    live_chart(figure, key="learning", height=400)
    if baselines:
        st.caption("Dotted: the share that the baselines get right on the test part.")
    elif quantity == "loss":
        st.caption(
            "Where the validation loss turns up, the network begins to learn by heart.", help=GLOSSARY["verdict"]
        )


def _draw_judged(student: ClassifierStudent) -> bool:
    """Draw what the test part says once training is done; return whether that is still to come."""
    run, baselines = student.run, baselines_of(student.sequences)
    if run is None or run.test is None:
        return student.under_way
    best = f"best epoch {run.training.best.epoch}"
    st.subheader("Judged by the test part, which nobody learned from", divider="gray", anchor=False)
    left, right = st.columns([1, 1])
    with left:
        draw_score_table([(f"This network, {best}", run.test), *((r.title, r) for r in baselines)])
        st.caption(plain(comparison_sentence(standings(run.test, baselines), run.test.count)))
    with right:
        _confusion_chart(run.test, student, f"test, {best}", "confusion test")
    return not baselines


def _draw_pictures(student: ClassifierStudent) -> None:
    """Draw the comparison with a network that is made for pictures."""
    st.subheader("May I use an RNN on images?", divider="gray", anchor=False)
    st.markdown(
        "You may: a picture is a sequence of rows. Whether you should is a question of numbers. A small convolutional "
        "network, which sees the whole picture at once, and logistic regression on the 64 pixels learn from the same "
        "digits and are judged by the same test part."
    )
    cnn = student_of(student.recipe, student.sequences, ADVANCE_CNN)

    def draw() -> bool:
        running = draw_training([cnn], "Train the CNN")
        rows = _picture_rows(student.now(), cnn, student.sequences)
        draw_score_table(rows)
        if len(rows) < 4:
            st.caption("Train both networks to see them here.")
        return running

    draw_ticking("pictures", draw)


def _picture_rows(student: ClassifierStudent, cnn: Student, sequences: Sequences) -> list[tuple[str, ClassScore]]:
    found = [("RNN reading rows", student.run), ("Small CNN seeing the whole", cnn.run)]
    trained = [(title, run.test) for title, run in found if run is not None and run.test is not None]
    return [*trained, *((score.title, score) for score in baselines_of(sequences))]
