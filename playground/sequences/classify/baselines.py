"""What a recurrent network has to beat: the majority class, and logistic regression without any order or memory."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from playground.records import Floats, Ints
from playground.sequences.classify.scores import confusion_of
from playground.sequences.encoding import MOST_STEPS, split_sequences, tokens_of
from playground.sequences.records import ClassScore, Sequences

MOST_LETTERS = 10**6
"""Letters of training texts that the n-grams are counted in; of more, every second text or fewer are used."""

BINS = 12
"""How many ranges the values of a sequence are counted in."""


def score_baselines(sequences: Sequences) -> tuple[ClassScore, ...]:
    """Fit the baselines on the training part and score them on the test part.

    The second is logistic regression on a bag of letter n-grams (1 to 3 letters, texts), on all values
    (sequences of one length) or on counts of values and of changes (the rest). Runs in a worker.

    Raises:
        ValueError: if a class has too few sequences.
    """
    parts = split_sequences(sequences.labels)
    truth, classes = sequences.labels[parts.test], len(sequences.classes)
    usual = int(np.bincount(sequences.labels[parts.train]).argmax())
    majority = ClassScore("Majority class", confusion_of(truth, np.full(len(truth), usual), classes))
    title, answers = _regress(sequences, parts.train, parts.test)
    return majority, ClassScore(title, confusion_of(truth, answers, classes))


def _regress(sequences: Sequences, train: Ints, test: Ints) -> tuple[str, Ints]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if sequences.texts:
        from sklearn.feature_extraction.text import TfidfVectorizer

        title, first = (
            "Letter n-grams + logistic regression",
            TfidfVectorizer(analyzer=_letter_grams, sublinear_tf=True),
        )
        described: Any = np.array(sequences.texts, dtype=object)
        train, every = _thinned(sequences, train)
        title += f" (1 text in {every})" if every > 1 else ""
    else:
        lengths = np.diff(sequences.starts)
        edges = None if lengths.min() == lengths.max() else _edges(sequences, train)
        title = "Logistic regression on all values" if edges is None else "Counts of values + logistic regression"
        first = StandardScaler()
        described = np.stack([_described(sequences.rows(row), edges) for row in range(len(lengths))])
    model = make_pipeline(first, LogisticRegression(C=10.0, max_iter=1000))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that stops at max_iter is still a baseline
        model.fit(described[train], sequences.labels[train])
    return title, np.asarray(model.predict(described[test]), dtype=np.int64)


def _thinned(sequences: Sequences, train: Ints) -> tuple[Ints, int]:
    """Return the training texts that fit in `MOST_LETTERS`, the same share of each class, and one in how many it is."""
    letters = sum(min(len(sequences.texts[row]), MOST_STEPS) for row in train)
    every = -(-letters // MOST_LETTERS)
    labels = sequences.labels[train]
    return np.sort(np.concatenate([train[labels == label][::every] for label in np.unique(labels)])), every


def _letter_grams(text: str) -> list[str]:
    letters = f"^{''.join(tokens_of(text, 'letters'))}$"
    return [letters[start : start + size] for size in (1, 2, 3) for start in range(len(letters) - size + 1)]


def _edges(sequences: Sequences, train: Ints) -> tuple[Floats, Floats]:
    """Return (features, BINS - 1) borders that part the training part's values, and its changes, evenly."""
    rows = [sequences.rows(index) for index in train]
    shares = np.linspace(0, 1, BINS + 1)[1:-1]
    values, changes = np.concatenate(rows), np.concatenate([np.diff(one, axis=0) for one in rows])
    return np.quantile(values, shares, axis=0).T, np.quantile(changes, shares, axis=0).T


def _described(rows: Floats, edges: tuple[Floats, Floats] | None) -> Floats:
    """Return a sequence as numbers without an order: shares of its values and changes in each range, or all values."""
    if edges is None:
        return rows.ravel()
    shares = []
    for series, borders in zip((rows, np.diff(rows, axis=0)), edges, strict=True):
        for column, ends in zip(series.T, borders, strict=True):
            counts = np.bincount(np.searchsorted(ends, column), minlength=BINS)
            shares.append(counts / max(len(column), 1))
    return np.concatenate(shares)
