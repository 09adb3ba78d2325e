"""Watched trainings: the same numbers in any pieces, fair between cells, alarms that say what is wrong."""

import dataclasses
import pickle

import numpy as np
import pytest

from playground.config import Recipe, parameter_count
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.labs.gradients import work as gradient_runs
from playground.labs.gradients.alarms import alarms_of
from playground.labs.gradients.measuring import gradient_norms, watched_windows
from playground.labs.gradients.presets import GRADIENT_PRESETS
from playground.labs.gradients.results import Saturation, watched_recipe
from playground.labs.gradients.work import advance_gradient_run, begin_gradient_run
from playground.sentences.gradients import alarm_cause, alarm_remedy, alarm_seen, power, saturation_words
from playground.training.alone import advance

RECIPE = Recipe().replaced(
    length_steps=250, window_steps=8, hidden_size=5, epochs=4, patience_epochs=0, learning_rate=0.003
)
SERIES = load_series(RECIPE.data)


def watch(recipe, budget_s=60.0):
    run, series = None, load_series(recipe.data)
    while run is None or not run.done:
        run = advance_gradient_run(recipe, series, run, budget_s)
    return run


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_watching_and_cutting_into_pieces_change_no_number(cell):
    recipe = RECIPE.replaced(cell=cell)
    whole, cut = watch(recipe), watch(recipe, 0.0)
    assert (whole.pieces, whole.progress, len(whole.epochs)) == (1, 1.0, 4)
    assert cut.pieces > 4
    alone, records = advance(recipe, prepare(SERIES, recipe.data), None, 60)
    for run in (whole, cut):
        assert [moment.epoch for moment in run.moments] == [0, 1, 2, 3, 4]
        assert [record.validation_loss for record in run.epochs] == [record.validation_loss for record in records]
        for name, values in alone.weights.items():
            np.testing.assert_array_equal(run.checkpoint.weights[name], values)
    for one, other in zip(whole.moments, cut.moments, strict=True):
        np.testing.assert_array_equal(one.norms, other.norms)
        np.testing.assert_array_equal(one.ruler.gradient, other.ruler.gradient)
    assert pickle.loads(pickle.dumps(cut)).at(2).epoch == 2


def test_only_training_and_validation_data_decide_what_is_seen():
    changed = dataclasses.replace(SERIES, values=SERIES.values.copy())
    test_start = prepare(SERIES, RECIPE.data).split.test_start
    changed.values[test_start:] = 99.0
    one, other = begin_gradient_run(RECIPE, SERIES), begin_gradient_run(RECIPE, changed)
    np.testing.assert_array_equal(one.moments[0].norms, other.moments[0].norms)
    np.testing.assert_array_equal(one.moments[0].ruler.occlusion, other.moments[0].ruler.occlusion)


def test_a_long_run_is_looked_at_now_and_then_and_at_its_end(monkeypatch):
    monkeypatch.setattr(gradient_runs, "MOST_MOMENTS", 2)
    run = watch(RECIPE.replaced(epochs=7))
    assert [moment.epoch for moment in run.moments] == [0, 4, 7]
    assert run.at(None).epoch == 7
    assert run.at(5).epoch == 4


@pytest.mark.parametrize("features", [1, 3])
def test_cells_get_the_same_but_for_their_kind(features):
    learners = Recipe().replaced(cell="lstm", hidden_size=20, patience_epochs=9)
    for cell in ("rnn", "lstm", "gru"):
        equal_size = watched_recipe(learners, cell, 30, False, features)
        assert equal_size == learners.replaced(cell=cell, epochs=30, patience_epochs=0)
        sized = watched_recipe(learners, cell, 30, True, features)
        wanted = parameter_count(learners, features)
        assert sized.replaced(hidden_size=20) == equal_size
        miss = abs(parameter_count(sized, features) - wanted)
        for near in (-1, 1):
            other = sized.replaced(hidden_size=sized.network.hidden_size + near)
            assert miss <= abs(parameter_count(other, features) - wanted)
        if cell == "lstm":
            assert miss == 0


def test_numbers_are_said_as_people_write_them():
    said = {None: "n/a", 0.0: "0", 0.25: "0.25", 4.2e-11: "4 × 10⁻¹¹", 8291.4: "8291", 3e6: "3 × 10⁶", 1e-3: "0.001"}
    assert {number: power(number) for number in said} == said


def shaped(moment, norms, cell_norms=None):
    """The moment with gradients of these sizes, layer by layer, step after step back."""
    return dataclasses.replace(
        moment, norms=np.array(norms), cell_norms=None if cell_norms is None else np.array(cell_norms)
    )


def kinds(run, epoch=None):
    return {alarm.kind for alarm in alarms_of(run, epoch)}


def test_quiet_networks_raise_no_alarm():
    assert kinds(begin_gradient_run(RECIPE.replaced(cell="gru"), SERIES)) == set()


def test_many_clipped_steps_are_an_explosion_only_where_the_gradient_grows():
    run = watch(RECIPE)
    often = tuple(dataclasses.replace(record, clipped_fraction=0.9, gradient_norm=7.0) for record in run.epochs)
    for norms, kind in (((1.0, 10.0), "exploding"), ((1.0, 9.99), "clipped"), ((2.0, 1.0), "clipped")):
        moment = shaped(run.moments[-1], [norms])
        (alarm,) = alarms_of(dataclasses.replace(run, epochs=often, moments=(moment,)))
        assert alarm.kind == kind
        assert "above the clip of 1 again and again: up to 7, in most steps of 4 of the last 4 epochs" in alarm_seen(
            alarm
        )
    once = (*(dataclasses.replace(record, clipped_fraction=0.1) for record in run.epochs[:3]), often[3])
    assert kinds(dataclasses.replace(run, epochs=once, moments=(moment,))) == set()


@pytest.mark.parametrize(
    ("norms", "cell_norms", "kind"),
    [
        ([[1.0, 0.9e-6]], None, "vanished"),
        ([[1.0, 1e-6]], None, ""),
        ([[1.0, 0.0]], [[0.5, 0.7]], ""),
        ([[1.0, 0.02]], [[0.5, 0.9e-6]], ""),
        ([[1.0, 0.0]], [[0.5, 0.9e-6]], "vanished"),
        ([[0.1, 0.1], [1.0, 1e-9]], None, ""),
        ([[0.0, 0.0], [1.0, 1e-9]], None, "vanished"),
        ([[0.0, 0.0]], None, ""),
        ([[1.0, 1.01e3]], None, "exploding"),
        ([[1.0, 1e3]], None, ""),
        ([[1.0, 1.0]], [[0.5, 2e3]], "exploding"),
        ([[1.0, 2e3], [1.0, 1.0]], None, "exploding"),
        ([[1.0, float("inf")]], None, "exploding"),
        ([[1.0, 1e-9]], [[float("nan"), 1.0]], "exploding"),
    ],
)
def test_alarms_look_at_both_ways_back_and_at_every_layer(norms, cell_norms, kind):
    run = begin_gradient_run(RECIPE.replaced(cell="gru"), SERIES)
    radii = {"h": np.array([[0.5 + 0j]] * len(norms))}
    moment = dataclasses.replace(shaped(run.moments[0], norms, cell_norms), eigenvalues=radii)
    found = alarms_of(dataclasses.replace(run, moments=(moment,)))
    assert [alarm.kind for alarm in found] == [kind] * bool(kind)


def test_the_layer_that_grows_is_named():
    run = begin_gradient_run(RECIPE.replaced(cell="gru", layers=2), SERIES)
    (alarm,) = alarms_of(dataclasses.replace(run, moments=(shaped(run.moments[0], [[1.0, 2e3], [1.0, 1.0]]),)))
    radius = max(run.moments[0].radii(0).values())
    assert f"grows in layer 1; W_hh has spectral radius {radius:.2g}" in alarm_cause(alarm)


def test_an_lstm_whose_hidden_states_feel_nothing_has_not_vanished():
    run = begin_gradient_run(RECIPE.replaced(cell="lstm", window_steps=30), SERIES)
    weights = {name: value.astype(np.float64) for name, value in run.checkpoint.weights.items()}
    weights["recurrent.weight_hh_l0"][:] = 0
    weights["recurrent.bias_ih_l0"][5:10] = 3
    windows = watched_windows(prepare(SERIES, run.recipe.data).validation)
    norms = gradient_norms(run.recipe, weights, windows)
    moment = dataclasses.replace(run.moments[0], norms=norms["h"], cell_norms=norms["c"])
    assert moment.norms[0, -1] == 0
    assert moment.ratio() > 0.01
    assert kinds(dataclasses.replace(run, moments=(moment,))) == set()


def test_a_run_that_broke_off_without_a_growing_gradient_took_too_large_steps():
    run = begin_gradient_run(RECIPE, SERIES)
    moment = shaped(run.moments[0], [[2.0, 1.0]])
    broken = dataclasses.replace(run.checkpoint, state="diverged", reason="diverged at epoch 1: the loss is not finite")
    (alarm,) = alarms_of(dataclasses.replace(run, checkpoint=broken, moments=(moment,)))
    assert alarm.kind == "exploding"
    assert "steps so large" in alarm_cause(alarm)


def test_saturated_units_are_told():
    run = begin_gradient_run(RECIPE.replaced(cell="rnn"), SERIES)
    moment = run.moments[0]
    stuck = dataclasses.replace(moment.saturation[0], saturated={"h": np.array([0.9, 0.6, 0.1, 0.0, 0.0])})
    (alarm,) = alarms_of(dataclasses.replace(run, moments=(dataclasses.replace(moment, saturation=(stuck,)),)))
    assert alarm.kind == "saturated"
    assert "2 of 5 tanh units are saturated" in alarm_seen(alarm)


def test_a_sigmoid_is_named_where_it_makes_the_gradient_vanish():
    run = begin_gradient_run(RECIPE.replaced(cell="rnn", nonlinearity="sigmoid", window_steps=20), SERIES)
    (alarm,) = alarms_of(run)
    assert alarm.kind == "vanished"
    assert "at most a quarter" in alarm_cause(alarm)
    assert alarm_remedy(alarm).startswith("take tanh")


def test_saturation_is_said_in_one_line():
    assert saturation_words(Saturation({"i": np.array([0.0, 0.02]), "f": np.array([0.2])}, np.zeros(0))) == (
        "saturated: i 1 %, f 20 %"
    )
    assert saturation_words(Saturation({"h": np.array([0.5])}, np.zeros(0))) == "saturated: units 50 %"
    assert saturation_words(Saturation({}, np.array([0.5, 1.0]))) == "ReLU off 75 % of the time"


def test_dead_units_are_told():
    recipe = RECIPE.replaced(cell="rnn", nonlinearity="relu")
    run = begin_gradient_run(recipe, SERIES)
    dead = dataclasses.replace(run.moments[0].saturation[0], dead=np.array([1.0, 0.99, 0.2, 0, 0]))
    changed = dataclasses.replace(run, moments=(dataclasses.replace(run.moments[0], saturation=(dead,)),))
    seen = [alarm_seen(alarm) for alarm in alarms_of(changed) if alarm.kind == "dead"]
    assert seen == ["1 of 5 ReLU units are dead: off in every step of every window looked at"]


@pytest.fixture(scope="module")
def trained():
    """Every preset as a learner gets it, but for the GRU."""
    runs = {}
    for preset in GRADIENT_PRESETS:
        for cell in ("rnn", "lstm") if preset.name == "LSTM to the rescue" else ("rnn",):
            recipe = watched_recipe(preset.recipe, cell, preset.recipe.training.epochs, False, 1)
            runs[preset.name, cell] = watch(recipe)
    return runs


def test_vanish_vanishes_from_the_first_to_the_last_epoch(trained):
    run = trained["Vanish", "rnn"]
    assert run.checkpoint.state == "finished"
    assert max(moment.ratio() for moment in run.moments) < 1e-6
    assert all("vanished" in kinds(run, moment.epoch) for moment in run.moments)
    assert run.moments[0].radii()["h"] == pytest.approx(0.3, abs=1e-5)


def test_explode_explodes_and_clipping_alone_cures_what_it_does(trained):
    loose, clipped = trained["Explode", "rnn"], trained["Clipped", "rnn"]
    assert loose.recipe == clipped.recipe.replaced(clip_norm=0)
    assert loose.moments[0].ratio() > 1000
    assert loose.checkpoint.state == "diverged"
    assert "exploding" in kinds(loose)
    assert "switch clipping on" in alarm_remedy(next(a for a in alarms_of(loose) if a.kind == "exploding"))
    assert clipped.moments[0].ratio() == loose.moments[0].ratio()
    assert clipped.checkpoint.state == "finished"
    assert "exploding" in kinds(clipped, 0)
    seen = [
        alarm_seen(alarm)
        for k in range(3, 20)
        for alarm in alarms_of(clipped, k)
        if alarm.kind in ("exploding", "clipped")
    ]
    assert len(seen) > 5
    assert all("again and again" in words for words in seen)
    assert clipped.epochs[-1].validation_loss < 0.1 < clipped.epochs[0].validation_loss


def test_the_lstm_carries_back_what_the_rnn_loses(trained):
    plain, gated = trained["LSTM to the rescue", "rnn"], trained["LSTM to the rescue", "lstm"]
    assert np.median([moment.ratio() for moment in plain.moments]) < 1e-6
    assert gated.moments[0].ratio() < 1e-6
    assert min(moment.ratio() for moment in gated.moments[-5:]) > 1e-2
    assert plain.moments[-1].ruler.reach()[0] < 10 < 30 <= gated.moments[-1].ruler.reach()[0]
    losses = [[record.validation_loss for record in run.epochs[-10:]] for run in (plain, gated)]
    assert np.median(losses[1]) < 0.1 * min(losses[0])


def test_an_orthogonal_start_feels_far_back_before_it_has_learned(trained):
    run = trained["Orthogonal start", "rnn"]
    drawn = begin_gradient_run(run.recipe.replaced(initialisation="uniform"), load_series(run.recipe.data))
    assert drawn.moments[0].ratio() < 1e-6
    assert run.moments[0].ratio() > 1e-3
    assert min(moment.ratio() for moment in run.moments) > 1e-6
    np.testing.assert_allclose(np.abs(run.moments[0].eigenvalues["h"]), 1, atol=1e-5)
