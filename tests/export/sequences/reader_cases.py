"""Small runs on sequences to export, trained here and now."""

import functools
import math

import numpy as np

from playground.export.sequences.exported import AnyExported, ExportedClassifier, ExportedWriter
from playground.histories import Keyframe
from playground.kinds import Material
from playground.sequences.classify.tasks import load_task
from playground.sequences.classify.work import ClassifierBench
from playground.sequences.music.melodies import melody_stream
from playground.sequences.recipe import ClassifyRecipe, MelodyRecipe, SequenceRecipe, SpeechRecipe, WriterRecipe
from playground.sequences.records import Sequences
from playground.sequences.speech.recordings import load_bundled
from playground.sequences.speech.spoken import to_sequences
from playground.sequences.write.corpora import load_corpus
from playground.sequences.write.streams import Stream, make_stream
from playground.sequences.write.work import WriterBench

SMALL = {"hidden_size": 6, "epochs": 3, "batch_size": 8, "learning_rate": 0.02}

HOSTILE = 'x"""\nraise SystemExit(3)\n#\u2028<img src=x onerror=alert(1)>{SEED}\\'


def train_to_take_home(recipe: SequenceRecipe, material: Material) -> AnyExported:
    """Train a recipe to its end."""
    writes = isinstance(material, Stream)
    bench = (WriterBench if writes else ClassifierBench)(recipe, material, "", None)
    epochs = bench.trainer.advance(math.inf)
    end = bench.trainer.progress
    snapshot = bench.take_snapshot(Keyframe(end.best_epoch, end.best_weights), None, True, True)
    exported = ExportedWriter if writes else ExportedClassifier
    return exported(recipe, epochs, end.best_weights, end.best_epoch, end.state, end.reason, material, snapshot)


def few_pieces(stream: Stream, pieces: int) -> Stream:
    """Return the first pieces of a stream."""
    kept = [stream.symbols(stream.piece(place)) for place in range(pieces)]
    more = {"end": stream.end, "choices": stream.choices, "asked": stream.asked[: sum(map(len, kept))]}
    return make_stream(stream.name, stream.title, kept, source=stream.source, licence=stream.licence, **more)


def own_text() -> Stream:
    """Return a learner's text in one piece, with hostile names and letters that only the end of it knows."""
    return make_stream(
        "own", HOSTILE, [HOSTILE * 20 + "ÄÖ\N{REPLACEMENT CHARACTER}ÜΩ" * 9], source=HOSTILE, private=True
    )


def own_texts() -> Sequences:
    """Return a learner's table with hostile texts, among them letters and classes that are hardly ever there."""
    texts = tuple(f"{HOSTILE if k % 3 else '  É' + chr(0x3B1 + k)} {'so ' * (k % 7)}" for k in range(48))
    labels = np.arange(48) % 2
    return Sequences("own", HOSTILE, (HOSTILE, "0"), labels, texts, source=HOSTILE, private=True)


WRITERS = {
    "brackets": (
        WriterRecipe().replaced(**SMALL, cell="gru", layers=2, stretch_steps=16),
        lambda: few_pieces(load_corpus("brackets"), 60),
    ),
    "copy, beside": (
        WriterRecipe().replaced(**SMALL | {"epochs": 1, "batch_size": 64}, cell="rnn", text="copy"),
        lambda: load_corpus("copy"),
    ),
    "sonnets": (
        WriterRecipe().replaced(**SMALL, cell="lstm", text="sonnets", clip_norm=0.05, optimizer="rmsprop"),
        lambda: load_corpus("sonnets"),
    ),
    "own text": (
        WriterRecipe().replaced(**SMALL, cell="simple", sigma=True, text="own", optimizer="sgd"),
        own_text,
    ),
    "tunes": (
        MelodyRecipe().replaced(
            **SMALL | {"epochs": 30, "learning_rate": 0.1}, patience_epochs=2, learning_rate_changes=((2, 0.05),)
        ),
        melody_stream,
    ),
}
"""Recipe and material of each run on a stream."""

CLASSIFIERS = {
    "names": (ClassifyRecipe().replaced(**SMALL, cell="lstm"), lambda: load_task("names")),
    "sentences": (
        ClassifyRecipe().replaced(**SMALL, task="sentiment", unit="words", cell="gru", layers=2, optimizer="rmsprop"),
        lambda: load_task("sentiment"),
    ),
    "own texts, by hand": (
        ClassifyRecipe().replaced(**SMALL, task="own", cell="simple", output_path="new", optimizer="sgd"),
        own_texts,
    ),
    "waveforms": (
        ClassifyRecipe().replaced(
            **SMALL | {"epochs": 30, "learning_rate": 0.2}, task="waveforms", cell="rnn", patience_epochs=1
        ),
        lambda: load_task("waveforms"),
    ),
    "words": (SpeechRecipe().replaced(**SMALL), lambda: to_sequences(load_bundled())),
}
"""Recipe and material of each run on labelled sequences."""

CASES = WRITERS | CLASSIFIERS


@functools.cache
def run_of(name: str) -> AnyExported:
    """Train one of the cases."""
    recipe, load = CASES[name]
    return train_to_take_home(recipe, load())
