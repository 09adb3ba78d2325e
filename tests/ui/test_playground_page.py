"""The Playground page as a whole, in every state a run can be in, on an engine that trains nothing."""

import pytest
from fake_engine import FakeEngine, make_view, mounted
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.config import Recipe
from playground.data.stocks import FetchState
from playground.engine import EngineStatus
from playground.places import PAGES, ROOT
from playground.presets import PRESETS

FAILED = FetchState(
    "failed", "TSLA could not be fetched: Yahoo could not be reached; ask again once there is a network."
)


open_page = opener("playground", menu=True)


def show(engine: FakeEngine, recipe: Recipe = Recipe(), **view: object) -> AppTest:  # noqa: B008
    """Open the page on a run of `recipe` in the wanted state."""
    engine.views["run-0123456789"] = make_view(recipe, **view)
    return open_page(run="run-0123456789", **recipe.to_query())


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info)
    return "\n".join(element.value for kind in kinds for element in kind)


def button(page: AppTest, label: str):
    return next(button for button in page.button if button.label == label)


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_first_screen_shows_a_recorded_run_and_a_train_button(engine):
    page = open_page()
    assert "Recorded run" in texts(page)
    assert "better than" in texts(page) or "same as" in texts(page)
    assert not button(page, "Train").disabled
    assert button(page, "Reset").disabled
    assert len(mounted(page)) == 4


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_opens_with_its_recorded_run(engine, preset):
    page = open_page()
    button(page, preset.title).click().run()
    assert not page.exception
    assert "Recorded run" in texts(page)
    assert page.segmented_control(key="cell-1").value == preset.recipe.network.cell


def test_changed_settings_show_the_untrained_network(engine):
    page = open_page(hidden_size="8")
    assert "Untrained" in texts(page)
    assert "the untrained network" in texts(page)


def test_without_a_preview_the_page_still_draws_series_and_loss(engine):
    engine.has_preview = False
    page = open_page(hidden_size="8")
    assert len(mounted(page)) == 3
    assert "hidden states appear" in texts(page)


def test_train_starts_a_run_and_puts_it_in_the_address(engine):
    page = open_page()
    button(page, "Train").click().run()
    assert engine.calls == [("train", Recipe())]
    assert page.query_params["run"] == "run-0123456789"
    assert "Pause" in labels(page)


def test_step_on_a_fresh_page_trains_one_epoch(engine):
    page = open_page()
    button(page, "Step one epoch").click().run()
    assert [call for call, _ in engine.calls] == ["train", "step_epoch"]


@pytest.mark.parametrize(
    ("state", "word", "primary"),
    [
        ("queued", "Waiting", "Pause"),
        ("training", "Training", "Pause"),
        ("paused", "Paused", "Continue"),
        ("interrupted", "Interrupted", "Continue"),
        ("finished", "Done", "Train"),
        ("stopped_early", "Stopped early", "Train"),
        ("diverged", "Diverged", "Train"),
        ("failed", "Failed", "Train"),
    ],
)
def test_every_state_has_its_word_and_its_button(engine, state, word, primary):
    page = show(engine, state=state, reason="because of this")
    assert word in texts(page)
    assert "Because of this" in texts(page)
    assert primary in labels(page)
    assert len(mounted(page)) == 3


def test_a_run_without_a_worker_says_so_and_not_that_it_trains(engine):
    said = "No worker answers, for 40 s now; every run is kept."
    engine.said = EngineStatus("starting", said, 0, 0, 0)
    page = show(engine, state="training")
    assert "Waiting for a worker" in texts(page)
    assert "Training]" not in texts(page)
    assert any(said.rstrip(".") in warning.value.replace("\\", "") for warning in page.warning)
    assert "left" not in page.get("progress")[0].proto.text


def test_close_up_of_validation_draws_only_its_end(engine):
    page = open_page()
    page.segmented_control(key="stretch").set_value("Close-up of validation").run()
    assert not page.exception
    assert len(mounted(page)) == 4


def test_queued_run_says_where_it_stands(engine):
    page = show(engine, state="queued", epochs=0, queue_position=2, queue_wait_s=30.0)
    assert "number 2 in the queue, about 30 s" in page.get("progress")[0].proto.text


def test_buttons_call_the_engine(engine):
    page = show(engine, state="training")
    button(page, "Pause").click().run()
    button(page, "Continue").click().run()
    button(page, "Pause").click().run()
    button(page, "Step one epoch").click().run()
    button(page, "Reset").click().run()
    assert [call for call, _ in engine.calls] == ["pause", "resume", "pause", "step_epoch", "end"]
    assert "run" not in page.query_params


def test_refused_run_is_one_sentence_and_loses_nothing(engine):
    engine.refusal = "at most 3 runs at once, got a fourth; end one first"
    page = open_page()
    button(page, "Train").click().run()
    assert not page.exception
    assert "end one first" in texts(page)


def test_learning_rate_moved_during_training_goes_to_the_run(engine):
    page = show(engine, state="training")
    page.select_slider(key="learning_rate-0").set_value(0.01).run()
    assert engine.calls == [("change_learning_rate", 0.01)]
    assert page.query_params["learning_rate_changes"] == "4:0.01"
    assert "changed while training: 0.01 from epoch 4" in texts(page)


def test_other_settings_changed_during_training_leave_the_run_alone(engine):
    page = show(engine, state="training")
    page.slider(key="hidden_size-0").set_value(8).run()
    assert engine.calls == []
    assert "goes on with its own" in texts(page)
    assert "Train the new settings" in labels(page)


def test_link_with_bad_values_is_opened_with_a_line_on_each(engine):
    page = open_page(hidden_size="9999", cell="<b>", series="nonsense", run="../../x")
    told = texts(page)
    for word in ("hidden", "cell", "nonsense", "not a run name"):
        assert word in told
    assert page.slider(key="hidden_size-0").value == 256


def test_link_to_a_run_that_is_not_kept_says_so(engine):
    page = open_page(run="run-gone-for-good")
    assert "not kept here" in texts(page)
    assert not button(page, "Train").disabled


def test_diverged_run_is_told_beside_its_loss_curve(engine):
    page = show(engine, state="diverged", reason="diverged at epoch 3: the loss is not finite")
    assert "The run diverged at epoch 3: the loss is not finite. The curve so far is kept." in texts(page)


def test_rate_changed_in_another_tab_is_taken_over_not_undone(engine):
    page = show(engine, state="training")
    taken = Recipe().replaced(learning_rate_changes=((5, 0.01),))
    engine.views["run-0123456789"] = make_view(taken, state="training")
    page.run()
    assert engine.calls == []
    assert page.query_params["learning_rate_changes"] == "5:0.01"
    assert page.select_slider(key="learning_rate-1").value == 0.01


def test_open_test_set_is_scored_beside_validation(engine):
    page = show(engine, state="finished")
    assert "on test" not in texts(page)
    page.session_state["opened_test"] = "run-0123456789"
    page.run()
    assert "on test" in texts(page)


def test_parameters_are_counted_with_every_input(engine):
    # LSTM of 16: 64 rows of 1 or 2 inputs, 16 states and 2 biases, and a readout of 17.
    assert "1,233 parameters" in texts(open_page(series="seattle_temperature"))
    assert "1,297 parameters" in texts(open_page(series="seattle_temperature", extra_inputs="wind"))


def test_recipe_link_sets_the_controls(engine):
    page = open_page(series="seattle_temperature", cell="gru", window_steps="20", seed="7")
    assert page.selectbox(key="series-0").value == "seattle_temperature"
    assert page.segmented_control(key="cell-0").value == "gru"
    assert page.slider(key="window_steps-0").value == 20
    assert page.number_input(key="seed-0").value == 7


def test_window_that_does_not_fit_is_a_sentence_with_the_remedy(engine):
    engine.has_preview = False
    page = open_page(series="sunspots", window_steps="200")
    assert len(page.error) == 1
    assert "shorten “Window" in page.error[0].value
    page.slider(key="window_steps-0").set_value(10).run()
    assert not page.error


@pytest.mark.parametrize("series", ["sine", "ar1", "apple", "sea_surface_temperature", "ticker"])
def test_every_kind_of_series_opens(engine, series, monkeypatch):
    monkeypatch.setattr("playground.ui.data.series_notes.fetch", lambda *_: None)
    monkeypatch.setattr("playground.ui.data.series_notes.fetch_state", lambda _: FAILED)
    page = open_page(series=series)
    assert not page.error
    assert page.session_state["recipe"].value("series") == series


def test_ticker_that_cannot_be_fetched_shows_bundled_prices_with_a_sentence(engine, monkeypatch):
    monkeypatch.setattr("playground.ui.data.series_notes.fetch_state", lambda _: FAILED)
    page = open_page(series="ticker", ticker="TSLA")
    assert "bundled" in texts(page)
    assert "Ask Yahoo again" in labels(page)


def test_a_run_from_another_browser_can_be_watched_but_not_steered(engine):
    engine.foreign.add("run-0123456789")
    page = show(engine, state="training")
    assert not {"Pause", "Reset", "Step one epoch"} & set(labels(page))
    assert "Train your own from this recipe" not in labels(page)
    page.session_state["recognised"] = True
    page.run()
    assert "watching a run from another browser" in texts(page)
    assert not {"Pause", "Continue", "Reset", "Step one epoch"} & set(labels(page))
    page.select_slider(key="learning_rate-0").set_value(0.01).run()
    assert engine.calls == []
    button(page, "Train your own from this recipe").click().run()
    assert engine.calls == [("train", Recipe())]


def test_leaving_anothers_run_does_not_end_it(engine):
    engine.foreign.add("run-0123456789")
    page = show(engine, state="finished")
    page.session_state["recognised"] = True
    page.run()
    button(page, "Leave this run").click().run()
    assert engine.calls == []
    assert "run" not in page.query_params


def test_a_link_with_a_run_alone_brings_its_recipe(engine):
    recipe = Recipe().replaced(cell="gru", hidden_size=24)
    engine.views["run-0123456789"] = make_view(recipe, state="finished")
    page = open_page(run="run-0123456789")
    assert "Done" in texts(page)
    assert page.query_params["hidden_size"] == "24" or page.query_params["hidden_size"] == ["24"]


def test_the_interface_steers_runs_only_as_the_visitor(engine):
    steering = ("train", "pause", "resume", "step_epoch", "end", "change_learning_rate", "peek")
    sources = [*(ROOT / "playground" / "ui").rglob("*.py"), *PAGES.glob("*.py")]
    text = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    assert [call for call in steering if f"engine().{call}(" in text] == []
    assert "visitor().pause(" in text
