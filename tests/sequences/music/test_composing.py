"""What a network plays on, what it expects at each note, and what is said of it."""

import math

import numpy as np
import pytest

from playground.histories import Checkpoint, SequenceEpoch
from playground.networks.weights import weights_of
from playground.sentences.music import copy_sentence, heart_sentence, progress_sentence
from playground.sequences.margin import clear_gap
from playground.sequences.models import build_sequence_network
from playground.sequences.music.by_heart import copied, rise_of
from playground.sequences.music.composing import follow, onsets_of, own_rows, play_on
from playground.sequences.music.melodies import Copy, melody_stream
from playground.sequences.music.notes import END, REST, note_of, notes_of, pitch_of
from playground.sequences.recipe import MelodyRecipe
from playground.sequences.records import SequenceRun, WriterRun
from playground.sequences.write.baselines import StreamScore, against_best, score_ngrams
from playground.sequences.write.generating import read_symbols
from playground.sequences.write.streams import split_stream, vocabulary_of
from playground.sequences.write.work import advance_writer

RECIPE = MelodyRecipe().replaced(hidden_size=8, epochs=1, batch_size=64)
START = ("C4 1/4", "E4 1/8", "R 1/8")


@pytest.fixture(scope="module")
def vocabulary():
    stream = melody_stream()
    return vocabulary_of(stream, split_stream(stream))


@pytest.fixture(scope="module")
def weights(vocabulary):
    return weights_of(build_sequence_network(RECIPE, len(vocabulary), len(vocabulary)))


def test_it_plays_on_from_what_is_given_and_what_it_expects_is_what_it_reads(vocabulary, weights):
    played = play_on(RECIPE.model_dump_json(), weights, 4, vocabulary, START, 1.0, 3)
    assert played.symbols[:3] == START and played.given == 3 and played.epoch == 4
    assert END not in played.symbols and all(note_of(symbol) for symbol in played.symbols)
    told = np.exp(read_symbols(RECIPE, weights, vocabulary, played.symbols).log_probabilities)
    assert played.rows[-2:] == (REST, END)
    for row, name in enumerate(played.rows):
        of_name = [symbol.split(" ")[0] == name for symbol in vocabulary]
        np.testing.assert_allclose(played.expected[row], told[:, of_name].sum(axis=1), atol=1e-6)
    codes = [vocabulary.index(symbol) for symbol in played.symbols]
    np.testing.assert_allclose(played.bits, -np.log2(told[np.arange(len(codes)), codes]), rtol=1e-5)


def test_rows_have_no_gaps_and_hold_every_note(vocabulary, weights):
    played = follow(RECIPE.model_dump_json(), weights, 4, vocabulary, START)
    pitches = [pitch_of(name) for name in played.rows[:-2]]
    assert pitches == list(range(pitches[0], pitches[-1] - 1, -1)) and {60, 64} <= set(pitches)
    assert own_rows(notes_of(START)) == ("E4", "D#4", "D4", "C#4", "C4", REST, END)
    np.testing.assert_array_equal(onsets_of(notes_of(START)), [0, 1, 1.5, 2])


def test_it_ends_where_it_says_so(vocabulary, weights):
    sure = {name: array.copy() for name, array in weights.items()}
    sure["readout.bias"][vocabulary.index(END)] = 50
    played = play_on(RECIPE.model_dump_json(), sure, 4, vocabulary, START, 1.0, 1)
    assert played.ended and played.symbols == START
    assert played.expected[-1, -1] == pytest.approx(1)
    empty = play_on(RECIPE.model_dump_json(), sure, 4, vocabulary, (), 1.0, 1)
    assert empty.symbols == () and empty.expected.shape[1] == 1
    assert "ended the tune at once" in copy_sentence(copied(Copy(0, 0, ""), 0, 5))


def test_a_note_that_it_never_met_is_read_and_has_a_surprise(vocabulary, weights):
    played = follow(RECIPE.model_dump_json(), weights, 4, vocabulary, ("C7 1/16", "C4 1/4"))
    assert "C7" in played.rows and np.isfinite(played.bits).all()


def test_a_training_beats_a_blind_guess_within_an_epoch_and_is_judged_in_words():
    recipe = MelodyRecipe().replaced(hidden_size=16, epochs=2)
    stream = melody_stream()
    run = advance_writer(recipe.model_dump_json(), stream, None, 60.0)
    baselines = score_ngrams(stream)
    assert run.done and run.test_bits < baselines[0].test_bits
    said = progress_sentence(run, against_best(run, baselines), None, 2)
    assert said.startswith(f"Trained: on the test tunes {run.test_bits:.2f} bits a note")
    best = min(baselines, key=lambda baseline: baseline.test_bits)
    clear = clear_gap(run.test_blocks, best.test_blocks, len(baselines))
    assert f", {'about' if not clear else 'better' if run.test_bits < best.test_bits else 'not as good'}" in said
    assert len(run.test_blocks) > 3 and np.mean(run.test_blocks) == pytest.approx(run.test_bits, abs=0.05)


def test_going_on_past_the_best_epoch_is_said_only_where_it_is_so():
    def run(*bits):
        epochs = tuple(
            SequenceEpoch(k, 1.0, math.log(2) * b, 1.0, 0.0, 0.01, 1.0, 0.1, 0.1) for k, b in enumerate(bits, 1)
        )
        best = int(np.argmin(bits)) + 1
        checkpoint = Checkpoint(epoch=len(bits), best_epoch=best, state="finished")
        return WriterRun(SequenceRun(len(bits), checkpoint, epochs, ()), (), (), 0, 1, 4.0, 0.2)

    fall, rise = (5.0, 4.5, 4.6), (4.9, 5.0, 5.0)
    assert "From epoch 2 to 6 the bits on tunes it does not learn from rose from 4.50 to 5.00" in heart_sentence(
        rise_of(run(*fall, *rise))
    )
    assert (
        heart_sentence(rise_of(run(5.0, 4.6, 4.6, 4.5, 4.64, 4.63)))
        == ""
        == heart_sentence(rise_of(run(5.0, 4.5, 5.0)))
    )
    lucky = [5.0, *[4.62, 4.58] * 6]
    lucky[3] = 4.4
    assert heart_sentence(rise_of(run(*lucky))) == ""


def test_what_is_said_of_copies_follows_the_numbers():
    assert "nothing" in copy_sentence(copied(Copy(0, 0, ""), 9, 5))
    assert "no two notes" in copy_sentence(copied(Copy(1, 0, "Ode to Joy"), 9, 5))
    assert "may be chance" in copy_sentence(copied(Copy(10, 0, "Ode to Joy"), 20, 5))
    told = copy_sentence(copied(Copy(14, 2, "Ode to Joy"), 20, 5))
    assert "at most 14 notes in a row, from Ode to Joy" in told and "by heart" in told
    assert progress_sentence(None, None, StreamScore("Uniform", 6.7, 6.7), 3).startswith("Untrained")
