"""Groups of networks that are alike in all but their seed: trained in pieces, watched, and kept as runs.

`seed_groups(recipe, series, 5)` is the same recipe with five seeds; let them go on at every tick as
`work_of` them, and read what they found from their `run`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from playground.config import Recipe
from playground.labs.sweeps.calls import ADVANCE
from playground.labs.sweeps.plan import with_seeds
from playground.labs.sweeps.results import GroupRun, remaining_s
from playground.recent import Recent
from playground.records import Series
from playground.runs import material_key
from playground.ui.frame import state
from playground.ui.frame.visitor import visitor
from playground.ui.server.server import engine
from playground.ui.watching.long_work import LongWork, Work, draw_share

MOST_KEPT = 1024
"""Groups whose run names are remembered."""

_kept: Recent[tuple[str, str], tuple[str, ...]] = Recent(MOST_KEPT)
_lock = Lock()


@dataclass(frozen=True, eq=False)
class Group(Work[GroupRun]):
    """The training of networks of one shape on one series."""

    recipes: tuple[Recipe, ...]
    series: Series


def group_of(recipes: Sequence[Recipe], series: Series, longest_window: int = 0) -> Group:
    """Return the group of these recipes; whoever asks for the same group shares its work."""
    seeds = ",".join(str(recipe.seed) for recipe in recipes)
    key = f"group {recipes[0].key()} {seeds} {material_key(series)} {longest_window}"
    return Group(key, ADVANCE(tuple(recipes), series, longest_window), tuple(recipes), series)


def seed_groups(recipe: Recipe, series: Series, count: int) -> tuple[Group, ...]:
    """Return the same recipe with `count` seeds, its own first, in two groups so that two workers share them."""
    recipes, half = with_seeds(recipe, count), (count + 1) // 2
    return tuple(group_of(part, series) for part in (recipes[:half], recipes[half:]) if part)


def work_of(flag: str, groups: Sequence[Group]) -> LongWork[Group]:
    """Return groups as the long work that they are; one more goes on than there are workers."""
    return LongWork(flag, groups, engine().status().workers + 1)


def draw_group_progress(groups: Sequence[Group], what: str) -> None:
    """Draw how far all networks are, and about how long the rest takes; `what` says what is trained."""
    networks = sum(len(group.recipes) for group in groups)
    share = sum(group.run.progress * len(group.recipes) for group in groups if group.run is not None) / networks
    told = [(group.recipes[0], len(group.recipes), group.run) for group in groups]
    draw_share(share, what, remaining_s(told, engine().status().workers))


def keep_groups(groups: Sequence[Group], team: str) -> None:
    """Put the networks of all finished groups among this browser's runs, each once."""
    for group in groups:
        if group.done and _names(group) is None:
            _keep(group, team)


def run_of(group: Group, place: int, team: str) -> str:
    """Return the name of the run of one network of a finished group, kept anew if it has been deleted since."""
    names = _names(group)
    if names is None or engine().view(names[place]) is None:
        names = _keep(group, team)
    return names[place]


def _names(group: Group) -> tuple[str, ...] | None:
    with _lock:
        return _kept.use((state.owner(), group.key))


def _keep(group: Group, team: str) -> tuple[str, ...]:
    run = group.run
    if run is None or not run.done:
        raise ValueError("networks can be kept when all of their group are trained; let them train to their end")
    networks = zip(group.recipes, run.epochs, run.checkpoints, strict=True)
    names = tuple(
        visitor().keep_finished(recipe, group.series, epochs, checkpoint, team)
        for recipe, epochs, checkpoint in networks
    )
    with _lock:
        return _kept.keep((state.owner(), group.key), names)
