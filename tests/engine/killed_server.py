"""A server in small that trains without pause and is killed: resumes what was interrupted, then begins anew.

Reads lines "<store> <seed>" and forks a server for each, so that killing fifty of them is quick.
A server writes "<its pid>" first, then "<run> <seed>" for every run that it has stored as finished.
"""

import itertools
import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

import torch

from playground.config import Recipe
from playground.data.catalog import load_series
from playground.engine.live_run import LiveRun
from playground.engine.storing import restore_run, save_runs
from playground.histories import ENDED
from playground.hosting.settings import Settings
from playground.runs import RunStore
from playground.worker import advance_slice

RECIPE = Recipe().replaced(epochs=100, patience_epochs=0, hidden_size=6, length_steps=300, window_steps=12)
SERIES = load_series(RECIPE.data)
SETTINGS = Settings()


def train(store, run):
    """Train a run turn by turn as the driver does, storing it after each of its very short turns."""
    lock = threading.RLock()
    run.become("training")
    while run.state not in ENDED:
        request = replace(run.next_request("here", SETTINGS), budget_s=0.01)
        run.take(advance_slice(request), request)
        save_runs(store, {run.run_id: run}, lock, every_s=0)


def serve(path, seed):
    """Serve for ever."""
    store = RunStore(Path(path))
    store.interrupt_runs()
    say(f"{os.getpid()}")
    summaries = store.shelf("me").runs()
    interrupted = [line.run_id for line in summaries if line.state == "interrupted"]
    for run in itertools.chain(
        (restore_run(store, run_id) for run_id in interrupted),
        (LiveRun.begin(RECIPE.replaced(seed=seed + number), SERIES, "me") for number in itertools.count()),
    ):
        train(store, run)
        say(f"{run.run_id} {run.recipe.seed}")


def say(text):
    """Write a line in one call, so that it is there or not."""
    os.write(1, f"{text}\n".encode())


if __name__ == "__main__":
    torch.set_num_threads(1)
    # What is slow the first time is paid for once, before the servers are forked.
    train(RunStore(None), LiveRun.begin(RECIPE.replaced(epochs=2), SERIES, "nobody"))
    for line in sys.stdin:
        path, seed = line.split()
        if os.fork() == 0:
            serve(path, int(seed))
        os.wait()
        say("killed")
