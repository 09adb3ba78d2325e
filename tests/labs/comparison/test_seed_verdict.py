"""The verdict over seeds: exact against scipy, rarely fooled by equal recipes, sure of a clear gap."""

import math

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, permutation_test, rankdata

from playground.evaluation.rank_test import beats_all, rank_test, seeds_needed, smallest_p
from playground.labs.comparison.verdict import Contender, judge_recipes
from playground.sentences.comparison import recipe_details, recipe_sentence


def drawn(seed, sizes, shift=0.0):
    source = np.random.default_rng(seed)
    return [
        Contender(f"recipe {k}", tuple(np.exp(source.normal(-shift * (k == 0), 0.2, size))))
        for k, size in enumerate(sizes)
    ]


@pytest.mark.parametrize("sizes", [(5, 5), (4, 7), (1, 3), (9, 9), (12, 5)])
def test_p_values_are_scipys(sizes):
    for seed in range(10):
        first, second = (c.errors for c in drawn(seed, sizes))
        assert rank_test(first, second) == pytest.approx(mannwhitneyu(first, second, method="exact").pvalue, abs=1e-12)


def test_ties_and_divergence_share_ranks():
    first, second = (1.0, 2.0, 2.0, math.inf), (2.0, 3.0, math.inf, math.inf)
    ranks = rankdata([*first, *second])
    mean = 4 * ranks.mean()
    reference = permutation_test(
        (ranks[:4], ranks[4:]),
        lambda a, b: abs(a.sum() - mean),
        permutation_type="independent",
        n_resamples=np.inf,
        alternative="greater",
        vectorized=False,
    )
    assert rank_test(first, second) == pytest.approx(reference.pvalue, abs=1e-12)
    assert rank_test((1.0,) * 4, (1.0,) * 4) == 1.0


@pytest.mark.parametrize("recipes", [2, 3, 5])
def test_equal_recipes_are_rarely_called_better(recipes):
    words = [judge_recipes(drawn(seed, [6] * recipes)).word for seed in range(400)]
    assert set(words) <= {"better", "tie"}
    # At most 5 in 100 are expected; 7.5 in 100 is beyond two standard deviations of 400 draws.
    assert words.count("better") <= 30


@pytest.mark.parametrize("recipes", [2, 3])
def test_a_clear_gap_is_called_better(recipes):
    verdicts = [judge_recipes(drawn(seed, [5] * recipes, shift=1.5)) for seed in range(50)]
    assert [v.word for v in verdicts].count("better") >= 48
    assert {v.leader for v in verdicts} == {"recipe 0"}
    assert "is better than" in recipe_sentence(verdicts[0])


@pytest.mark.parametrize("recipes", [2, 3, 5])
def test_too_few_seeds_is_when_no_outcome_could_tell(recipes):
    needed = seeds_needed()
    assert needed == 4
    enough = [Contender(str(k), tuple(k + np.arange(needed) / 100)) for k in range(recipes)]
    assert judge_recipes(enough).word == "better"
    few = [Contender(c.label, c.errors[:-1]) for c in enough]
    assert judge_recipes(few).word == "too few seeds"
    assert f"At least {needed} seeds" in recipe_sentence(judge_recipes(few))


def test_two_equal_recipes_far_ahead_of_others_are_rarely_told_apart():
    """The hardest case of the rule: the two could only be told apart from each other."""
    far = [Contender(f"far {k}", tuple(50.0 + k + np.arange(6))) for k in range(3)]
    words = [judge_recipes([*drawn(seed, [6, 6]), *far]).word for seed in range(400)]
    assert 0 < words.count("better") <= 30


def test_of_a_tie_only_those_are_called_beaten_that_pass_the_stricter_level():
    values = np.arange(5) / 10
    leader, near, far = (Contender(name, tuple(values + at)) for name, at in (("a", 1), ("b", 1.05), ("c", 1.4)))
    assert rank_test(leader.errors, far.errors) <= 0.05 / 3
    assert "better than c" in recipe_sentence(judge_recipes([leader, near, far]))
    middling = Contender("d", (1.25, 1.45, 1.46, 1.47, 1.48))
    assert 0.05 / 3 < rank_test(leader.errors, middling.errors) <= 0.05
    assert judge_recipes([leader, middling]).word == "better"
    assert recipe_sentence(judge_recipes([leader, near, middling])) == "Tie: these seeds cannot tell a from b and d."


def test_lower_ranks_and_not_a_lower_median_alone_make_better():
    first = (1.0, 1.1, 1.2, 9.0, 9.1, 9.2, 9.3)
    assert beats_all(first[3:], [(*first[:3], 1.3)]) == "tie"
    assert beats_all((*first[:3], 1.3), [first[3:]]) == "better"


def test_one_seed_each_is_never_better():
    verdict = judge_recipes([Contender("LSTM 16", (0.001,)), Contender("RNN 16", (99.0,))])
    assert verdict.word == "too few seeds"
    assert "LSTM 16 is ahead of RNN 16, but with 1 seed that can be luck" in recipe_sentence(verdict)


def test_a_leader_that_beats_only_some_is_tied_with_the_rest():
    near = [Contender("a", (1.0, 1.2, 1.4, 1.6, 1.8)), Contender("b", (1.1, 1.3, 1.5, 1.7, 1.9))]
    verdict = judge_recipes([*near, Contender("c", (5.0, 5.1, 5.2, 5.3, math.inf))])
    assert (verdict.word, verdict.leader) == ("tie", "a")
    assert "cannot tell a from b." in recipe_sentence(verdict) and "better than c" in recipe_sentence(verdict)


def test_divergence_counts_as_the_worst_and_is_named():
    verdict = judge_recipes([Contender("a", (1.0, 1.1, 1.2, 1.3)), Contender("b", (math.inf,) * 4)])
    assert verdict.word == "better"
    assert "b diverged" in recipe_details(verdict, "°C")


def test_nothing_to_compare_is_said():
    assert judge_recipes([]).word == judge_recipes([Contender("a", (1.0, 2.0))]).word == "n/a"
    assert judge_recipes([Contender("a", (1.0,)), Contender("b", ())]).word == "n/a"
    with pytest.raises(ValueError, match="add a seed"):
        rank_test((), (1.0,))


def test_smallest_p_is_that_of_a_perfect_order():
    assert smallest_p(4, 4) == pytest.approx(rank_test((1, 2, 3, 4), (5, 6, 7, 8)))
    assert smallest_p(1, 1) == 1.0
