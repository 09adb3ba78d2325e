"""A run on sequences as it is given away: all that any of the files is made from."""

from __future__ import annotations

from dataclasses import dataclass

from playground.histories import RunState, RunView, SequenceEpoch
from playground.kinds import kind_of, recipe_of
from playground.records import Floats
from playground.sequences.recipe import ClassifyRecipe, SpeechRecipe, StreamRecipe
from playground.sequences.records import ClassifierSnapshot, Sequences, WriterSnapshot
from playground.sequences.write.streams import Stream

AnyMaterial = Sequences | Stream


@dataclass(frozen=True, eq=False)
class ExportedReader:
    """A run on sequences up to now, with the weights that were best on validation.

    Attributes:
        recipe: The recipe in force, learning-rate changes included.
        epochs: All finished epochs; at least one.
        weights: Parameter name -> float32 array, of `best_epoch`.
        best_epoch: Epoch with the lowest validation loss.
        state: How far the run is; see RunState.
        reason: A plain sentence where it ended early.
    """

    recipe: ClassifyRecipe | SpeechRecipe | StreamRecipe
    epochs: tuple[SequenceEpoch, ...]
    weights: dict[str, Floats]
    best_epoch: int
    state: RunState
    reason: str

    @property
    def kind(self) -> str:
        """The name of its kind of run."""
        return kind_of(self.recipe).name

    @property
    def best_loss(self) -> float:
        """The validation loss of `best_epoch`, in nats."""
        return next(record.validation_loss for record in self.epochs if record.epoch == self.best_epoch)


@dataclass(frozen=True, eq=False)
class ExportedClassifier(ExportedReader):
    """A classifier.

    Attributes:
        material: What it was trained on.
        snapshot: What the app last said of it, its score on the test part once it has ended.
    """

    recipe: ClassifyRecipe | SpeechRecipe
    material: Sequences
    snapshot: ClassifierSnapshot

    @property
    def score(self) -> float | None:
        """Share of the test part that is right, None before it has been scored."""
        return None if self.snapshot.test is None else self.snapshot.test.accuracy


@dataclass(frozen=True, eq=False)
class ExportedWriter(ExportedReader):
    """A network that says which symbol comes next.

    Attributes:
        material: What it was trained on.
        snapshot: What the app last said of it, its score on the test part once it has ended.
    """

    recipe: StreamRecipe
    material: Stream
    snapshot: WriterSnapshot

    @property
    def score(self) -> float | None:
        """Bits per symbol on the test part, None before it has been scored."""
        return self.snapshot.test_bits


AnyExported = ExportedClassifier | ExportedWriter


def exported_reader(view: RunView, material: AnyMaterial, weights: dict[str, Floats]) -> AnyExported:
    """Return a run on sequences as it is given away.

    Args:
        view: The run; it has finished an epoch and been looked at.
        material: What it learns from.
        weights: Those of its best epoch.

    Raises:
        ValueError: if the run has no picture yet of what it can do.
    """
    epochs = tuple(epoch for epoch in view.epochs if isinstance(epoch, SequenceEpoch))
    recipe, snapshot = recipe_of(view), view.snapshot
    told = (epochs, weights, view.best_epoch, view.state, view.reason)
    if isinstance(material, Stream) and isinstance(recipe, StreamRecipe) and isinstance(snapshot, WriterSnapshot):
        return ExportedWriter(recipe, *told, material, snapshot)
    if (
        isinstance(material, Sequences)
        and isinstance(recipe, ClassifyRecipe | SpeechRecipe)
        and isinstance(snapshot, ClassifierSnapshot)
    ):
        return ExportedClassifier(recipe, *told, material, snapshot)
    raise ValueError("nothing has been trained yet; press Train")
