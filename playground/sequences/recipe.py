"""What the learner chose for a network that reads sequences: one frozen recipe for each page.

All pages share the network and how it learns (`SequenceRecipe`); each adds what is read. In the
address bar the fields stand with a prefix, beside those of the forecasting recipe.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from playground.choice import Choice
from playground.config import GATES, MAX_WORKING_BYTES, LearningRate, TrainingChoice

Cell = Literal["simple", "rnn", "lstm", "gru"]
OutputPath = Literal["old", "new"]


class ReaderChoice(Choice):
    """The network that reads a sequence.

    `sigma` and `output_path` are the two switches of the hand-made cell ("simple") and mean nothing to the
    other cells: whether its new state goes through tanh, and whether its output reads the old state beside
    the input or the new state.
    """

    cell: Cell = "gru"
    sigma: bool = False
    output_path: OutputPath = "old"
    hidden_size: int = Field(64, ge=1, le=256)
    layers: int = Field(1, ge=1, le=3)

    @model_validator(mode="after")
    def _one_layer_by_hand(self) -> Self:
        if self.cell == "simple" and self.layers > 1:
            raise ValueError(
                f"layers must be 1 for the hand-made cell, got {self.layers}; choose another cell for more"
            )
        return self


class ReadingChoice(TrainingChoice):
    """How a network learns from sequences."""

    learning_rate: LearningRate = 0.003
    batch_size: int = Field(32, ge=1, le=256)
    epochs: int = Field(30, ge=1, le=300)
    patience_epochs: int = Field(0, ge=0, le=300)


class SequenceRecipe(Choice):
    """The network that reads a sequence, and how it learns."""

    network: ReaderChoice = ReaderChoice()
    training: ReadingChoice = ReadingChoice()
    seed: int = Field(1, ge=0, le=2**31 - 1)

    prefix = "s_"

    def content(self) -> str:
        """Return all that its key tells apart: the kind of recipe, too."""
        return f"{type(self).__name__} {super().content()}"

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, tuple[str, ...]]:
        """Read a recipe from a link; return it with a plain line for each value that was changed; nothing raises."""
        notes: list[str] = []
        recipe = cls()
        for name, value in cls.read_query(query, notes).items():
            try:
                recipe = recipe.replaced(**{name: value})
            except ValueError as error:
                notes.append(f"{error}; using {recipe.value(name)}")
        return recipe, tuple(notes)


class ClassifyRecipe(SequenceRecipe):
    """A network that says which class a sequence is: `unit` is what it reads of a text at each step."""

    task: Literal["names", "sentiment", "waveforms", "digits", "own"] = "names"
    unit: Literal["letters", "words"] = "letters"


class HandMadeChoice(ReaderChoice):
    """The hand-made cell."""

    cell: Literal["simple"] = "simple"
    hidden_size: int = Field(128, ge=1, le=256)


class HandMadeRecipe(ClassifyRecipe):
    """The hand-made cell, which reads family names."""

    network: HandMadeChoice = HandMadeChoice()
    training: ReadingChoice = ReadingChoice(epochs=20)


class StreamRecipe(SequenceRecipe):
    """A network that says which symbol comes next; it learns `stretch_steps` at a time, the state carried on."""

    network: ReaderChoice = ReaderChoice(cell="lstm")
    stretch_steps: int = Field(64, ge=8, le=256)

    @classmethod
    def of_json(cls, recipe_json: str) -> StreamRecipe:
        """Return what training needs of any recipe of this kind."""
        fields = json.loads(recipe_json)
        return StreamRecipe.model_validate({name: fields[name] for name in StreamRecipe.model_fields})


class WriterRecipe(StreamRecipe):
    """A network that writes text, letter by letter; `text` is what it learns from."""

    training: ReadingChoice = ReadingChoice(learning_rate=0.01, batch_size=16, epochs=15)
    text: Literal["brackets", "copy", "arithmetic", "abab", "moby_dick", "sonnets", "own"] = "brackets"


class MelodyRecipe(StreamRecipe):
    """A network that writes melodies, note by note; it learns each tune in so many keys."""

    network: ReaderChoice = ReaderChoice()
    training: ReadingChoice = ReadingChoice(learning_rate=0.005, batch_size=4, epochs=40)
    keys: int = Field(1, ge=1, le=7)


class SpeechRecipe(SequenceRecipe):
    """A network that says which spoken word it hears, from the project's words or the learner's own."""

    words: Literal["bundled", "own"] = "bundled"
    training: ReadingChoice = ReadingChoice(batch_size=8, epochs=40)


def working_bytes(recipe: SequenceRecipe, steps: int, inputs: int) -> int:
    """Return roughly what one training step over sequences of `steps` keeps for the backward pass, in bytes."""
    gates = GATES.get(recipe.network.cell, 1)
    per_step = (gates + 2) * recipe.network.hidden_size * recipe.network.layers + 2 * inputs
    return recipe.training.batch_size * steps * per_step * 4


def check_memory(recipe: SequenceRecipe, steps: int, inputs: int) -> None:
    """Check that a training step fits in a worker.

    Raises:
        ValueError: if it does not.
    """
    needed = working_bytes(recipe, steps, inputs)
    if needed > MAX_WORKING_BYTES:
        raise ValueError(
            f"a training step over {steps} steps must fit in {MAX_WORKING_BYTES >> 20} MB, got {needed >> 20} MB; "
            "make the batch or the hidden size smaller, or the sequences shorter"
        )


def check_stretch_memory(recipe: StreamRecipe, symbols: int) -> None:
    """Check that a stretch of a stream fits in a worker: gates and states with their gradients, and all predictions.

    Raises:
        ValueError: if it does not.
    """
    per_step = (
        2 * GATES.get(recipe.network.cell, 1) + 6
    ) * recipe.network.hidden_size * recipe.network.layers + 9 * symbols
    needed = recipe.training.batch_size * recipe.stretch_steps * per_step * 4
    if needed > MAX_WORKING_BYTES:
        raise ValueError(
            f"a training step over {recipe.stretch_steps} symbols must fit in {MAX_WORKING_BYTES >> 20} MB, got "
            f"{needed >> 20} MB; make the batch, the stretch or the hidden size smaller"
        )
