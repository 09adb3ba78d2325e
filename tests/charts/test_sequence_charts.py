"""Figures of sequence classifiers."""

import numpy as np
import pytest

from playground.charts.hand_made import CellNumbers, cell_figure, settings_figure
from playground.charts.sequences import confusion_figure, learning_figure, rows_figure, verdict_figure
from playground.charts.theme import DARK, LIGHT
from playground.charts.wire import pack_figure
from playground.sequences.arithmetic import SETTINGS
from playground.sequences.records import ClassScore, SequenceEpoch

SCORE = ClassScore("epoch 3", np.array([[3, 1], [0, 4]]))
EVIL = "<a href='x'>"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_verdicts_and_labels_are_escaped(theme):
    probabilities = np.array([[0.5, 0.5], [0.2, 0.8]])
    figure = verdict_figure(probabilities, ["<", EVIL], (EVIL, "b"), theme, title=EVIL, step_word="letter")
    confusion = confusion_figure(SCORE, (EVIL, "b"), theme)
    assert np.allclose(figure.data[0].z, probabilities.T)
    for drawn in (figure, confusion):
        assert EVIL not in str(drawn.to_dict())
        assert pack_figure(drawn, 300)


def test_learning_marks_the_best_epoch_and_the_baselines():
    epochs = [SequenceEpoch(k, 1 / k, 1.2 / k, 0.1 * k, 0.09 * k, 0.1) for k in (1, 2, 3)]
    figure = learning_figure(epochs, "accuracy", 10, [("Majority class", 0.25)], LIGHT, best_epoch=3)
    names = [trace.name for trace in figure.data]
    assert names == ["train", "validation", "Majority class 25%", "best epoch"]
    assert figure.data[3].x.tolist() == [3]
    assert learning_figure((), "loss", 10, [], DARK).data[0].y.tolist() == []


def test_confusion_shades_shares_of_the_true_class():
    figure = confusion_figure(SCORE, ("a", "b"), LIGHT)
    assert np.allclose(figure.data[0].z, [[0.75, 0.25], [0, 1]])
    assert [note.text for note in figure.layout.annotations] == ["3", "1", "4"]


def test_rows_are_a_line_or_a_picture():
    assert rows_figure(np.zeros((9, 1)), LIGHT, step_word="sample").data[0].type == "scatter"
    assert rows_figure(np.zeros((8, 8)), DARK, step_word="row").data[0].type == "heatmap"


@pytest.mark.parametrize(("sigma", "path"), SETTINGS)
def test_the_cell_is_drawn_as_the_switches_have_it(sigma, path):
    figure = cell_figure(CellNumbers("<", 0, 0.1, 0.2, 0.3, 0.4, EVIL, 0.5), sigma, path, LIGHT)
    texts = [note.text for note in figure.layout.annotations]
    assert ("tanh (σ)" in texts) == sigma and EVIL not in str(texts)
    assert ("the output reads the new state" in figure.layout.title.text) == (path == "new")


def test_settings_without_scores_have_no_bar():
    figure = settings_figure({(True, "new"): [SCORE]}, [SCORE], LIGHT, chosen=(True, "new"), revision="r")
    assert [value for value in figure.data[0].x if value is not None] == [SCORE.macro_accuracy]
