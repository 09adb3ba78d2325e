"""Who may train now, who waits, and for how long: rules over all runs under way."""

from __future__ import annotations

import time
from collections.abc import Iterable

from playground.config import Recipe, parameter_count
from playground.engine.live_run import LiveRun
from playground.records import Series
from playground.runs import UNDER_WAY
from playground.settings import Settings


class EngineFull(ValueError):
    """The visitor, or the server, has as many runs under way as it may have."""


def in_state(runs: Iterable[LiveRun], *states: str) -> list[LiveRun]:
    """Return the runs in these states, those queued first in front."""
    return sorted((run for run in runs if run.state in states), key=lambda run: run.queued_at)


def check_room(runs: Iterable[LiveRun], owner: str, settings: Settings, more: int = 1) -> None:
    """Do nothing if the owner may have so many runs more under way.

    Raises:
        EngineFull: if the owner or the server has too many.
    """
    under_way = in_state(runs, *UNDER_WAY)
    own = sum(run.owner == owner for run in under_way)
    if own + more > 1 + settings.queued_per_owner:
        raise EngineFull(
            f"at most 1 run can train and {settings.queued_per_owner} can wait per visitor, "
            f"and you have {own}; pause or end one of them first"
        )
    most = settings.runs_at_once + settings.queue_length
    if len(under_way) + more > most:
        raise EngineFull(f"this server takes at most {most} runs at a time and has them; try again in a few minutes")


def epoch_work(recipe: Recipe, points: int) -> float:
    """Return what one epoch on a series of so many points costs: parameters x training points x window steps."""
    return float(parameter_count(recipe)) * points * recipe.data.train_fraction * recipe.data.window_steps


def check_work(recipe: Recipe, series: Series, settings: Settings) -> None:
    """Do nothing if an epoch of the recipe on the series is no more work than this server takes.

    Raises:
        ValueError: if it is more.
    """
    work = epoch_work(recipe, len(series.values))
    if work > settings.epoch_work:
        raise ValueError(
            "so that an epoch ends within minutes, parameters x training points x window steps must be at most "
            f"{settings.epoch_work / 1e9:,.0f} billion on this server, got {work / 1e9:,.0f} billion "
            f"({parameter_count(recipe):,} x {len(series.values) * recipe.data.train_fraction:,.0f} x "
            f"{recipe.data.window_steps}); make the network or the window smaller, or the series shorter"
        )


def move_up(runs: Iterable[LiveRun], settings: Settings) -> None:
    """Let queued runs begin: one run or team of each owner, up to as many runs as take turns at once."""
    runs = list(runs)
    training = in_state(runs, "training")
    teams = {run.owner: run.team for run in training}
    begun = len(training)
    for run in in_state(runs, "queued"):
        with_team = bool(run.team) and teams.get(run.owner) == run.team
        if begun < settings.runs_at_once and (run.owner not in teams or with_team):
            run.become("training")
            teams[run.owner] = run.team
            begun += 1


def pause_unwatched(runs: Iterable[LiveRun], grace_s: float) -> None:
    """Wish a pause for every run that nobody has looked at for a while."""
    now = time.monotonic()
    for run in in_state(runs, *UNDER_WAY):
        if not run.keep_running and not run.wish and now - run.seen > grace_s:
            run.wish, run.wish_reason = "pause", "paused: nobody was watching"


def share(runs: Iterable[LiveRun], workers: int) -> float:
    """Return the share of a worker's time that each training run gets, roughly."""
    return min(1.0, max(workers, 1) / max(len(in_state(runs, "training")), 1))


def place(run: LiveRun, runs: Iterable[LiveRun], workers: int) -> tuple[int, float | None]:
    """Return a run's place in the queue (1 = next, 0 = not queued) and the rough wait in seconds, if known."""
    if run.state != "queued":
        return 0, None
    runs = list(runs)
    queued, training = in_state(runs, "queued"), in_state(runs, "training")
    own = [other for other in training if other.owner == run.owner]
    own += [other for other in queued if other.owner == run.owner and other.queued_at < run.queued_at]
    waits = [other.remaining_s(share(runs, workers)) for other in own or training]
    known = [wait for wait in waits if wait is not None]
    number = queued.index(run) + 1
    if len(known) < len(waits) or not known:
        return number, None
    return number, sum(known) if own else sorted(known)[min(number, len(known)) - 1]
