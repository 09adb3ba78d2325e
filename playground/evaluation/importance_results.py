"""Which inputs a network uses, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playground.evaluation.missing import Missing

ImportanceWord = Literal["matters", "by chance", "misleads", "n/a"]


@dataclass(frozen=True)
class InputImportance:
    """What becomes of the error when one input is shuffled.

    Attributes:
        name: The input: a further column or one circle of the calendar; "" is the series' own past.
        word: "matters" (the error grows beyond luck), "misleads" (it falls beyond luck), "by chance", or "n/a".
        increase: RMSE shuffled minus RMSE as it is, in the series' own unit; None where it does not exist.
        low, high: 95% interval of the increase, as wide as it takes to hold for all inputs together; low may be
            minus infinity.
        reason: Why there is no word; None otherwise.
    """

    name: str
    word: ImportanceWord
    increase: float | None = None
    low: float | None = None
    high: float | None = None
    reason: Missing | None = None


@dataclass(frozen=True)
class Importance:
    """The inputs of a network, the one whose shuffling costs most first; those without a number last.

    Attributes:
        inputs: One for each input.
        error: RMSE on the validation windows as they are, NaN where it is no number.
        windows: Validation windows that were read.
        all_windows: How many validation windows there are.
        shuffles: How often each input was shuffled.
    """

    inputs: tuple[InputImportance, ...]
    error: float
    windows: int
    all_windows: int
    shuffles: int

    def of(self, word: ImportanceWord) -> tuple[InputImportance, ...]:
        """Return the inputs of which a word is said, in order."""
        return tuple(one for one in self.inputs if one.word == word)
