"""Colours are readable, and told apart by colour-blind readers too."""

import itertools

import numpy as np
import pytest

from playground.charts.theme import DARK, LIGHT, THEMES, base_layout

LINES = ("truth", "prediction", "training", "baseline")

# Machado, Oliveira and Fernandes (2009), full severity, for linear RGB.
PROTANOPIA = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
DEUTERANOPIA = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
TRITANOPIA = [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]


def linear(color: str) -> np.ndarray:
    srgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2."""
    low, high = sorted(float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear sRGB under D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    t = xyz / [0.9505, 1.0, 1.089]
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_lines_and_words_stand_out_from_the_ground(theme):
    for line in LINES:
        assert contrast(getattr(theme, line), theme.background) >= 3, line
    assert min(contrast(kind, theme.background) for kind in theme.kinds) >= 3
    for words in (theme.text, theme.quiet_text):
        assert contrast(words, theme.background) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("vision", [np.eye(3), PROTANOPIA, DEUTERANOPIA, TRITANOPIA], ids=["all", "p", "d", "t"])
def test_colours_that_share_a_chart_differ_for_every_reader(theme, vision):
    for one, other in itertools.combinations(LINES, 2):
        if {one, other} == {"truth", "training"} or "baseline" in (one, other):
            continue  # Never in one chart; the baseline is told by its dots.
        seen = [lab(np.asarray(vision) @ linear(getattr(theme, meaning))) for meaning in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) > 20, (one, other)
    for one, other in itertools.combinations(theme.kinds[:3], 2):
        seen = [lab(np.asarray(vision) @ linear(color)) for color in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) > 20, (one, other)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_activation_scale_is_quiet_at_zero_and_grows_to_both_ends(theme):
    places, colors = zip(*theme.activations, strict=True)
    from_ground = [contrast(color, theme.background) for color in colors]
    assert places == (0.0, 0.25, 0.5, 0.75, 1.0)
    assert from_ground[2] < 1.15
    assert from_ground[0] > from_ground[1] > from_ground[2] < from_ground[3] < from_ground[4]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_gate_scale_runs_one_way(theme):
    from_ground = [contrast(color, theme.background) for _, color in theme.gates]
    assert from_ground == sorted(from_ground)


def test_layout_carries_title_and_revision_and_no_ground_of_its_own():
    layout = base_layout(LIGHT, "What to see", "run 7")
    assert layout["title"]["text"] == "What to see"
    assert layout["uirevision"] == "run 7"
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert THEMES == {"light": LIGHT, "dark": DARK}
