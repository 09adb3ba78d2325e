"""What a page says of a network that learns melodies, in sentences that the numbers bear out."""

from __future__ import annotations

import math
from collections.abc import Sequence

from playground.sequences.margin import clear_gap
from playground.sequences.music.melodies import Copy
from playground.sequences.records import WriterRun
from playground.sequences.write.baselines import StreamScore
from playground.turning import around_and_last

LEAST_RISE = 0.1
"""A rise of the validation bits by less than this, in bits a note, is not worth a word."""


def progress_sentence(run: WriterRun | None, baselines: Sequence[StreamScore], planned: int) -> str:
    """Return how far a training is and how good it is, against the best baseline."""
    if run is None or not run.training.epochs:
        return "Untrained: to this network every next note is as likely as any other."
    if run.done and run.test_bits is not None:
        return f"Trained: on the test tunes {_bits(run.test_bits)}{_against(run, run.test_bits, baselines)}."
    newest = run.training.epochs[-1]
    bits = newest.validation_loss / math.log(2)
    best = min(baselines, key=lambda one: one.validation_bits, default=None)
    beside = f"; the best baseline ({best.title.lower()}) needs {best.validation_bits:.2f}" if best else ""
    return f"Epoch {newest.epoch} of {planned}: on tunes it does not learn from {_bits(bits)}{beside}."


def _bits(bits: float) -> str:
    return f"{bits:.2f} bits a note, as unsure as between {2**bits:.0f} equally likely notes"


def _against(run: WriterRun, bits: float, baselines: Sequence[StreamScore]) -> str:
    """Return how the network does beside the best baseline, which few held-out notes may not tell."""
    if not baselines:
        return ""
    best = min(baselines, key=lambda one: one.test_bits)
    named = f"the best baseline ({best.title.lower()}, {best.test_bits:.2f})"
    if not clear_gap(run.test_blocks, best.test_blocks, len(baselines)):
        return f", about as good as {named}: the test tunes do not tell them apart"
    return f", better than {named}" if bits < best.test_bits else f", not as good as {named}"


def heart_sentence(run: WriterRun) -> str:
    """Return what to listen for in a finished training that went on past its best epoch; empty where it did not."""
    epochs, best = run.training.epochs, run.training.checkpoint.best_epoch
    if not run.done or not best:
        return ""
    first, last = (epoch.validation_loss / math.log(2) for epoch in (epochs[best - 1], epochs[-1]))
    ends = around_and_last([epoch.validation_loss / math.log(2) for epoch in epochs], best)
    if ends is None or min(last - first, ends[1] - ends[0]) < LEAST_RISE:
        return ""
    return (
        f"From epoch {best} to {epochs[-1].epoch} the bits on tunes it does not learn from rose from {first:.2f} to "
        f"{last:.2f}: it went on to learn by heart. Set the slider to {epochs[-1].epoch} and the temperature low to "
        "hear how much it then repeats."
    )


def copy_sentence(copy: Copy, written: int, usual: int) -> str:
    """Return in words how much of what a network wrote is copied.

    Args:
        copy: The longest copied run.
        written: How many notes it wrote.
        usual: The run that the middle one of the held-out tunes shares with a tune learned from.
    """
    if not written:
        return "It ended the tune at once and wrote no note."
    if not copy.notes:
        return "Copied: nothing. Not one of its notes stands in a tune that it learned from."
    if copy.notes == 1:
        return "Copied: no two notes in a row stand in a tune that it learned from."
    told = f"Copied: at most {copy.notes} notes in a row, from {copy.title}"
    measure = f"tunes that it never met share about {usual} in a row with one that it learned from"
    if copy.notes > 2 * usual:
        return f"{told}. That is learned by heart: {measure}."
    return f"{told}. That may be chance: {measure}."
