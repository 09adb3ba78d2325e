import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.config import GATES, MAX_WORKING_BYTES, SECTIONS, Recipe, parameter_count, working_bytes

NAMES = [name for model in SECTIONS.values() for name in model.model_fields] + ["seed"]


def test_every_flat_name_is_used_once():
    assert len(NAMES) == len(set(NAMES))


def test_default_recipe_has_an_empty_link():
    assert Recipe().to_query() == {"v": "1"}
    assert Recipe.from_query({}) == (Recipe(), ())


@st.composite
def recipes(draw):
    changes = draw(st.lists(st.tuples(st.integers(1, 1000), st.floats(1e-5, 1.0)), max_size=3))
    fields = {
        "series": draw(st.sampled_from(["sine", "apple", "sunspots"])),
        "cell": draw(st.sampled_from(Recipe.choices("cell"))),
        "nonlinearity": draw(st.sampled_from(Recipe.choices("nonlinearity"))),
        "initialisation": draw(st.sampled_from(Recipe.choices("initialisation"))),
        "spectral_radius": draw(st.floats(*Recipe.limits("spectral_radius"))),
        "optimizer": draw(st.sampled_from(Recipe.choices("optimizer"))),
        "target": draw(st.sampled_from(Recipe.choices("target"))),
        "hidden_size": draw(st.integers(1, 64)),
        "window_steps": draw(st.integers(2, 64)),
        "dropout": draw(st.floats(0, 0.8)),
        "learning_rate": draw(st.floats(1e-5, 1.0)),
        "learning_rate_changes": tuple(changes),
        "extra_inputs": draw(st.lists(st.sampled_from(["wind", "temp_min", "Größe 2 (°C)"]), unique=True).map(tuple)),
        "calendar": draw(st.booleans()),
        "season_steps": draw(st.integers(0, 5000)),
        "noise": draw(st.floats(0, 1)),
        "end": draw(st.dates(dt.date(2016, 1, 1), dt.date(2099, 1, 1))),
        "seed": draw(st.integers(0, 2**31 - 1)),
    }
    return Recipe().replaced(**fields)


@settings(max_examples=200)
@given(recipes())
def test_recipe_survives_the_address_bar(recipe):
    assert Recipe.from_query(recipe.to_query()) == (recipe, ())


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=40)))
def test_no_link_can_break_the_recipe(query):
    recipe, _ = Recipe.from_query(query)
    assert working_bytes(recipe) <= MAX_WORKING_BYTES


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("hidden_size", "9999", 256),
        ("hidden_size", "-4", 1),
        ("epochs", "12.7", 12),
        ("learning_rate", "1e9", 1.0),
        ("learning_rate", "nan", 0.0003),
        ("cell", "transformer", "lstm"),
        ("ticker", '"><script>', "AAPL"),
        ("ticker", "../../x", "AAPL"),
        ("start", "yesterday", dt.date(2015, 1, 1)),
        ("learning_rate_changes", "a:b", ()),
        ("series", "../etc/passwd", "sine"),
        ("extra_inputs", "wind,<b>", ()),
        ("extra_inputs", "wind,wind", ()),
        ("extra_inputs", ",".join("abcdefghi"), ()),
        ("calendar", "perhaps", False),
        ("season_steps", "99999", 5000),
    ],
)
def test_bad_link_values_are_clamped_or_defaulted_and_told(name, text, expected):
    recipe, notes = Recipe.from_query({name: text})
    assert recipe.value(name) == expected
    assert len(notes) == 1
    assert notes[0].startswith(name)


def test_an_upload_is_never_in_a_link():
    recipe = Recipe().replaced(series="own", own="a" * 22)
    assert recipe.to_query() == {"v": "1", "series": "own"}
    assert Recipe.from_query({"own": "a" * 22, "series": "own"}) == (Recipe().replaced(series="own"), ())


def test_further_inputs_are_text_in_links_and_in_json():
    recipe = Recipe().replaced(extra_inputs=("wind", "temp_min"))
    assert recipe.to_query()["extra_inputs"] == "wind,temp_min"
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe
    with pytest.raises(ValueError, match="can be chosen once, got wind, wind"):
        Recipe().replaced(extra_inputs=("wind", "wind"))
    with pytest.raises(ValueError, match=r"extra_inputs: .*got 'a,b'"):
        Recipe().replaced(extra_inputs=("a,b",))


def test_links_from_before_the_start_of_the_memory_was_a_choice_open_as_they_were():
    recipe, notes = Recipe.from_query({"v": "1", "cell": "rnn", "nonlinearity": "relu", "hidden_size": "12"})
    assert (recipe.network.initialisation, recipe.network.spectral_radius) == ("uniform", 0)
    assert recipe.network.nonlinearity == "relu"
    assert notes == ()


def test_link_that_leaves_no_test_part_is_mended():
    recipe, notes = Recipe.from_query({"train_fraction": "0.9", "validation_fraction": "0.4"})
    assert recipe.data.validation_fraction == pytest.approx(0.05)
    assert "test" in notes[0]


def test_link_that_needs_too_much_memory_gets_a_smaller_batch():
    link = {"hidden_size": "256", "layers": "3", "window_steps": "256", "batch_size": "512"}
    recipe, notes = Recipe.from_query(link)
    assert recipe.network.hidden_size == 256
    assert recipe.training.batch_size < 512
    assert len(notes) == 1


def test_dates_that_end_before_they_start_take_their_defaults():
    recipe, notes = Recipe.from_query({"start": "2020-01-01", "end": "2019-01-01"})
    assert (recipe.data.start, recipe.data.end) == (Recipe().data.start, Recipe().data.end)
    assert len(notes) == 1


def test_replaced_refuses_with_a_sentence():
    with pytest.raises(ValueError, match="less than or equal to 256, got 300"):
        Recipe().replaced(hidden_size=300)
    with pytest.raises(ValueError, match="no field 'hidden'"):
        Recipe().replaced(hidden=3)
    with pytest.raises(ValueError, match="make the batch"):
        Recipe().replaced(hidden_size=256, window_steps=256, batch_size=512)


def test_limits_come_from_the_fields():
    assert Recipe.limits("hidden_size") == (1, 256)
    assert Recipe.limits("learning_rate") == (1e-5, 1.0)
    assert Recipe.limits("start") == (dt.date(1970, 1, 1), dt.date(2100, 1, 1))
    assert Recipe.choices("cell") == tuple(GATES)


def test_learning_rate_changes_hold_from_their_epoch():
    training = Recipe().replaced(learning_rate=0.1, learning_rate_changes=((3, 0.01), (5, 0.001))).training
    assert [training.learning_rate_at(epoch) for epoch in range(1, 7)] == [0.1, 0.1, 0.01, 0.01, 0.001, 0.001]


def test_parameter_count_by_hand():
    # LSTM 1 -> 2: 4 gates x 2 rows x (1 input + 2 state + 2 biases) = 40, readout 2 + 1 = 3.
    assert parameter_count(Recipe().replaced(hidden_size=2)) == 43
    # RNN, two layers of 3: 3 x (1 + 3 + 2) + 3 x (3 + 3 + 2) = 42, readout 4.
    assert parameter_count(Recipe().replaced(cell="rnn", hidden_size=3, layers=2)) == 46


def test_key_names_the_recipe():
    assert Recipe().key() == Recipe().key()
    assert Recipe().key() != Recipe().replaced(seed=2).key()
