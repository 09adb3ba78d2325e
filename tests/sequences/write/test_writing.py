"""Grammars, own texts, and what is looked at in a network that writes."""

import numpy as np
import pytest

from playground.sequences.models import build_sequence_network
from playground.sequences.recipe import WriterRecipe
from playground.sequences.write.corpora import CORPORA, load_corpus
from playground.sequences.write.generating import read_symbols, sample_start
from playground.sequences.write.grammars import CLOSERS, GRAMMARS, OPENERS, depth_of, make_brackets
from playground.sequences.write.influence import influence_on
from playground.sequences.write.own_corpus import FEWEST_LETTERS, MOST_BYTES, read_own_corpus
from playground.sequences.write.streams import UNSEEN, make_stream, split_stream, vocabulary_of
from playground.sequences.write.work import advance_writer
from playground.sequences.write.writing import correlations, find_depth_unit, read_text, usual_answers, write_on

VOCABULARY = ("\n", "(", ")", "[", "]", UNSEEN)


def make_weights(recipe: WriterRecipe, symbols: int = len(VOCABULARY)) -> dict[str, np.ndarray]:
    network = build_sequence_network(recipe, symbols, symbols)
    return {name: parameter.detach().numpy() for name, parameter in network.named_parameters()}


def lines_of(name: str) -> list[str]:
    stream = GRAMMARS[name]()
    return ["".join(stream.symbols(stream.piece(index))) for index in range(stream.pieces)]


def test_bracket_lines_are_legal_and_what_is_asked_is_determined():
    stream = make_brackets()
    text = "".join(stream.symbols())
    stack: list[str] = []
    pairs = dict(zip(OPENERS, CLOSERS, strict=True))
    for place, sign in enumerate(text):
        assert bool(stream.asked[place]) == (sign not in OPENERS)
        if sign in OPENERS:
            stack.append(pairs[sign])
        elif sign == "\n":
            assert not stack
        else:
            assert sign == stack.pop()
        assert depth_of(text[: place + 1])[-1] == len(stack) if place < 300 else True


@pytest.mark.parametrize("name", ["copy", "brackets", "arithmetic"])
def test_no_line_is_there_twice_so_none_held_out_was_learned_from(name):
    lines = lines_of(name)
    assert len(set(lines)) == len(lines) == 4000


def test_copies_are_copies_and_sums_are_right():
    copies = [line.strip().split("|") for line in lines_of("copy")]
    assert all(first == second for first, second in copies)
    for line in lines_of("arithmetic"):
        terms, total = line.rstrip(";").split("=")
        assert sum(map(int, terms.split("+"))) == int(total)


@pytest.mark.parametrize("name", [name for name, corpus in CORPORA.items() if corpus.load])
def test_every_corpus_loads_with_a_recipe_that_is_allowed(name):
    stream = load_corpus(name)
    parts = split_stream(stream)
    known = vocabulary_of(stream, parts)
    assert stream.source and stream.licence and len(parts.train) > 3000
    assert set(CORPORA[name].start) <= set(known)
    WriterRecipe().replaced(text=name, **CORPORA[name].suggests)


def test_there_is_no_other_bundled_text():
    with pytest.raises(ValueError, match="no bundled text 'own'"):
        load_corpus("own")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "at least 500 letters, got an empty one"),
        (b" \n\t " * 400, "got an empty one"),
        (b"short", "got 5; add more"),
        (b"a" * (MOST_BYTES + 1), r"at most 1 MB, got 1\.0 MB"),
        (bytes(range(1, 256)) * 4, "do not tell which other encoding"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 900, "do not tell which other encoding"),
        (b"PK\x03\x04" + b"a\1" * 900, r"character 2 is the control character U\+0003"),
    ],
)
def test_a_text_that_cannot_be_learned_from_is_one_sentence(data, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_own_corpus(data)


def test_line_ends_steering_signs_and_marks_are_put_in_order_and_told():
    stream = read_own_corpus(("\ufeff" + "one\r\ntwo\rthree\u202e\n" * 50).encode())
    assert "".join(stream.symbols()) == ("one\ntwo\nthree\n" * 50).strip()
    assert "100 line ends" in stream.notes[0] and "50 invisible signs" in stream.notes[1]


def test_emoji_and_writing_from_right_to_left_are_kept_whole_and_told():
    text = "שלום 🙂 مرحبا " * 60
    stream = read_own_corpus(text.encode())
    assert "".join(stream.symbols()) == text.strip()
    assert any("emoji" in note for note in stream.notes) and any("right to left" in note for note in stream.notes)


def test_rare_letters_become_one_unseen_symbol_and_are_told():
    text = "the same again " * 100 + "".join(chr(0x4E00 + k) for k in range(400))
    stream = read_own_corpus((text * 2).encode())
    assert any("rarest become one unseen symbol" in note for note in stream.notes)
    assert len(vocabulary_of(stream, split_stream(stream))) == 200


def test_shortest_and_largest_texts_are_read():
    assert read_own_corpus(b"ab" * (FEWEST_LETTERS // 2)).length == FEWEST_LETTERS
    assert read_own_corpus(b"ab" * (MOST_BYTES // 2)).length == MOST_BYTES


def test_expectations_are_sorted_and_surprise_is_that_of_the_letter():
    recipe = WriterRecipe().replaced(hidden_size=5)
    weights = make_weights(recipe)
    read = read_text(recipe.model_dump_json(), weights, VOCABULARY, "([x)]", "\n")
    told = read_symbols(recipe, weights, VOCABULARY, "([x)]", "\n").log_probabilities
    assert read.states.shape == (5, 5) and read.shares.shape == (6, 5)
    assert (np.diff(read.shares, axis=1) <= 0).all()
    assert read.top[0][0] == VOCABULARY[told[0].argmax()]
    assert read.shares[3] == pytest.approx(np.sort(np.exp(told[3]))[::-1][:5], abs=1e-6)
    assert read.bits == pytest.approx([-told[t, c] / np.log(2) for t, c in enumerate([1, 3, 5, 2, 4])], abs=1e-5)


@pytest.mark.parametrize("cell", ["simple", "rnn", "lstm", "gru"])
def test_influence_is_the_norm_of_finite_differences(cell):
    recipe = WriterRecipe().replaced(cell=cell, sigma=True, output_path="new", hidden_size=5)
    weights, text, place = make_weights(recipe), ["(", "\n", "[", "(", ")", "]"], 5
    found = influence_on(recipe.model_dump_json(), weights, VOCABULARY, text, place, "\n")
    assert np.array_equal(found[:2], [0.0, 0.0])

    from playground.sequences.equations import read_sequence

    inputs = np.zeros((4, 6))
    inputs[np.arange(1, 4), [3, 1, 2]] = 1.0

    def said(at: np.ndarray) -> float:
        return read_sequence(recipe, weights, at).log_probabilities[-1, 4]

    slopes = np.zeros((3, 6))
    for step in range(3):
        for column in range(6):
            moved = np.zeros_like(inputs)
            moved[step + 1, column] = 1e-5
            slopes[step, column] = (said(inputs + moved) - said(inputs - moved)) / 2e-5
    assert found[2:] == pytest.approx(np.linalg.norm(slopes, axis=1), rel=1e-6)


def test_influence_names_a_place_outside_the_text():
    with pytest.raises(ValueError, match="between 0 and 1, got 2"):
        influence_on("{}", {}, VOCABULARY, "()", 2)


def test_correlations_are_numpys_and_a_unit_that_never_moves_has_none():
    chance = np.random.default_rng(3)
    states, depth = chance.normal(size=(200, 4)), chance.integers(0, 5, 200).astype(float)
    states[:, 1] += depth
    states[:, 3] = 0.25
    found = correlations(states, depth)
    assert found[:3] == pytest.approx([np.corrcoef(states[:, k], depth)[0, 1] for k in range(3)])
    assert found[3] == 0


def test_the_depth_unit_is_found_on_the_test_part():
    recipe, stream = WriterRecipe().replaced(hidden_size=6), make_brackets()
    vocabulary = vocabulary_of(stream, split_stream(stream))
    weights = make_weights(recipe)
    found = find_depth_unit(recipe.model_dump_json(), weights, vocabulary, stream)
    start = split_stream(stream).test.start
    symbols = stream.symbols(range(start, start + found.symbols))
    states = read_symbols(recipe, weights, vocabulary, symbols, "\n").states[1:]
    by_numpy = [np.corrcoef(states[:, k], depth_of("".join(symbols)))[0, 1] for k in range(6)]
    assert found.correlations == pytest.approx(by_numpy)
    assert found.unit == np.abs(by_numpy).argmax()


def test_usual_answers_are_the_most_frequent_after_the_same_two():
    stream = make_stream("x", "X", ["abc\n"] * 90 + ["abd\n"] * 10, end="\n")
    assert usual_answers(stream) == pytest.approx(3 / 4)
    only = make_stream("x", "X", ["abc\n"] * 100, end="\n", asked=np.tile([0, 0, 1, 0], 100).astype(np.uint8))
    assert usual_answers(only) == 1.0


def test_writing_on_is_drawn_from_the_seed():
    recipe = WriterRecipe().replaced(hidden_size=5)
    arguments = (recipe.model_dump_json(), make_weights(recipe), VOCABULARY, "(", 1.0)
    assert write_on(*arguments, 1, "\n") == write_on(*arguments, 1, "\n") != write_on(*arguments, 2, "\n")


@pytest.mark.parametrize(
    ("name", "fields"), [("copy", {"epochs": 12, "seed": 3}), ("brackets", {"epochs": 9, "seed": 3})]
)
def test_lstm_solves_the_grammar(name, fields):
    """In fewer epochs than the page suggests; roundings alone move the last percent (98.7% to 99.7% were seen)."""
    fields = CORPORA[name].suggests | {"learning_rate": 0.01, "text": name} | fields
    run, stream = None, load_corpus(name)
    while run is None or not run.done:
        run = advance_writer(WriterRecipe().replaced(**fields).model_dump_json(), stream, run, 60.0)
    assert run.test_accuracy > 0.97 > usual_answers(stream) + 0.2


def test_samples_begin_with_the_end_of_the_training_part_of_a_long_text_and_with_nothing_in_pieces():
    stream = read_own_corpus("".join(f"line {k} of a text. " for k in range(80)).encode())
    end = split_stream(stream).train.stop
    assert sample_start(stream) == stream.symbols(range(end - 32, end)) and len(sample_start(stream)) == 32
    assert sample_start(make_brackets()) == ()
