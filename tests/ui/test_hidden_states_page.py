"""The page "Hidden states" and the time machine as a whole, on an engine that computes in this process."""

import numpy as np
import pytest
from fake_engine import FakeEngine, make_view, mounted
from patience import patience
from streamlit.testing.v1 import AppTest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.evaluation.calls import WEIGH_INPUTS
from playground.evaluation.importance import weigh_inputs
from playground.networks.network import build_network
from playground.places import ROUTER
from playground.presets import PRESETS, nearest_preset
from playground.sentences.importance import importance_headline, input_name
from playground.ui.frame.page import plain
from playground.ui.hidden_states import hidden_states
from playground.ui.hidden_states.hidden_states import SECTIONS
from playground.ui.watching import answers, moments, time_machine

RUN = "run-0123456789"
SMALL = Recipe().replaced(length_steps=300, window_steps=12, hidden_size=5, gap_steps=4)


def open_page(path: str = "../../../pages/hidden_states.py", **query: str) -> AppTest:
    page = AppTest.from_file(str(ROUTER), default_timeout=patience())
    for name, value in query.items():
        page.query_params[name] = value
    return ran(page.switch_page(path))


def ran(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception, page.exception
    assert not page.error, page.error
    return page


def open_run(engine: FakeEngine, recipe: Recipe = SMALL, state: str = "finished", epochs=(0, 1, 2, 3)) -> AppTest:
    prepared = prepare(load_series(recipe.data), recipe.data)
    engine.weights = {
        epoch: build_network(recipe.replaced(seed=epoch), prepared.train.inputs.shape[2]).weights() for epoch in epochs
    }
    engine.views[RUN] = make_view(recipe, state, 3, best_epoch=2)
    return open_page(run=RUN, **recipe.to_query())


def texts(page: AppTest) -> str:
    return "\n".join(element.value for kind in (page.markdown, page.caption) for element in kind)


def widget(widgets, label: str):
    return next(one for one in widgets if one.label.startswith(label))


def choose(page: AppTest, section: str) -> AppTest:
    widget(page.get("button_group"), "Look closer").set_value(section)
    return ran(page)


def test_without_a_run_the_recorded_one_is_shown_at_its_best(engine):
    page = open_page()
    best = PRESETS[0].recording().best_epoch
    assert f"epoch {best}, the best on validation · recorded run “Learn a wave”" in texts(page)
    assert len(mounted(page)) == 3


def test_a_best_epoch_whose_weights_are_not_kept_is_no_choice(engine):
    """A run that was stored before its best epoch came back with a slice: the newest kept epoch stands in."""
    page = open_run(engine, epochs=(0, 1, 3))
    assert str(widget(page.select_slider, "Epoch shown").value) == "3"
    assert ", the best on validation" not in texts(page)


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_every_section_draws_for_every_cell(engine, cell, section):
    page = choose(open_run(engine, SMALL.replaced(cell=cell, layers=2)), section)
    assert len(mounted(page)) == {"A span of time": 1, "A unit": 3, "Inputs": 1}.get(section, 2)


FURTHER = SMALL.replaced(series="seattle_temperature", extra_inputs=("temp_min", "wind"), calendar=True)


def test_inputs_are_ranked_where_there_are_further_ones(engine):
    page = choose(open_run(engine, FURTHER), "Inputs")
    assert len(mounted(page)) == 2
    asked = [arguments for name, arguments in engine.calls if name == WEIGH_INPUTS.target]
    assert len(asked) == 1
    np.testing.assert_array_equal(asked[0][2]["readout.bias"], engine.weights[2]["readout.bias"])
    found = weigh_inputs(*asked[0])
    rows = page.table[0].value
    assert list(rows["Input"]) == [plain(input_name(one.name)) for one in found.inputs] and len(rows) == 5
    assert plain(importance_headline(found)) in texts(page)
    assert "Inputs that go together share their importance" in texts(page)


def test_another_epoch_is_ranked_anew(engine):
    page = choose(open_run(engine, FURTHER), "Inputs")
    before = [str(value) for value in page.table[0].value.to_numpy().flat]
    widget(page.select_slider, "Epoch shown").set_value(0)
    ran(page)
    assert [str(value) for value in page.table[0].value.to_numpy().flat] != before


def test_without_further_inputs_the_page_says_how_to_come_by_them(engine):
    page = choose(open_run(engine), "Inputs")
    assert not page.table and not [name for name, _ in engine.calls if name == WEIGH_INPUTS.target]
    assert "“More about the data”" in texts(page)
    assert "More about the data" in [expander.label for expander in page.expander]


def test_the_slider_replays_the_kept_epochs(engine):
    page = open_run(engine)
    assert "epoch 2, the best on validation · your run, epoch 3 · 4 epochs kept" in texts(page)
    slider = widget(page.select_slider, "Epoch shown")
    assert list(slider.options) == ["0", "1", "2", "3"]
    before = mounted(page)[0].proto.bytes
    slider.set_value(0)
    ran(page)
    assert "the untrained network · your run" in texts(page)
    assert mounted(page)[0].proto.bytes != before
    widget(page.button, "Best").click()
    assert "epoch 2, the best" in texts(ran(page))
    widget(page.button, "Newest").click()
    assert "Shown: epoch 3 ·" in texts(ran(page))


def test_a_run_that_trains_is_followed_until_the_slider_is_moved(engine):
    page = open_run(engine, state="training")
    assert "epoch 3, following the training" in texts(page)
    engine.weights[7] = engine.weights[3]
    assert "epoch 7, following the training" in texts(ran(page))
    widget(page.select_slider, "Epoch shown").set_value(1)
    ran(page)
    engine.weights[8] = engine.weights[3]
    assert "Shown: epoch 1 · " in texts(ran(page))
    widget(page.button, "Newest").click()
    assert "epoch 8, following" in texts(ran(page))


def test_play_goes_from_the_first_epoch_to_the_last_and_stops(engine, monkeypatch):
    page = open_run(engine)
    widget(page.button, "Newest").click()
    ran(page)
    monkeypatch.setattr(time_machine, "PLAY_S", 1e9)
    widget(page.button, "Play").click()
    assert "Shown: the untrained network · " in texts(ran(page))
    assert "Shown: the untrained network · " in texts(ran(page))
    monkeypatch.setattr(time_machine, "PLAY_S", 0)
    assert "Shown: epoch 1 · " in texts(ran(page))
    assert "Shown: epoch 2, the best" in texts(ran(page))
    assert "Stop" in [button.label for button in page.button]
    ran(page)
    ran(page)
    assert "Play" in [button.label for button in page.button]
    assert "Shown: epoch 3 · " in texts(page)


def test_two_epochs_stand_side_by_side(engine):
    page = open_run(engine)
    widget(page.toggle, "Compare").set_value(True)
    ran(page)
    assert "**A: epoch 2**" in texts(page)
    assert "**B: epoch 0**" in texts(page)
    assert len(mounted(page)) == 4


def test_only_the_neighbours_of_the_epoch_are_read_ahead(engine):
    open_run(engine, epochs=(0, 1, 2, 3, 5, 8))
    weights = [arguments[2] for name, arguments in engine.calls if name == hidden_states.TRACE_RUN.target]
    assert len(weights) == 3
    for epoch, asked in zip((2, 3, 1), weights, strict=True):
        np.testing.assert_array_equal(asked["readout.bias"], engine.weights[epoch]["readout.bias"])


def test_a_click_on_a_row_shows_that_unit_and_nothing_else_moves_it(engine, monkeypatch):
    picks = {}
    monkeypatch.setattr(
        hidden_states, "picking_chart", lambda figure, key, on_pick, height: picks.update({key: on_pick})
    )
    set_to = {}
    monkeypatch.setattr(hidden_states.state, "preset", lambda key, value: set_to.update({key: value}))
    open_run(engine)
    set_to.clear()
    picks["memory"]({"x": 60, "y": "3"})
    assert set_to == {"hidden section": "A unit", "unit of 5": 3}
    set_to.clear()
    for wrong in ({"x": 60, "y": "77"}, {"x": 60}, {"y": "a"}, {"range": []}, {"range": ["x", None]}, {"range": 3}):
        picks["memory"](wrong)
    assert set_to == {}
    picks["memory"]({"range": [70.2, 64.9]})
    assert set_to["hidden section"] == "A span of time"
    assert (65, 70) in set_to.values()


def test_undo_takes_a_change_back(engine):
    page = choose(open_run(engine), "What if")
    assert not widget(page.button, "Undo").disabled
    widget(page.button, "Undo").click()
    ran(page)
    assert widget(page.slider, "Spike").value == 0
    assert widget(page.button, "Undo").disabled


def test_the_sealed_test_part_is_not_read(engine):
    page = open_run(engine)
    split = prepare(load_series(SMALL.data), SMALL.data).split
    assert widget(page.slider, "Stretch").max == split.validation_stop - 2


def test_the_nearest_preset_is_the_one_with_the_same_series():
    assert nearest_preset(Recipe().replaced(series="heartbeat", cell="gru")).name == "heartbeat"
    assert nearest_preset(Recipe().replaced(series="random_walk", cell="gru")).name == "temperature"
    for preset in PRESETS:
        assert nearest_preset(preset.recipe) is preset


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_recording_keeps_its_first_its_best_and_its_last_epoch(preset):
    view, frames = preset.recording(), preset.keyframes()
    epochs = [frame.epoch for frame in frames]
    assert epochs == sorted(set(epochs))
    assert {0, view.best_epoch, view.checkpoint_epoch} <= set(epochs)
    assert len(epochs) > 15


def test_the_replay_on_the_playground_computes_nothing_until_it_is_on(engine):
    page = open_page("../../../pages/playground.py")
    assert not engine.calls
    widget(page.toggle, "Replay").set_value(True)
    ran(page)
    assert {name for name, _ in engine.calls} == {"playground.inspection.snapshot:snapshot_at"}
    assert len(mounted(page)) == 8
    widget(page.toggle, "Compare").set_value(True)
    ran(page)
    assert "Untrained: Loses to linear autoregression, the best baseline" in texts(page).replace("\\", "")
    assert len(mounted(page)) == 11


def test_while_a_run_trains_a_new_epoch_leaves_the_slider_in_the_readers_hand(engine):
    page = open_run(engine, state="training")
    slider = widget(page.select_slider, "Epoch shown")
    assert slider.options[-1] == "newest" and slider.options[:4] == ["0", "1", "2", "3"]
    assert slider.value == time_machine.NEWEST
    slider.set_value(1)
    assert "epoch 1 ·" in texts(ran(page))
    before = widget(page.select_slider, "Epoch shown").proto.id
    engine.weights[4] = engine.weights[3]
    after = widget(ran(page).select_slider, "Epoch shown")
    assert (after.proto.id, after.value) == (before, 1)
    after.set_value(320)
    assert "epoch 4 ·" in texts(ran(page))
    assert widget(page.select_slider, "Epoch shown").value == 4
    widget(page.select_slider, "Epoch shown").set_value(time_machine.NEWEST)
    assert "following the training" in texts(ran(page))


def test_neighbours_are_the_kept_epochs_beside(engine):
    open_run(engine)
    kept = moments.Moments(SMALL, None, None, "", (0, 1, 4, 9), 4, False, None, (0, 1, 4, 9), "", None)
    assert [time_machine.neighbours(kept, epoch) for epoch in (0, 4, 9)] == [(1,), (9, 1), (4,)]


def test_the_answer_before_stands_until_the_worker_has_said_the_new_one(engine, monkeypatch):
    said = {}
    monkeypatch.setattr(answers.state, "remember", said.__setitem__)
    monkeypatch.setattr(answers.state, "remembered", said.get)
    waiting = answers.Future()
    results = iter([done("one"), waiting, waiting])
    monkeypatch.setattr(engine, "ask", lambda function, *arguments, priority=0: next(results))
    first, waits = answers.ask_steadily("place", "about", "key 1", "module:function")
    assert (first.value, waits) == ("one", False)
    still, waits = answers.ask_steadily("place", "about", "key 2", "module:function")
    assert (still.value, waits) == ("one", True)
    other, waits = answers.ask_steadily("place", "something else", "key 3", "module:function")
    assert (other.value, waits) == (None, True)
    waiting.set_result("two")
    now, waits = answers.ask_steadily("place", "about", "key 2", "module:function")
    assert (now.value, waits) == ("two", False)


def done(value):
    future = answers.Future()
    future.set_result(value)
    return future
