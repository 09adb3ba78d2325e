"""The page Classify: task, live training, confusion, and a verdict that forms as the sequence is read."""

from __future__ import annotations

import streamlit as st

from playground.charts.sequences import confusion_figure, learning_figure
from playground.sequences.recipe import ClassifyRecipe
from playground.sequences.records import ClassifierRun, ClassScore, Sequences
from playground.sequences.remarks import comparison_sentence, live_sentence
from playground.sequences.tasks import TASKS
from playground.ui import state
from playground.ui.glossary import GLOSSARY
from playground.ui.live import live_chart
from playground.ui.page import current_theme, plain, sentences_for_errors
from playground.ui.sequence_controls import draw_network_fields, draw_sequence_field, draw_training_fields, take_fields
from playground.ui.sequence_data import draw_balance, draw_own_table, task_sequences
from playground.ui.sequence_training import Student, draw_training, rivals_of
from playground.ui.ticking import draw_ticking
from playground.ui.verdict import choose_sequence, draw_verdict


def draw_classify_controls() -> ClassifyRecipe:
    """Draw the sidebar and return the recipe that it says."""
    recipe = state.sequence_recipe(ClassifyRecipe)
    with st.sidebar:
        st.header("1 Sequences", divider="gray")
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
            state.set_sequence_recipe(recipe.replaced(task=task, **TASKS[task].suggests), afresh=True)
            st.rerun()
        st.caption(TASKS[task].summary)
        if task == "own":
            draw_own_table()
        fields = {}
        if task in ("names", "sentiment", "own"):
            fields["unit"] = draw_sequence_field(recipe, "unit")
        return take_fields(recipe, fields | draw_network_fields(recipe) | draw_training_fields(recipe))


def draw_classify(recipe: ClassifyRecipe) -> None:
    """Draw the page below its title."""
    with sentences_for_errors():
        sequences = task_sequences(recipe.task)
        if sequences is None:
            return
        student = Student(recipe, sequences)
        draw_balance(sequences)
        draw_ticking("classify", lambda: _draw_training(student))
        chosen = choose_sequence(sequences, recipe)
        if chosen is not None:
            draw_ticking("verdict", lambda: draw_verdict(student, chosen))
        draw_ticking("learning", lambda: _draw_progress(student))
        if recipe.task == "digits":
            _draw_pictures(student)


def _draw_training(student: Student) -> bool:
    """Draw the buttons and the headline; return whether training goes on."""
    running = draw_training([student], "Train")
    run = student.run
    sentence = live_sentence(run, rivals_of(student.sequences), student.recipe.epochs)
    st.markdown(f"#### {plain(sentence)}")
    if run is not None and run.training.checkpoint.state == "diverged":
        st.error(plain(run.training.checkpoint.reason), icon=":material/warning:")
    return running


def _draw_progress(student: Student) -> bool:
    """Draw learning curves, confusion and scores; return whether something will change by itself."""
    run, rivals = student.run, rivals_of(student.sequences)
    left, right = st.columns(2)
    with left:
        _draw_learning(student, run, rivals)
    with right:
        shown = run or student.untrained()
        score = None if shown is None else shown.test or shown.validation
        if score is not None:
            part = f"test, best {score.title}" if run is not None and run.done else f"validation, {score.title}"
            title = f"Who is taken for whom: the diagonal is right ({part})"
            live_chart(
                confusion_figure(score, student.sequences.classes, current_theme(), title=title),
                key="confusion",
                height=440,
            )
    if run is not None and run.test is not None:
        _draw_scores(run.test, run, rivals)
    return student.under_way or not rivals or (run is None and student.untrained() is None)


def _draw_learning(student: Student, run: ClassifierRun | None, rivals: tuple[ClassScore, ...]) -> None:
    quantity = st.segmented_control(
        "Shown", ["accuracy", "loss"], default="accuracy", required=True, key="quantity", label_visibility="collapsed"
    )
    baselines = [(rival.title, rival.accuracy) for rival in rivals] if quantity == "accuracy" else []
    figure = learning_figure(
        run.training.epochs if run else (),
        quantity,
        student.recipe.epochs,
        baselines,
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


def _draw_scores(test: ClassScore, run: ClassifierRun, rivals: tuple[ClassScore, ...]) -> None:
    st.subheader("Judged by the test part, which nobody learned from", divider="gray", anchor=False)
    draw_score_table([(f"This network, best epoch {run.training.best.epoch}", test), *((r.title, r) for r in rivals)])
    st.caption(plain(comparison_sentence(test, rivals)))


def draw_score_table(rows: list[tuple[str, ClassScore]]) -> None:
    """Draw accuracy, macro accuracy and macro F1 of each, side by side."""
    st.dataframe(
        {
            "": [title for title, _ in rows],
            "right": [score.accuracy for _, score in rows],
            "macro accuracy": [score.macro_accuracy for _, score in rows],
            "macro F1": [score.macro_f1 for _, score in rows],
        },
        hide_index=True,
        column_config={
            "right": st.column_config.NumberColumn(format="percent"),
            "macro accuracy": st.column_config.NumberColumn(format="percent", help=GLOSSARY["macro_accuracy"]),
            "macro F1": st.column_config.NumberColumn(format="%.3f", help=GLOSSARY["macro_f1"]),
        },
    )


def _draw_pictures(student: Student) -> None:
    """Draw the comparison with a network that is made for pictures."""
    st.subheader("May I use an RNN on images?", divider="gray", anchor=False)
    st.markdown(
        "You may: a picture is a sequence of rows. Whether you should is a question of numbers. A small convolutional "
        "network, which sees the whole picture at once, and logistic regression on the 64 pixels learn from the same "
        "digits and are judged by the same test part."
    )
    rival = Student(student.recipe, student.sequences, "playground.sequences.convolution:advance_cnn")

    def draw() -> bool:
        running = draw_training([rival], "Train the CNN")
        rows = _picture_rows(student, rival, student.sequences)
        draw_score_table(rows)
        if len(rows) < 4:
            st.caption("Train both networks to see them here.")
        return running

    draw_ticking("pictures", draw)


def _picture_rows(student: Student, rival: Student, sequences: Sequences) -> list[tuple[str, ClassScore]]:
    found = [("RNN reading rows", student.run), ("Small CNN seeing the whole", rival.run)]
    trained = [(title, run.test) for title, run in found if run is not None and run.test is not None]
    return [*trained, *((score.title, score) for score in rivals_of(sequences))]
