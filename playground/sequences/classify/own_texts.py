"""A learner's table of text and label to labelled sequences; every problem is one sentence."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from playground.data.encodings import Encoding, encoding_of, told
from playground.data.locating import SEARCHED, has_header, is_plain
from playground.data.reading import SAMPLE_ROWS, guess_delimiter
from playground.data.signatures import MOST_BYTES, kind_of
from playground.data.tables import Delimiter, Table, decoded, lines_of, load_table
from playground.sequences.encoding import FEWEST_PER_CLASS, MOST_STEPS
from playground.sequences.records import Sequences
from playground.words import counted, named_rows

MOST_TEXTS = 30_000
MOST_CLASSES = 20
MOST_LABEL_LETTERS = 40

MOST_NAMED, MOST_NAMED_LETTERS = 20, 30
"""How many texts under two labels are named, and how many of their letters."""

_TEXT = re.compile(r"texts?|文本|正文|本文|テキスト|텍스트|본문", re.IGNORECASE)
_LABEL = re.compile(
    r"label|class|categor|sentiment|language|target|mood|topic|spam|标签|標籤|类别|類別|分类|分類|情感|ラベル|라벨|레이블",
    re.IGNORECASE,
)
"""What columns of texts and of labels are called."""

_STEERING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Signs without a width that steer the writing direction or join letters."""


@dataclass(frozen=True, eq=False)
class LabelledTable:
    """A learner's table, and which of its columns are taken for the texts and for their labels.

    Attributes:
        table: All of its columns.
        text, label: Names of these two: a guess by what stands in them, which the learner may correct.
    """

    table: Table
    text: str
    label: str


def read_own_texts(data: bytes) -> Sequences:
    """Return the labelled texts in a table, by the columns that are guessed.

    Raises:
        ValueError: if it is too large, not such a table, or has too few classes or texts of a class.
    """
    return labelled_texts(open_labelled(data))


def open_labelled(data: bytes) -> LabelledTable:
    """Return a table with a guess which columns hold the texts and their labels.

    Raises:
        ValueError: if it is too large, or no table of two columns and more.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(
            f"a table of texts must be at most {MOST_BYTES >> 20} MB, got {len(data) / 2**20:.1f} MB; leave out rows"
        )
    kind = kind_of(data)
    if kind == "parquet":
        return _guessed(load_table(data, kind, "utf-8", ",", True))
    coding: Encoding = "utf-8"
    delimiter: Delimiter = ","
    notes: tuple[str, ...] = ()
    if kind == "csv":
        coding = encoding_of(data)
        text, marks = _with_plain_marks(decoded(data, coding))
        delimiter = _delimiter(text)
        notes = (*told(coding), *marks)
        if marks:
            data, coding = text.encode(), "utf-8"
    header = has_header(lines_of(data, kind, coding, delimiter, "", SEARCHED))
    found = _guessed(load_table(data, kind, coding, delimiter, header, turn=False))
    if header and found.label in found.table.columns[found.label]:  # line 1 has a label where a name would stand
        found = _guessed(load_table(data, kind, coding, delimiter, False))
    return replace(found, table=replace(found.table, notes=(*notes, *found.table.notes)))


def _with_plain_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """Return cells between tabs so that quotation marks that enclose no cell are letters, and a sentence on it.

    Any other text stays as it is.
    """
    lines = [line for line in re.split("\r\n|[\r\n]", text) if line.strip()]
    cells = [line.split("\t") for line in lines]
    enclosing = all(
        (cell[:1] == '"') == (len(cell) > 1 and cell[-1:] == '"') for line in cells for cell in line if '"' in cell
    )
    if enclosing or len(cells[0]) < 2 or len({len(line) for line in cells}) > 1:
        return text, ()
    quoted = ("\t".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in cells)
    return "\n".join(quoted), ("quotation marks are read as letters of the texts",)


def labelled_texts(found: LabelledTable) -> Sequences:
    """Return the labelled texts in two columns of a table.

    Raises:
        ValueError: if both are one, or there are too many texts, too few classes or texts of a class.
    """
    if found.text == found.label:
        raise ValueError(f"texts and labels must be two columns, got {found.text!r} for both; choose another")
    notes = list(found.table.notes)
    if {found.text.lower(), found.label.lower()} != {"text", "label"}:
        notes.append(f"the column {found.text} is read as the text and {found.label} as its label")
    texts, labels = _usable(found, notes)
    if len(texts) > MOST_TEXTS:
        raise ValueError(f"at most {MOST_TEXTS:,} texts can be read, got {len(texts):,}; leave out rows")
    _check_classes(labels)
    _tell_signs(texts, notes)
    classes = tuple(sorted(set(labels)))
    index = {label: place for place, label in enumerate(classes)}
    places = np.array([index[label] for label in labels], dtype=np.int64)
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


def _delimiter(text: str) -> Delimiter:
    """Return what parts the columns: what stands between the names text and label, or what the table tells."""
    signs: tuple[Delimiter, ...] = get_args(Delimiter)
    first = text[:2000].lower().partition("\n")[0]
    named = (sign for sign in signs if {"text", "label"} <= {name.strip(' "\r') for name in first.split(sign)})
    return next(named, None) or guess_delimiter(text)


def _guessed(table: Table) -> LabelledTable:
    """Return which columns hold labels, few that come again, and texts, long ones that are different.

    What a column is called decides among those that could be meant.
    """
    if len(table.columns) < 2:
        only = next(iter(table.columns))
        raise ValueError(
            f"the table must have a column of texts and one of labels, got {only[:60]!r} alone; check what stands "
            "between the columns"
        )
    different = {name: len({cell for cell in cells if cell}) for name, cells in table.columns.items()}
    few = [name for name in different if 2 <= different[name] <= MOST_CLASSES]
    labels = few or [min(different, key=lambda name: (different[name] < 2, different[name]))]
    named = [name for name in different if name.lower() == "label"]
    label = (named or sorted(labels, key=lambda name: (not _LABEL.search(name), different[name])))[0]

    def textual(name: str) -> tuple[bool, bool, float]:
        cells = [cell for cell in table.columns[name][:SAMPLE_ROWS] if cell]
        worded = 2 * sum(map(is_plain, cells)) < len(cells)
        share = different[name] / max(len(table.columns[name]), 1)
        return bool(_TEXT.fullmatch(name)), worded, share * sum(map(len, cells)) / max(len(cells), 1)

    text = max((name for name in different if name != label), key=textual)
    return LabelledTable(table, text, label)


def _usable(found: LabelledTable, notes: list[str]) -> tuple[list[str], list[str]]:
    """Return texts and labels without empty and repeated ones, cleaned of signs that steer the writing direction."""
    table = found.table
    texts: list[str] = []
    labels: list[str] = []
    left_out: dict[str, list[int]] = {"without a text or a label": [], "whose text stood above already": []}
    known: dict[str, str] = {}
    torn: list[str] = []
    steered = 0
    for row, raw, raw_label in zip(table.rows, table.columns[found.text], table.columns[found.label], strict=True):
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
    strange = [set(text) for text in texts if not text.isascii()]
    pictures = sum(any(unicodedata.category(letter) == "So" for letter in letters) for letters in strange)
    leftward = sum(any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in letters) for letters in strange)
    if long:
        notes.append(f"{counted(long, 'text')} longer than {MOST_STEPS} letters: only the beginning is read by letters")
    if pictures:
        notes.append(f"{counted(pictures, 'text')} with emoji or other picture signs: each is read as a letter")
    if leftward:
        notes.append(f"{counted(leftward, 'text')} written from right to left: read from the first letter to the last")
