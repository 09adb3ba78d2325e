"""What a network that hears words has to beat: the majority class, and two ways that know nothing of the order."""

from __future__ import annotations

import warnings

import numpy as np

from playground.records import Floats, Ints
from playground.sequences.classify.scores import confusion_of
from playground.sequences.encoding import split_sequences
from playground.sequences.records import ClassScore, Sequences


def score_spoken_baselines(sequences: Sequences) -> tuple[ClassScore, ...]:
    """Fit the baselines on the training part and score them on the test part.

    The last two see the mean of a recording over time: which class's mean is nearest, and logistic
    regression. Runs in a worker.

    Raises:
        ValueError: if a class has too few sequences.
    """
    parts, classes = split_sequences(sequences.labels), len(sequences.classes)
    means = np.stack([sequences.rows(row).mean(axis=0, dtype=np.float64) for row in range(len(sequences.labels))])
    heard, labels, asked = means[parts.train], sequences.labels[parts.train], means[parts.test]
    usual = np.full(len(asked), int(np.bincount(labels).argmax()))
    answers = {
        "Majority class": usual,
        "Nearest mean of log-mel": nearest_mean(heard, labels, asked),
        "Logistic regression on mean log-mel": _regress(heard, labels, asked),
    }
    truth = sequences.labels[parts.test]
    return tuple(ClassScore(title, confusion_of(truth, said, classes)) for title, said in answers.items())


def nearest_mean(heard: Floats, labels: Ints, asked: Floats) -> Ints:
    """Return for each asked row (m, features) the class whose mean of the heard rows (n, features) is nearest."""
    centres = np.stack([heard[labels == label].mean(axis=0) for label in range(labels.max() + 1)])
    return np.linalg.norm(asked[:, None] - centres, axis=2).argmin(axis=1)


def _regress(heard: Floats, labels: Ints, asked: Floats) -> Ints:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that stops at max_iter is still a baseline
        model.fit(heard, labels)
    return np.asarray(model.predict(asked), dtype=np.int64)
