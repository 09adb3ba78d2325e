"""The page My forecast as a whole, on an engine that answers in this process."""

import numpy as np
import pandas as pd
import pytest
from fake_engine import FakeEngine, make_view, mounted
from opening import opener

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.own import keep_own
from playground.data.prepare import prepare
from playground.networks.network import build_network
from playground.records import Series

RUN = "run-0123456789"
DAYS = np.datetime64("2023-01-01", "ns") + np.arange(260) * np.timedelta64(1, "D")
VALUES = np.round(100 + 10 * np.sin(2 * np.pi * np.arange(260) / 7) + np.random.default_rng(0).standard_normal(260), 2)
RAIN = np.round(np.cos(np.arange(260.0)), 3)
SHOP = Series("own", "Shop", "pieces", VALUES[:250], DAYS[:250], "day", extras={"rain": RAIN[:250]})

open_page = opener("my_forecast", menu=True)


def own(**fields) -> Recipe:
    chosen = {"window_steps": 8, "hidden_size": 4, "horizon_steps": 3, "gap_steps": 2, "season_steps": 7} | fields
    return Recipe().replaced(series="own", own=keep_own(SHOP), **chosen)


def show_run(engine: FakeEngine, recipe: Recipe, state: str = "finished"):
    features = prepare(load_series(recipe.data), recipe.data).train.inputs.shape[2]
    for epoch in (0, 3, 5):
        engine.weights[epoch] = build_network(recipe.replaced(seed=epoch), features).weights()
    engine.views[RUN] = make_view(recipe, state, 5, best_epoch=3, snapshot=None)
    engine.series = SHOP
    engine.has_preview = False
    page = opener("my_forecast", {"run": RUN} | recipe.to_query(), menu=True)
    with pytest.MonkeyPatch.context() as patched:
        # A link does not carry the name of one's own table: the tab has it, as after an upload.
        patched.setattr(Recipe, "from_query", classmethod(lambda cls, query: (recipe, ())))
        return page()


def texts(page) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info, page.success)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def button(page, label: str):
    return next(button for button in page.button if button.label.startswith(label))


def test_before_the_first_run_every_step_says_what_it_is_for(engine):
    page = open_page()
    told = texts(page)
    assert [element.value for element in page.subheader] == ["1 Data", "2 Train", "3 Judge", "4 Next"]
    assert "Once the network is trained" in told
    assert "the steps after the last row" in told
    assert "Season 40 steps" in told, "what is suggested, with its reason"
    assert button(page, "Train with these settings")
    assert page.expander[0].proto.expanded
    assert len(mounted(page)) == 1


def test_one_button_trains_the_suggested_settings(engine):
    page = open_page()
    button(page, "Train with these settings").click().run()
    assert not page.exception
    (recipe,) = [argument for call, argument in engine.calls if call == "train"]
    assert (recipe.data.window_steps, recipe.training.learning_rate) == (40, 0.003)
    assert "Pause" in [each.label for each in page.button]
    assert page.query_params["run"] == RUN


def test_a_full_server_says_so_and_keeps_the_offer(engine):
    engine.refusal = "the server is full; try again in a minute"
    page = open_page()
    button(page, "Train with these settings").click().run()
    assert not page.exception
    assert "The server is full" in texts(page)
    assert button(page, "Train with these settings")


def test_a_series_from_here_is_one_click(engine):
    page = open_page()
    page.selectbox(key="bundled series").set_value("made_up_sales").run()
    button(page, "Use this series").click().run()
    assert not page.exception
    assert page.query_params["series"] == "made_up_sales"
    assert "Season 7 steps" in texts(page)


def test_a_finished_run_is_judged_and_looks_ahead(engine):
    page = show_run(engine, own())
    told = texts(page)
    assert "Nothing is recommended" in told, "28 forecasts on validation are too few to tell skill from luck"
    assert "The first 3 steps are forecast from true values" in told
    assert "The 80% limits" in told
    assert "Time goes on evenly, with a step every day." in told
    assert page.number_input[0].value == 14
    (table,) = [found.value for found in page.dataframe if "network" in found.value]
    assert list(table.time[:2]) == ["2023-09-08", "2023-09-09"]
    assert len(table) == 14
    labels = [each.label for each in page.get("download_button")]
    assert {"CSV", "Excel", "Parquet", "Report", "Run file"} <= set(labels)


def test_more_steps_are_more_rows(engine):
    page = show_run(engine, own())
    page.number_input[0].set_value(40).run()
    assert not page.exception
    (table,) = [found.value for found in page.dataframe if "network" in found.value]
    assert len(table) == 40
    assert table["network 90% low"].isna().any(), "so few rows cannot promise 90% so far ahead"


def test_the_look_back_says_what_came(engine):
    page = show_run(engine, own())
    slider = next(each for each in page.select_slider if each.label.startswith("Look back"))
    assert slider.value == len(slider.options) - 1
    slider.set_value(3).run()
    assert not page.exception


def test_trained_again_on_all_rows_it_is_said_what_it_is(engine):
    page = show_run(engine, own())
    next(each for each in page.toggle if each.label.startswith("Train again")).set_value(True).run()
    for _ in range(9):
        if "trained again on all rows" in texts(page):
            break
        page.run()
    assert "It has not been judged, because no row is left to judge it by" in texts(page)
    assert next(each for each in page.toggle if each.label.startswith("Mean of")).disabled


def test_what_is_known_of_further_inputs_is_asked_for_in_a_table(engine):
    page = show_run(engine, own(extra_inputs=("rain",)))
    assert "rain keeps its last value" in texts(page)
    assert any("further inputs ahead" in each.label for each in page.expander)


def test_an_evaluation_that_fails_is_a_sentence_and_nothing_is_lost(engine, monkeypatch):
    monkeypatch.setattr(
        "playground.evaluation.report.evaluate", lambda *_: (_ for _ in ()).throw(ValueError("cannot be measured"))
    )
    page = show_run(engine, own())
    assert "Cannot be measured" in texts(page)
    assert "Then: the steps after the last row" in texts(page)


def test_an_outlook_that_fails_is_a_sentence(engine):
    engine.study_problem = "the worker could not look ahead"
    page = show_run(engine, own())
    assert "The worker could not look ahead" in texts(page)
    assert not page.exception


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (slice(240, 260), "10 new rows after the last one that the run knew; 10 rows in common, all the same."),
        (slice(100, 250), "no row after the last one that the run knows"),
    ],
)
def test_newer_rows_are_checked_and_the_earlier_forecast_is_told(engine, rows, said):
    page = show_run(engine, own())
    table = pd.DataFrame({"date": DAYS[rows].astype("datetime64[D]").astype(str), "v": VALUES[rows]})
    page.file_uploader(key=f"newer {RUN}").set_value(
        ("newer.csv", table.to_csv(index=False).encode(), "text/csv")
    ).run()
    assert not page.exception
    told = texts(page)
    assert said in told
    assert ("The forecast made before the new rows came, 10 steps ahead" in told) == (rows.stop == 260)


def test_the_network_can_train_on_with_the_new_rows(engine, monkeypatch):
    begun = []
    train = engine.train
    monkeypatch.setattr(engine, "train", lambda *given, **more: begun.append(more) or train(*given))
    page = show_run(engine, own())
    table = pd.DataFrame({"date": DAYS[240:].astype("datetime64[D]").astype(str), "v": VALUES[240:]})
    page.file_uploader(key=f"newer {RUN}").set_value(("n.csv", table.to_csv(index=False).encode(), "text/csv")).run()
    button(page, "Train on with the new rows").click().run()
    assert not page.exception
    (recipe,) = [argument for call, argument in engine.calls if call == "train"]
    np.testing.assert_array_equal(load_series(recipe.data).values, VALUES)
    assert set(begun[0]["start"]) == set(engine.weights[3])
