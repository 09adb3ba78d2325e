import numpy as np
import pytest

from playground.inspection.memory import correlate, phase_means, principal_path, similar_spans


def test_correlations_are_numpys_and_absent_where_nothing_varies():
    generator = np.random.default_rng(1)
    values = generator.normal(size=(50, 3)).astype(np.float32)
    values[:, 2] = 0.25
    other = generator.normal(size=50)
    found = correlate(values, other)
    assert found[:2] == pytest.approx([np.corrcoef(values[:, unit], other)[0, 1] for unit in (0, 1)], abs=1e-6)
    assert np.isnan(found[2])
    assert np.isnan(correlate(values, np.full(50, 3.0))).all()


def test_phase_means_are_the_means_of_each_phase():
    positions = np.arange(5, 29)
    values = np.stack([positions % 4, np.ones(24)], axis=1)
    np.testing.assert_allclose(phase_means(values, positions, 4), [[0, 1, 2, 3], [1, 1, 1, 1]])
    assert phase_means(values, positions, 0).shape == (2, 0)
    assert phase_means(values, positions, 365).shape == (2, 24)
    assert np.isnan(phase_means(values, positions, 365)[0, -1])


def test_the_path_of_an_ellipse_is_that_ellipse():
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    ellipse = np.stack([3 * np.cos(angle), np.sin(angle)], axis=1)
    directions = np.linalg.qr(np.random.default_rng(2).normal(size=(6, 2)))[0]
    path, explained = principal_path(ellipse @ directions.T + 5.0)
    np.testing.assert_allclose((path[:, 0] / 3) ** 2 + path[:, 1] ** 2, 1, atol=1e-9)
    np.testing.assert_allclose(np.abs(path[:, :2]), np.abs(ellipse), atol=1e-9)
    np.testing.assert_allclose(path[:, 2], 0, atol=1e-9)
    np.testing.assert_allclose(explained, [0.9, 0.1, 0], atol=1e-9)


def test_the_path_of_one_unit_and_of_a_constant_state():
    path, explained = principal_path(np.arange(4.0)[:, np.newaxis])
    np.testing.assert_allclose(path, [[-1.5, 0, 0], [-0.5, 0, 0], [0.5, 0, 0], [1.5, 0, 0]])
    np.testing.assert_allclose(explained, [1, 0, 0])
    path, explained = principal_path(np.ones((5, 4)))
    assert not path.any()
    assert not explained.any()


def test_similar_spans_are_where_the_pattern_returns():
    states = np.random.default_rng(3).normal(size=(200, 4))
    states[120:130] = states[40:50]
    states[70:80] = states[40:50] + 0.1
    found = similar_spans(states, 40, 10, most=3)
    assert found.starts[:2].tolist() == [120, 70]
    assert found.distances[0] == 0
    assert found.distances[1] == pytest.approx(np.sqrt(4 * 0.1**2 / np.sum(states.var(axis=0))))
    starts = np.sort([40, *found.starts])
    assert (np.diff(starts) >= 10).all()


def test_units_that_are_on_are_those_far_from_their_mean():
    states = np.zeros((100, 3))
    states[40:50, 1], states[40:50, 2] = 1.0, -0.5
    states[::2, 0] = 0.5
    found = similar_spans(states, 40, 10)
    assert sorted(found.active.tolist()) == [1, 2]
    assert dict(zip(found.active.tolist(), found.activity, strict=True)) == {1: 1.0, 2: -0.5}


def test_a_span_must_lie_inside():
    with pytest.raises(ValueError, match="inside 0 to 20, got 15 to 25"):
        similar_spans(np.zeros((20, 2)), 15, 10)
    assert similar_spans(np.zeros((20, 2)), 5, 10).starts.size == 0
