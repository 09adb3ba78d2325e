"""How every field of every recipe is shown: labels and steps here, ends and choices from the recipe's own limits."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from playground.choice import Choice
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.words import capitalised


@dataclass(frozen=True)
class Look:
    """How one field is shown: label, slider step, log scale, typed number, the words of a choice or
    the stops of a dial, of which 0 means "as drawn"."""

    label: str
    step: Any = 1
    log: bool = False
    typed: bool = False
    words: dict[str, str] = field(default_factory=dict)
    stops: tuple[float, ...] = ()


LOOKS: dict[str, Look] = {
    "length_steps": Look("Length (steps)", 100),
    "period_steps": Look("Period (steps)", 1.0),
    "second_period_steps": Look("Second period (steps)", 1.0),
    "noise": Look("Noise", 0.01),
    "trend": Look("Trend", 0.1),
    "ar_coefficient": Look("AR coefficient", 0.01),
    "data_seed": Look("Seed of the series", typed=True),
    "target": Look("Target", words={"level": "Level", "change": "Change", "log_return": "Log return"}),
    "train_fraction": Look("Training share", 0.01),
    "validation_fraction": Look("Validation share", 0.01),
    "gap_steps": Look("Gap (steps)"),
    "season_steps": Look("Season (steps, 0 = as found)", typed=True),
    "window_steps": Look("Window (steps)"),
    "horizon_steps": Look("Horizon (steps)"),
    "unit": Look("Read by", words={"letters": "letters", "words": "words"}),
    "keys": Look("Keys to learn in"),
    "cell": Look("Cell", words={"simple": "Hand-made", "rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}),
    "sigma": Look("σ on the new state"),
    "output_path": Look("Output reads", words={"old": "input and old state", "new": "new state"}),
    "nonlinearity": Look("Activation", words={"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid"}),
    "hidden_size": Look("Hidden size"),
    "layers": Look("Layers"),
    "dropout": Look("Dropout between layers", 0.05),
    "initialisation": Look("Start of W_hh", words={"uniform": "uniform", "orthogonal": "orthogonal"}),
    "spectral_radius": Look("Spectral radius at the start", stops=(0.0, *(k / 10 for k in range(3, 16)))),
    "optimizer": Look("Optimizer", words={"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop"}),
    "learning_rate": Look("Learning rate", log=True),
    "momentum": Look("Momentum", 0.01),
    "stretch_steps": Look("Stretch (steps)"),
    "batch_size": Look("Batch size", log=True),
    "epochs": Look("Epochs"),
    "clip_norm": Look("Clip gradient norm at", 0.1),
    "patience_epochs": Look("Patience (epochs)"),
    "seed": Look("Seed of the run", typed=True),
}

_NAMES = frozenset(name for name in LOOKS if "_" in name)


def worded(sentence: str) -> str:
    """Return a sentence about the recipe with a capital, and with the controls called by their labels."""
    named = re.sub(r"[a-z_]+", lambda word: f"“{LOOKS[word[0]].label}”" if word[0] in _NAMES else word[0], sentence)
    return capitalised(named)


def log_scale(recipe: Choice, name: str, current: float) -> list[float]:
    """Return the stops of a logarithmic slider, and the current value: powers of two, or six to a decade."""
    low, high = recipe.limits(name)
    if name == "batch_size":
        stops = [2**k for k in range(int(math.log2(high)) + 1)]
    else:
        decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        stops = [float(f"{digit}e{decade}") for decade in decades for digit in (1, 1.5, 2, 3, 5, 7)]
    return sorted({stop for stop in stops if low <= stop <= high} | {current})


def draw_field(
    recipe: Choice, name: str, current: Any = None, disabled_because: str = "", words: tuple[str, ...] = ()
) -> Any:
    """Draw the widget of one field, seeded from the recipe, and return what it says.

    Args:
        recipe: Has the field, with its limits.
        name: Its flat name.
        current: What it says at first where that is not the recipe's value.
        disabled_because: Why it cannot be changed now.
        words: Narrows a choice to what is possible now.
    """
    look, current = LOOKS[name], recipe.value(name) if current is None else current
    help_of_kind = GLOSSARY.get(f"sequence_{name}") if recipe.prefix else None
    shared: Any = {
        "key": state.widget_key(f"{type(recipe).__name__} {name}" if recipe.prefix else name),
        "disabled": bool(disabled_because),
        "help": disabled_because or help_of_kind or GLOSSARY[name],
    }
    if look.words:
        options = list(words or recipe.choices(name))
        # Four in a row are too wide for the sidebar; pills break into two even rows.
        draw = st.segmented_control if len(options) < 4 else st.pills
        return draw(look.label, options, default=current, format_func=look.words.__getitem__, required=True, **shared)
    if isinstance(current, bool):
        return st.toggle(look.label, current, **shared)
    if look.log:
        stops = log_scale(recipe, name, current)
        return st.select_slider(look.label, stops, current, format_func=lambda value: f"{value:g}", **shared)
    if look.stops:
        stops = sorted({*look.stops, current})
        return st.select_slider(look.label, stops, current, format_func=dial_word, **shared)
    low, high = recipe.limits(name)
    if look.typed:
        return st.number_input(look.label, low, high, current, **shared)
    return st.slider(look.label, low, high, current, look.step, **shared)


def dial_word(radius: float) -> str:
    """Return what a stop of the dial of the spectral radius is called."""
    return f"{radius:g}" if radius else "as drawn"
