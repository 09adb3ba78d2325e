"""What a page says of a network that learns to write, in sentences that the numbers bear out."""

from __future__ import annotations

from collections.abc import Sequence

from playground.sequences.margin import clear_gap
from playground.sequences.records import WriterRun
from playground.sequences.write.baselines import StreamScore
from playground.sequences.write.streams import Stream


def progress_sentence(run: WriterRun | None, stream: Stream, planned: int) -> str:
    """Return the headline: how far the network is, in bits a letter, and in right answers where they are known."""
    if run is None:
        return "Untrained: it writes any letter as well as any other."
    if run.validation_bits is None:
        return f"Epoch 1 of {planned} is under way: {run.training.checkpoint.count:,} letters read so far."
    graded = f", {_asked(stream)} {_share(run.training.epochs[-1].validation_accuracy)}" if len(stream.asked) else ""
    if run.done and run.test_bits is not None:
        graded = f", {_asked(stream)} {_share(run.test_accuracy or 0.0)}" if len(stream.asked) else ""
        return f"Trained: {run.test_bits:.2f} bits a letter on the test part{graded}."
    epoch = run.training.newest.epoch
    return f"Epoch {epoch} of {planned}: {run.validation_bits:.2f} bits a letter on held-out text{graded}."


def comparison_sentence(run: WriterRun, baselines: Sequence[StreamScore]) -> str:
    """Say whether the network beat the best of the baselines on the test part, by more than luck (`clear_gap`)."""
    if not baselines or run.test_bits is None:
        return "The baselines are being counted."
    best = min(baselines, key=lambda baseline: baseline.test_bits)
    gap, name = best.test_bits - run.test_bits, best.title.lower()
    if not clear_gap(run.test_blocks, best.test_blocks, len(baselines)):
        return (
            f"The network and the {name}, a table of counts, are about level: {run.test_bits:.2f} and "
            f"{best.test_bits:.2f} bits a letter. This test part does not tell them apart."
        )
    if gap > 0:
        return f"The network needs {gap:.2f} bits a letter less than the best baseline, the {name}."
    return (
        f"The network loses: the {name}, a table of counts, needs {-gap:.2f} bits a letter less. "
        "More text helps most; with little text, fewer units."
    )


def depth_sentence(unit: int, correlation: float, symbols: int) -> str:
    """Name the unit that goes with the depth best, with its number and what that number means."""
    strength = (
        "closely follows" if abs(correlation) > 0.9 else "follows" if abs(correlation) > 0.6 else "hardly follows"
    )
    sign = " (it falls as the depth rises)" if correlation < 0 else ""
    return (
        f"Unit {unit} {strength} the depth of the brackets: correlation {correlation:+.2f}{sign}, "
        f"Pearson, over {symbols:,} signs of the test part."
    )


def _asked(stream: Stream) -> str:
    return stream.asked_title[0].lower() + stream.asked_title[1:]


def _share(share: float) -> str:
    return f"{100 * share:.1f}%" if share < 0.9995 or share == 1 else "99.9%"
