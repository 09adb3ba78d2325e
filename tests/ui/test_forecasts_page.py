"""The Forecasts page as a whole, on an engine that answers in this process."""

import dataclasses
import re
from concurrent.futures import Future

import pytest
from fake_engine import FakeEngine, make_view, mounted
from opening import opener
from streamlit.testing.v1 import AppTest

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.data.prepare import prepare
from playground.evaluation import report
from playground.evaluation.missing import Missing
from playground.evaluation.results import Comparison
from playground.networks.network import build_network
from playground.ui.watching import moments

RUN = "run-0123456789"
SMALL = Recipe().replaced(length_steps=300, window_steps=16, hidden_size=4, horizon_steps=3, gap_steps=4)
EVALUATE = "playground.evaluation.report:evaluate"


open_page = opener("forecasts", menu=True)


def show_run(engine: FakeEngine, state: str = "finished", **view: object) -> AppTest:
    """Open the page on a run with the weights of three epochs, epoch 3 the best."""
    features = prepare(load_series(SMALL.data), SMALL.data).train.inputs.shape[2]
    for epoch in (0, 3, 5):
        network = build_network(SMALL.replaced(seed=epoch), features)
        engine.weights[epoch] = network.weights()
    engine.views[RUN] = make_view(SMALL, state, 5, best_epoch=3, snapshot=None, **view)
    engine.has_preview = False
    return open_page(run=RUN, **SMALL.to_query())


def texts(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def shown_epoch(page: AppTest) -> int:
    return next(box for box in page.selectbox if box.label == "Epoch").value


def button(page: AppTest, label: str):
    return next(button for button in page.button if button.label.startswith(label))


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def questions(engine: FakeEngine) -> list[bool]:
    """Whether each evaluation asked for was to include the test part."""
    return [arguments[-1] for call, arguments in engine.calls if call == EVALUATE]


def test_the_recorded_run_is_judged_without_its_test_part(engine):
    page = open_page()
    told = texts(page)
    assert "Epoch 244: Ties with linear autoregression, the best baseline, on validation (RMSE 0." in told
    assert ":material/drag_handle:" in told and "thumb" not in told
    assert "(95% interval, wider for the pick of the best of 6 baselines)" in told
    assert "Against “same as the step before” alone it is " in told
    assert "Recorded run “Learn a wave”" in told
    assert shown_epoch(page) == 244
    assert questions(engine) == [False]
    assert page.segmented_control(key="part False").options == ["Training", "Validation"]
    assert len(mounted(page)) == 5


def test_a_run_of_a_longer_horizon_adds_direct_forecasts_and_lead_times(engine):
    page = show_run(engine)
    assert "Your run" in texts(page)
    assert shown_epoch(page) == 3
    assert "How far ahead" in " ".join(element.value for element in page.subheader)
    page.segmented_control(key="kind 3").set_value("direct").run()
    assert not page.exception
    assert "all 3 steps are forecast at once" in texts(page)
    assert page.select_slider(key=next(s.key for s in page.select_slider if "direct" in s.key)).value > 0


def test_a_free_run_names_itself_and_has_an_origin(engine):
    page = show_run(engine)
    page.segmented_control(key="kind 3").set_value("free-run").run()
    assert not page.exception
    assert "the network is fed its own forecasts" in texts(page)
    assert any("free-run" in slider.key for slider in page.select_slider)
    assert "80% interval held" not in texts(page)


def test_the_level_of_the_interval_decides_the_coverage_told(engine):
    page = show_run(engine)
    assert "The 80% interval held" in texts(page)
    page.segmented_control(key="level").set_value(0.5).run()
    assert "The 50% interval held" in texts(page)


def test_scores_are_a_table_with_words_and_reasons(engine):
    page = show_run(engine)
    table = page.table[0].value
    assert len(table) == 7
    assert any("best" in cell for cell in table["RMSE ↓"])
    assert "n/a" in set(table["direction (%) ↑"])
    assert "“direction” of last value: n/a" in texts(page)


def test_opening_the_test_set_asks_counts_once_and_then_evaluates_it(engine):
    page = show_run(engine)
    assert "Look once, at the end" in texts(page)
    assert "peek" not in [call for call, _ in engine.calls]
    button(page, "Open it: look number 1").click().run()
    assert not page.exception
    assert questions(engine) == [False, True]
    assert "on test" in texts(page)
    assert "opened once" in texts(page)
    assert page.segmented_control(key="part True").value == "test"
    page.segmented_control(key="level").set_value(0.9).run()
    assert [call for call, _ in engine.calls].count("peek") == 1

    button(page, "Seal the test set").click().run()
    assert "on test" not in texts(page).replace("on test: ", "")
    button(page, "Open it: look number 2").click().run()
    assert [call for call, _ in engine.calls].count("peek") == 2
    assert "opened twice" in texts(page)


def test_the_playground_and_this_page_share_the_seal_and_its_count(engine):
    page = show_run(engine)
    button(page, "Open it").click().run()
    page.switch_page("../../../pages/playground.py").run()
    assert not page.exception
    assert "opened once" in texts(page)
    button(page, "Seal the test set").click().run()
    button(page, "Open it: look number 2").click().run()
    assert engine.views[RUN].peeks == 2
    page.switch_page("../../../pages/forecasts.py").run()
    assert "opened twice" in texts(page)


def test_the_test_set_of_a_recorded_run_is_counted_in_the_tab(engine):
    page = open_page()
    button(page, "Open it: look number 1").click().run()
    assert "opened once" in texts(page)
    assert questions(engine) == [False, True]
    assert "peek" not in [call for call, _ in engine.calls]


def test_a_run_under_way_stays_with_its_epoch_until_asked(engine):
    page = show_run(engine, "training")
    assert shown_epoch(page) == 3
    assert "Show the latest: epoch 5" in labels(page)
    page.run()
    assert len(questions(engine)) == 1
    button(page, "Show the latest").click().run()
    assert shown_epoch(page) == 5
    assert len(questions(engine)) == 2
    assert not any(label.startswith("Show the latest") for label in labels(page))


def test_an_epoch_that_is_dropped_stays_while_its_weights_are_known(engine):
    page = show_run(engine, "training")
    button(page, "Show the latest").click().run()
    del engine.weights[5]
    engine.weights[7] = engine.weights[3]
    page.run()
    assert shown_epoch(page) == 5
    moments._weights_of.clear()
    page.run()
    assert shown_epoch(page) in (3, 7)


def test_while_the_worker_measures_the_series_is_shown(engine, monkeypatch):
    waiting: Future[object] = Future()
    monkeypatch.setattr(engine, "ask", lambda *_, **__: waiting)
    page = open_page()
    assert "Measuring" in texts(page)
    assert "six baselines" in texts(page)
    assert len(mounted(page)) == 1


def test_a_problem_is_a_sentence_and_can_be_tried_again(engine, monkeypatch):
    answer = FakeEngine.ask
    failed: Future[object] = Future()
    failed.set_exception(RuntimeError("the worker died twice while computing this"))
    monkeypatch.setattr(engine, "ask", lambda *_, **__: failed)
    page = open_page()
    assert "the worker died twice" in texts(page)
    monkeypatch.setattr(engine, "ask", lambda *arguments, **named: answer(engine, *arguments, **named))
    button(page, "Try again").click().run()
    assert "Epoch 244: Ties with " in texts(page)


def changed(engine, monkeypatch, change):
    """Let every evaluation be changed before it is shown."""
    evaluate = report.evaluate
    monkeypatch.setattr(report, "evaluate", lambda *arguments: change(evaluate(*arguments)))
    return show_run(engine)


@pytest.mark.parametrize(
    ("word", "skill", "icon", "headline"),
    [
        ("beats", 0.07, "thumb_up", "Beats every baseline on validation: 7% better than drift, the best of them"),
        ("ties", 0.01, "drag_handle", "Ties with drift, the best baseline, on validation"),
        ("loses", -0.09, "thumb_down", "Loses to drift, the best baseline, on validation: 9% worse"),
        ("loses", None, "thumb_down", "Loses to drift, the best baseline, on validation: that makes no error there"),
        ("n/a", None, "help", "n/a on validation: 4 windows are too few"),
    ],
)
def test_every_verdict_has_its_word_and_icon(engine, monkeypatch, word, skill, icon, headline):
    def change(evaluation):
        found = evaluation.verdicts[-1]
        reason = Missing("too few windows", 4, 27) if word == "n/a" else None
        against = Comparison("drift", word, skill, None, None, reason)
        verdict = dataclasses.replace(found, against_best=against)
        return dataclasses.replace(evaluation, verdicts=(evaluation.verdicts[0], verdict))

    page = changed(engine, monkeypatch, change)
    assert f"### :material/{icon}: Epoch 3: {headline}" in texts(page)


def test_a_copycat_gets_its_badge_with_the_reason(engine, monkeypatch):
    def change(evaluation):
        copycat = dataclasses.replace(evaluation.copycats[-1], word="is the last value", best_shift=1)
        return dataclasses.replace(evaluation, copycats=(evaluation.copycats[0], copycat))

    page = changed(engine, monkeypatch, change)
    assert page.warning[0].value.replace("\\", "").startswith("Copies the past: the forecasts match")


def test_an_honest_network_gets_no_copycat_badge(engine):
    assert not open_page().warning


def test_a_backtest_runs_when_asked_for(engine):
    page = show_run(engine)
    assert not any("advance_backtest" in call for call, _ in engine.calls)
    button(page, "Run the backtest").click().run()
    for _ in range(5):
        page.run()
    assert not page.exception
    assert "origins" in texts(page)
    assert re.search(
        r"The network was better than [\w ]+, the best baseline here, from \d+ of \d+ origins", texts(page)
    )
    assert all(arguments[5] is False for call, arguments in engine.calls if "advance_backtest" in call)


def test_a_backtest_under_way_shows_progress_and_can_be_cancelled(engine):
    page = show_run(engine)
    engine.stalled = True
    button(page, "Run the backtest").click().run()
    assert "Forecasting from every origin: 0%" in page.get("progress")[0].proto.text.replace("\\", "")
    button(page, "Cancel").click().run()
    assert len(engine.rested) == 1
    assert "Run the backtest" in labels(page)
