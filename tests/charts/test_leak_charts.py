import dataclasses

import numpy as np
import pytest

from playground.charts.leaks import leak_path_figure, leak_path_height, leak_score_figure, leak_score_height
from playground.charts.theme import DARK, LIGHT
from playground.labs.leaks.mistakes import MISTAKES
from playground.labs.leaks.preparing import LeakPath
from playground.labs.leaks.results import Arm, Evidence, LeakResult

BLANK = LeakResult(frozenset(), 1.0, 2.0, 3.0, 2.0, 5, 0.1, Evidence(9, 9, 9, 9, 9, 0.0, 1.0, 0.5, 0.5))


def path(leak):
    return LeakPath(leak, ((60, 70), (75, 92)), (0, 60))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("kind", ["series", "daily", "trading_days"])
def test_every_mistake_has_a_lane_with_its_name_and_an_arrow(kind, theme, split, request, checked):
    series = request.getfixturevalue(kind)
    paths = [path(leak) for leak in MISTAKES]
    figure = leak_path_figure(series, split, 92, paths, theme)
    checked(figure)
    words = [note.text for note in figure.layout.annotations if note.text]
    assert len(words) == 6 and all(m.title in text for m, text in zip(MISTAKES.values(), words, strict=True))
    arrows = [note for note in figure.layout.annotations if note.showarrow]
    assert len(arrows) == 6
    if series.times is None:
        assert all(arrow.ax > arrow.x for arrow in arrows)
    red = [trace for trace in figure.data if trace.line.color == theme.leak]
    assert len(red) == 6
    assert red[0].x[2] is None and red[0].y[0] == red[0].y[-1]
    if series.times is None:
        assert list(red[0].x) == [59.5, 69.5, None, 74.5, 91.5, None]
    assert "fresh" in [shape.label.text for shape in figure.layout.shapes if shape.label]


def test_without_mistakes_the_series_stands_alone(series, split, checked):
    figure = leak_path_figure(series, split, 92, [], LIGHT)
    checked(figure)
    assert len(figure.data) == 1 and not figure.layout.annotations
    assert figure.layout.title.text.startswith("Honest")
    assert leak_path_height([]) < leak_path_height([path("gap")])


def test_bars_stand_for_means_and_points_for_runs(checked):
    results = tuple(dataclasses.replace(BLANK, reported=r) for r in (1.0, 1.2))
    arms = (Arm(frozenset(), results), Arm(frozenset({"target"}), results[:1]))
    figure = leak_score_figure(arms, LIGHT)
    checked(figure)
    reported, real, baseline, points, labels = figure.data
    np.testing.assert_allclose(reported.x, [0.55, 0.5])
    np.testing.assert_allclose(real.x, [1.5, 1.5])
    assert [text.strip() for text in labels.text] == ["55%", "150%", "50%", "150%"]
    np.testing.assert_allclose(labels.x, [0.6, 1.5, 0.5, 1.5])
    np.testing.assert_array_equal(baseline.x, [1, 1])
    assert baseline.line.dash == "dot"
    np.testing.assert_allclose(np.sort(points.x), [0.5, 0.5, 0.6, 1.5, 1.5, 1.5])
    assert list(figure.layout.yaxis.ticktext) == ["Honest", "Target inside<br>the window"]
    assert figure.layout.xaxis.range[1] > 1.5
    assert leak_score_height(arms) > leak_score_height(arms[:1])
