"""Starting points: one click sets every control and shows a recorded run of the same recipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playground.config import Recipe
from playground.evaluation.baseline_losses import BaselineLosses
from playground.histories import Keyframe, Keyframes, RunView
from playground.packing import unpack
from playground.places import RECORDED


@dataclass(frozen=True)
class Preset:
    """A named recipe with the question it answers."""

    name: str
    title: str
    question: str
    recipe: Recipe

    @property
    def recording_path(self) -> Path:
        """Where the recorded run of this preset is bundled."""
        return RECORDED / f"{self.name}.safetensors"

    def recording(self) -> RunView:
        """Load the recorded run of this preset."""
        return unpack(RunView, self.recording_path.read_bytes())

    @property
    def keyframes_path(self) -> Path:
        """Where the weights that the recorded run kept are bundled."""
        return RECORDED / f"{self.name}.keyframes.safetensors"

    def keyframes(self) -> tuple[Keyframe, ...]:
        """Load the weights that the recorded run kept, in order of their epochs."""
        return unpack(Keyframes, self.keyframes_path.read_bytes()).frames

    @property
    def baselines_path(self) -> Path:
        """Where the losses of the baselines on the validation part of this preset are bundled."""
        return RECORDED / f"{self.name}.baselines.safetensors"

    def baselines(self) -> BaselineLosses:
        """Load how the baselines err on the validation part of this preset."""
        return unpack(BaselineLosses, self.baselines_path.read_bytes())


def _preset(name: str, title: str, question: str, **fields: object) -> Preset:
    return Preset(name, title, question, Recipe().replaced(**fields))


PRESETS: tuple[Preset, ...] = (
    _preset("wave", "Learn a wave", "A noisy sine: how soon does a small LSTM find the rule?"),
    _preset(
        "temperature",
        "Daily temperature",
        "Can a network beat 'same as yesterday' on Seattle's daily highs?",
        series="seattle_temperature",
        cell="gru",
        hidden_size=24,
        window_steps=30,
        learning_rate=0.001,
        epochs=150,
        patience_epochs=40,
    ),
    _preset(
        "stock",
        "Can it predict a stock?",
        "Apple's daily log return: is there anything left to learn?",
        series="apple",
        target="log_return",
        cell="lstm",
        hidden_size=16,
        window_steps=30,
        learning_rate=0.001,
        epochs=80,
        patience_epochs=40,
    ),
    _preset(
        "heartbeat",
        "A heartbeat",
        "An electrocardiogram: sharp spikes, long rests, one rhythm.",
        series="heartbeat",
        target="change",
        cell="lstm",
        hidden_size=32,
        window_steps=48,
        learning_rate=0.001,
        epochs=300,
    ),
)


def nearest_preset(recipe: Recipe) -> Preset:
    """Return the preset most like the recipe: the same series before the same cell before the first."""

    def likeness(preset: Preset) -> tuple[bool, bool, bool]:
        ours = preset.recipe
        return ours == recipe, ours.data.series == recipe.data.series, ours.network.cell == recipe.network.cell

    return max(PRESETS, key=likeness)


def preset_of(recipe: Recipe) -> Preset | None:
    """Return the preset that has exactly this recipe, if any."""
    return next((preset for preset in PRESETS if preset.recipe == recipe), None)
