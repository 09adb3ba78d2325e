"""What the page Long memory says of a trial, and the memory ruler of a network."""

from __future__ import annotations

import numpy as np

from benchmarks.calibration._claims import Claim, simulate
from playground.labs.gradients.results import MemoryRuler
from playground.labs.memory.results import Outcome, Trial
from playground.labs.memory.tasks import SEQUENCES, TASKS

TRIES = 300
LEVEL = 0.05
STEPS = 40

KNOWS = {"always the constant": 0.0, "the constant and noise": -0.2, "a tenth more error than solved allows": 0.89}
"""World -> share of the answers' variance that a network knows; below 0 it adds noise of so much instead."""


def measure(share: float) -> list[Claim]:
    """Return how often a network that learned nothing, or half, is said to have learned, and a ruler misreads."""
    tries = round(TRIES * share)
    claims = []
    for task in TASKS:
        for world, knows in KNOWS.items():
            said = simulate(f"{task} {world}", tries, lambda random, t=task, k=knows: _judged(random, t, k))
            named = f"{TASKS[task].title}: {world}"
            claims.append(Claim("solved", named, said["solved"], tries, LEVEL))
            if knows <= 0:
                claims.append(Claim("it has learned a little, or is on the way", named, said["learned"], tries, LEVEL))
    said = simulate("ruler", 10 * tries, _ruler)
    world = "linear, answers with the input of k steps ago, a tenth of the error at random inputs"
    return [*claims, Claim("remembers about another number of steps", world, said["misread"], 10 * tries, LEVEL)]


def _judged(random: np.random.Generator, name: str, knows: float) -> list[str]:
    """Return what is said of a network that knows this share of the answers' variance, below 0 adds noise of it."""
    task = TASKS[name]
    trial = Trial(name, task.ladder[0], "rnn")
    test = task.draw(trial.difficulty, SEQUENCES["test"], int(random.integers(2**31)), "test")
    targets = test.targets[:, 0].astype(np.float64)
    constant = float(np.mean(np.square(targets - task.constant_answer)))
    noise = random.standard_normal(len(targets)) * abs((1 - knows if knows > 0 else knows) * task.constant_error) ** 0.5
    answers = (targets if knows > 0 else task.constant_answer) + noise
    error = float(np.mean(np.square(answers - targets)))
    outcome = Outcome("steps", error, constant, None, solved=error <= task.solved_error)
    learned = outcome.learned in ("a little", "on the way")
    return [*(["solved"] if outcome.solved else []), *(["learned"] if learned else [])]


def _ruler(random: np.random.Generator) -> list[str]:
    """Return whether the ruler reads another lag than that of the one input that a network copies."""
    lag = int(random.integers(1, STEPS - 5))
    weights = random.standard_normal(STEPS)
    weights *= (0.1 / np.sum(weights**2)) ** 0.5
    weights[lag] = 1.0
    read = MemoryRuler(np.abs(weights), np.abs(weights)).reach()[0]
    return [] if read == lag else ["misread"]
