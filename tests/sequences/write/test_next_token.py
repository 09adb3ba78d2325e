"""Learning the next symbol: pieces change no number, numpy writes what torch reads, the held-out part stays out."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from playground.engine.kept_studies import LARGEST_BYTES
from playground.histories import Keyframe
from playground.packing import pack, unpack
from playground.sequences.models import build_sequence_network
from playground.sequences.recipe import MelodyRecipe, WriterRecipe
from playground.sequences.records import WriterRun
from playground.sequences.write.corpora import CORPORA, load_corpus
from playground.sequences.write.generating import draw, generate, read_symbols
from playground.sequences.write.streams import (
    FEWEST_PIECES,
    UNSEEN,
    Stream,
    make_stream,
    sections_of,
    split_stream,
    stream_codes,
    vocabulary_of,
)
from playground.sequences.write.work import NextToken, advance_writer, begin_writer

SMALL = WriterRecipe().replaced(hidden_size=6, stretch_steps=8, batch_size=4, epochs=3, learning_rate=0.02)
LETTERS = "abcde"


def make_text(length: int = 400, seed: int = 1) -> Stream:
    return make_stream("text", "Text", ["".join(np.random.default_rng(seed).choice(list(LETTERS), length))])


def make_pieces(number: int = 40, seed: int = 2) -> Stream:
    chance = np.random.default_rng(seed)
    words = ["".join(chance.choice(list(LETTERS), chance.integers(3, 12))) for _ in range(number)]
    return make_stream("pieces", "Pieces", [f"{word}\n" for word in words], end="\n")


def train(recipe, stream, budget_s=60.0) -> WriterRun:
    run = None
    while run is None or not run.done:
        run = advance_writer(recipe.model_dump_json(), stream, run, budget_s)
    return run


def same_numbers(one: WriterRun, other: WriterRun) -> None:
    told = [[dataclasses.replace(e, elapsed_s=0) for e in run.training.epochs] for run in (one, other)]
    assert told[0] == told[1]
    for a, b in zip(one.training.keyframes, other.training.keyframes, strict=True):
        assert a.epoch == b.epoch and all(np.array_equal(a.weights[name], b.weights[name]) for name in a.weights)
    assert (one.vocabulary, one.test_bits, one.sample) == (other.vocabulary, other.test_bits, other.sample)


@pytest.mark.parametrize("cell", ["simple", "lstm", "gru"])
@pytest.mark.parametrize("make", [make_text, make_pieces])
def test_pieces_of_work_change_no_number(cell, make):
    recipe = SMALL.replaced(cell=cell, epochs=2, sigma=True)
    whole, cut = train(recipe, make()), train(recipe, make(), 0.0)
    assert whole.pieces == 1 and cut.pieces > 10
    same_numbers(whole, cut)


def test_what_a_piece_returns_can_be_stored_and_taken_up_again():
    recipe, stream = SMALL.replaced(epochs=2), make_text()
    run = advance_writer(recipe.model_dump_json(), stream, None, 0.0)
    again = unpack(WriterRun, pack(run))
    while not again.done:
        again = advance_writer(recipe.model_dump_json(), stream, again, 60.0)
    same_numbers(train(recipe, stream), again)


@pytest.mark.parametrize("make", [make_text, make_pieces])
def test_held_out_symbols_change_nothing_of_training_or_vocabulary(make):
    stream = make()
    parts = split_stream(stream)
    codes = stream.codes.copy()
    codes[parts.test.start :] = np.random.default_rng(9).permutation(codes[parts.test.start :])
    test_changed = dataclasses.replace(stream, codes=codes)
    one, other = train(SMALL, stream), train(SMALL, test_changed)
    assert one.test_bits != other.test_bits
    same_numbers(one, dataclasses.replace(other, test_bits=one.test_bits))
    codes[parts.validation.start : parts.validation.stop] = 0
    both_changed = train(SMALL, dataclasses.replace(stream, codes=codes))
    assert both_changed.vocabulary == one.vocabulary
    for a, b in zip(one.training.epochs, both_changed.training.epochs, strict=True):
        assert a.train_loss == b.train_loss and a.validation_loss != b.validation_loss
    last = [run.training.at(SMALL.training.epochs).weights for run in (one, both_changed)]
    assert all(np.array_equal(last[0][name], last[1][name]) for name in last[0])


@pytest.mark.parametrize(("cell", "layers"), [("simple", 1), ("rnn", 2), ("lstm", 2), ("gru", 1)])
def test_writing_in_numpy_is_what_torch_reads(cell, layers):
    recipe = SMALL.replaced(cell=cell, layers=layers)
    vocabulary = (*LETTERS, UNSEEN)
    network = build_sequence_network(recipe, 6, 6)
    weights = {name: parameter.detach().numpy() for name, parameter in network.named_parameters()}
    written = generate(recipe, weights, vocabulary, "abz", 30, 0.9, seed=3)
    everything = [*"ab", UNSEEN, *written.symbols]
    inputs = torch.zeros(1, len(everything) + 1, 6)
    for place, symbol in enumerate(everything):
        inputs[0, place + 1, vocabulary.index(symbol)] = 1.0
    with torch.no_grad():
        said = network.read(inputs)[0][0].numpy()
    assert np.allclose(written.log_probabilities, said[3:-1], atol=1e-6, rtol=0)
    read = read_symbols(recipe, weights, vocabulary, everything)
    assert np.allclose(read.log_probabilities, said, atol=1e-6, rtol=0)
    assert np.allclose(read.states[3:-1], written.states, atol=1e-12)


def test_after_the_end_of_a_piece_everything_begins_anew():
    recipe, vocabulary = SMALL, ("\n", *LETTERS, UNSEEN)
    network = build_sequence_network(recipe, 7, 7)
    weights = {name: parameter.detach().numpy() for name, parameter in network.named_parameters()}
    read = read_symbols(recipe, weights, vocabulary, "abc\nde", "\n").log_probabilities
    first, second = (read_symbols(recipe, weights, vocabulary, text).log_probabilities for text in ("abc", "de"))
    assert np.array_equal(read, np.concatenate([first, second]))
    written = generate(recipe, weights, vocabulary, "abc\nd", 60, 1.0, 5, "\n")
    everything = ["a", "b", "c", "\n", "d", *written.symbols]
    again = read_symbols(recipe, weights, vocabulary, everything, "\n")
    assert "\n" in written.symbols
    assert np.allclose(written.log_probabilities, again.log_probabilities[5:-1], atol=1e-12, rtol=0)


def test_draws_follow_the_sharpened_probabilities_and_never_the_unseen():
    vocabulary = ("a", "b", UNSEEN)
    log_p = np.log([0.2, 0.3, 0.5])
    places = (np.arange(10_000) + 0.5) / 10_000
    for temperature in (0.5, 1.0, 2.0):
        drawn = np.array([draw(log_p, vocabulary, temperature, place) for place in places])
        expected = np.array([0.2, 0.3]) ** (1 / temperature)
        assert np.allclose(np.bincount(drawn, minlength=3)[:2] / 10_000, expected / expected.sum(), atol=2e-4)
        assert not (drawn == 2).any()


def test_temperature_has_limits():
    with pytest.raises(ValueError, match=r"between 0\.1 and 2"):
        generate(SMALL, {}, ("a", UNSEEN), "", 1, 3.0, 1)


def test_the_state_is_carried_through_a_section_and_begins_from_zeros_in_the_next():
    """The loss over two stretches is that of one reading of the whole section."""
    stream = make_text()
    parts = split_stream(stream)
    vocabulary = vocabulary_of(stream, parts)
    recipe = SMALL.replaced(batch_size=1, stretch_steps=64)
    lesson = NextToken(recipe, stream, vocabulary, parts)
    network = build_sequence_network(recipe, 6, 6)
    weights = {name: parameter.detach().numpy() for name, parameter in network.named_parameters()}
    carried, losses, count = {}, 0.0, 0
    for step in range(lesson.steps()):
        said = lesson.loss(network, 1, step, carried)
        carried = {name: state.detach() for name, state in said.carried.items()}
        losses, count = losses + said.loss.item() * said.count, count + said.count
    codes = stream_codes(stream, vocabulary)[: parts.train.stop]
    whole = read_symbols(recipe, weights, vocabulary, stream.symbols(parts.train)).log_probabilities
    assert count == len(parts.train) == 320
    assert losses / count == pytest.approx(-np.mean(whole[np.arange(count), codes]), abs=1e-6)


def test_every_training_symbol_is_met_once_an_epoch_and_pieces_stay_apart():
    stream = make_pieces(60)
    parts = split_stream(stream)
    lesson = NextToken(SMALL, stream, vocabulary_of(stream, parts), parts)
    met = [
        place
        for sections, offset in lesson._planned(4)
        for begin, end in sections
        for place in range(begin + offset, min(begin + offset + SMALL.stretch_steps, end))
    ]
    assert sorted(met) == list(parts.train)
    starts = set(stream.starts.tolist())
    assert all(not starts & set(range(begin + 1, end)) for begin, end in sections_of(stream, parts.train, 50))


def test_held_out_bits_are_those_of_reading_each_piece_from_its_beginning():
    stream = make_pieces()
    run = train(SMALL, stream)
    parts = split_stream(stream)
    symbols = stream.symbols(parts.test)
    read = read_symbols(SMALL, run.training.best.weights, run.vocabulary, symbols, "\n").log_probabilities
    total = -sum(read[t, run.vocabulary.index(symbol)] for t, symbol in enumerate(symbols))
    assert run.test_bits == pytest.approx(total / math.log(2) / len(parts.test), abs=1e-5)


def test_only_what_is_asked_counts_as_right():
    stream = make_stream("x", "X", ["abab" * 4] * 20, choices=("a",))
    asked = np.zeros(stream.length, dtype=np.uint8)
    asked[0::2] = 1
    run = train(SMALL, dataclasses.replace(stream, asked=asked))
    assert run.training.epochs[-1].train_accuracy == run.test_accuracy == 1.0


def test_parts_are_cut_in_order_and_at_the_borders_of_many_pieces():
    text, pieces = split_stream(make_text(1000)), make_pieces(50)
    assert (text.train, text.validation, text.test) == (range(800), range(800, 900), range(900, 1000))
    parts = split_stream(pieces)
    assert [parts.validation.start, parts.test.start] == [pieces.starts[40], pieces.starts[45]]
    assert pieces.pieces >= FEWEST_PIECES


def test_rare_symbols_and_those_of_the_held_out_parts_are_unseen():
    stream = make_stream("x", "X", ["a" * 300 + "b" * 100 + "z" * 100])
    vocabulary = vocabulary_of(stream, split_stream(stream))
    assert vocabulary == ("a", "b", UNSEEN)
    assert set(stream_codes(stream, vocabulary)[400:].tolist()) == {2}
    many = make_stream("x", "X", [[f"{k}" for k in range(300) for _ in range(2 + k)]])
    kept = vocabulary_of(many, split_stream(many))
    assert len(kept) == 200 and kept[-1] == UNSEEN and "0" not in kept


def test_a_stream_that_is_too_short_says_so():
    with pytest.raises(ValueError, match="at least 200 symbols to learn from, got 3"):
        advance_writer(SMALL.model_dump_json(), make_stream("x", "X", ["abc"]), None)
    with pytest.raises(ValueError, match="at least one symbol"):
        make_stream("x", "X", [""])


def test_untrained_networks_write_too_and_melodies_are_learned_by_the_same_trainer():
    run = begin_writer(SMALL.model_dump_json(), make_pieces())
    assert len(run.sample) == 200 and run.sample_epoch == 0 and not run.training.epochs and not run.done
    melody = MelodyRecipe().replaced(hidden_size=4, epochs=1, stretch_steps=8)
    assert train(melody, make_pieces()).test_bits > 0


@pytest.mark.parametrize("name", ["brackets", "moby_dick", "own"])
def test_a_training_with_suggested_settings_is_small_enough_to_outlive_a_restart(name):
    stream = load_corpus("moby_dick" if name == "own" else name)
    recipe = WriterRecipe().replaced(text=name, **CORPORA[name].suggests)
    run = advance_writer(recipe.model_dump_json(), stream, None, 0.0)
    weights = run.training.newest.weights
    frames = tuple(Keyframe(epoch, weights) for epoch in range(len(run.training.planned) + 2))
    full = dataclasses.replace(run, training=dataclasses.replace(run.training, keyframes=frames))
    assert run.training.checkpoint.optimizer and len(pack(full)) < LARGEST_BYTES
