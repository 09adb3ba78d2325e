"""Which runs are compared, the verdict over their seeds, and what differs between them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from playground.charts.comparison import RUN_COLORS, seeds_figure
from playground.config import Recipe
from playground.histories import RunView
from playground.kinds import FORECAST
from playground.labs.comparison.groups import Group, describe, differences, group_runs, recipe_of
from playground.labs.comparison.scores import score_in_common
from playground.labs.comparison.verdict import Contender, judge_recipes
from playground.runs import UNDER_WAY, RunSummary
from playground.sentences.comparison import recipe_details, recipe_sentence
from playground.ui.compare.compare_charts import draw_charts
from playground.ui.compare.duel import draw_duel
from playground.ui.compare.gallery import draw_gallery
from playground.ui.compare.run_table import draw_run_table
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.homes import HOMES
from playground.ui.frame.looks import LOOKS
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.spots import spot
from playground.ui.frame.visitor import visitor
from playground.ui.server.server import engine
from playground.ui.watching.live import live_chart
from playground.ui.watching.signs import draw_store_warning
from playground.ui.watching.ticking import draw_ticking

TICK_S = 1.0

MOST_SHOWN = 24
"""Most runs in the charts at once: those shown that are newest."""

ICONS = {"better": "thumb_up", "tie": "drag_handle", "too few seeds": "casino", "n/a": "help"}


@dataclass(frozen=True, eq=False)
class Shown:
    """The runs that are compared: in groups, with their views and colours.

    Attributes:
        groups: Alike but for the seed.
        views: Run -> what is known of it.
        names: Run -> how it is called here.
        colors: Run -> name of its colour.
        group_colors: Label of a group -> name of its colour.
    """

    groups: tuple[Group, ...]
    views: dict[str, RunView]
    names: dict[str, str]
    colors: dict[str, str]
    group_colors: dict[str, str]


def draw_compare(recipe: Recipe) -> None:
    """Draw the whole page below its title."""
    runs = visitor().runs()
    with spot():
        draw_store_warning()
    with spot():
        draw_duel(recipe, of_kind(runs, FORECAST.name))
    with spot():
        kind = _choose_kind(runs)
    with spot():
        if not runs:
            st.info(
                "Your runs appear here, as soon as there is one. Start a duel above, or train something in the "
                "Playground or on one of the pages Classify, Write and Listen.",
                icon=":material/table_rows:",
            )
            draw_gallery()
    with spot():
        if runs:
            _draw_runs(of_kind(runs, kind), kind)


def of_kind(runs: Sequence[RunSummary], kind: str) -> list[RunSummary]:
    """Return the runs of one kind."""
    return [run for run in runs if run.kind == kind]


def _choose_kind(runs: Sequence[RunSummary]) -> str:
    """Draw the choice among the kinds of which there are runs, where there is one; return its name."""
    kinds = [kind for kind in HOMES if of_kind(runs, kind)]
    if len(kinds) < 2:
        return kinds[0] if kinds else FORECAST.name
    chosen: str = st.segmented_control(
        "Kind of run",
        kinds,
        default=kinds[0],
        format_func=lambda kind: f"{HOMES[kind].title} ({len(of_kind(runs, kind))})",
        required=True,
        key=f"kind of runs {kinds}",
        help=GLOSSARY["kind_of_run"],
    )
    return chosen


def _draw_runs(runs: Sequence[RunSummary], kind: str) -> None:
    """Draw the table of runs of a kind and below it the comparison of those shown."""
    with spot():
        draw_run_table(runs)
    before = _states(runs)

    def draw() -> bool:
        now = of_kind(visitor().runs(), kind)
        if _states(now) != before:
            st.rerun()
        with sentences_for_errors():
            _draw_comparison(now)
        return any(run.state in UNDER_WAY for run in now)

    draw_ticking("comparison", draw, every_s=TICK_S)


def _states(runs: Sequence[RunSummary]) -> dict[str, str]:
    return {run.run_id: run.state for run in runs}


def _draw_comparison(runs: Sequence[RunSummary]) -> None:
    wanted = [run for run in runs if run.shown]
    shown = look_up(wanted[:MOST_SHOWN])
    if not shown.views:
        st.info("Tick “Show” for at least one run in the table to see it here.", icon=":material/visibility:")
        return
    with spot():
        if len(wanted) > MOST_SHOWN:
            st.caption(f"Of the {len(wanted)} runs to show, the newest {MOST_SHOWN} are drawn.")
    with spot():
        _draw_verdict(shown)
    with spot():
        _draw_differences(shown)
    draw_charts(shown.groups, shown.views, shown.names, shown.colors, shown.group_colors)


def look_up(runs: Sequence[RunSummary]) -> Shown:
    """Return the runs that still exist, in groups with names and colours."""
    found = {run.run_id: engine().view(run.run_id) for run in runs}
    views = {run_id: view for run_id, view in found.items() if view is not None}
    groups = group_runs([run for run in runs if run.run_id in views])
    palette = list(RUN_COLORS["light"])
    group_colors = {
        group.label: next((run.color for run in group.runs if run.color), palette[k % len(palette)])
        for k, group in enumerate(reversed(groups))
    }
    colors = {run.run_id: run.color or group_colors[group.label] for group in groups for run in group.runs}
    several = len({group.runs[0].material_key for group in groups}) > 1
    names = {
        run.run_id: run.name or f"{_label(group, several)}, seed {_seed(run)}" for group in groups for run in group.runs
    }
    return Shown(groups, views, _unique(names), colors, group_colors)


def _label(group: Group, several: bool) -> str:
    return describe(group.recipe) if several else group.label


def _seed(run: RunSummary) -> int:
    return recipe_of(run).seed


def _unique(names: dict[str, str]) -> dict[str, str]:
    """Return the names with a number behind those that several runs share."""
    counts, seen = Counter(names.values()), Counter[str]()
    unique = {}
    for run_id, name in names.items():
        seen[name] += 1
        unique[run_id] = name if counts[name] == 1 else f"{name} ({seen[name]})"
    return unique


def _draw_verdict(shown: Shown) -> None:
    """Draw the verdict over the recipes that have finished seeds on the series that most of them share."""
    st.subheader("Which one is better, and is it luck?", anchor=False, help=GLOSSARY["seed_verdict"])
    keys = Counter(group.runs[0].material_key for group in shown.groups if group.counted)
    if not keys:
        st.markdown(":material/hourglass_top: No run shown has finished yet; the verdict comes when two recipes have.")
        return
    key = keys.most_common(1)[0][0]
    groups = [group for group in shown.groups if group.counted and group.runs[0].material_key == key]
    race = _race(groups, shown) if isinstance(groups[0].recipe, Recipe) else _race_of_losses(groups)
    verdict = judge_recipes(race.contenders)
    st.markdown(f"#### :material/{ICONS[verdict.word]}: {plain(recipe_sentence(verdict))}")
    figure = seeds_figure(
        race.contenders, shown.group_colors, race.baseline, race.unit, current_theme(), measure=race.measure
    )
    live_chart(figure, "seeds", height=256)
    notes = [recipe_details(verdict, race.unit, race.measure), race.scored_on]
    if len(keys) > 1:
        notes.append("Runs that learned from something else are left out: their errors cannot be compared with these.")
    st.caption(plain(" ".join(filter(None, notes))))


@dataclass(frozen=True)
class Race:
    """Recipes with the errors of their seeds, all made on the same.

    Attributes:
        contenders: The recipes.
        baseline: The last value's error, None where there is none.
        measure: What the errors are.
        unit: Their unit.
        scored_on: A sentence about where they were made.
    """

    contenders: list[Contender]
    baseline: float | None
    measure: str
    unit: str
    scored_on: str


def _race_of_losses(groups: Sequence[Group]) -> Race:
    """Compare by the lowest validation loss of every seed."""
    contenders = [
        Contender(group.label, tuple(math.inf if run.best_loss is None else run.best_loss for run in group.counted))
        for group in groups
    ]
    told = "Each seed counts with its lowest loss on the same validation part; the test part plays no part."
    return Race(contenders, None, "loss", "nats", told)


def _race(groups: Sequence[Group], shown: Shown) -> Race:
    """Compare forecasts by their errors on common targets."""
    snapshots = {
        run.run_id: snapshot
        for group in groups
        for run in group.counted
        if (snapshot := shown.views[run.run_id].snapshot) is not None
    }
    scores = score_in_common([snapshot.forecast for snapshot in snapshots.values()])
    errors = dict(zip(snapshots, scores.errors, strict=True))
    contenders = [
        Contender(group.label, tuple(errors.get(run.run_id, float("inf")) for run in group.counted)) for group in groups
    ]
    unit = next((score.unit for snapshot in snapshots.values() for score in snapshot.scores), "")
    told = f"All are scored on the same {len(scores.anchors):,} validation windows; the test set plays no part."
    return Race(contenders, scores.baseline, "RMSE", unit, told)


def _draw_differences(shown: Shown) -> None:
    """Draw what differs between the recipes and nothing else."""
    if len(shown.groups) < 2:
        return
    table = differences(shown.groups)
    if not table:
        st.caption("These recipes are the same; only what they learn from differs.")
        return
    rows = {
        LOOKS[name].label if name in LOOKS else _words(name): [_shown(name, value) for value in values]
        for name, values in table.items()
    }
    columns = [group.label for group in shown.groups]
    st.markdown("**What differs**, and nothing else does (the seed aside)")
    shown_table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("Setting").reset_index()
    st.dataframe(shown_table, hide_index=True, width="content")


def _shown(name: str, value: str) -> str:
    return LOOKS[name].words.get(value, value) if name in LOOKS else value


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
