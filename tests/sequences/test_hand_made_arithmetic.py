"""The sums of the hand-made cell, and what is said about its switches."""

import numpy as np
import pytest

from playground.sentences.hand_made import effect_sentences, setting_title
from playground.sequences.arithmetic import SETTINGS, effects_of, output_sum, state_sum
from playground.sequences.equations import simple_steps
from playground.sequences.recipe import HandMadeRecipe
from playground.sequences.records import ClassScore

TOKENS = ("a", "b", "c")


def make_steps(sigma: bool, path: str):
    generator = np.random.default_rng(0)
    width = 12 if path == "new" else 15
    weights = {
        "i2h.weight": generator.normal(size=(12, 15)).astype(np.float32),
        "i2h.bias": generator.normal(size=12).astype(np.float32),
        "i2o.weight": generator.normal(size=(4, width)).astype(np.float32),
        "i2o.bias": generator.normal(size=4).astype(np.float32),
    }
    recipe = HandMadeRecipe().replaced(hidden_size=12, sigma=sigma, output_path=path)
    return weights, simple_steps(recipe, weights, np.eye(3)[[0, 2, 1]])


@pytest.mark.parametrize(("sigma", "path"), SETTINGS)
def test_sums_add_up_to_what_the_cell_computed(sigma, path):
    weights, steps = make_steps(sigma, path)
    for step in steps:
        state, output = state_sum(weights, step, TOKENS, 5), output_sum(weights, step, TOKENS, path, 2)
        assert state.total == pytest.approx(step.a[5])
        assert output.total == pytest.approx(step.scores[2])
        for found in (state, output):
            assert sum(term.product for term in found.terms) + found.rest + found.bias == pytest.approx(found.total)


def test_the_first_step_reads_the_letter_alone():
    weights, steps = make_steps(True, "old")
    found = state_sum(weights, steps[0], TOKENS, 0)
    assert [term.source for term in found.terms] == ["letter a"] and found.left_out == 0


def score(right: int) -> ClassScore:
    return ClassScore("epoch 1", np.array([[right, 10 - right], [10 - right, right]]))


def test_effects_are_named_from_the_means_and_the_seeds():
    scores = {setting: [score(5), score(6)] for setting in SETTINGS}
    scores[False, "new"] = [score(8), score(9)]
    scores[True, "new"] = [score(7), score(9)]
    sigma, path = effect_sentences(effects_of(scores))
    assert "+0 points (seeds do not agree) with the old path" in sigma
    assert "+30 points (all 2 seeds agree, as luck alone makes them in 1 of 2) without a sigma" in path


def test_nothing_is_said_before_all_is_measured():
    assert effects_of({setting: [] for setting in SETTINGS}) == ()


def test_every_setting_has_a_title_of_its_own():
    assert len({setting_title(*setting) for setting in SETTINGS}) == 4
