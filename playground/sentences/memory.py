"""What is said of networks on tasks that only memory solves."""

from __future__ import annotations

from collections.abc import Sequence

from playground.labs.memory.climb import Climb
from playground.labs.memory.results import CELL_TITLES, MemoryRun
from playground.labs.memory.tasks import SEQUENCES
from playground.words import capitalised


def describe_run(run: MemoryRun) -> str:
    """Say in a few words how a trial stands."""
    return {
        None: f"{run.steps:,} steps so far",
        "solved": f"solved after {run.steps:,} steps",
        "seconds": f"out of time after {run.steps:,} steps",
        "diverged": f"diverged after {run.steps:,} steps",
        "steps": f"not solved in {run.steps:,} steps",
    }[None if run.outcome is None else "solved" if run.outcome.solved else run.outcome.ended]


def say_repeats(runs: Sequence[MemoryRun]) -> str:
    """Say in one sentence whether trials that have ended would end the same again."""
    late = ", ".join(f"{CELL_TITLES[run.trial.cell]} at {run.trial.difficulty}" for run in runs if run.out_of_time)
    if late:
        return (
            f"Out of seconds: {late}. How far that went depends on how busy the server was; with more seconds the "
            "steps decide"
        )
    return "The same settings give the same numbers on this server, as long as the seconds suffice"


def describe_score(run: MemoryRun) -> str:
    """Say in one sentence what a trial scored, always beside what the constant answer makes."""
    task, outcome = run.trial.of, run.outcome
    answering = f"always answering {task.constant_answer:g} makes"
    if outcome is None:
        if not run.epochs:
            return f"In training: no error measured yet; {answering} {task.constant_error:.4f}"
        reached = run.epochs[-1].validation_loss
        return f"In training: error {reached:.4f} on validation sequences; {answering} {task.constant_error:.4f}"
    if outcome.error is None:
        return "Its numbers are no longer finite; lower the learning rate or turn on clipping"
    numbers = (
        f"error {outcome.error:.4f} on {SEQUENCES['test']:,} test sequences; {answering} {outcome.constant_error:.4f}"
    )
    if outcome.right_share is not None:
        numbers += f"; {outcome.right_share:.0%} of the answers have the right sign, guessing makes 50%"
    return {
        "solved": capitalised(numbers),
        "hardly": f"Hardly better than a constant, or no better: {numbers}",
        "a little": f"It has learned a little: {numbers}",
        "on the way": f"On the way: {numbers}",
    }[outcome.learned]


def describe_climb(one: Climb) -> str:
    """Say in one sentence how far a cell has come."""
    title, unit = CELL_TITLES[one.cell], one.task.unit
    if one.current is not None:
        now = one.current.difficulty
        if one.highest is None:
            return f"{title}: now at {now}"
        return f"{title}: solved up to {one.highest} {unit}, now at {now}"
    late = one.runs[-1].out_of_time
    if one.highest is None:
        if late:
            return f"{title}: ran out of seconds at {one.missed} {unit}"
        return f"{title}: did not solve even {one.missed} {unit}"
    if one.missed is None:
        return f"{title}: solved {one.highest} {unit}, the top of the ladder"
    if late:
        return f"{title}: solved {one.highest} {unit}, ran out of seconds at {one.missed}"
    return f"{title}: solved {one.highest} {unit}, missed {one.missed}"
