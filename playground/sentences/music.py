"""What is said of a network that learns melodies."""

from __future__ import annotations

from playground.sequences.music.by_heart import Copied, Rise
from playground.sequences.records import WriterRun
from playground.sequences.write.baselines import AgainstBest, StreamScore


def progress_sentence(
    run: WriterRun | None, against: AgainstBest | None, best: StreamScore | None, planned: int
) -> str:
    """Return how far a training is and how good it is.

    Args:
        run: The training.
        against: How it stands against the best baseline on the test tunes.
        best: The best baseline on the tunes that it is validated by.
        planned: How many epochs are planned.
    """
    if run is None or run.validation_bits is None:
        return "Untrained: to this network every next note is as likely as any other."
    if run.test_bits is not None:
        told = f"Trained: on the test tunes {_bits(run.test_bits)}"
        if against is None:
            return f"{told}."
        named = f"the best baseline ({against.best.title.lower()}, {against.best.test_bits:.2f})"
        return {
            "level": f"{told}, about as good as {named}: the test tunes do not tell them apart.",
            "better": f"{told}, better than {named}.",
            "worse": f"{told}, not as good as {named}.",
        }[against.word]
    epoch = run.training.epochs[-1].epoch
    told = f"Epoch {epoch} of {planned}: on tunes it does not learn from {_bits(run.validation_bits)}"
    if best is None:
        return f"{told}."
    return f"{told}; the best baseline ({best.title.lower()}) needs {best.validation_bits:.2f}."


def _bits(bits: float) -> str:
    return f"{bits:.2f} bits a note, as unsure as between {2**bits:.0f} equally likely notes"


def heart_sentence(found: Rise | None) -> str:
    """Return what to listen for in a training that went on past its best epoch; empty where it did not."""
    if found is None:
        return ""
    return (
        f"From epoch {found.best_epoch} to {found.last_epoch} the bits on tunes it does not learn from rose from "
        f"{found.best:.2f} to {found.last:.2f}: it went on to learn by heart. Set the slider to {found.last_epoch} and "
        "the temperature low to hear how much it then repeats."
    )


def copy_sentence(found: Copied) -> str:
    """Return how much of what a network wrote is copied."""
    told = f"Copied: at most {found.notes} notes in a row, from {found.title}"
    measure = f"tunes that it never met share about {found.usual} in a row with one that it learned from"
    return {
        "nothing written": "It ended the tune at once and wrote no note.",
        "nothing": "Copied: nothing. Not one of its notes stands in a tune that it learned from.",
        "single notes": "Copied: no two notes in a row stand in a tune that it learned from.",
        "by heart": f"{told}. That is learned by heart: {measure}.",
        "by chance": f"{told}. That may be chance: {measure}.",
    }[found.word]
