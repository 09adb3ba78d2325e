"""A server in small that works on studies and keeps their pieces; called with the store.

Two steps on it takes a step more of each, which it does not keep, says "ready" and waits to be killed.
"""

import os
import signal
import sys
import threading
from pathlib import Path

import torch

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.engine.kept_studies import StudyKeeper
from playground.engine.slices import Outcome
from playground.engine.studies import Studies
from playground.hosting.settings import Settings
from playground.labs.sweeps import calls as sweeps
from playground.labs.sweeps.work import advance_group
from playground.runs import RunStore
from playground.sequences.classify import calls as classify
from playground.sequences.classify.tasks import load_task
from playground.sequences.classify.work import advance_classifier
from playground.sequences.recipe import ClassifyRecipe

ME, WORKER = "me", "here"
RECIPE = Recipe().replaced(epochs=6, hidden_size=4, length_steps=260, window_steps=8, batch_size=32, patience_epochs=0)
SERIES = load_series(RECIPE.data)
STUDENT = ClassifyRecipe().replaced(task="names", hidden_size=4, epochs=1)

STUDIES = {
    "sweep": (
        sweeps.ADVANCE([RECIPE, RECIPE.replaced(seed=2)], SERIES, 0),
        lambda before, budget_s: advance_group([RECIPE, RECIPE.replaced(seed=2)], SERIES, 0, before, budget_s),
    ),
    "names": (
        classify.ADVANCE(STUDENT.model_dump_json(), load_task("names")),
        lambda before, budget_s: advance_classifier(STUDENT.model_dump_json(), load_task("names"), before, budget_s),
    ),
}


def begin(path):
    """Return the studies of a server that has just started, and what keeps them."""
    studies = Studies(Settings())
    return studies, StudyKeeper(RunStore(Path(path)), studies, threading.RLock())


def work(studies, name, budget_s):
    """Do the next piece of a study as driver and worker do, one step at least; return whether it is done."""
    job, advance = STUDIES[name]
    if studies.look(name, job, ME).state == "done":
        return True
    study = studies.next_for(WORKER, [WORKER])
    piece = studies.begin(study, WORKER)
    piece.take(Outcome(value=advance(study.reached, budget_s), worker=WORKER))
    return study.done


if __name__ == "__main__":
    torch.set_num_threads(1)
    studies, keeper = begin(sys.argv[1])
    for keep in (True, True, False):
        for name in STUDIES:
            work(studies, name, 0.0)
        if keep:
            keeper.save_all()
    os.write(1, b"ready\n")
    signal.pause()
