"""What is said of networks that write or play: better than a table of counts, gone on to learn by heart, copied."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from scipy.signal import lfilter

from benchmarks.calibration._claims import Claim, simulate
from playground.histories import Checkpoint, SequenceEpoch
from playground.sequences.margin import LEVEL, block_means
from playground.sequences.music.by_heart import copied, rise_of
from playground.sequences.music.melodies import longest_copy, melody_stream, usual_copy
from playground.sequences.music.notes import END
from playground.sequences.records import SequenceRun, WriterRun
from playground.sequences.write.baselines import StreamScore, against_best
from playground.sequences.write.streams import split_stream

TRIES = 1000
EPOCHS = 40
WRITTEN = (40, 100)
"""Notes that a network writes."""


def measure(share: float) -> list[Claim]:
    """Return how often two that are equally good are told apart, a plateau is called a rise, and chance a copy."""
    tries = round(TRIES * share)
    compared = [_compared(length, memory, tries) for length in (200, 600, 6000) for memory in (0.0, 0.8)]
    return [*compared, *(_went_on(jump, tries) for jump in (0.02, 0.05)), *(_copied(count, tries) for count in WRITTEN)]


def _compared(length: int, memory: float, tries: int) -> Claim:
    """Return how often one of two ways that need equally many bits on average is said to need less."""

    def once(random: np.random.Generator) -> list[str]:
        both = random.exponential(1.0, length) + lfilter([1], [1, -memory], random.normal(size=(2, length)))
        own, rival = (2 + row for row in both)
        scores = [StreamScore("Uniform", 9.0, 9.0, (9.0,) * 20), _score("Trigram", rival)]
        run = _run((), float(own.mean()), block_means(own))
        found = against_best(run, scores)
        return ["told apart"] if found is not None and found.word != "level" else []

    lasting = f", differences that last (AR(1) {memory:g})" if memory else ""
    world = f"equally good, {length:,} symbols in the test{lasting}"
    return Claim(
        "needs less bits than / loses to the best baseline",
        world,
        simulate(world, tries, once)["told apart"],
        tries,
        LEVEL,
    )


def _score(title: str, bits: np.ndarray) -> StreamScore:
    mean = float(bits.mean())
    return StreamScore(title, mean, mean, block_means(bits))


def _run(validation: tuple[float, ...], test_bits: float, blocks: tuple[float, ...]) -> WriterRun:
    """Return a finished training with these bits on validation after each epoch."""
    epochs = tuple(
        SequenceEpoch(k, 1.0, math.log(2) * bits, 1.0, 0.0, 0.01, 1.0, 0.1, 0.1) for k, bits in enumerate(validation, 1)
    )
    best = int(np.argmin(validation)) + 1 if validation else 1
    checkpoint = Checkpoint(epoch=len(epochs), best_epoch=best, state="finished")
    return WriterRun(SequenceRun(max(len(epochs), 1), checkpoint, epochs, ()), (), (), 0, 1, test_bits, 0.2, blocks)


def _went_on(jump: float, tries: int) -> Claim:
    """Return how often a validation curve that levels off and jumps is said to have risen."""

    def once(random: np.random.Generator) -> list[str]:
        curve = 4 + 2 * np.exp(-np.arange(EPOCHS) / 6) + jump * random.standard_normal(EPOCHS)
        return ["rose"] if rise_of(_run(tuple(curve.tolist()), 4.0, ())) else []

    world = f"{EPOCHS} epochs, levels off, jumps by {jump:g} bits from epoch to epoch"
    return Claim("it went on to learn by heart", world, simulate(world, tries, once)["rose"], tries, LEVEL)


def _copied(count: int, tries: int) -> Claim:
    """Return how often notes that are drawn by the frequencies of pairs alone are said to be learned by heart."""
    stream = melody_stream()
    learned = stream.symbols(split_stream(stream).train)
    after: dict[str, list[str]] = {}
    for symbol, following in pairwise(learned):
        if following != END:
            after.setdefault(symbol, []).append(following)

    def once(random: np.random.Generator) -> list[str]:
        notes = [learned[0]]
        while len(notes) < count:
            choices = after.get(notes[-1]) or learned[:1]
            notes.append(choices[int(random.integers(len(choices)))])
        found = longest_copy(tuple(notes))
        return ["by heart"] if copied(found, count, usual_copy()).word == "by heart" else []

    world = f"{count} notes drawn by the frequencies of pairs"
    return Claim("copied: that is learned by heart", world, simulate(world, tries, once)["by heart"], tries, LEVEL)
