import pytest

from playground.config import Recipe
from playground.labs.sweeps.plan import AXES, SweepPlan, label_of, offered_values, simplicity, with_seeds

SIZES = ("hidden_size", (2, 8))


def test_a_plan_names_every_network_once():
    plan = SweepPlan(Recipe(), (SIZES, ("cell", ("rnn", "lstm"))), seeds=3, epochs=30)
    assert plan.cells == ((2, "rnn"), (2, "lstm"), (8, "rnn"), (8, "lstm"))
    assert plan.networks == 12
    recipes = plan.recipes_at((8, "rnn"))
    assert [(r.network.hidden_size, r.network.cell, r.training.epochs, r.seed) for r in recipes] == [
        (8, "rnn", 30, seed) for seed in (1, 2, 3)
    ]
    assert label_of(plan, (8, "rnn")) == "hidden size 8, cell RNN"


def test_the_seeds_of_a_recipe_begin_with_its_own_and_stay_in_their_limits():
    assert [r.seed for r in with_seeds(Recipe(seed=7), 3)] == [7, 8, 9]
    assert [r.seed for r in with_seeds(Recipe(seed=2**31 - 1), 2)] == [2**31 - 1, 0]


def test_a_sweep_over_rates_drops_the_changes_by_hand():
    recipe = Recipe().replaced(learning_rate_changes=((3, 0.01),))
    plan = SweepPlan(recipe, (("learning_rate", (0.001, 0.003)),))
    assert plan.recipes_at((0.001,))[0].training.learning_rate_changes == ()
    assert SweepPlan(recipe, (SIZES,)).recipes_at((2,))[0].training.learning_rate_changes == ((3, 0.01),)


@pytest.mark.parametrize(
    ("axes", "more", "words"),
    [
        ((), {}, "one or two"),
        ((SIZES, SIZES), {}, "one or two"),
        ((("momentum", (0.1, 0.2)),), {}, "one or two"),
        ((("hidden_size", (2,)),), {}, "at least 2 different"),
        ((("hidden_size", (2, 2)),), {}, "at least 2 different"),
        ((("hidden_size", (2, 900)),), {}, "hidden_size"),
        ((SIZES,), {"seeds": 2}, "seeds must be from 3"),
        ((("hidden_size", tuple(range(1, 14))),), {"seeds": 10}, "at most 120"),
        ((SIZES,), {"epochs": 0}, "epochs"),
    ],
)
def test_a_plan_that_cannot_be_is_one_sentence(axes, more, words):
    with pytest.raises(ValueError, match=words):
        SweepPlan(Recipe(), axes, **more)


def test_only_a_sweep_through_windows_is_scored_on_what_the_longest_has():
    assert SweepPlan(Recipe(), (("window_steps", (8, 32)), SIZES)).longest_window == 32
    assert SweepPlan(Recipe(), (SIZES,)).longest_window == 0


def test_fewer_parameters_are_simpler_then_shorter_windows():
    plan = SweepPlan(Recipe(), (("window_steps", (8, 32)), SIZES))
    assert sorted(plan.cells, key=lambda cell: simplicity(plan, cell)) == [(8, 2), (32, 2), (8, 8), (32, 8)]
    rates = SweepPlan(Recipe(), (("learning_rate", (0.001, 0.01)),))
    assert simplicity(rates, (0.001,)) == simplicity(rates, (0.01,))


def test_what_is_offered_holds_the_recipes_own_value_and_fits_a_plan():
    assert 24 in offered_values(Recipe().replaced(hidden_size=24), "hidden_size")
    for axis in AXES.values():
        SweepPlan(Recipe(), ((axis.name, axis.usual),))
        assert set(axis.usual) <= set(axis.offered)
