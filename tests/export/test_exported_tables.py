"""Tables say what the network said, leave the sealed test out, and carry no formulas."""

import io
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from export_cases import train_to_export

from playground.data.prepare import prepare
from playground.evaluation.forecast import forecast_one_step
from playground.export.outputs import compute_outputs
from playground.export.tables import as_file, losses_table, predictions_table, states_table
from playground.networks.network import build_network

DATED = {"series": "seattle_temperature", "window_steps": 8, "hidden_size": 4, "epochs": 1, "horizon_steps": 2}


@pytest.fixture(scope="module")
def run():
    return train_to_export(**DATED)


def test_predictions_are_those_of_the_network(run):
    prepared = prepare(run.series, run.recipe.data)
    network = build_network(run.recipe)
    network.load_weights(run.weights)
    expected = forecast_one_step(network, prepared)
    table = predictions_table(run.series, compute_outputs(run, test_open=True))
    assert np.array_equal(table["forecast"].to_numpy().reshape(-1, 2), expected.predicted)
    assert np.array_equal(table["truth"].to_numpy().reshape(-1, 2), expected.truth)
    row = table.iloc[5]
    assert row["forecast for, position"] == row["last input, position"] + row["steps_ahead"]
    assert row["truth"] == run.series.values[row["forecast for, position"]]
    assert row["baseline"] == run.series.values[row["last input, position"]]
    assert row["forecast for, time"].startswith("2012-01-")


def test_a_sealed_test_stays_out(run):
    outputs = compute_outputs(run)
    test_start = prepare(run.series, run.recipe.data).split.test_start
    for table in (predictions_table(run.series, outputs), states_table(run.series, outputs)):
        assert set(table["part"]) == {"train", "validation"}
        assert table.filter(like="position").to_numpy().max() < test_start
    assert "test" in set(states_table(run.series, compute_outputs(run, test_open=True))["part"])


def test_states_give_the_forecasts_through_the_readout(run):
    outputs = compute_outputs(run)
    prepared = prepare(run.series, run.recipe.data)
    table = states_table(run.series, outputs)
    scaled = table[["h1", "h2", "h3", "h4"]].to_numpy() @ run.weights["readout.weight"].T + run.weights["readout.bias"]
    levels = scaled * prepared.scaling.deviation + prepared.scaling.mean
    assert np.allclose(levels, outputs.predicted, rtol=1e-5)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_files_give_the_table_back(run, kind):
    table = losses_table(run.epochs)
    read = pd.read_csv if kind == "csv" else pd.read_parquet
    back = read(io.BytesIO(as_file(table, kind)))
    assert back.to_dict("records") == [asdict(record) for record in run.epochs]


def test_formulas_are_neutralised_in_csv():
    table = pd.DataFrame({"=1+1": ["@SUM(A1)", "plain"], "v": [-1.5, 2.0]})
    assert as_file(table, "csv").decode() == "'=1+1,v\r\n'@SUM(A1),-1.5\r\nplain,2.0\r\n"
