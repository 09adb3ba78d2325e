import dataclasses

import numpy as np
import pytest

from playground.charts.long_memory import answers_figure, ladder_figure, ladder_height, learning_figure, sequence_figure
from playground.charts.theme import DARK, LIGHT
from playground.histories import EpochRecord
from playground.labs.memory.climb import climb
from playground.labs.memory.results import CELLS, Effort, MemoryRun, Outcome, Trial
from playground.labs.memory.tasks import TASKS

EPOCHS = tuple(EpochRecord(k, 0.2 / k, 0.22 / k, 0.5, 0.0, 0.01, 0.1 * k) for k in range(1, 5))


def run_of(trial, answers, outcome=None):
    return MemoryRun(trial, EPOCHS, np.asarray(answers, np.float32), None, 0.4, 2, outcome)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_what_counts_is_lit(task, theme, checked):
    trial = Trial(task.name, task.usual, "rnn")
    shown = trial.shown()
    figure = sequence_figure(trial, shown, 3, theme)
    checked(figure)
    faint, bright = figure.data[1], figure.data[3]
    lit = task.counting_steps(shown.inputs, task.usual)[3]
    assert len(bright.x) == lit.sum() and len(faint.x) + len(bright.x) == len(lit)
    np.testing.assert_array_equal(bright.y, shown.inputs[3, lit, 0])
    assert min(faint.x.min(), bright.x.min()) == 0
    assert bright.marker.color == theme.truth and faint.marker.color == theme.sealed


def test_the_title_says_how_far_back():
    trial = Trial("copy", 20, "rnn")
    assert "20 steps ago" in sequence_figure(trial, trial.shown(), 0, LIGHT).layout.title.text
    trial = Trial("adding", 50, "rnn")
    figure = sequence_figure(trial, trial.shown(), 0, LIGHT)
    back = figure.data[3].x
    assert f"read {back[0]:.0f} and {back[1]:.0f} steps" in figure.layout.title.text
    assert len(figure.layout.annotations) == 2


def test_learning_is_drawn_with_both_lines_to_pass(checked):
    trial = Trial("adding", 50, "lstm")
    figure = learning_figure(trial, run_of(trial, np.zeros(60)), 0.3, LIGHT)
    checked(figure)
    constant, solved, training, validation = figure.data
    np.testing.assert_allclose(constant.y, 1 / 6)
    np.testing.assert_allclose(solved.y, 1 / 60)
    assert constant.line.dash == "dot"
    np.testing.assert_array_equal(validation.x, [50, 100, 150, 200])
    np.testing.assert_allclose(validation.y, [e.validation_loss for e in EPOCHS])
    np.testing.assert_allclose(training.y, [e.train_loss for e in EPOCHS])
    empty = learning_figure(trial, None, 0.3, LIGHT)
    checked(empty)
    assert len(empty.data) == 4 and len(empty.data[3].x) == 0


def test_answers_stand_over_the_right_ones_and_the_looked_at_one_is_marked(checked):
    trial = Trial("adding", 50, "gru")
    right = trial.shown().targets[:, 0]
    figure = answers_figure(trial, right, run_of(trial, right + 5), 7, DARK)
    checked(figure)
    rest, looked = figure.data[2:]
    assert len(rest.x) == len(right) - 1 and list(looked.x) == [right[7]]
    assert looked.y[0] <= figure.layout.yaxis.range[1] and looked.customdata[0] == pytest.approx(right[7] + 5)
    assert "Answers appear here" in answers_figure(trial, right, None, 0, DARK).layout.title.text


def test_the_ladder_shows_the_highest_rung_and_every_trial(checked):
    task = TASKS["adding"]
    limits = {"rnn": 20, "lstm": 75, "gru": 1000}

    def look(trial):
        solved = trial.difficulty <= limits[trial.cell]
        if trial.cell == "lstm" and trial.difficulty == 75:
            return run_of(trial, np.zeros(60))
        outcome = Outcome("solved" if solved else "steps", 0.01 if solved else None, 1 / 6, None, solved)
        return run_of(trial, np.zeros(60), outcome)

    climbs = [climb(task, cell, Effort(), look) for cell in CELLS]
    figure = ladder_figure(climbs, LIGHT)
    checked(figure)
    places = dict(zip(task.ladder, figure.layout.xaxis.tickvals, strict=True))
    assert dict(zip(CELLS, figure.data[0].x, strict=True)) == {
        "rnn": places[20], "lstm": places[50], "gru": places[task.ladder[-1]],
    }  # fmt: skip
    solved, missed, training = figure.data[1:]
    assert len(solved.x) == sum(run.outcome is not None and run.outcome.solved for one in climbs for run in one.runs)
    assert list(missed.x) == [places[30]] and "diverged" in missed.text[0]
    assert list(training.x) == [places[75]] and "so far" in training.text[0]
    assert ladder_height(climbs) > ladder_height(climbs[:1])
    assert "climbs rung by rung" in figure.layout.title.text
    ended = [dataclasses.replace(one, current=None) for one in climbs]
    assert "longest memory" in ladder_figure(ended, LIGHT).layout.title.text


def test_a_cell_that_solved_nothing_has_no_bar(checked):
    climbs = [climb(TASKS["parity"], cell, Effort(), {}.get) for cell in CELLS]
    figure = ladder_figure(climbs, LIGHT)
    checked(figure)
    assert list(figure.data[0].x) == [0, 0, 0] and figure.layout.xaxis.title.text == "number of bits"
