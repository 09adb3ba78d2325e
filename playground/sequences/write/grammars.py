"""Toy grammars, made from a fixed seed: small languages whose next symbol can be known, and how it is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from playground.records import Ints
from playground.sequences.write.streams import Stream, make_stream

SEED = 11
LINES = 4000
WORD_LETTERS = "abcdefgh"
WORD_LENGTHS = (3, 6)
OPENERS, CLOSERS = "([", ")]"
DEEPEST = 6
MOST_BRACKETS = 30
ABAB_SYMBOLS = 4000
END = "\n"
SOURCE, LICENCE = "Made by the project from a fixed seed", "MIT"


def make_copy() -> Stream:
    """Return lines of a random word, a bar and the same word again; what is asked is all after the bar."""

    def line(chance: np.random.Generator) -> str:
        size = int(chance.integers(WORD_LENGTHS[0], WORD_LENGTHS[1] + 1))
        word = "".join(chance.choice(list(WORD_LETTERS), size))
        return f"{word}|{word}{END}"

    lines = _different(line)
    asked = [k > line.index("|") for line in lines for k in range(len(line))]
    return _grammar("copy", "Copy a word", lines, asked, "Copied letters right")


def make_brackets() -> Stream:
    """Return lines of nested brackets of two kinds; what is asked is which bracket closes, or that the line ends.

    Whether another bracket opens is chance, so only the places are counted where none does; there, the closing
    brackets and the line's end compete, and only one of them is legal.
    """
    lines = _different(_nested)
    asked = [sign not in OPENERS for line in lines for sign in line]
    return _grammar("brackets", "Nested brackets", lines, asked, "Closing signs right", choices=(*CLOSERS, END))


def make_arithmetic() -> Stream:
    """Return sums like 12+7=19; what is asked is all after the equals sign."""

    def line(chance: np.random.Generator) -> str:
        first, second = chance.integers(0, 100, 2).tolist()
        return f"{first}+{second}={first + second};"

    lines = _different(line)
    asked = [k > line.index("=") for line in lines for k in range(len(line))]
    return _grammar("arithmetic", "Sums", lines, asked, "Digits of the sum right")


def make_abab() -> Stream:
    """Return one line that goes abab without an end."""
    return _grammar("abab", "abab", ["ab" * (ABAB_SYMBOLS // 2)], [True] * ABAB_SYMBOLS, "Next letters right")


GRAMMARS: dict[str, Callable[[], Stream]] = {
    "brackets": make_brackets,
    "copy": make_copy,
    "arithmetic": make_arithmetic,
    "abab": make_abab,
}


def depth_of(text: str) -> Ints:
    """Return how many brackets are open after each sign, (n,) int64; a line's end begins anew."""
    depths, depth = np.zeros(len(text), dtype=np.int64), 0
    for place, sign in enumerate(text):
        depth = 0 if sign == END else depth + (sign in OPENERS) - (sign in CLOSERS)
        depths[place] = depth
    return depths


def _different(line: Callable[[np.random.Generator], str]) -> list[str]:
    """Return `LINES` different lines in an order of chance, so that none of the held-out lines was learned from."""
    chance = np.random.default_rng(SEED)
    found = dict[str, None]()
    while len(found) < LINES:
        found[line(chance)] = None
    drawn = list(found)
    return [drawn[place] for place in chance.permutation(LINES)]


def _nested(chance: np.random.Generator) -> str:
    """Return one line: it goes deeper or comes back by chance, and ends, by chance, where nothing is open."""
    signs, stack = list[str](), list[int]()
    while True:
        room = len(signs) + len(stack) < MOST_BRACKETS and len(stack) < DEEPEST
        if room and (not signs or chance.random() < (0.5 if stack else 0.6)):
            stack.append(int(chance.integers(len(OPENERS))))
            signs.append(OPENERS[stack[-1]])
        elif stack:
            signs.append(CLOSERS[stack.pop()])
        else:
            return "".join(signs) + END


def _grammar(
    name: str, title: str, lines: list[str], asked: list[bool], asked_title: str, choices: tuple[str, ...] = ()
) -> Stream:
    last = {line[-1] for line in lines}
    return make_stream(
        name,
        title,
        lines,
        end=last.pop() if len(lines) > 1 else "",
        asked=np.array(asked, dtype=np.uint8),
        choices=choices,
        asked_title=asked_title,
        source=SOURCE,
        licence=LICENCE,
    )
