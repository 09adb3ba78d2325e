"""What the gradient charts draw, from hand-built records."""

import dataclasses

import numpy as np
import pytest

from playground.charts.gradients import eigenvalue_figure, history_figure, profile_figure, ruler_figure
from playground.charts.theme import DARK, LIGHT
from playground.config import Recipe
from playground.histories import Checkpoint
from playground.labs.gradients.results import GradientMoment, GradientRun, MemoryRuler, Saturation

RULER = MemoryRuler(np.array([1.0, 4.0, 0.5, 0.1]), np.array([0.5, 1.0, 0.0, 0.0]))
SATURATION = (Saturation({}, np.zeros(0)),)


def moment(epoch=0, norms=((1.0, 0.1, 0.0, 1e-30),), gates=("h",), cell_norms=None):
    values = {gate: np.array([[0.5 + 0.5j, 0.5 - 0.5j, 1.5 + 0j]]) for gate in gates}
    cell_norms = None if cell_norms is None else np.array(cell_norms)
    return GradientMoment(epoch, np.array(norms), cell_norms, values, SATURATION, RULER)


def make_run(*moments):
    return GradientRun(Recipe().replaced(epochs=10), 9, 4, Checkpoint(0, 0, {}, {}), (), moments)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_profile_has_a_curve_of_its_own_for_each_cell(theme, checked):
    moments = {"rnn": moment(), "lstm": moment(norms=((5e3, 1.0, 1.0, 2.0),))}
    figure = profile_figure(moments, {"rnn": "RNN 4", "lstm": "LSTM 4"}, theme)
    checked(figure)
    rnn, lstm = figure.data
    assert (rnn.name, lstm.name) == ("RNN 4", "LSTM 4")
    assert rnn.line.dash != lstm.line.dash
    assert rnn.line.color != lstm.line.color
    np.testing.assert_array_equal(rnn.x, [0, 1, 2, 3])
    np.testing.assert_array_equal(rnn.customdata, [1.0, 0.1, 0.0, 1e-30])
    assert rnn.y.min() > 0
    low, high = figure.layout.yaxis.range
    assert low < np.log10(rnn.y.min())
    assert high > np.log10(5e3)


def test_an_lstm_has_a_curve_for_each_of_its_ways_back(checked):
    lstm = moment(norms=((1.0, 0.0, 0.0, 0.0),), cell_norms=((0.5, 40.0, 0.3, 0.2),))
    figure = profile_figure({"rnn": moment(), "lstm": lstm}, {"rnn": "RNN 4", "lstm": "LSTM 4"}, LIGHT)
    checked(figure)
    _, by_h, by_c = figure.data
    assert (by_h.name, by_c.name) == ("LSTM 4 by h", "LSTM 4 by c")
    np.testing.assert_array_equal(by_c.customdata, [0.5, 40.0, 0.3, 0.2])
    assert by_h.line.color == by_c.line.color
    assert by_h.line.dash != by_c.line.dash
    assert figure.layout.yaxis.range[1] > np.log10(40)
    heat = history_figure(make_run(lstm), "LSTM", LIGHT).data[0]
    np.testing.assert_allclose(10.0 ** heat.z[:, 0], [1.0, 40.0, 0.3, 0.2], rtol=1e-5)


def test_history_colours_powers_of_ten_and_keeps_to_its_scale(checked):
    run = make_run(moment(), moment(3, ((1e9, np.inf, 0.01, np.nan),)))
    figure = history_figure(run, "RNN", LIGHT, epoch=3)
    checked(figure)
    heat = figure.data[0]
    np.testing.assert_array_equal(heat.x, [0, 3])
    np.testing.assert_allclose(heat.z, [[0, 2], [-1, 2], [-12, -2], [-12, 2]], atol=1e-6)
    assert (heat.zmin, heat.zmax) == (-12, 2)
    assert figure.layout.shapes[0].x0 == 3
    assert figure.layout.xaxis.range[1] > 10
    assert not history_figure(run, "RNN", LIGHT).layout.shapes


def test_eigenvalues_lie_about_the_unit_circle_now_and_at_the_start(checked):
    start, now = moment(gates=("r", "z", "n")), moment(5, gates=("r", "z", "n"))
    now = dataclasses.replace(now, eigenvalues={gate: 2 * values for gate, values in now.eigenvalues.items()})
    figure = eigenvalue_figure(now, start, "GRU", DARK)
    checked(figure)
    assert len(figure.data) == 6
    assert len({trace.marker.symbol for trace in figure.data}) == 6
    before, after = figure.data[2:4]
    np.testing.assert_allclose(after.x, 2 * np.asarray(before.x))
    np.testing.assert_allclose(after.customdata, np.hypot(after.x, after.y), rtol=1e-6)
    circle = figure.layout.shapes[0]
    assert (circle.type, circle.x0, circle.y1) == ("circle", -1, 1)
    assert figure.layout.xaxis.range[1] > 3
    assert figure.layout.yaxis.scaleanchor == "x"
    assert sum(trace.showlegend for trace in figure.data) == 4


def test_ruler_marks_what_is_remembered(checked):
    figure = ruler_figure(RULER, "RNN remembers about 1 step", LIGHT)
    checked(figure)
    gradient, occlusion = figure.data
    np.testing.assert_allclose(gradient.y, [0.25, 1, 0.125, 0.025])
    np.testing.assert_allclose(occlusion.y, [0.5, 1, 0, 0])
    assert figure.layout.shapes[-1].x0 == RULER.reach()[0] + 0.5
    blind = MemoryRuler(np.zeros(4), np.zeros(4))
    assert not ruler_figure(blind, "memory n/a", LIGHT).layout.shapes
