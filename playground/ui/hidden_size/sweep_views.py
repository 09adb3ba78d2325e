"""What a sweep found: verdict, charts, what to notice, and the way from a point into the Playground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from playground.charts.sweep import cost_figure, heatmap_figure, heatmap_height, place_of, sweep_figure
from playground.labs.sweeps.plan import SweepPlan, Value, label_of
from playground.labs.sweeps.results import GroupRun, Point, points_of
from playground.labs.sweeps.verdict import SweepVerdict, judge_sweep, misfits
from playground.places import PLAYGROUND
from playground.sentences.sweeps import misfit_sentences, sweep_details, sweep_headline
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.server.server import prepared_of
from playground.ui.watching.live import live_chart, picking_chart
from playground.ui.watching.seed_groups import Group, run_of

Cell = tuple[Value, ...]


def finished_points(plan: SweepPlan, groups: Mapping[Cell, Group]) -> tuple[Point, ...]:
    """Return the points that are trained."""
    runs: dict[Cell, GroupRun | None] = {cell: group.run for cell, group in groups.items()}
    features = prepared_of(plan.recipe.data.model_dump_json()).train.inputs.shape[2]
    return points_of(plan, runs, features)


def draw_results(plan: SweepPlan, points: Sequence[Point], name: str) -> SweepVerdict:
    """Draw verdict and charts of the finished points, and return the verdict; `name` names the sweep."""
    verdict = judge_sweep(plan, points)
    _draw_verdict(verdict)
    theme = current_theme()
    if len(plan.axes) == 2:
        figure = heatmap_figure(plan, points, verdict, theme, revision=name)
        live_chart(figure, key="sweep map", height=heatmap_height(plan))
        st.caption(
            "Each cell is the mean validation error of its seeds (mean squared, scaled); ringed is the simplest within "
            "one standard error of the lowest. The test set stays sealed.",
            help=GLOSSARY["seed_spread"],
        )
    else:
        figure = sweep_figure(plan, points, verdict, theme, revision=name)
        if name == "recorded":
            live_chart(figure, key="recorded sweep", height=380)
        else:
            picking_chart(figure, "sweep", lambda picked: _pick(plan, points, picked, name), height=380)
        st.caption(
            "One-step or direct forecasts of the validation part, at each network's best epoch. Bands are one standard "
            "error over the seeds. The test set stays sealed.",
            help=GLOSSARY["seed_spread"],
        )
    with spot():
        for sentence in misfit_sentences(misfits(points)):
            st.markdown(f":material/info: {plain(sentence)}")
    if len(plan.axes) == 1:
        live_chart(cost_figure(plan, points, theme, revision=name), key="sweep cost", height=260)
    return verdict


def _draw_verdict(verdict: SweepVerdict) -> None:
    icon = "emoji_events" if verdict.winner else "drag_handle" if verdict.lowest else "hourglass_empty"
    rest = sweep_details(verdict)
    st.markdown(f"#### :material/{icon}: {plain(sweep_headline(verdict))}", help=GLOSSARY["one_standard_error"])
    with spot():
        if rest:
            st.markdown(plain(rest))


def draw_open(plan: SweepPlan, groups: Mapping[Cell, Group], verdict: SweepVerdict, name: str) -> None:
    """Offer every trained network for a closer look in the Playground."""
    offered = [(cell, place) for cell, group in groups.items() if group.done for place in range(plan.seeds)]
    if not offered:
        return
    pick = verdict.pick or verdict.lowest
    key, start = state.preset_of(f"opened {name}", (pick.cell, 0) if pick else None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Look into one of them",
            offered,
            offered.index(start) if start in offered else 0,
            format_func=lambda each: _words(plan, groups, *each),
            key=f"{key} {pick.cell if pick else None}",
            width=420,
            help="Every network is kept among your runs. A click on its dot in the chart chooses it too.",
        )
        if pressed("Open in the Playground", icon=":material/open_in_new:", key="open sweep run"):
            cell, place = chosen
            group = groups[cell]
            state.open_recipe(group.recipes[place])
            state.show_run(run_of(group, place, name))
            st.switch_page(PLAYGROUND)


def _words(plan: SweepPlan, groups: Mapping[Cell, Group], cell: Cell, place: int) -> str:
    group = groups[cell]
    run = group.run
    error = run.validation_errors[place] if run is not None else float("inf")
    return f"{label_of(plan, cell)}, seed {group.recipes[place].seed}: validation error {error:.3g}"


def _pick(plan: SweepPlan, points: Sequence[Point], picked: dict[str, Any], name: str) -> None:
    """Choose the network whose dot was clicked; what comes from a browser may be anything."""
    x, y = picked.get("x"), picked.get("y")
    if not (isinstance(x, (int, float)) and isinstance(y, (int, float)) and points):
        return
    point = min(points, key=lambda each: abs(place_of(plan, 0, each.cell[0]) - x))
    errors = [network.validation_error for network in point.networks]
    place = min(range(len(errors)), key=lambda k: abs((errors[k] or 0.0) - y))
    state.preset(f"opened {name}", (point.cell, place))
