"""The score table: what is best, what is missing and why."""

import dataclasses

import pandas as pd
import pytest

from playground.config import DataChoice
from playground.data.catalog import load_series
from playground.evaluation.missing import Missing
from playground.evaluation.results import MetricScore
from playground.evaluation.score_table import score_rows, score_table
from playground.sentences.forecast import score_note
from playground.sentences.missing import because

CHOICE = DataChoice(length_steps=300, window_steps=16, horizon_steps=2)


@pytest.fixture
def evaluation(evaluated, linear_forecaster):
    return evaluated(load_series(CHOICE), CHOICE, linear_forecaster, include_test=False)


def with_scores(evaluation, **replaced):
    """Replace the validation scores of one measure."""
    scores = tuple(
        dataclasses.replace(s, **replaced) if (s.metric, s.part, s.kind) == ("MAE", "validation", "direct") else s
        for s in evaluation.scores
    )
    return dataclasses.replace(evaluation, scores=scores)


def test_every_forecaster_has_a_row_and_every_measure_a_column(evaluation):
    cells = score_table(evaluation, "validation", "direct").cells
    assert list(cells.index)[:2] == ["network", "last value"]
    assert len(cells) == 7
    assert list(cells.columns) == ["MAE ↓", "RMSE ↓", "MASE ↓", "sMAPE (%) ↓", "R² ↑", "direction (%) ↑"]


def test_the_best_carries_the_word_and_ties_share_it(evaluation):
    changed = with_scores(evaluation, value=0.25, baselines={"last value": 0.25, "drift": 1.5, "mean": None})
    changed = dataclasses.replace(
        changed,
        scores=tuple(s if s.metric == "MAE" else _like(s, ["last value", "drift", "mean"]) for s in changed.scores),
    )
    column = score_table(changed, "validation", "direct").cells["MAE ↓"]
    assert list(column) == ["0.250 best", "0.250 best", "1.50", "n/a"]


def _like(score: MetricScore, names: list[str]) -> MetricScore:
    return dataclasses.replace(score, baselines=dict.fromkeys(names, 1.0), reasons={})


def test_higher_is_best_where_higher_is_better(evaluation):
    cells = score_table(evaluation, "validation", "direct").cells
    score = evaluation.score("R²", "validation")
    values = {"network": score.value} | score.baselines
    highest = max(value for value in values.values() if value is not None)
    best = [name for name in cells.index if values[name] == highest]
    assert "network" in best
    assert [name for name in cells.index if cells["R² ↑"][name].endswith("best")] == best


def test_what_is_missing_says_why_once(evaluation):
    table = score_table(evaluation, "validation", "direct")
    assert table.cells["direction (%) ↑"]["last value"] == "n/a"
    (note,) = (note for note in map(score_note, table.notes) if "of last value" in note)
    assert note.startswith("“direction” of last value: n/a, no pair has both")
    assert len(set(table.notes)) == len(table.notes)


def test_a_baseline_without_any_score_is_noted_once(evaluation):
    table = score_table(without_season(evaluation), "validation", "direct")
    assert [note for note in map(score_note, table.notes) if "season" in note] == [
        "seasonal naive: n/a, the series has no season that is known or could be found."
    ]


def without_season(evaluation):
    scores = tuple(
        dataclasses.replace(
            score,
            baselines=score.baselines | {"seasonal naive": None},
            reasons=score.reasons | {"seasonal naive": Missing("no season")},
        )
        for score in evaluation.scores
    )
    return dataclasses.replace(evaluation, scores=scores)


def test_numbers_are_readable(evaluation):
    changed = with_scores(evaluation, value=-12345.6, baselines=evaluation.score("MAE", "validation").baselines)
    assert score_table(changed, "validation", "direct").cells["MAE ↓"]["network"] == "−12,346 best"


def test_the_download_holds_every_score_of_what_was_evaluated(evaluation):
    rows = score_rows(evaluation, because)
    assert len(rows) == len(evaluation.scores) * 7
    assert set(rows["part"]) == {"train", "validation"}
    network = rows[(rows["forecaster"] == "network") & (rows["measure"] == "RMSE") & (rows["kind"] == "direct")]
    assert network["value"].tolist() == [evaluation.score("RMSE", part).value for part in ("train", "validation")]
    assert pd.isna(rows.loc[(rows["forecaster"] == "last value") & (rows["measure"] == "direction"), "value"]).all()
