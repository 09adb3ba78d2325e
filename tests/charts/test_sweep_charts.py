import numpy as np
import pytest

from playground.charts.seeds import seed_figure, seed_height
from playground.charts.sweep import cost_figure, heatmap_figure, heatmap_height, sweep_figure
from playground.charts.theme import DARK, LIGHT
from playground.config import Recipe
from playground.evaluation.results import Comparison
from playground.evaluation.seed_verdicts import SeedVerdict
from playground.labs.sweeps.plan import AXES, SweepPlan, label_of
from playground.labs.sweeps.recorded import RECORDED_PLAN, recorded_points
from playground.labs.sweeps.results import NetworkResult, Point
from playground.labs.sweeps.verdict import judge_sweep

PLAN = SweepPlan(Recipe(), (("hidden_size", (2, 8, 32)),))
MAP = SweepPlan(Recipe(), (("hidden_size", (2, 8)), ("cell", ("rnn", "gru", "lstm"))))


def point(plan, cell, errors, train=0.1, diverged=False):
    networks = tuple(
        NetworkResult(seed, train if error else None, error, 5, 9, 0.02, diverged=diverged)
        for seed, error in enumerate(errors)
    )
    return Point(cell, label_of(plan, cell), networks, 100 * cell[0], 0.6)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_are_means_and_bands_standard_errors(theme, checked):
    found = (((2,), (0.7, 0.8, 0.9), 0.5), ((8,), (0.3, 0.31, 0.32), 0.1), ((32,), (0.4, 0.4, 0.4), 0.1))
    points = [point(PLAN, *each) for each in found]
    figure = sweep_figure(PLAN, points, judge_sweep(PLAN, points), theme)
    checked(figure)
    baseline, _, band, train, validation, dots, pick = figure.data
    np.testing.assert_allclose(validation.x, [2, 8, 32])
    np.testing.assert_allclose(validation.y, [0.8, 0.31, 0.4], rtol=1e-6)
    np.testing.assert_allclose(train.y, [0.5, 0.1, 0.1], rtol=1e-6)
    spread = 0.1 / np.sqrt(3)
    np.testing.assert_allclose([band.y[0], band.y[-1]], [0.8 + spread, 0.8 - spread], rtol=1e-6)
    np.testing.assert_allclose(baseline.y, [0.6, 0.6], rtol=1e-6)
    assert baseline.line.dash == "dot" and "0.6" in baseline.name
    assert len(dots.x) == 9 and "seed 2" in dots.text[2]
    assert list(pick.x) == [8]
    assert figure.layout.xaxis.type == "log" and list(figure.layout.xaxis.ticktext) == ["2", "8", "32"]
    assert [(note.text, note.x) for note in figure.layout.annotations] == [("underfits", pytest.approx(np.log10(2)))]


def test_a_sweep_that_has_just_begun_has_the_same_traces(checked):
    none = sweep_figure(PLAN, (), judge_sweep(PLAN, ()), LIGHT)
    checked(none)
    some = [point(PLAN, (2,), (0.5, 0.6, None), diverged=True)]
    figure = sweep_figure(PLAN, some, judge_sweep(PLAN, some), LIGHT)
    checked(figure)
    assert len(none.data) == len(figure.data) == 7
    assert len(figure.data[5].x) == 2 and len(figure.data[4].x) == 0
    assert [note.text for note in figure.layout.annotations] == ["diverged"]
    checked(cost_figure(PLAN, (), LIGHT))


@pytest.mark.parametrize("name", AXES)
def test_every_axis_has_its_values_as_ticks(name, checked):
    plan = SweepPlan(Recipe(), ((name, AXES[name].usual),))
    figure = sweep_figure(plan, (), judge_sweep(plan, ()), LIGHT)
    checked(figure)
    assert len(figure.layout.xaxis.ticktext) == len(AXES[name].usual)


def test_costs_are_parameters_and_seconds(checked):
    points = [point(PLAN, (2,), (0.5, 0.6, 0.7)), point(PLAN, (8,), (0.5, 0.6, 0.7))]
    figure = cost_figure(PLAN, points, LIGHT)
    checked(figure)
    np.testing.assert_allclose(figure.data[0].y, [200, 800])
    np.testing.assert_allclose(figure.data[1].y, [0.02, 0.02])
    assert figure.data[1].yaxis == "y2"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_two_choices_make_a_map_with_its_numbers(theme, checked):
    points = [point(MAP, (2, "gru"), (0.1, 0.1, 0.1)), point(MAP, (8, "lstm"), (1.0, 1.0, 1.0))]
    figure = heatmap_figure(MAP, points, judge_sweep(MAP, points), theme)
    checked(figure)
    heat, cells, pick = figure.data
    assert heat.z.shape == (3, 2) and np.isnan(heat.z).sum() == 4
    np.testing.assert_allclose([heat.z[1, 0], heat.z[2, 1]], [-1, 0], atol=1e-6)
    assert cells.text[0] == "0.1" and (pick.x[0], pick.y[0]) == (0, 1)
    assert list(figure.layout.yaxis.ticktext) == ["RNN", "GRU", "LSTM"]
    assert heatmap_height(MAP) > heatmap_height(
        SweepPlan(Recipe(), (("cell", ("rnn", "gru", "lstm")), ("layers", (1, 2))))
    )


def test_the_recorded_sweep_is_whole():
    points = recorded_points()
    assert tuple(point.cell for point in points) == RECORDED_PLAN.cells
    assert all(point.comparable and len(point.networks) == 3 for point in points)
    assert judge_sweep(RECORDED_PLAN, points).lowest is not None


def test_each_seed_has_a_row_and_all_together_a_band(checked):
    alone = tuple(Comparison("drift", "beats", s, s - 0.1, s + 0.1) for s in (0.2, 0.25, 0.3, 0.35, 0.4))
    together = Comparison("drift", "beats", 0.3, 0.15, 0.45)
    verdict = SeedVerdict("validation", 1, (1, 2, 3, 4, 5), alone, together)
    figure = seed_figure(verdict, LIGHT)
    checked(figure)
    np.testing.assert_allclose(figure.data[0].x, [20, 25, 30, 35, 40])
    np.testing.assert_allclose(figure.data[0].error_x.arrayminus, 10)
    band, zero = figure.layout.shapes
    np.testing.assert_allclose([band.x0, band.x1, zero.x0], [15, 45, 0])
    assert zero.label.text == "drift" and figure.layout.title.text.endswith("errs less than drift")
    assert list(figure.layout.yaxis.ticktext) == ["seed 1", "seed 2", "seed 3", "seed 4", "seed 5", "together"]
    lost = SeedVerdict("validation", 1, (1,), alone[:1], Comparison("last value", "n/a", None, None, None))
    checked(seed_figure(lost, LIGHT))
    open_ended = Comparison("last value", "ties", 0.3, -np.inf, 0.45)
    figure = seed_figure(SeedVerdict("validation", 1, (1,), (open_ended,), open_ended), LIGHT)
    checked(figure)
    left = figure.layout.xaxis.range[0]
    assert np.isfinite(left) and left < 0 and figure.layout.shapes[0].x0 == left
    np.testing.assert_allclose([30 - trace.error_x.arrayminus[0] for trace in figure.data], left)
    assert seed_height(lost) < seed_height(verdict)
