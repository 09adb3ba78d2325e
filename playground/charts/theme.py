"""Colours by meaning, for light and dark, and the layout that every chart starts from.

One colour has one meaning in every chart; blue and orange are the pair that colour-blind
readers tell apart best, and every line is also told by its dash, its width or its label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FONT = '"Source Sans", "Source Sans Pro", "Segoe UI", Roboto, Helvetica, Arial, sans-serif'

ColorScale = tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Theme:
    """The colours of one appearance; each field is a meaning, not a hue.

    Attributes:
        name: "light" or "dark".
        background: What the charts lie on; pictures saved from a chart are filled with it.
        text, quiet_text: Titles; axis and band labels.
        grid: Grid lines and separators.
        truth: The true series.
        sealed: The true series inside the unopened test part.
        prediction: The network's forecast, and the validation loss; never an action.
        action: What can be pressed or chosen, and nothing in a chart; `.streamlit/config.toml` has it too.
        training: The training loss and the network's internals.
        baseline: The baselines; the one that is always drawn is dotted.
        leak: Values that reach where they must not; always with a word beside it.
        kinds: Things that stand side by side and are told apart by name and by sign or dash as well.
        mark: Thin vertical marks (learning-rate changes, the start of a free-run).
        train_band, validation_band, test_band: Backgrounds of the three parts.
        hatch: Lines that hatch a gap.
        activations: Colour scale of -1 .. 0 .. +1.
        gates: Colour scale of 0 .. 1.
    """

    name: str
    background: str
    text: str
    quiet_text: str
    grid: str
    truth: str
    sealed: str
    prediction: str
    action: str
    training: str
    baseline: str
    leak: str
    kinds: tuple[str, str, str, str]
    mark: str
    train_band: str
    validation_band: str
    test_band: str
    hatch: str
    activations: ColorScale
    gates: ColorScale


LIGHT = Theme(
    name="light",
    background="#ffffff",
    text="#1f2a37",
    quiet_text="#5b6675",
    grid="#e8ecf1",
    truth="#334155",
    sealed="#a9b4c2",
    prediction="#d95f02",
    action="#0b6b75",
    training="#1f6fb5",
    baseline="#7b8491",
    leak="#c2255c",
    kinds=("#6f42c1", "#0f9d76", "#a37c00", "#5b6675"),
    mark="#8a94a3",
    train_band="rgba(31,111,181,0.05)",
    validation_band="rgba(217,95,2,0.07)",
    test_band="rgba(71,85,105,0.10)",
    hatch="rgba(71,85,105,0.45)",
    activations=(
        (0.0, "#0b4a8f"),
        (0.25, "#5b9bd5"),
        (0.5, "#f7f7f5"),
        (0.75, "#f2994a"),
        (1.0, "#b34700"),
    ),
    gates=((0.0, "#f3f7fb"), (0.5, "#7fb2de"), (1.0, "#0b4a8f")),
)

DARK = Theme(
    name="dark",
    background="#11161d",
    text="#e6ebf2",
    quiet_text="#a3aebd",
    grid="#242b37",
    truth="#e2e8f0",
    sealed="#566172",
    prediction="#ff9a3d",
    action="#4dd0d8",
    training="#63b3ff",
    baseline="#8e99a8",
    leak="#ff6b9d",
    kinds=("#c79bff", "#2fd3a0", "#ffd54a", "#a3aebd"),
    mark="#7d8899",
    train_band="rgba(99,179,255,0.07)",
    validation_band="rgba(255,154,61,0.09)",
    test_band="rgba(163,174,189,0.11)",
    hatch="rgba(163,174,189,0.45)",
    activations=(
        (0.0, "#8cc8ff"),
        (0.25, "#2f78c4"),
        (0.5, "#1a2029"),
        (0.75, "#c4651a"),
        (1.0, "#ffb870"),
    ),
    gates=((0.0, "#1a2029"), (0.5, "#2f78c4"), (1.0, "#a9d6ff")),
)

THEMES = {"light": LIGHT, "dark": DARK}


def base_layout(theme: Theme, title: str, revision: str) -> dict[str, Any]:
    """Return the layout every chart shares: fonts, transparent ground, legend on top, kept zoom.

    Args:
        theme: Light or dark.
        title: A sentence that says what to see.
        revision: Zoom and hidden lines are kept as long as this text stays the same.
    """
    return {
        "template": {},
        "title": {
            "text": title,
            "font": {"size": 15, "color": theme.text},
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 8},
        },
        "font": {"family": FONT, "size": 12, "color": theme.quiet_text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 52, "r": 12, "t": 64, "b": 44},
        "hovermode": "x unified",
        "hoverdistance": 10,
        "hoverlabel": {
            "bgcolor": theme.background,
            "bordercolor": theme.grid,
            "font": {"family": FONT, "size": 12, "color": theme.text},
            "namelength": -1,
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 12, "color": theme.text},
        },
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": theme.quiet_text,
            "activecolor": theme.text,
            "orientation": "h",
        },
        "uirevision": revision,
    }


def base_axis(theme: Theme, title: str) -> dict[str, Any]:
    """Return an axis with a title, a quiet grid and no zero line."""
    return {
        "title": {"text": title, "font": {"size": 12, "color": theme.quiet_text}, "standoff": 8},
        "gridcolor": theme.grid,
        "linecolor": theme.grid,
        "tickcolor": theme.grid,
        "tickfont": {"size": 11, "color": theme.quiet_text},
        "zeroline": False,
        "automargin": True,
    }


def faint(color: str) -> str:
    """Return a colour given as #rrggbb, mostly transparent, to fill an area with."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"
