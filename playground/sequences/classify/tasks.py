"""What can be classified: each task loads its labelled sequences."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.places import DATA
from playground.records import Floats
from playground.sequences.records import Sequences

WAVES_EACH = 100
WAVE_STEPS = (40, 80)
WAVE_PERIOD = (8.0, 24.0)
WAVE_NOISE = 0.2
WAVE_SEED = 3


@dataclass(frozen=True)
class Task:
    """One task.

    Attributes:
        title: What is classified into what.
        summary: One sentence for the controls.
        step: What one step reads ("letter"), before the learner chooses otherwise.
        load: Returns its sequences; None for the learner's own texts.
        suggests: Recipe fields that go well with it.
        tries: Texts to try, none for numbers.
    """

    title: str
    summary: str
    step: str
    load: Callable[[], Sequences] | None
    suggests: dict[str, Any]
    tries: tuple[str, ...] = ()


def load_names() -> Sequences:
    """Return family names of ten languages."""
    return _labelled("names", "Family names", "family_names.csv")


def load_sentences() -> Sequences:
    """Return plainly positive and plainly negative sentences."""
    return _labelled("sentiment", "Sentences", "sentences.csv")


def load_waves() -> Sequences:
    """Return sine, saw and square waves of random period, phase and length in noise, and noise alone."""
    generator = np.random.default_rng(WAVE_SEED)
    classes = ("sine", "saw", "square", "noise")
    labels = np.repeat(np.arange(4), WAVES_EACH)
    waves = [_wave(classes[label], generator) for label in labels]
    return _of_rows("waveforms", "Waveforms", classes, labels, waves, "Computed by the project from a fixed seed")


def load_digits() -> Sequences:
    """Return handwritten digits of 8 x 8 pixels; a step reads one row of eight."""
    from sklearn.datasets import load_digits as bundled

    found = bundled()
    pictures = [picture.astype(np.float32) for picture in found.images]
    source = "scikit-learn's digits, from the UCI archive's optical recognition of handwritten digits (CC BY 4.0)"
    return _of_rows(
        "digits", "Handwritten digits", tuple("0123456789"), found.target.astype(np.int64), pictures, source
    )


TASKS: dict[str, Task] = {
    "names": Task(
        "Names → language",
        "Which of ten languages is a family name from, read letter by letter?",
        "letter",
        load_names,
        {"unit": "letters", "hidden_size": 64, "epochs": 30, "learning_rate": 0.003},
        ("Nakashima", "Kowalewski", "Pappalardo", "Schönberg", "Montgomery"),
    ),
    "sentiment": Task(
        "Sentences → mood",
        "Is a short sentence plainly positive or plainly negative, read word by word or letter by letter?",
        "word",
        load_sentences,
        {"unit": "words", "hidden_size": 32, "epochs": 20, "learning_rate": 0.003},
        ("The tea was lovely and the host was kind.", "The tea was cold and the host was rude."),
    ),
    "waveforms": Task(
        "Waveforms",
        "Is a signal a sine, a saw, a square or plain noise, read sample by sample?",
        "sample",
        load_waves,
        {"hidden_size": 32, "epochs": 40, "learning_rate": 0.01},
    ),
    "digits": Task(
        "Digits, row by row",
        "May I use an RNN on images? Here it reads a handwritten digit as eight rows of eight pixels.",
        "row",
        load_digits,
        {"hidden_size": 64, "epochs": 30, "learning_rate": 0.003},
    ),
    "own": Task(
        "Your own texts",
        "A table with a column of texts and one of labels.",
        "letter",
        None,
        {"unit": "letters", "hidden_size": 64, "epochs": 30, "learning_rate": 0.003},
    ),
}


def load_task(name: str) -> Sequences:
    """Return the labelled sequences of a task that the project brings along.

    Raises:
        ValueError: if there is no such task.
    """
    task = TASKS.get(name)
    if task is None or task.load is None:
        raise ValueError(f"there is no bundled task {name!r}; choose one of {', '.join(TASKS)}")
    return task.load()


def _labelled(name: str, title: str, file: str) -> Sequences:
    with (DATA / file).open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    classes = tuple(dict.fromkeys(row["label"] for row in rows))
    labels = np.array([classes.index(row["label"]) for row in rows], dtype=np.int64)
    texts = tuple(row["text"] for row in rows)
    return Sequences(name, title, classes, labels, texts, source="Written by the project", licence="MIT")


def _wave(kind: str, generator: np.random.Generator) -> Floats:
    steps = int(generator.integers(WAVE_STEPS[0], WAVE_STEPS[1] + 1))
    turns = np.arange(steps) / generator.uniform(*WAVE_PERIOD) + generator.uniform()
    noise = generator.normal(size=steps)
    clean = {
        "sine": np.sin(2 * np.pi * turns) * np.sqrt(2),
        "saw": (2 * (turns % 1) - 1) * np.sqrt(3),
        "square": np.where(turns % 1 < 0.5, 1.0, -1.0),
        "noise": noise,
    }[kind]
    rows = clean if kind == "noise" else (clean + WAVE_NOISE * noise) / np.hypot(1, WAVE_NOISE)
    return rows[:, np.newaxis].astype(np.float32)


def _of_rows(
    name: str, title: str, classes: tuple[str, ...], labels: np.ndarray, rows: list[Floats], source: str
) -> Sequences:
    starts = np.concatenate([[0], np.cumsum([len(one) for one in rows])])
    return Sequences(name, title, classes, labels, values=np.concatenate(rows), starts=starts, source=source)
