"""Recipes on which one thing about gradients shows plainly, each with what to look at."""

from __future__ import annotations

from dataclasses import dataclass

from playground.config import Recipe


@dataclass(frozen=True)
class GradientPreset:
    """A recipe with a lesson.

    Attributes:
        name: What happens.
        lesson: What to look at, in one or two sentences.
        recipe: What the learner's controls are set to; its epochs are those to watch.
    """

    name: str
    lesson: str
    recipe: Recipe


def _preset(name: str, lesson: str, **fields: object) -> GradientPreset:
    return GradientPreset(name, lesson, Recipe().replaced(**fields))


_EXPLOSIVE: dict[str, object] = {
    "cell": "rnn",
    "nonlinearity": "relu",
    "hidden_size": 32,
    "window_steps": 64,
    "optimizer": "sgd",
    "learning_rate": 0.01,
    "spectral_radius": 1.5,
    "epochs": 40,
}

GRADIENT_PRESETS: tuple[GradientPreset, ...] = (
    _preset(
        "Vanish",
        "W_hh starts with spectral radius 0.3, so every step back leaves less than a third of the gradient: the curve "
        "of the RNN falls like a stone, and its window of 96 steps is mostly useless to it.",
        cell="rnn",
        window_steps=96,
        learning_rate=0.001,
        spectral_radius=0.3,
        epochs=30,
    ),
    _preset(
        "Explode",
        "ReLU does not squash, and a spectral radius of 1.5 lets the gradient of the RNN grow on its way back. Without "
        "clipping the first large step throws the weights away.",
        **_EXPLOSIVE,
        clip_norm=0,
    ),
    _preset(
        "Clipped",
        "The explosive network once more, with nothing changed but clipping at 1: the gradient still grows on its way "
        "back, yet the RNN learns.",
        **_EXPLOSIVE,
        clip_norm=1,
    ),
    _preset(
        "LSTM to the rescue",
        "A square wave without noise: only who remembers the last jump, up to 30 steps ago, knows when the next one "
        "comes. The gradient of the RNN dies out before it gets there; the LSTM learns to carry it back, and forecasts "
        "the jumps.",
        series="square",
        period_steps=60,
        noise=0.0,
        cell="lstm",
        window_steps=64,
        learning_rate=0.003,
        epochs=100,
    ),
    _preset(
        "Orthogonal start",
        "An orthogonal W_hh has all its eigenvalues on the unit circle: it turns the state without shrinking it. The "
        "very same RNN now feels a loss 64 steps back before it has learned anything.",
        cell="rnn",
        hidden_size=32,
        window_steps=64,
        learning_rate=0.001,
        initialisation="orthogonal",
        epochs=40,
    ),
)
