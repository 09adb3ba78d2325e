"""A network taught by the bundled words recognises words that it has not heard, by voices that it does not know."""

from pathlib import Path

import numpy as np

from playground.sequences.encoding import encode_rows
from playground.sequences.equations import read_sequence
from playground.sequences.recipe import SpeechRecipe
from playground.sequences.speech.recordings import load_bundled, take_zip
from playground.sequences.speech.spoken import to_sequences
from playground.sequences.speech.work import advance_listener, begin_listener

UNHEARD = Path(__file__).with_name("unheard_words.zip")


def test_above_eighty_percent_of_unheard_words_by_other_voices():
    words, recipe, run = load_bundled(), SpeechRecipe(), None
    sequences = to_sequences(words)
    asked = take_zip(UNHEARD.read_bytes()).clips
    known = {clip.key for clips in words.clips for clip in clips}
    assert not known & {clip.key for _, clip in asked}
    assert len(asked) == 32
    untrained = begin_listener(recipe.model_dump_json(), sequences)
    while run is None or not run.done:
        run = advance_listener(recipe.model_dump_json(), sequences, run, budget_s=5.0)

    def right(weights) -> float:
        answers = [
            read_sequence(recipe, weights, encode_rows(run.encoding, clip.frames)).log_probabilities[-1].argmax()
            for _, clip in asked
        ]
        return float(np.mean([sequences.classes[k] == name for k, (name, _) in zip(answers, asked, strict=True)]))

    assert right(run.training.best.weights) > 0.8
    assert right(untrained.training.newest.weights) < 0.6
    assert run.test.accuracy > 0.8
