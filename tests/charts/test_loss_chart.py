"""The loss chart shows the epochs, the bar to pass, and every change of the learning rate."""

import itertools

import numpy as np
import pytest

from playground.charts.loss import loss_axis, loss_figure
from playground.charts.theme import DARK, LIGHT

BASELINE, TRAINING, VALIDATION, BEST = range(4)


def test_curves_are_the_records(epochs):
    figure = loss_figure(epochs, ("drift", 0.5), LIGHT, total_epochs=10, best_epoch=5)
    assert list(figure.data[TRAINING].x) == list(figure.data[VALIDATION].x) == [1, 2, 3, 4, 5]
    assert list(figure.data[TRAINING].y) == pytest.approx([e.train_loss for e in epochs])
    assert list(figure.data[VALIDATION].y) == pytest.approx([e.validation_loss for e in epochs])
    assert list(figure.data[TRAINING].customdata) == pytest.approx([0.003, 0.003, 0.001, 0.001, 0.001])
    assert (figure.data[BEST].x[0], figure.data[BEST].y[0]) == (5, pytest.approx(0.24))


def test_the_untrained_network_stands_at_zero(epochs):
    figure = loss_figure(epochs, ("drift", 0.5), LIGHT, initial=(2.0, 2.5), total_epochs=10)
    assert list(figure.data[TRAINING].x[:2]) == [0, 1]
    assert (figure.data[TRAINING].y[0], figure.data[VALIDATION].y[0]) == (2.0, 2.5)
    assert len(figure.data[TRAINING].customdata) == 6


def test_the_baseline_is_a_dotted_grey_line_with_its_value_in_the_legend(epochs):
    line = loss_figure(epochs, ("drift", 0.0512), LIGHT, total_epochs=10).data[BASELINE]
    assert (list(line.x), list(line.y)) == ([0, 10], pytest.approx([0.0512, 0.0512]))
    assert (line.line.dash, line.line.color, line.name) == ("dot", LIGHT.baseline, "drift 0.0512")


def test_without_a_baseline_the_line_is_empty(epochs):
    line = loss_figure(epochs, None, LIGHT, total_epochs=10).data[BASELINE]
    assert (len(line.x), line.name) == (0, "baseline")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("count", [0, 1, 5])
def test_plotly_accepts_every_variant_and_the_traces_stay_the_same(checked, epochs, theme, log, count):
    figure = checked(
        loss_figure(
            epochs[:count], ("drift", 0.5), theme, log=log, learning_rate_changes=((2, 0.001),), best_epoch=count
        )
    )
    assert len(figure.data) == 4
    assert figure.layout.yaxis.type == ("log" if log else "linear")


def test_a_rate_holds_from_the_start_of_its_epoch(epochs):
    figure = loss_figure(epochs, None, LIGHT, learning_rate_changes=((3, 0.001),), total_epochs=10)
    (mark,) = figure.layout.shapes
    assert (mark.x0, mark.x1, mark.label.text) == (2, 2, "rate 0.001")


def test_labels_of_close_changes_do_not_overlap(epochs):
    changes = tuple((epoch, 0.001 / epoch) for epoch in range(40, 60, 2))
    shapes = loss_figure(epochs, None, LIGHT, learning_rate_changes=changes, total_epochs=100).layout.shapes
    assert len(shapes) == len(changes)
    spans = []
    for shape in shapes:
        if shape.label.text:
            spans.append((shape.x0, shape.x0 + 20) if shape.label.xanchor == "left" else (shape.x0 - 20, shape.x0))
    assert len(spans) == 2
    assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(spans))


def test_zoom_is_not_carried_between_the_two_kinds_of_axis(epochs):
    kept = {loss_figure(epochs, None, LIGHT, log=log, revision="run").layout.uirevision for log in (True, False)}
    assert len(kept) == 2


def test_log_axis_holds_all_losses():
    axis = loss_axis(np.array([0.013, 0.9, 0.05]), log=True)
    low, high = axis["range"]
    assert 10**low < 0.013 < 0.9 < 10**high
    assert 10**low > 0.013 / 6 and 10**high < 0.9 * 6


def test_linear_axis_starts_at_zero_and_ends_just_above_the_highest():
    low, high = loss_axis(np.array([0.013, 0.93, 0.05]), log=False)["range"]
    assert low == 0 and 0.93 < high <= 1.2


def test_a_diverged_run_does_not_flatten_the_linear_axis():
    assert loss_axis(np.array([1.0, 0.8, 0.9, 5e7, np.inf, np.nan]), log=False)["range"][1] < 4


@pytest.mark.parametrize("log", [True, False])
def test_no_finite_loss_still_gives_an_axis(log):
    low, high = loss_axis(np.array([np.nan, np.inf]), log=log)["range"]
    assert np.isfinite([low, high]).all() and low < high
