"""Groups of networks that are alike in all but their seed: trained in pieces, watched, and kept as runs.

`seed_groups(recipe, series, 5)` is the same recipe with five seeds; advance them at every tick by
`advance_groups`, and read what they found from their `run`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import streamlit as st

from playground.config import Recipe
from playground.jobs import Job
from playground.labs.sweeps.calls import ADVANCE
from playground.labs.sweeps.plan import with_seeds
from playground.labs.sweeps.results import GroupRun, remaining_s
from playground.recent import Recent
from playground.records import Series
from playground.runs import material_key
from playground.ui.frame import state
from playground.ui.frame.page import plain, seconds
from playground.ui.frame.visitor import visitor
from playground.ui.server.server import engine
from playground.ui.watching.answers import Answer
from playground.ui.watching.pieces import advance_in_pieces, pause, so_far

MOST_KEPT = 1024
"""Groups whose run names are remembered."""

_kept: Recent[tuple[str, str], tuple[str, ...]] = Recent(MOST_KEPT)
_lock = Lock()


@dataclass(frozen=True, eq=False)
class Group:
    """Networks of one shape on one series, and the name of the work."""

    recipes: tuple[Recipe, ...]
    series: Series
    longest_window: int
    key: str

    @property
    def job(self) -> Job[GroupRun]:
        """Trains them for one piece."""
        return ADVANCE(self.recipes, self.series, self.longest_window)

    def advance(self) -> Answer[GroupRun]:
        """Return how far they are, and let them go on."""
        return advance_in_pieces(self.key, self.job)

    @property
    def run(self) -> GroupRun | None:
        """How far they are, None before the first piece."""
        return so_far(self.key, self.job)

    @property
    def done(self) -> bool:
        """Whether all its networks are trained."""
        run = self.run
        return run is not None and run.done


def group_of(recipes: Sequence[Recipe], series: Series, longest_window: int = 0) -> Group:
    """Return the group of these recipes; whoever asks for the same group shares its work."""
    seeds = ",".join(str(recipe.seed) for recipe in recipes)
    key = f"group {recipes[0].key()} {seeds} {material_key(series)} {longest_window}"
    return Group(tuple(recipes), series, longest_window, key)


def seed_groups(recipe: Recipe, series: Series, count: int) -> tuple[Group, ...]:
    """Return the same recipe with `count` seeds, its own first, in two groups so that two workers share them."""
    recipes, half = with_seeds(recipe, count), (count + 1) // 2
    return tuple(group_of(part, series) for part in (recipes[:half], recipes[half:]) if part)


def advance_groups(groups: Sequence[Group]) -> str:
    """Let the first unfinished groups go on, one more than there are workers; return what went wrong."""
    left = [group for group in groups if not group.done]
    answers = [group.advance() for group in left[: engine().status().workers + 1]]
    return next((answer.problem for answer in answers if answer.problem), "")


def rest_groups(groups: Sequence[Group]) -> None:
    """Let the work rest; what is trained stays."""
    for group in groups:
        pause(group.key)


def all_done(groups: Sequence[Group]) -> bool:
    """Say whether every network is trained."""
    return all(group.done for group in groups)


def draw_group_progress(groups: Sequence[Group], what: str) -> None:
    """Draw how far all networks are, and about how long the rest takes; `what` says what is trained."""
    networks = sum(len(group.recipes) for group in groups)
    share = sum(group.run.progress * len(group.recipes) for group in groups if group.run is not None) / networks
    status = engine().status()
    rest_s = remaining_s([(group.recipes[0], len(group.recipes), group.run) for group in groups], status.workers)
    text = what if rest_s is None else f"{what} · about {seconds(rest_s)} left"
    st.progress(min(share, 1.0), text=plain(text if status.state == "ready" else status.message))


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
