"""Colours that can be read and mean one thing: WCAG's contrast, CIE's distance, on the files that set them."""

import re
import tomllib
from dataclasses import astuple

import pytest

from playground.charts.theme import THEMES
from playground.places import ROOT, UI

SET = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
DOORS = (UI / "start" / "start.css").read_text(encoding="utf-8")
STYLES = (UI / "frame" / "frame.css").read_text(encoding="utf-8")
ENOUGH = 4.5
"""Contrast of text, WCAG 2.2, 1.4.3."""
FAR = 20.0
"""CIE 1976 colour difference: far more than the 2.3 that is just noticed."""


def linear(colour: str) -> list[float]:
    """Return red, green and blue of #rrggbb in linear light, 0 to 1, by the sRGB standard (IEC 61966-2-1)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour: str) -> float:
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    """Return WCAG's contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str) -> tuple[float, float, float]:
    """Return L*, a* and b* under D65 (CIE 15)."""
    red, green, blue = linear(colour)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (
        part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in (x, luminance(colour), z)
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: str, other: str) -> float:
    return sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5


def mixed(colour: str, ground: str, opacity: float) -> str:
    pairs = [(int(colour[place : place + 2], 16), int(ground[place : place + 2], 16)) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * a + (1 - opacity) * b):02x}" for a, b in pairs)


def grounds(name: str) -> tuple[str, str]:
    return SET[name]["backgroundColor"], SET[name]["secondaryBackgroundColor"]


def test_contrast_and_distance_are_the_ones_that_the_standards_give():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert lab("#ff0000") == pytest.approx((53.24, 80.09, 67.20), abs=0.05)


@pytest.mark.parametrize("name", THEMES)
def test_what_can_be_pressed_is_read_as_text_and_carries_text(name):
    action = SET[name]["primaryColor"]
    assert action == THEMES[name].action
    on_it = dict(zip(("light", "dark"), re.findall(r"light-dark\((#\w+), (#\w+)\)", STYLES)[0], strict=True))
    assert min(contrast(action, ground) for ground in (*grounds(name), on_it[name])) >= ENOUGH
    assert contrast(action, THEMES[name].background) >= ENOUGH


@pytest.mark.parametrize("name", THEMES)
def test_an_action_looks_like_nothing_that_a_chart_draws(name):
    action = THEMES[name].action
    drawn = set(re.findall(r"#[0-9a-f]{6}", str(astuple(THEMES[name])))) - {action}
    assert len(drawn) > 15
    assert {colour: distance(action, colour) for colour in drawn if distance(action, colour) < FAR} == {}


@pytest.mark.parametrize("name", THEMES)
def test_captions_can_be_read(name):
    opacity = float(re.findall(r"stCaptionContainer[^{]*\{\s*opacity: ([0-9.]+)", STYLES)[0])
    assert min(contrast(mixed(SET[name]["textColor"], one, opacity), one) for one in grounds(name)) >= ENOUGH
    assert SET["baseFontSize"] >= 15 and re.search(r"stCaptionContainer[^{]*\{\s*font-size: 1rem", STYLES)


def test_the_doors_have_the_colour_of_actions_in_either_appearance():
    told = re.findall(r"light-dark\((#\w+), (#\w+)\)", DOORS)
    assert told == [(THEMES["light"].action, THEMES["dark"].action)]


def test_no_style_of_a_component_sets_its_own_colour_for_what_can_be_pressed():
    of_forecasts = {theme.prediction for theme in THEMES.values()} | {"#d9670a"}
    texts = {path: path.read_text(encoding="utf-8") for end in ("css", "js") for path in UI.rglob(f"*.{end}")}
    assert [path.name for path, text in texts.items() if any(colour in text for colour in of_forecasts)] == []
