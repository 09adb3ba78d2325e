"""Parts, tokens and one-hot inputs."""

import numpy as np
import pytest

from playground.sequences.encoding import (
    MOST_STEPS,
    encode_rows,
    encode_text,
    fit_encoding,
    split_sequences,
    tokens_of,
    unseen,
)
from playground.sequences.records import Sequences

LABELS = np.repeat([0, 1, 2], [100, 40, 20])


def make_texts() -> Sequences:
    texts = tuple(f"{'aeiou'[i % 5]}b" if i < 159 else "zzz" for i in range(160))
    return Sequences("own", "Own", ("x", "y", "z"), LABELS, texts)


def test_every_sequence_is_in_exactly_one_part():
    parts = split_sequences(LABELS)
    together = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(together) == list(range(160))


def test_every_part_has_each_class_in_its_share():
    parts = split_sequences(LABELS)
    assert np.bincount(LABELS[parts.train]).tolist() == [70, 28, 14]
    assert np.bincount(LABELS[parts.validation]).tolist() == [15, 6, 3]
    assert np.bincount(LABELS[parts.test]).tolist() == [15, 6, 3]


def test_a_class_that_is_too_small_is_refused():
    with pytest.raises(ValueError, match="at least 4 sequences, got 3"):
        split_sequences(np.repeat([0, 1], [30, 3]))


def test_letters_and_words():
    assert tokens_of("  Ann  LEE\n", "letters") == tuple("ann lee")
    assert tokens_of("Don't go, now!", "words") == ("don't", "go", ",", "now", "!")
    assert tokens_of("e\u0301", "letters") == ("é",)
    assert tokens_of("שלום", "letters") == tuple("שלום")
    assert len(tokens_of("x" * 999, "letters")) == MOST_STEPS


def test_tokens_are_those_of_the_training_part_only():
    sequences = make_texts()
    encoding = fit_encoding(sequences, np.arange(159))
    assert encoding.tokens == ("a", "b", "e", "i", "o", "u")
    assert not encode_text(encoding, "zz").any()
    assert unseen(encoding, "abzyz") == ("z", "y")
    assert np.array_equal(encode_text(encoding, sequences.texts[0]), [[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]])


def test_numbers_are_scaled_by_the_training_part_only():
    values = np.array([[0.0, 5], [2, 5], [100, 7], [100, 9]], dtype=np.float32)
    starts = np.array([0, 2, 4])
    sequences = Sequences("own", "Own", ("x", "y"), np.array([0, 1]), values=values, starts=starts)
    encoding = fit_encoding(sequences, np.array([0]))
    assert np.allclose(encode_rows(encoding, sequences.rows(0)), [[-1, 0], [1, 0]])
    assert np.allclose(encode_rows(encoding, sequences.rows(1)), [[99, 2], [99, 4]])
