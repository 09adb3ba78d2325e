"""What is said of a network that learns to write."""

from __future__ import annotations

from playground.sentences.listing import in_sentence
from playground.sequences.records import WriterRun
from playground.sequences.write.baselines import AgainstBest
from playground.sequences.write.streams import Stream
from playground.sequences.write.writing import DepthUnit


def progress_sentence(run: WriterRun | None, stream: Stream, planned: int) -> str:
    """Return the headline: how far the network is, in bits a letter, and in right answers where they are known."""
    if run is None:
        return "Untrained: it writes any letter as well as any other."
    bits, asked = run.validation_bits, in_sentence(stream.asked_title)
    if bits is None:
        return f"Epoch 1 of {planned} is under way: {run.training.checkpoint.count:,} letters read so far."
    if run.test_bits is not None:
        told = f"Trained: {run.test_bits:.2f} bits a letter on the test part"
        return f"{told}, {asked} {_share(run.test_accuracy or 0.0)}." if len(stream.asked) else f"{told}."
    told = f"Epoch {run.training.newest.epoch} of {planned}: {bits:.2f} bits a letter on held-out text"
    right = _share(run.training.epochs[-1].validation_accuracy)
    return f"{told}, {asked} {right}." if len(stream.asked) else f"{told}."


def comparison_sentence(found: AgainstBest | None) -> str:
    """Say whether the network beat the best of the baselines on the test part, by more than luck."""
    if found is None:
        return "The baselines are being counted."
    name, gap = found.best.title.lower(), abs(found.best.test_bits - found.bits)
    return {
        "level": (
            f"The network and the {name}, a table of counts, are about level: {found.bits:.2f} and "
            f"{found.best.test_bits:.2f} bits a letter. This test part does not tell them apart."
        ),
        "better": f"The network needs {gap:.2f} bits a letter less than the best baseline, the {name}.",
        "worse": (
            f"The network loses: the {name}, a table of counts, needs {gap:.2f} bits a letter less. "
            "More text helps most; with little text, fewer units."
        ),
    }[found.word]


def depth_sentence(found: DepthUnit) -> str:
    """Name the unit that goes with the depth best, with its number and what that number means."""
    sign = " (it falls as the depth rises)" if found.correlation < 0 else ""
    number = f"correlation {found.correlation:+.2f}{sign}, Pearson, over {found.symbols:,} signs of the test part."
    return {
        "closely": f"Unit {found.unit} closely follows the depth of the brackets: {number}",
        "follows": f"Unit {found.unit} follows the depth of the brackets: {number}",
        "hardly": f"Unit {found.unit} hardly follows the depth of the brackets: {number}",
    }[found.strength]


def _share(share: float) -> str:
    return f"{100 * share:.1f}%" if share < 0.9995 or share == 1 else "99.9%"
