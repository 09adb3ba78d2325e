"""What is claimed, in which world that is false, and how often it was said there."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from benchmarks.report import table

CONFIDENCE = 0.95

HEADS = ("what is said", "in which world", "said", "95% interval", "at most", "")


@dataclass(frozen=True)
class Claim:
    """One sentence in one world.

    Attributes:
        said: The sentence or badge, in the app's words.
        world: The simulated world, and the method that was tried there.
        times: In how many tries it was said.
        tries: How many worlds were drawn.
        at_most: How often it may be said there, as a share: what it says of itself, or what chance is given
            to it. None in a world where it is true, whose row only shows that it is said at all.
        unbounded: What stands in the place of `at_most` where it is None.
    """

    said: str
    world: str
    times: int
    tries: int
    at_most: float | None
    unbounded: str = "it is true there"

    @property
    def interval(self) -> tuple[float, float]:
        """The exact binomial interval (Clopper and Pearson) of its share."""
        found = binomtest(self.times, self.tries).proportion_ci(CONFIDENCE, method="exact")
        return float(found.low), float(found.high)

    @property
    def too_often(self) -> bool:
        """Whether it was said more often than it may be, beyond the chance of the simulation."""
        return self.at_most is not None and self.interval[0] > self.at_most


def simulate(name: str, tries: int, once: Callable[[np.random.Generator], Iterable[str]]) -> Counter[str]:
    """Draw a world `tries` times and count what is said there; the same draws on every call.

    Args:
        name: Names the world; the draws follow from it and the number of the try alone.
        tries: How often.
        once: Draws a world with the generator given, and returns what is said of it, each once.
    """
    key = zlib.crc32(name.encode())
    return Counter(said for turn in range(tries) for said in set(once(np.random.default_rng([key, turn]))))


def section(claims: Sequence[Claim]) -> str:
    """Return the claims as a table, with what was said too often in words."""
    rows = [_row(claim) for claim in claims]
    late = [claim for claim in claims if claim.too_often]
    return "\n\n".join([table(HEADS, rows), *([f"Said too often: {len(late)} of {len(claims)}."] if late else [])])


def _row(claim: Claim) -> tuple[str, ...]:
    low, high = claim.interval
    where_true = claim.at_most is None
    return (
        claim.said,
        claim.world,
        f"{claim.times:,} of {claim.tries:,}",
        f"{100 * low:.1f}% to {100 * high:.1f}%",
        claim.unbounded if where_true else f"{100 * claim.at_most:.3g}%",
        "**too often**" if claim.too_often else "",
    )
