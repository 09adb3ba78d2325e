"""The page Compare: the table, what is written in it, the verdict, the duel and the links, on a fake engine."""

import dataclasses

import pytest
from fake_engine import make_snapshot, make_view, mounted
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.histories import RunEvent, RunView, SequenceEpoch
from playground.labs.comparison.table import matching, run_table
from playground.runs import RunSummary
from playground.sequences.classify.tasks import load_task
from playground.sequences.recipe import ClassifyRecipe, MelodyRecipe, SpeechRecipe, WriterRecipe
from playground.ui.compare import duel
from playground.ui.compare import run_table as table_page
from playground.ui.frame import links

BASE = Recipe().replaced(hidden_size=8, epochs=30)


@pytest.fixture
def engine(engine, monkeypatch):
    engine.series = load_series(BASE.data)
    return engine


def add(engine, run_id, state="finished", offset=1.0, recipe=BASE, **fields):
    """Put a run on the visitor's list, with a forecast whose error is `offset`."""
    snapshot = make_snapshot(3, "best on validation")
    off = dataclasses.replace(snapshot.forecast, predicted=snapshot.forecast.truth + offset)
    view = make_view(recipe, state, run_id=run_id, snapshot=dataclasses.replace(snapshot, forecast=off))
    engine.views[run_id] = view
    line = RunSummary(run_id, 1.7e9 + len(engine.lines), view.recipe_json, "key", state, epochs=3, best_loss=0.3,
                      error=0.4, baseline_error=0.5, parameters=361, elapsed_s=1.5)  # fmt: skip
    engine.lines.insert(0, dataclasses.replace(line, **fields))


open_page = opener("compare")


def add_classifier(engine, run_id, loss, **changes):
    """Put a classifier that has ended on the visitor's list, with its lowest validation loss."""
    recipe = ClassifyRecipe().replaced(hidden_size=4, epochs=3, **changes)
    epochs = tuple(SequenceEpoch(k, 1.0, loss * (4 - k), 0.5, 0.0, 0.003, 0.1 * k, 0.4, 0.3) for k in (1, 2, 3))
    engine.views[run_id] = RunView(
        run_id, recipe.model_dump_json(), "finished", "", epochs, None, 3, 3, kind="classify", material_key="names"
    )
    engine.lines.insert(0, RunSummary(run_id, 1.7e9 + len(engine.lines), recipe.model_dump_json(), "names", "finished",
                                      epochs=3, best_loss=loss, parameters=361, kind="classify"))  # fmt: skip


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info, page.subheader)
    return "\n".join(element.value for kind in kinds for element in kind)


def button(page: AppTest, label: str):
    return next(button for button in page.button if button.label == label)


def test_without_runs_the_page_says_how_to_get_some(engine):
    page = open_page()
    assert "Your runs appear here" in texts(page)
    button(page, "Start a duel: RNN, LSTM, GRU").click().run()
    ((call, recipes),) = engine.calls
    assert call == "train_team"
    assert [recipe.network.cell for recipe in recipes] == ["rnn", "lstm", "gru"]
    assert len({recipe.replaced(cell="lstm").key() for recipe in recipes}) == 1


def test_a_refused_duel_says_why(engine):
    engine.refusal = "this server takes at most 3 runs at a time and has them"
    page = open_page()
    button(page, "Start a duel: RNN, LSTM, GRU").click().run()
    assert "at most 3 runs" in texts(page)


def test_a_duel_shows_three_networks_beside_their_baselines(engine):
    for cell in duel.CELLS:
        add(engine, f"run {cell}", recipe=BASE.replaced(cell=cell), team="duel x")
    page = open_page()
    assert button(page, "Start a new duel").disabled is False
    # A loss overlay, three forecasts, the seeds and the chosen comparison.
    assert len(mounted(page)) == 6
    assert all(f"**{cell.upper()}**" in texts(page) for cell in duel.CELLS)
    assert "Too few seeds" in texts(page)


def test_seeds_that_part_are_better_and_the_difference_is_named(engine):
    for seed in range(5):
        add(engine, f"good {seed}", offset=0.1 + seed / 1000, recipe=BASE.replaced(seed=seed))
        add(engine, f"bad {seed}", offset=0.5 + seed / 1000, recipe=BASE.replaced(seed=seed, hidden_size=2))
    page = open_page()
    assert "LSTM 8 is better than LSTM 2" in texts(page).replace("\\", "")
    difference = page.dataframe[-1].value
    assert difference.to_dict("records") == [{"Setting": "Hidden size", "LSTM 2": "2", "LSTM 8": "8"}]


def test_runs_on_another_series_are_left_out_and_said(engine):
    for name, key in (("a", "key"), ("b", "key"), ("c", "other")):
        add(engine, name, recipe=BASE.replaced(seed=ord(name)), material_key=key)
    page = open_page()
    assert "learned from something else are left out" in texts(page)
    page.segmented_control(key="compare section").set_value("Predictions").run()
    assert not page.exception
    assert "Left out, because they are trained on another series" in texts(page)


@pytest.mark.parametrize(
    "section", ["Loss curves", "Predictions", "Error by horizon", "Hidden states", "What happened"]
)
def test_every_section_draws_for_finished_live_and_failed_runs(engine, section):
    add(engine, "a")
    add(engine, "b", state="training", recipe=BASE.replaced(cell="rnn", nonlinearity="relu"))
    add(engine, "c", state="failed", recipe=BASE.replaced(layers=2))
    engine.views["c"] = dataclasses.replace(engine.views["c"], snapshot=None, epochs=(), reason="the worker died")
    event = RunEvent(1.7e9, "a worker died at epoch 2; training went on from the last checkpoint")
    engine.views["a"] = dataclasses.replace(engine.views["a"], events=(event,))
    page = open_page()
    page.segmented_control(key="compare section").set_value(section).run()
    assert not page.exception and not page.error
    if section == "What happened":
        assert event.text in page.dataframe[-1].value["What"].tolist()


@pytest.mark.parametrize("axis", ["epochs", "seconds", "steps"])
def test_losses_by_every_axis_smoothed_and_banded(engine, axis):
    for seed in range(3):
        add(engine, f"run {seed}", recipe=BASE.replaced(seed=seed))
    page = open_page()
    page.segmented_control(key="loss by").set_value(axis)
    page.slider(key="smoothing").set_value(9)
    page.run()
    assert not page.exception and not page.error


def test_edits_in_the_table_are_written_on_the_runs(engine, monkeypatch):
    add(engine, "a")
    add(engine, "b")
    edits = {"edited_rows": {1: {"Name": "<b>mine</b>", "Show": False}, 0: {"Note": None, "State": "done"}}}
    monkeypatch.setattr(table_page.state, "widget_value", lambda key: edits)
    monkeypatch.setattr(table_page.state, "preset", lambda *_: None)
    monkeypatch.setattr(table_page.state, "remember", lambda *_: None)
    table_page._keep_edits("key", ("b", "a"))
    assert engine.calls == [("mark", ("a", {"name": "<b>mine</b>", "shown": False})), ("mark", ("b", {"note": ""}))]


def test_names_from_the_visitor_are_escaped(engine):
    add(engine, "a", name="<script>[x](http://x) :red[y]", reason="*z*")
    add(engine, "b", state="paused", recipe=BASE.replaced(cell="gru"))
    page = open_page()
    page.segmented_control(key="compare section").set_value("What happened").run()
    assert "<script>" not in texts(page)


def test_deleting_can_be_undone(engine):
    add(engine, "a")
    add(engine, "b", recipe=BASE.replaced(cell="gru"))
    page = open_page()
    page.selectbox(key="run acted on").set_value("a").run()
    button(page, "Delete").click().run()
    assert ("delete", ("a",)) in engine.calls
    button(page, "Undo").click().run()
    assert engine.calls[-1] == ("restore", ("a",))
    assert "Undo" not in [b.label for b in page.button]


def test_five_more_seeds_are_ones_that_were_not_tried(engine):
    for seed in (1, 3):
        add(engine, f"run {seed}", recipe=BASE.replaced(seed=seed))
    page = open_page()
    page.selectbox(key="run acted on").set_value("run 1").run()
    button(page, "Run again with 5 seeds").click().run()
    _, recipes = next(call for call in engine.calls if call[0] == "train_team")
    assert [recipe.seed for recipe in recipes] == [2, 4, 5, 6, 7]
    assert {recipe.replaced(seed=1) for recipe in recipes} == {BASE}


def test_a_store_that_keeps_nothing_is_said(engine):
    engine.warning = "runs are kept in memory only and end with the server"
    assert "Runs are kept in memory only" in texts(open_page())


def test_a_filter_that_fits_nothing_says_so(engine):
    add(engine, "a")
    page = open_page()
    page.text_input(key="run filter").set_value("no such words").run()
    assert "No run fits the filter" in texts(page)


def test_the_table_holds_what_is_known_and_leaves_the_rest_empty():
    recipe = BASE.model_dump_json()
    runs = [
        RunSummary("a", 1.7e9, recipe, "key", "finished", best_loss=0.2, error=1.0, baseline_error=4.0, parameters=9),
        RunSummary("b", 1.7e9, recipe, "key", "queued", name="later"),
    ]
    table = run_table(runs)
    assert table["Skill"].tolist()[0] == 0.75
    assert table.loc[1, ["Skill", "Validation loss", "Parameters"]].isna().all()
    assert [run.run_id for run in matching(runs, "LSTM done")] == ["a"]
    assert [run.run_id for run in matching(runs, "Later", ["waiting"])] == ["b"]
    assert matching(runs, "later", ["done"]) == ()


def test_runs_of_other_kinds_are_compared_with_their_like(engine):
    add(engine, "forecast")
    page = open_page()
    assert "Kind of run" not in [choice.label for choice in page.segmented_control]
    for seed in range(5):
        add_classifier(engine, f"good {seed}", 0.3 + seed / 1000, seed=seed)
        add_classifier(engine, f"bad {seed}", 0.9 + seed / 1000, seed=seed, cell="lstm")
    page = open_page()
    kinds = next(choice for choice in page.segmented_control if choice.label == "Kind of run")
    assert list(kinds.options) == ["Forecast (1)", "Classify (10)"]
    assert "Skill" in page.dataframe[0].value
    kinds.set_value("classify").run()
    table = page.dataframe[0].value
    assert len(table) == 10 and "Skill" not in table and set(table["Recipe"]) == {
        "GRU 4 on Names → language", "LSTM 4 on Names → language"
    }  # fmt: skip
    said = texts(page).replace("\\", "")
    assert "GRU 4 is better than LSTM 4" in said
    assert "Median validation loss: GRU 4 0.302 nats (5 seeds), LSTM 4 0.902 nats (5 seeds)" in said
    assert "lowest loss on the same validation part" in said and "RMSE" not in said
    assert page.dataframe[-1].value.to_dict("records") == [{"Setting": "Cell", "LSTM 4": "LSTM", "GRU 4": "GRU"}]
    sections = next(choice for choice in page.segmented_control if choice.label == "Compare")
    assert list(sections.options) == ["Loss curves", "What happened"]


def test_runs_of_other_kinds_alone_need_no_choice(engine):
    add_classifier(engine, "only", 0.3)
    page = open_page()
    assert "Kind of run" not in [choice.label for choice in page.segmented_control]
    assert len(page.dataframe[0].value) == 1 and "Export" not in [found.label for found in page.expander]


def test_a_classifier_is_opened_where_it_lives_and_repeated_with_other_seeds(engine):
    recipe = ClassifyRecipe().replaced(task="waveforms", hidden_size=4, epochs=1, seed=3)
    run_id = engine.train(recipe, load_task("waveforms"))
    page = opener("compare", menu=True)()
    button(page, "Run again with 5 seeds").click().run()
    assert [run.recipe.seed for run in engine.live.values()] == [3, 4, 5, 6, 7, 8]
    page.selectbox(key="run acted on").set_value(run_id).run()
    button(page, "Open").click().run()
    assert not page.exception, page.exception
    assert page.title[0].value == "Classify"
    assert page.query_params["s_run"] == run_id and "1 of 1" in page.get("progress")[0].proto.text


def test_links_open_what_they_say_and_carry_no_secret(monkeypatch):
    monkeypatch.setattr(links, "app_address", lambda: "https://school.example/rnn/")
    recipe = BASE.replaced(own="A" * 22, cell="gru")
    link = links.recipe_link(recipe)
    assert link.startswith("https://school.example/rnn/playground?") and "A" * 22 not in link
    query = dict(pair.split("=") for pair in link.split("?")[1].split("&"))
    assert Recipe.from_query(query)[0] == recipe.replaced(own="")
    assert links.run_link(recipe, "run-0123456789") == "https://school.example/rnn/playground?run=run-0123456789"
    writer = WriterRecipe().replaced(hidden_size=4)
    assert links.recipe_link(writer) == "https://school.example/rnn/write?s_hidden_size=4"
    tunes, speech = (links.run_link(kind(), "run-0123456789") for kind in (MelodyRecipe, SpeechRecipe))
    assert tunes == "https://school.example/rnn/listen?part=music&s_run=run-0123456789"
    assert speech == "https://school.example/rnn/listen?part=speech&s_run=run-0123456789"
    assert "embed=true" in links.embed_link("run-0123456789")
