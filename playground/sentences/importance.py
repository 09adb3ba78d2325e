"""What is said of the inputs that a network uses."""

from __future__ import annotations

from playground.evaluation.importance_results import Importance, ImportanceWord, InputImportance
from playground.sentences.listing import listed
from playground.sentences.missing import because
from playground.words import capitalised, counted, number

WORDS: dict[ImportanceWord, str] = {
    "matters": "matters",
    "by chance": "no difference beyond luck",
    "misleads": "misleads: shuffled, the error is smaller",
    "n/a": "n/a",
}

CAVEAT = (
    "Inputs that go together share their importance: while one is shuffled, the network still reads the other. And "
    "this tells what this network uses, not what causes what."
)

NO_FURTHER_INPUTS = (
    "This network reads nothing but the past of its own series, so there is nothing to rank. Further inputs are chosen "
    "in the sidebar, under “More about the data”: columns of a series that has some (Seattle's weather, prices, "
    "the sales of a shop, a table of yours), and the calendar of a series with dates. Then train anew."
)


def input_name(name: str) -> str:
    """Return how an input is called."""
    return name or "its own past"


def importance_headline(found: Importance) -> str:
    """Say which inputs matter to the network beyond luck, and which do not."""
    missing = found.of("n/a")
    if len(missing) == len(found.inputs):
        return f"n/a: {because(missing[0].reason)}."
    parts = []
    if mattering := found.of("matters"):
        parts.append(f"What matters to this network on validation: {_names(mattering)}")
    if misleading := found.of("misleads"):
        parts.append(f"it forecasts better with {_names(misleading)} shuffled")
    if by_chance := found.of("by chance"):
        parts.append(f"no difference beyond luck for {_names(by_chance)}")
    if missing:
        parts.append(f"n/a for {_names(missing)}: {because(missing[0].reason)}")
    return f"{capitalised('; '.join(parts))}."


def how_weighed(found: Importance) -> str:
    """Say what was done."""
    some = found.windows < found.all_windows
    windows = f"the first {found.windows:,} of {found.all_windows:,}" if some else f"{found.windows:,}"
    return (
        f"Each input in turn is shuffled {counted(found.shuffles, 'time')} among {windows} validation windows: every "
        "window is read with the course of that input in another one. What matters makes the error larger then. "
        f"Intervals hold in 95 of 100 cases for all {counted(len(found.inputs), 'input')} together. {CAVEAT}"
    )


def increase_in_words(one: InputImportance, unit: str) -> str:
    """Return by how much the error grows, with its interval; why not where there is no number."""
    if one.increase is None or one.low is None or one.high is None:
        return f"n/a: {because(one.reason)}"
    low = "−∞" if one.low == float("-inf") else _signed(one.low)
    return f"{_signed(one.increase)} ({low} to {_signed(one.high)})" + (f" {unit}" if unit else "")


def _signed(value: float) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + number(abs(value))


def _names(inputs: tuple[InputImportance, ...]) -> str:
    return listed([input_name(one.name) for one in inputs])
