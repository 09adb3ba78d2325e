"""The hand-made cell stepped through letter by letter, with the arithmetic of one unit and of the leading class."""

from __future__ import annotations

import streamlit as st

from playground.charts.hand_made import CellNumbers, cell_figure
from playground.charts.sequences import verdict_figure, verdict_height
from playground.records import Floats
from playground.sequences.arithmetic import Sum, output_sum, state_sum
from playground.sequences.encoding import encode_tokens, tokens_of
from playground.sequences.equations import SimpleStep, reading_of, simple_steps
from playground.sequences.records import ClassifierRun
from playground.ui.frame import state
from playground.ui.frame.page import current_theme, plain
from playground.ui.sequences.sequence_training import Student
from playground.ui.watching.live import live_chart
from playground.ui.watching.ticking import draw_ticking

MOST_LETTERS = 24
PLACE = "hand-made letter"


def draw_steps(student: Student) -> None:
    """Draw name, letter and unit to look at, and below them every number of that step."""
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    name = left.text_input("A name", "Nakashima", max_chars=MOST_LETTERS, key="hand-made name")
    tokens = tokens_of(name, "letters")
    if not tokens:
        st.caption("Type a name to step through.")
        return
    with middle:
        place = _draw_place(tokens)
    unit = int(right.number_input("Unit", 0, student.recipe.network.hidden_size - 1, 0, key="hand-made unit"))
    draw_ticking("hand-made steps", lambda: _draw_step(student, tokens, place, unit))


def _draw_place(tokens: tuple[str, ...]) -> int:
    """Draw back, the letters, and next; return the place of the letter that is read."""
    place = min(state.remembered(PLACE) or 0, len(tokens) - 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Back", icon=":material/chevron_left:", disabled=not place, on_click=_go, args=(place - 1,))
        word = "".join(
            f":orange-background[**{plain(token)}**]" if k == place else plain(token) for k, token in enumerate(tokens)
        )
        st.markdown(f"{word}  \nletter {place + 1} of {len(tokens)}", width="content")
        last = place == len(tokens) - 1
        st.button(
            "Next", icon=":material/chevron_right:", type="primary", disabled=last, on_click=_go, args=(place + 1,)
        )
    return place


def _go(place: int) -> None:
    state.remember(PLACE, place)


def _draw_step(student: Student, tokens: tuple[str, ...], place: int, unit: int) -> bool:
    """Draw the cell, its sums and the verdict so far; return whether the network is still being trained or built."""
    run = student.run or student.untrained()
    if run is None:
        st.caption(":material/hourglass_top: Building the untrained network …")
        return True
    frame = run.training.best if run.done else run.training.newest
    steps = simple_steps(student.recipe, frame.weights, encode_tokens(run.encoding, tokens))
    which = (
        "the untrained network"
        if not frame.epoch
        else f"the network of epoch {frame.epoch}, seed {student.recipe.seed}"
    )
    st.caption(f"Numbers of {which}, with the switches as they stand above.")
    _draw_cell(student, run, steps, tokens, place, unit, frame.weights)
    return student.under_way


def _draw_cell(
    student: Student,
    run: ClassifierRun,
    steps: tuple[SimpleStep, ...],
    tokens: tuple[str, ...],
    place: int,
    unit: int,
    weights: dict[str, Floats],
) -> None:
    recipe, classes, theme = student.recipe, student.sequences.classes, current_theme()
    step, reading = steps[place], reading_of(steps)
    leading = int(step.scores.argmax())
    inputs = len(run.encoding.tokens)
    numbers = CellNumbers(
        tokens[place],
        unit,
        float(step.combined[inputs + unit]),
        float(step.a[unit]),
        float(step.h[unit]),
        float(step.scores[leading]),
        classes[leading],
        float(reading.probabilities[place, leading]),
    )
    live_chart(cell_figure(numbers, recipe.network.sigma, recipe.network.output_path, theme), key="cell", height=270)
    left, right = st.columns(2)
    with left:
        st.markdown(f"**New state of unit {unit}**: i2h of letter and old state")
        _draw_sum(state_sum(weights, step, run.encoding.tokens, unit), "state")
        st.markdown(plain(_squash_words(step, unit, recipe.network.sigma)))
    with right:
        reads = "the new state" if recipe.network.output_path == "new" else "letter and old state"
        st.markdown(f"**Score of {plain(classes[leading])}**: i2o of {reads}")
        _draw_sum(output_sum(weights, step, run.encoding.tokens, recipe.network.output_path, leading), "output")
        st.markdown(
            f"LogSoftmax makes it {float(step.log_probabilities[leading]):.4f}, that is {numbers.probability:.1%}."
        )
    figure = verdict_figure(
        reading.probabilities, list(tokens), classes, theme, title="The verdict after each letter", step_word="letter"
    )
    live_chart(figure, key="hand-made verdict", height=verdict_height(len(classes)))


def _draw_sum(found: Sum, key: str) -> None:
    rows: list[tuple[str, float | None, float | None, float]] = [
        (term.source, term.weight, term.value, term.product) for term in found.terms
    ]
    if found.left_out:
        rows.append((f"{found.left_out} smaller ones", None, None, found.rest))
    rows += [("bias", found.bias, 1.0, found.bias), ("sum", None, None, found.total)]
    names = ("from", "weight", "value", "product")
    right = st.column_config.TextColumn(alignment="right")
    st.dataframe(
        {name: [_cell(row[k]) for row in rows] for k, name in enumerate(names)},
        hide_index=True,
        column_config=dict.fromkeys(names[1:], right),
        height="content",
        key=f"hand-made sum {key}",
    )


def _cell(value: str | float | None) -> str:
    return value if isinstance(value, str) else "" if value is None else f"{value:.4f}"


def _squash_words(step: SimpleStep, unit: int, sigma: bool) -> str:
    a, h = float(step.a[unit]), float(step.h[unit])
    return f"With σ: tanh({a:.4f}) = {h:.4f}." if sigma else f"Without σ the sum is the new state: {h:.4f}."
