"""Figures of sequence classifiers."""

import numpy as np
import pytest

from playground.charts.hand_made import CellNumbers, cell_figure, settings_figure
from playground.charts.reading import reading_figure, reading_height
from playground.charts.sequences import confusion_figure, learning_figure, picture_figure, verdict_figure
from playground.charts.theme import DARK, LIGHT
from playground.charts.wire import pack_figure
from playground.histories import SequenceEpoch
from playground.sequences.arithmetic import SETTINGS
from playground.sequences.records import ClassScore, Reading

SCORE = ClassScore("epoch 3", np.array([[3, 1], [0, 4]]))
EVIL = "<a href='x'>"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_verdicts_and_labels_are_escaped(theme):
    probabilities = np.array([[0.5, 0.5], [0.2, 0.8]])
    figure = verdict_figure(probabilities, ["<", EVIL], (EVIL, "b"), theme, title="t", step_word="letter")
    confusion = confusion_figure(SCORE, (EVIL, "b"), theme)
    assert np.allclose(figure.data[0].z, probabilities.T)
    for drawn in (figure, confusion):
        assert EVIL not in str(drawn.to_dict())
        assert pack_figure(drawn, 300)


def test_learning_marks_the_best_epoch_and_the_baselines():
    epochs = [SequenceEpoch(k, 1 / k, 1.2 / k, 1.0, 0.0, 0.01, 0.1, 0.1 * k, 0.09 * k) for k in (1, 2, 3)]
    figure = learning_figure(epochs, "accuracy", 10, [("Majority class", 0.25)], LIGHT, best_epoch=3)
    names = [trace.name for trace in figure.data]
    assert names == ["train", "validation", "Majority class 25%", "best epoch"]
    assert figure.data[3].x.tolist() == [3]
    assert learning_figure((), "loss", 10, [], DARK).data[0].y.tolist() == []


def test_confusion_shades_shares_of_the_true_class():
    figure = confusion_figure(SCORE, ("a", "b"), LIGHT)
    assert np.allclose(figure.data[0].z, [[0.75, 0.25], [0, 1]])
    assert [note.text for note in figure.layout.annotations] == ["3", "1", "4"]


def test_rows_of_a_picture_count_from_one_like_the_steps_of_the_verdict():
    picture = picture_figure(np.zeros((8, 6)), DARK).data[0]
    assert picture.y[0] == 1 and picture.y[-1] == 8 and picture.x[-1] == 6


@pytest.mark.parametrize("signal", [None, np.arange(3.0)])
def test_verdict_and_states_share_the_axis_of_steps(signal):
    reading = Reading(np.array([[0.1, -0.2], [0.3, 0.4], [2.5, 0]]), np.log([[0.5, 0.5], [0.2, 0.8], [0.9, 0.1]]))
    figure = reading_figure(
        reading, np.array([1, 0]), ["a", EVIL, "c"], (EVIL, "b"), LIGHT, title="t", step_word="letter", signal=signal
    )
    states = next(trace for trace in figure.data if trace.name == "hidden state")
    assert np.allclose(states.z, reading.states[:, [1, 0]].T) and list(states.y) == ["1", "0"] and states.zmax == 5
    assert {tuple(trace.x) for trace in figure.data} == {(1, 2, 3)}
    tops = [figure.layout[axis].domain for axis in ("yaxis", "yaxis2")]
    assert tops[0][0] > tops[1][1] and tops[1][0] == 0 and EVIL not in str(figure.to_dict())
    assert ("yaxis3" in figure.to_dict()["layout"]) == (signal is not None)
    assert pack_figure(figure, reading_height(2, 2, signal is not None))


@pytest.mark.parametrize(("sigma", "path"), SETTINGS)
def test_the_cell_is_drawn_as_the_switches_have_it(sigma, path):
    figure = cell_figure(CellNumbers("<", 0, 0.1, 0.2, 0.3, 0.4, EVIL, 0.5), sigma, path, LIGHT)
    texts = [note.text for note in figure.layout.annotations]
    assert ("tanh (σ)" in texts) == sigma and EVIL not in str(texts)
    assert ("the output reads the new state" in figure.layout.title.text) == (path == "new")


def test_settings_without_scores_have_no_bar():
    figure = settings_figure({(True, "new"): [SCORE]}, [SCORE], LIGHT, chosen=(True, "new"), revision="r")
    assert [value for value in figure.data[0].x if value is not None] == [SCORE.macro_accuracy]
