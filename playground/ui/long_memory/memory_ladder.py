"""The challenge on the page "Long memory": how far up the ladder of difficulties each cell comes."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from playground.charts.long_memory import ladder_figure, ladder_height
from playground.labs.memory.climb import Climb, climb, climbing_s
from playground.labs.memory.results import CELLS, Effort, MemoryRun, Trial
from playground.labs.memory.tasks import SOLVED_SHARE, MemoryTask
from playground.sentences.memory import describe_climb, say_repeats
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain
from playground.ui.frame.spots import spot
from playground.ui.long_memory.long_memory import begin, finished_run, is_recorded, live_run, work_of
from playground.ui.server.server import engine
from playground.ui.watching.live import live_chart
from playground.ui.watching.long_work import LongWork, Work, draw_share
from playground.ui.watching.ticking import draw_ticking


def draw_ladder(task: MemoryTask, effort: Effort) -> None:
    """Draw the climb of the three cells."""
    st.markdown(
        f"Every cell climbs the same ladder with the same seed and hidden size, at most **{effort.steps:,} steps** and "
        f"**{effort.seconds} s** of training on each rung. It is out where it misses one: an error above "
        f"{SOLVED_SHARE:.0%} of what always answering {task.constant_answer:g} makes.",
        help=GLOSSARY["solved"],
    )
    draw_ticking("memory ladder", lambda: _draw_climbs(task, effort))


def _draw_climbs(task: MemoryTask, effort: Effort) -> bool:
    """Draw buttons, progress and the chart; return whether the climb goes on."""
    first = Trial(task.name, task.ladder[0], CELLS[0], effort)
    climbs = [climb(task, cell, effort, live_run) for cell in CELLS]
    # A climb's next rung is known when the one before is done; without one, nothing is left.
    work = work_of(f"memory ladder {first.key}", [one.current for one in climbs if one.current is not None])
    look = live_run if state.is_on(f"{work.flag} begun") else finished_run
    with st.container(horizontal=True, vertical_alignment="center"):
        _draw_buttons(climbs, work)
        if any(is_recorded(run) for cell in CELLS for run in climb(task, cell, effort, look).runs):
            st.caption(":material/history: Shown: a recorded climb with exactly these settings.", width="content")
    with spot():
        running = work.go_on()
        if running:
            climbs = [climb(task, cell, effort, live_run) for cell in CELLS]
            share = sum(one.progress for one in climbs) / len(climbs)
            rest_s = climbing_s(climbs, max(1, engine().status().workers))
            draw_share(share, "RNN, LSTM and GRU climb side by side", rest_s, about="at most about")
    shown = [climb(task, cell, effort, look) for cell in CELLS]
    live_chart(ladder_figure(shown, current_theme(), revision=first.key), "ladder", ladder_height(shown))
    if any(one.runs for one in shown):
        st.markdown("\n".join(f"- {plain(describe_climb(one))}." for one in shown))
    elif not running:
        st.caption("Nobody has climbed with these settings yet: press Climb now.")
    return running


def _draw_buttons(climbs: Sequence[Climb], work: LongWork[Work[MemoryRun]]) -> None:
    if work.running:
        st.button("Stop", icon=":material/stop:", key="stop the climb", on_click=work.stop)
        return
    finished = work.finished
    st.button(
        "Climb now",
        icon=":material/stairs:",
        type="primary",
        disabled=finished,
        help=f"This climb is done. {say_repeats([run for one in climbs for run in one.runs])}." if finished else None,
        on_click=begin,
        args=(work,),
    )
