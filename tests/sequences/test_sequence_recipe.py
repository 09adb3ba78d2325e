"""What the learner may choose, and the way through the address bar."""

import pytest

from playground.sequences.recipe import ClassifyRecipe, check_memory, working_bytes


def test_address_bar_brings_back_the_recipe():
    recipe = ClassifyRecipe().replaced(cell="lstm", learning_rate=0.0123, task="sentiment", unit="words", seed=9)
    read, notes = ClassifyRecipe.from_query(recipe.to_query())
    assert read == recipe and notes == ()
    assert ClassifyRecipe().to_query() == {}


def test_switches_come_back_too():
    recipe = ClassifyRecipe().replaced(cell="simple", sigma=True, output_path="new")
    assert ClassifyRecipe.from_query(recipe.to_query())[0] == recipe


@pytest.mark.parametrize(
    ("query", "name", "value", "said"),
    [
        ({"s_hidden_size": "9999"}, "hidden_size", 256, "between 1 and 256"),
        ({"s_learning_rate": "-3"}, "learning_rate", 1e-5, "between 1e-05 and 1"),
        ({"s_learning_rate": "nan"}, "learning_rate", 0.003, "could not be read"),
        ({"s_cell": "transformer"}, "cell", "gru", "could not be read"),
        ({"s_cell": "simple", "s_layers": "3"}, "layers", 1, "must be 1 for the hand-made cell"),
        ({"s_epochs": "many"}, "epochs", 30, "could not be read"),
    ],
)
def test_what_cannot_be_used_is_mended_and_told(query, name, value, said):
    recipe, notes = ClassifyRecipe.from_query(query)
    assert recipe.value(name) == value
    assert len(notes) == 1 and said in notes[0]


def test_unknown_names_are_ignored():
    assert ClassifyRecipe.from_query({"cell": "lstm", "s_color": "red"}) == (ClassifyRecipe(), ())


def test_replaced_refuses_what_is_outside_its_limits():
    with pytest.raises(ValueError, match="hidden_size"):
        ClassifyRecipe().replaced(hidden_size=0)
    with pytest.raises(ValueError, match="layers must be 1"):
        ClassifyRecipe().replaced(layers=2).replaced(cell="simple")


def test_limits_and_choices_are_the_fields_own():
    assert ClassifyRecipe.limits("learning_rate") == (1e-5, 1.0)
    assert ClassifyRecipe.limits("layers") == (1, 3)
    assert ClassifyRecipe.choices("cell") == ("simple", "rnn", "lstm", "gru")


def test_a_step_keeps_gates_state_and_output_of_every_layer_and_the_inputs_with_their_gradient():
    recipe = ClassifyRecipe().replaced(cell="lstm", hidden_size=10, layers=2, batch_size=3)
    assert working_bytes(recipe, 7, 5) == 4 * 3 * 7 * ((4 + 2) * 10 * 2 + 2 * 5)


def test_a_step_that_does_not_fit_in_memory_is_refused():
    check_memory(ClassifyRecipe(), 250, 100)
    with pytest.raises(ValueError, match="must fit in 160 MB"):
        check_memory(ClassifyRecipe().replaced(batch_size=256, hidden_size=256, layers=3), 250, 2000)
