"""What a network can learn to write: toy grammars, bundled passages, the learner's own text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.places import DATA
from playground.sequences.write.grammars import GRAMMARS
from playground.sequences.write.streams import Stream, make_stream

TEXTS = DATA / "texts"


@dataclass(frozen=True)
class Corpus:
    """One thing to learn to write.

    Attributes:
        title: Its name in the list.
        summary: One sentence for the controls.
        load: Returns it; None for the learner's own text.
        suggests: Recipe fields that go well with it.
        start: What to begin writing with.
        typed: A text to read that shows something.
    """

    title: str
    summary: str
    load: Callable[[], Stream] | None
    suggests: dict[str, Any]
    start: str = ""
    typed: str = ""


def _passage(name: str, title: str, source: str) -> Callable[[], Stream]:
    def load() -> Stream:
        text = (TEXTS / f"{name}.txt").read_text(encoding="utf-8").strip()
        return make_stream(name, title, [text], source=source, licence="Public domain")

    return load


SMALL = {"cell": "lstm", "hidden_size": 64, "batch_size": 16, "learning_rate": 0.005, "stretch_steps": 64, "layers": 1}
LARGE = {"cell": "lstm", "hidden_size": 128, "batch_size": 16, "learning_rate": 0.005, "stretch_steps": 64, "layers": 1}

CORPORA: dict[str, Corpus] = {
    "brackets": Corpus(
        "Nested brackets",
        "Two kinds of brackets that must close in the right order: the network has to remember what is open.",
        GRAMMARS["brackets"],
        SMALL | {"epochs": 15, "learning_rate": 0.01},
        "([(",
        "([(())][])()\n((([[[]]])))",
    ),
    "copy": Corpus(
        "Copy a word",
        "A random word, a bar, and the same word again: the second half is known, if the first is remembered.",
        GRAMMARS["copy"],
        SMALL | {"epochs": 30},
        "fade|",
        "cabbage|cabbage",
    ),
    "arithmetic": Corpus(
        "Sums",
        "Sums such as 12+7=19; none of the sums held out was ever learned from.",
        GRAMMARS["arithmetic"],
        SMALL | {"epochs": 60},
        "12+7=",
        "12+7=19;58+46=104;",
    ),
    "abab": Corpus(
        "abab…",
        "Two letters that take turns: the least there is to learn, in a second.",
        GRAMMARS["abab"],
        SMALL | {"hidden_size": 8, "epochs": 20},
        "a",
        "abababbabab",
    ),
    "moby_dick": Corpus(
        "Moby-Dick",
        "The first five chapters, 65,000 letters. Takes minutes; first come letters, then words, never sense.",
        _passage("moby_dick", "Moby-Dick", "Herman Melville, Moby-Dick; or, The Whale (1851), chapters 1 to 5"),
        LARGE | {"epochs": 30},
        "Call me ",
        "The captain of the ship looked out upon the sea.",
    ),
    "sonnets": Corpus(
        "Ten sonnets",
        "6,000 letters of Shakespeare: too little for a network, so watch it learn them by heart.",
        _passage(
            "sonnets",
            "Ten sonnets",
            "William Shakespeare, Sonnets (1609): 1, 2, 18, 29, 30, 55, 60, 73, 116, 130, in modern spelling",
        ),
        LARGE | {"epochs": 60, "batch_size": 8},
        "Shall I compare ",
        "Shall I compare thee to a winter's night?",
    ),
    "own": Corpus("Your own text", "Paste or upload any text, up to 1 MB.", None, LARGE | {"epochs": 20}, "", ""),
}


def load_corpus(name: str) -> Stream:
    """Return a text that the project brings along or makes.

    Raises:
        ValueError: if there is no such text.
    """
    corpus = CORPORA.get(name)
    if corpus is None or corpus.load is None:
        raise ValueError(f"there is no bundled text {name!r}; choose one of {', '.join(CORPORA)}")
    return corpus.load()
