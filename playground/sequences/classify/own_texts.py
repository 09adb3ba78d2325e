"""A learner's table of text and label to labelled sequences; every problem is one sentence."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import get_args

import numpy as np

from playground.data.encodings import encoding_of, told
from playground.data.signatures import kind_of
from playground.data.tables import Delimiter, Table, decoded, load_table
from playground.sequences.encoding import FEWEST_PER_CLASS, MOST_STEPS
from playground.sequences.records import Sequences
from playground.words import counted, named_rows

MOST_BYTES = 2**20
MOST_TEXTS = 5000
MOST_CLASSES = 20
MOST_LABEL_LETTERS = 40

MOST_NAMED, MOST_NAMED_LETTERS = 20, 30
"""How many texts under two labels are named, and how many of their letters."""

_STEERING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Signs without a width that steer the writing direction or join letters."""


def read_own_texts(data: bytes) -> Sequences:
    """Return the labelled texts in a table with the columns `text` and `label`, or with two of which one has labels.

    Raises:
        ValueError: if it is too large, not such a table, or has too few classes or texts of a class.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(
            f"a table of texts must be at most {MOST_BYTES >> 20} MB, got {len(data) / 2**20:.1f} MB; leave out rows"
        )
    table = _table(data)
    notes = list(table.notes)
    texts, labels = _usable(table, notes)
    if len(texts) > MOST_TEXTS:
        raise ValueError(f"at most {MOST_TEXTS:,} texts can be read, got {len(texts):,}; leave out rows")
    _check_classes(labels)
    _tell_signs(texts, notes)
    classes = tuple(sorted(set(labels)))
    places = np.array([classes.index(label) for label in labels], dtype=np.int64)
    return Sequences(
        "own",
        "Your texts",
        classes,
        places,
        tuple(texts),
        source="Your own table",
        licence="Yours",
        notes=tuple(notes),
        private=True,
    )


def _table(data: bytes) -> Table:
    kind = kind_of(data)
    encoding = encoding_of(data) if kind == "csv" else "utf-8"
    first = decoded(data, encoding)[:2000].splitlines()[:1] if kind == "csv" else []
    signs: tuple[Delimiter, ...] = get_args(Delimiter)
    delimiter = max(signs, key=lambda sign: sum(line.count(sign) for line in first))
    table = load_table(data, kind, encoding, delimiter, True)
    notes = (*told(encoding), *table.notes)
    columns = {name.lower(): cells for name, cells in table.columns.items()}
    if not {"text", "label"} <= set(columns):
        label, text = _label_and_text(table)
        columns = {"text": table.columns[text], "label": table.columns[label]}
        notes = (*notes, f"the column {text} is read as the text and {label} as its label")
    return Table({name: columns[name] for name in ("text", "label")}, table.rows, notes)


def _label_and_text(table: Table) -> tuple[str, str]:
    """Return the columns of labels and of texts, which are two of other names: the labels are few and come again."""
    names = sorted(table.columns, key=lambda name: len(set(table.columns[name])))
    labels = len(set(table.columns[names[0]]))
    if (
        len(names) == 2
        and 2 <= labels <= MOST_CLASSES
        and labels * FEWEST_PER_CLASS <= len(set(table.columns[names[1]]))
    ):
        return names[0], names[1]
    found = ", ".join(table.columns)[:100]
    raise ValueError(f"the table must have the columns text and label, got {found}; name them in the first row")


def _usable(table: Table, notes: list[str]) -> tuple[list[str], list[str]]:
    """Return texts and labels without empty and repeated ones, cleaned of signs that steer the writing direction."""
    texts: list[str] = []
    labels: list[str] = []
    left_out: dict[str, list[int]] = {"without a text or a label": [], "whose text stood above already": []}
    known: dict[str, str] = {}
    torn: list[str] = []
    steered = 0
    for row, raw, raw_label in zip(table.rows, table.columns["text"], table.columns["label"], strict=True):
        text, label = (" ".join(_STEERING.sub("", cell).split()) for cell in (raw, raw_label))
        label = label[:MOST_LABEL_LETTERS]
        kept = known.get(text.lower())
        steered += text != " ".join(raw.split())
        if not text or not label:
            left_out["without a text or a label"].append(row)
        elif kept is None:
            known[text.lower()] = label
            texts.append(text)
            labels.append(label)
        elif kept == label:
            left_out["whose text stood above already"].append(row)
        else:
            torn.append(f"“{_short(text)}” in row {row} as “{_short(label)}”, kept as “{_short(kept)}”")
    for why, rows in left_out.items():
        if rows:
            notes.append(f"{counted(len(rows), 'row')} {why}: left out ({named_rows(np.array(rows))})")
    if torn:
        more = f"; and {len(torn) - MOST_NAMED:,} more" if len(torn) > MOST_NAMED else ""
        what = f"{counted(len(torn), 'row')} whose text stood above under another label: left out"
        notes.append(f"{what} ({'; '.join(torn[:MOST_NAMED])}{more})")
    if steered:
        notes.append(f"invisible signs were taken out of {counted(steered, 'text')}")
    return texts, labels


def _short(text: str) -> str:
    return text if len(text) <= MOST_NAMED_LETTERS else f"{text[: MOST_NAMED_LETTERS - 1]}…"


def _check_classes(labels: list[str]) -> None:
    counts = Counter(labels)
    if len(counts) < 2:
        raise ValueError(
            f"there must be at least 2 different labels, got {len(counts)}; classes are what the network tells apart"
        )
    if len(counts) > MOST_CLASSES:
        raise ValueError(f"there may be at most {MOST_CLASSES} different labels, got {len(counts)}; join some of them")
    rarest, number = min(counts.items(), key=lambda item: (item[1], item[0]))
    if number < FEWEST_PER_CLASS:
        raise ValueError(
            f"every label needs at least {FEWEST_PER_CLASS} different texts, {rarest!r} has {number}; "
            "add some, or leave the label out"
        )


def _tell_signs(texts: list[str], notes: list[str]) -> None:
    """Tell about long texts, emoji and scripts that are written from right to left."""
    long = sum(len(text) > MOST_STEPS for text in texts)
    pictures = sum(any(unicodedata.category(letter) == "So" for letter in text) for text in texts)
    leftward = sum(any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text) for text in texts)
    if long:
        notes.append(f"{counted(long, 'text')} longer than {MOST_STEPS} letters: only the beginning is read by letters")
    if pictures:
        notes.append(f"{counted(pictures, 'text')} with emoji or other picture signs: each is read as a letter")
    if leftward:
        notes.append(f"{counted(leftward, 'text')} written from right to left: read from the first letter to the last")
