"""The numbers version is raised when the same settings give other numbers: recorded histories notice.

`python -m tests.test_numbers_version` records them anew.
"""

import json
from pathlib import Path

import pytest

from playground import NUMBERS_VERSION
from playground.config import Recipe
from playground.data.catalog import load_series
from playground.labs.gradients.work import advance_gradient_run
from playground.labs.leaks.work import advance_leak_run
from playground.labs.memory.results import Effort, Trial
from playground.labs.memory.work import advance_memory_run
from playground.labs.sweeps.work import advance_group
from playground.sequences.classify.tasks import load_task
from playground.sequences.classify.work import advance_classifier
from playground.sequences.recipe import ClassifyRecipe, WriterRecipe
from playground.sequences.write.grammars import make_abab
from playground.sequences.write.work import advance_writer

RECORDED = Path(__file__).with_name("numbers.json")
SAME = 1e-4
"""Relative; processors differ by far less in so few epochs, a change of what is computed by far more."""

SMALL = Recipe().replaced(length_steps=260, window_steps=8, epochs=2, batch_size=64, hidden_size=3, patience_epochs=0)
SERIES = load_series(SMALL.data)
TRIAL = Trial("adding", 10, "rnn", Effort(steps=40))
CLASSIFIER = ClassifyRecipe().replaced(task="names", hidden_size=4, epochs=1)
WRITER = WriterRecipe().replaced(text="abab", hidden_size=4, epochs=1)


def to_its_end(advance):
    """Return what long work has reached when it is done."""
    run = None
    while run is None or not run.done:
        run = advance(run)
    return run


def losses(epochs):
    return [loss for epoch in epochs for loss in (epoch.train_loss, epoch.validation_loss)]


def watched(cell):
    run = to_its_end(lambda run: advance_gradient_run(SMALL.replaced(cell=cell), SERIES, run))
    return losses(run.epochs)


def stacked():
    run = to_its_end(lambda run: advance_group([SMALL, SMALL.replaced(seed=2)], SERIES, 0, run))
    return [loss for epochs in run.epochs for loss in losses(epochs)]


def sequences(advance, recipe, material):
    run = to_its_end(lambda run: advance(recipe.model_dump_json(), material, run))
    return losses(run.training.epochs)


HISTORIES = {
    "rnn": lambda: watched("rnn"),
    "lstm": lambda: watched("lstm"),
    "gru": lambda: watched("gru"),
    "stack": stacked,
    "leaks": lambda: losses(
        to_its_end(lambda run: advance_leak_run(SMALL, SERIES, frozenset({"scaling"}), run)).epochs
    ),
    "memory": lambda: losses(to_its_end(lambda run: advance_memory_run(TRIAL, run)).epochs),
    "classifier": lambda: sequences(advance_classifier, CLASSIFIER, load_task("names")),
    "writer": lambda: sequences(advance_writer, WRITER, make_abab()),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_the_same_settings_give_the_recorded_numbers(name):
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    assert recorded["version"] == NUMBERS_VERSION, "record the numbers of this version anew"
    told = "numbers changed: raise NUMBERS_VERSION and record them anew"
    assert HISTORIES[name]() == pytest.approx(recorded["histories"][name], rel=SAME), told


if __name__ == "__main__":
    kept = {"version": NUMBERS_VERSION, "histories": {name: history() for name, history in HISTORIES.items()}}
    RECORDED.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
