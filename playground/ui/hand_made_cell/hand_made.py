"""The page of the hand-made cell: formula beside code, two switches, and what each of them does."""

from __future__ import annotations

import streamlit as st

from playground.charts.hand_made import SCORES_PX, settings_figure
from playground.sentences.hand_made import effect_sentences
from playground.sequences.arithmetic import SETTINGS, effects_of, setting_of
from playground.sequences.recipe import HandMadeRecipe
from playground.sequences.records import Sequences
from playground.ui.frame import sequence_state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.looks import draw_field
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.spots import section, spot
from playground.ui.hand_made_cell.hand_made_steps import draw_steps
from playground.ui.sequences.sequence_controls import draw_training_fields, take_fields
from playground.ui.sequences.sequence_data import task_sequences
from playground.ui.sequences.sequence_training import Student, baselines_of, draw_training, student_of
from playground.ui.watching.live import live_chart
from playground.ui.watching.ticking import draw_ticking

SEEDS = 3
"""Trainings of each setting, so that luck can be told from an effect."""

AGREED = ":green-background[Formula and code agree] here."
NO_SIGMA = (
    ":orange-background[The formula has a σ, the code has none]: without it the state is a linear function of the "
    "letters, and nothing keeps it in bounds."
)
OLD_STATE = (
    ":orange-background[The formula reads the new state, the code the old one] beside the input: the last letter "
    "reaches the output only directly, never together with what came before."
)

CODE = """class SimpleRNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
        self.i2o = nn.Linear({reads}, output_size)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, input, hidden):
        combined = torch.cat((input, hidden), 1)
        hidden = {hidden}  # ← 1
        output = self.i2o({source})  # ← 2
        return self.softmax(output), hidden

    def init_hidden(self):
        return torch.zeros(1, self.hidden_size)"""


def draw_hand_made_controls() -> HandMadeRecipe:
    """Draw the sidebar and return the recipe that it says; the two switches stand on the page."""
    recipe = sequence_state.sequence_recipe(HandMadeRecipe)
    with st.sidebar:
        with section("1 Sequences"):
            st.caption("Family names of ten languages, letter by letter. The page Classify has more to read.")
        with section("2 Network"):
            fields = {"hidden_size": draw_field(recipe, "hidden_size")}
        return take_fields(recipe, fields | draw_training_fields(recipe))


def draw_hand_made(recipe: HandMadeRecipe) -> None:
    """Draw the page below its title."""
    recipe = _draw_differences(recipe)
    with spot(), sentences_for_errors():
        sequences = task_sequences("names")
        if sequences is None:
            return
        st.subheader("What does each switch do?", divider="gray", anchor=False)
        students = students_of(recipe, sequences)
        draw_ticking("hand-made", lambda: _draw_measuring(recipe, students, sequences))
        st.subheader("Step through it with real numbers", divider="gray", anchor=False)
        draw_steps(students[setting_of(recipe)][0])


def students_of(recipe: HandMadeRecipe, sequences: Sequences) -> dict[tuple[bool, str], list[Student]]:
    """Return the trainings of all four settings, with consecutive seeds from the recipe's."""
    top = recipe.limits("seed")[1]
    return {
        (sigma, path): [
            student_of(recipe.replaced(sigma=sigma, output_path=path, seed=(recipe.seed + k) % (top + 1)), sequences)
            for k in range(SEEDS)
        ]
        for sigma, path in SETTINGS
    }


def _draw_differences(recipe: HandMadeRecipe) -> HandMadeRecipe:
    """Draw formula and code side by side, the two places where they differ, and the switches that settle them."""
    left, right = st.columns(2)
    with left:
        formula = st.container()
        with st.container(border=True):
            sigma = draw_field(recipe, "sigma")
            st.markdown(f"**1** {AGREED if sigma else NO_SIGMA}")
        with st.container(border=True):
            path = draw_field(recipe, "output_path")
            st.markdown(f"**2** {AGREED if path == 'new' else OLD_STATE}")
    with formula:
        st.markdown("**The formula**")
        squash, read = _lit(r"\sigma", sigma), _lit("h_t", path == "new")
        st.latex(rf"h_t = {squash}\left(W_h\,[x_t,\,h_{{t-1}}] + b_h\right)")
        st.latex(rf"\hat y_t = \mathrm{{softmax}}\left(W_o\,{read} + b_o\right)")
        st.caption(
            "σ squashes, here as tanh. Framed: where the code does something else. "
            "A letter x is one-hot; the state starts at zeros."
        )
    with right:
        st.markdown("**The code**")
        st.code(code_of(sigma, path), language="python")
    return take_fields(recipe, {"sigma": sigma, "output_path": path})


def _lit(symbol: str, agreed: bool) -> str:
    return symbol if agreed else rf"\textcolor{{#d95f02}}{{\boxed{{{symbol}}}}}"


def code_of(sigma: bool, output_path: str) -> str:
    """Return the cell's code as the switches have it."""
    return CODE.format(
        reads="hidden_size" if output_path == "new" else "input_size + hidden_size",
        hidden="torch.tanh(self.i2h(combined))" if sigma else "self.i2h(combined)",
        source="hidden" if output_path == "new" else "combined",
    )


def _draw_measuring(
    recipe: HandMadeRecipe, students: dict[tuple[bool, str], list[Student]], sequences: Sequences
) -> bool:
    """Draw the training of all settings and their scores; return whether something is under way."""
    in_turn = [students[setting][k] for k in range(SEEDS) for setting in SETTINGS]
    running = draw_training(in_turn, f"Train all four, {SEEDS} seeds each")
    runs = {setting: [student.run for student in found] for setting, found in students.items()}
    scores = {setting: [run.test for run in found if run and run.test] for setting, found in runs.items()}
    baselines = baselines_of(sequences)
    figure = settings_figure(
        scores, baselines, current_theme(), chosen=setting_of(recipe), revision=students[SETTINGS[0]][0].key
    )
    live_chart(figure, key="settings", height=SCORES_PX)
    st.caption("Orange: the switches as they stand above. Dots: the seeds.", help=GLOSSARY["macro_accuracy"])
    told = effect_sentences(effects_of({setting: found for setting, found in scores.items() if len(found) == SEEDS}))
    with spot():
        for sentence in told:
            st.markdown(f":material/arrow_right_alt: {plain(sentence)}")
        if not told and not running:
            st.caption("Press the button: every setting is trained on the same names, a few seconds each.")
    ended = [run.training.checkpoint.reason for found in runs.values() for run in found if run]
    for reason in dict.fromkeys(filter(None, ended)):
        st.caption(f":material/warning: {plain(reason)}")
    return running or not baselines
