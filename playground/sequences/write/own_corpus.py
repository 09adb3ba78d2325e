"""A learner's own text to a stream of letters; every problem is one sentence."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from playground.data.encodings import Encoding, encoding_of, text_in, told
from playground.sequences.write.streams import MOST_SYMBOLS, UNSEEN, Stream, make_stream
from playground.words import counted

MOST_BYTES = 2**20
FEWEST_LETTERS = 500

_STEERING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Signs without a width that steer the writing direction."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def read_own_corpus(data: bytes) -> Stream:
    """Return a text as a stream of its letters, in one piece.

    Line ends become one kind, invisible signs that steer the writing direction are left out; both is told.

    Raises:
        ValueError: if it is too large, empty, too short, or not text in an encoding that can be told.
    """
    text, encoding = _decoded(data)
    notes = list(told(encoding))
    text, found = _LINE_ENDS.subn("\n", text)
    if found:
        notes.append(f"{counted(found, 'line end')} of another system written in one way")
    text, found = _STEERING.subn("", text)
    if found:
        notes.append(f"{counted(found, 'invisible sign')} that steer the writing direction left out")
    text = unicodedata.normalize("NFC", text.strip())
    if not text:
        raise ValueError(f"a text must have at least {FEWEST_LETTERS} letters, got an empty one; write or paste more")
    if len(text) < FEWEST_LETTERS:
        raise ValueError(
            f"a text must have at least {FEWEST_LETTERS} letters to learn from, got {len(text)}; "
            "add more, or choose one of the texts here"
        )
    _tell_letters(text, notes)
    return make_stream(
        "own", "Your text", [text], source="Your own text", licence="Yours", notes=tuple(notes), private=True
    )


def _decoded(data: bytes) -> tuple[str, Encoding]:
    if len(data) > MOST_BYTES:
        raise ValueError(
            f"a text must be at most {MOST_BYTES >> 20} MB, got {len(data) / 2**20:.1f} MB; take a part of it"
        )
    encoding = encoding_of(data)
    text = text_in(data, encoding)
    if found := _CONTROL.search(_LINE_ENDS.sub("\n", text)):
        raise ValueError(
            f"this must be a plain text, but character {found.start():,} is the control character "
            f"U+{ord(found[0]):04X}; it looks like another kind of file"
        )
    return text, encoding


def _tell_letters(text: str, notes: list[str]) -> None:
    """Tell about rare letters, emoji and scripts that are written from right to left."""
    counts = Counter(text)
    if UNSEEN in counts:
        notes.append(
            f"{counted(counts[UNSEEN], 'letter')} could not be read by whoever saved the text: taken as unseen"
        )
    rare = len(counts) - (MOST_SYMBOLS - 1)
    if rare > 0:
        notes.append(
            f"{len(counts):,} different letters: the network knows the {MOST_SYMBOLS - 1} most frequent, "
            f"the {rare:,} rarest become one unseen symbol {UNSEEN}"
        )
    if any(unicodedata.category(letter) == "So" for letter in counts):
        notes.append("emoji and other picture signs are read one sign at a time")
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in counts):
        notes.append("writing from right to left is read from its first letter to its last, and shown cell by cell so")
