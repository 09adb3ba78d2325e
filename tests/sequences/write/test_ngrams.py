"""Baselines for the next symbol, against a slow count by hand."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from playground.sequences.write.baselines import ngram_probabilities, score_ngrams
from playground.sequences.write.streams import make_stream, split_stream, stream_codes, vocabulary_of


def some_stream(pieces: int = 12):
    generator = np.random.default_rng(3)
    return make_stream(
        "some", "Some", ["".join(generator.choice(list("aabcd"), 40)) + "." for _ in range(pieces)], end="."
    )


def by_hand(stream, order):
    """Return the same probabilities with dictionaries, place by place."""
    parts = split_stream(stream)
    vocabulary = vocabulary_of(stream, parts)
    codes = stream_codes(stream, vocabulary).tolist()
    begins = np.repeat(stream.starts, np.diff([*stream.starts, stream.length]))

    def history(place, length):
        there = [codes[k] if k >= begins[place] else None for k in range(place - length, place)]
        return tuple(there)

    counts = [defaultdict(Counter) for _ in range(order)]
    for place in parts.train:
        for k in range(order):
            counts[k][history(place, k)][codes[place]] += 1
    said = np.full((order + 1, len(codes)), 1 / len(vocabulary))
    for place in range(len(codes)):
        for k in range(order):
            met = counts[k].get(history(place, k))
            said[k + 1, place] = said[k, place]
            if met:
                share = met[codes[place]] + len(met) * said[k, place]
                said[k + 1, place] = share / (sum(met.values()) + len(met))
    return said


@pytest.mark.parametrize("pieces", [5, 12])
def test_probabilities_equal_a_count_by_hand(pieces):
    stream = some_stream(pieces)
    np.testing.assert_allclose(
        ngram_probabilities(stream, split_stream(stream), 3), by_hand(stream, 3), rtol=1e-12, atol=0
    )


def test_probabilities_of_all_symbols_add_up_to_one():
    """Ask for each symbol after the same history: together they must be certain."""
    totals = np.zeros(4)
    ends = "abcd."
    for last in ends:
        stream = make_stream("s", "S", ["abcdabca.", *["abcd."] * 39, "ab" + last], end=".")
        parts = split_stream(stream)
        totals += ngram_probabilities(stream, parts, 3)[:, -1]
    size = len(vocabulary_of(stream, parts))
    # What is missing is the share of the symbol for all that is unseen, which never comes.
    assert totals[0] == pytest.approx(1 - 1 / size)
    assert (totals[1:] < 1).all() and (totals[1:] > 0.97).all()


def test_held_out_symbols_change_no_count():
    stream = some_stream()
    other = make_stream(
        "o", "O", [*["".join(stream.symbols(stream.piece(k))) for k in range(10)], "ddddd" * 8 + ".", "ddddd" * 8 + "."]
    )
    parts, cut = split_stream(stream), split_stream(other)
    assert parts.train == cut.train
    here = ngram_probabilities(stream, parts, 3)[:, : parts.train.stop]
    np.testing.assert_array_equal(here, ngram_probabilities(other, cut, 3)[:, : cut.train.stop])


def test_scores_name_their_orders_and_uniform_is_the_size_of_the_vocabulary():
    stream = some_stream()
    scores = score_ngrams(stream)
    assert [score.title for score in scores] == ["Uniform", "Unigram", "Bigram", "Trigram"]
    size = len(vocabulary_of(stream, split_stream(stream)))
    assert scores[0].test_bits == pytest.approx(np.log2(size))
    assert scores[1].validation_bits < scores[0].validation_bits
