"""A run on sequences as a file: torch loads its weights, its header tells the run, its material stays out."""

import json

import numpy as np
import pytest
import torch
from reader_cases import CASES, HOSTILE, run_of
from safetensors import safe_open
from safetensors.numpy import load

from playground.export.run_file import FIELD
from playground.export.sequences.run_file import pack_reader
from playground.kinds import KINDS
from playground.sequences.models import build_sequence_network


@pytest.mark.parametrize("name", CASES)
def test_torch_loads_the_weights_and_the_header_tells_the_run(name, tmp_path):
    run = run_of(name)
    path = tmp_path / "run.safetensors"
    path.write_bytes(pack_reader(run))
    with safe_open(path, "pt") as file:
        told = json.loads(file.metadata()[FIELD])
        weights = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    kind = KINDS[told["kind"]]
    assert kind.recipe.model_validate(told["recipe"]) == run.recipe
    assert (told["best_epoch"], told["state"], told["test_score"]) == (run.best_epoch, run.state, run.score)
    assert [kind.epoch(*row) for row in told["epochs"]] == list(run.epochs)
    inputs = len(told.get("inputs") or told["mean"])
    network = build_sequence_network(run.recipe, inputs, len(told["outputs"]))
    network.load_state_dict(weights)
    assert all(np.array_equal(array, run.weights[key]) for key, array in load(path.read_bytes()).items())
    assert isinstance(weights.popitem()[1], torch.Tensor)


def test_a_learners_own_text_is_not_in_the_file():
    data = pack_reader(run_of("own text"))
    assert b"onerror" not in data and HOSTILE.encode() not in data
