"""Who may train now, who waits, and for how long: rules over all runs under way."""

from __future__ import annotations

import time
from collections.abc import Iterable

from playground.config import Recipe, parameter_count
from playground.engine.live_run import LiveRun
from playground.hosting.settings import Settings
from playground.kinds import AnyRecipe, Material
from playground.records import Series
from playground.runs import UNDER_WAY


class EngineFull(ValueError):
    """The visitor, or the server, has as many runs under way as it may have."""


def in_state(runs: Iterable[LiveRun], *states: str) -> list[LiveRun]:
    """Return the runs in these states, those queued first in front."""
    return sorted((run for run in runs if run.state in states), key=lambda run: run.turns.queued_at)


def check_room(runs: Iterable[LiveRun], owner: str, settings: Settings, more: int = 1, address: str = "") -> None:
    """Do nothing if the owner may have so many runs more under way.

    Args:
        runs: All runs in memory.
        owner: The visitor's secret name.
        settings: Limits of this server.
        more: How many.
        address: Where they come from, empty where that does not count.

    Raises:
        EngineFull: if the owner, the address or the server has too many.
    """
    under_way = in_state(runs, *UNDER_WAY)
    own = sum(run.owner == owner for run in under_way)
    if own + more > 1 + settings.queued_per_owner:
        raise EngineFull(
            f"at most 1 run can train and {settings.queued_per_owner} can wait per visitor, "
            f"and you have {own}; pause or end one of them first"
        )
    nearby = _from(under_way, address)
    most_nearby = settings.visitors_per_address * (1 + settings.queued_per_owner)
    if len(nearby) + more > most_nearby:
        raise EngineFull(
            f"at most {most_nearby} runs can be under way from one network address, and yours has {len(nearby)}; "
            "wait until some of them end (whoever runs this server can name addresses that many people share)"
        )
    most = settings.runs_at_once + settings.queue_length
    if len(under_way) + more > most:
        raise EngineFull(f"this server takes at most {most} runs at a time and has them; try again in a few minutes")
    kept = int(settings.newcomers_share * most)
    if (own or nearby) and len(under_way) + more > most - kept:
        raise EngineFull(
            f"the last {kept} of this server's {most} places are kept for visitors and network addresses that have no "
            "run under way; wait until yours has ended, or try again in a few minutes"
        )


def check_paused(runs: Iterable[LiveRun], owner: str, settings: Settings, address: str = "") -> None:
    """Do nothing if the owner may have one more run that stands paused in memory; see `check_room`.

    Raises:
        EngineFull: if the owner or the address has too many.
    """
    paused = in_state(runs, "paused", "interrupted")
    own, nearby = sum(run.owner == owner for run in paused), len(_from(paused, address))
    most, most_nearby = settings.paused_per_owner, settings.visitors_per_address * settings.paused_per_owner
    if own >= most:
        raise EngineFull(
            f"at most {most} runs of one visitor can stand paused before another begins so, and you have {own}; "
            "let one train to its end, or delete one"
        )
    if nearby >= most_nearby:
        raise EngineFull(
            f"at most {most_nearby} runs from one network address can stand paused before another begins so, and yours "
            f"has {nearby}; let one train to its end, or delete one"
        )


def _from(runs: Iterable[LiveRun], address: str) -> list[LiveRun]:
    """Return the runs that come from an address, none where it does not count."""
    return [run for run in runs if address and run.address == address]


def epoch_work(recipe: Recipe, points: int) -> float:
    """Return what one epoch on a series of so many points costs: parameters x training points x window steps."""
    return float(parameter_count(recipe)) * points * recipe.data.train_fraction * recipe.data.window_steps


def check_work(recipe: AnyRecipe, material: Material, settings: Settings) -> None:
    """Do nothing if an epoch of the recipe on the material is no more work than this server takes.

    Sequences have limits of their own, which are checked where they are loaded and in the worker.

    Raises:
        ValueError: if it is more.
    """
    if not isinstance(recipe, Recipe) or not isinstance(material, Series):
        return
    work = epoch_work(recipe, len(material.values))
    if work > settings.epoch_work:
        raise ValueError(
            "so that an epoch ends within minutes, parameters x training points x window steps must be at most "
            f"{settings.epoch_work / 1e9:,.0f} billion on this server, got {work / 1e9:,.0f} billion "
            f"({parameter_count(recipe):,} x {len(material.values) * recipe.data.train_fraction:,.0f} x "
            f"{recipe.data.window_steps}); make the network or the window smaller, or the series shorter"
        )


def move_up(runs: Iterable[LiveRun], settings: Settings) -> None:
    """Let queued runs begin: one run or team of each owner, as many owners of each address as it may count for,
    and up to as many runs as take turns at once."""
    runs = list(runs)
    training = in_state(runs, "training")
    teams = {run.owner: run.team for run in training}
    for run in in_state(runs, "queued"):
        with_team = bool(run.team) and teams.get(run.owner) == run.team
        begins = run.owner not in teams and not _is_crowded(run.address, training, settings)
        if len(training) < settings.runs_at_once and (begins or with_team):
            run.become("training")
            teams[run.owner] = run.team
            training.append(run)


def _is_crowded(address: str, training: Iterable[LiveRun], settings: Settings) -> bool:
    """Say whether as many owners of an address train as may at once."""
    return len({run.owner for run in _from(training, address)}) >= settings.visitors_per_address


def pause_unwatched(runs: Iterable[LiveRun], grace_s: float) -> None:
    """Wish a pause for every run that nobody has looked at for a while."""
    now = time.monotonic()
    for run in in_state(runs, *UNDER_WAY):
        if not run.wish.keep_running and not run.wish.to and now - run.seen > grace_s:
            run.wish.to, run.wish.reason = "pause", "paused: nobody was watching"


def share(runs: Iterable[LiveRun], workers: int) -> float:
    """Return the share of a worker's time that each training run gets, roughly."""
    return min(1.0, max(workers, 1) / max(len(in_state(runs, "training")), 1))


def place(run: LiveRun, runs: Iterable[LiveRun], workers: int, settings: Settings) -> tuple[int, float | None]:
    """Return a run's place in the queue (1 = next, 0 = not queued) and the rough wait in seconds, if known."""
    if run.state != "queued":
        return 0, None
    runs = list(runs)
    queued, training = in_state(runs, "queued"), in_state(runs, "training")
    own = [other for other in training if other.owner == run.owner]
    own += [other for other in queued if other.owner == run.owner and other.turns.queued_at < run.turns.queued_at]
    ahead = _from(training, run.address) if _is_crowded(run.address, training, settings) else training
    waits = [other.remaining_s(share(runs, workers)) for other in own or ahead]
    known = [wait for wait in waits if wait is not None]
    number = queued.index(run) + 1
    if len(known) < len(waits) or not known:
        return number, None
    return number, sum(known) if own else sorted(known)[min(number, len(known)) - 1]
