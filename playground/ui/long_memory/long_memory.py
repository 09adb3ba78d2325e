"""The race on the page "Long memory": the three cells on one task, what they read and what they answer."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from playground.charts.long_memory import answers_figure, learning_figure, sequence_figure
from playground.labs.memory.calls import ADVANCE
from playground.labs.memory.results import (
    CELL_TITLES,
    CELLS,
    SHOWN_SEQUENCES,
    Effort,
    MemoryRun,
    Trial,
    recorded_runs,
    remaining_s,
    top_error,
)
from playground.labs.memory.tasks import MemoryTask
from playground.sentences.memory import describe_run, describe_score, say_repeats
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.page import current_theme, plain
from playground.ui.frame.spots import spot
from playground.ui.server.server import engine
from playground.ui.watching.live import live_chart
from playground.ui.watching.long_work import LongWork, Work, draw_share, share_of
from playground.ui.watching.ticking import draw_ticking

EXAMPLE = "memory example"

ICONS = {"solved": "check_circle", "not solved": "cancel", "training": "hourglass_top"}
NOT_BEGUN = "radio_button_unchecked"


def work_of(flag: str, trials: Sequence[Trial]) -> LongWork[Work[MemoryRun]]:
    """Return trials as the long work that they are."""
    return LongWork(flag, [Work(trial.key, ADVANCE(trial)) for trial in trials])


def live_run(trial: Trial) -> MemoryRun | None:
    """Return how far a trial is on this server, None before it has begun."""
    return Work(trial.key, ADVANCE(trial)).run


def finished_run(trial: Trial) -> MemoryRun | None:
    """Return a trial that this server has finished, else the recorded one, else how far it is."""
    live = live_run(trial)
    return live if live is not None and live.done else recorded_runs().get(trial, live)


def is_recorded(run: MemoryRun | None) -> bool:
    """Say whether a run comes from the recording."""
    return run is not None and recorded_runs().get(run.trial) is run


def draw_race(task: MemoryTask, difficulty: int, effort: Effort) -> None:
    """Draw the three cells on one task at one difficulty."""
    trials = tuple(Trial(task.name, difficulty, cell, effort) for cell in CELLS)
    draw_ticking("memory race", lambda: _draw_race(trials))


def _draw_race(trials: tuple[Trial, ...]) -> bool:
    """Draw buttons, progress, the example and the three columns; return whether training goes on."""
    race = work_of("memory race " + trials[0].key, trials)
    look = live_run if state.is_on(f"{race.flag} begun") else finished_run
    with st.container(horizontal=True, vertical_alignment="center"):
        _draw_buttons(race)
        if any(is_recorded(look(trial)) for trial in trials):
            st.caption(":material/history: Shown: a recorded run of exactly these settings.", width="content")
    with spot():
        running = race.go_on()
        runs = [look(trial) for trial in trials]
        if running:
            rest_s = remaining_s(runs, max(1, engine().status().workers))
            text = "Training RNN, LSTM and GRU on the same sequences"
            draw_share(share_of(race.works), text, rest_s, about="at most about")
    index = _draw_example(trials[0])
    _draw_spoken(trials, runs, index)
    _draw_cells(trials, runs, index, running)
    return running


def begin(lab: LongWork[Work[MemoryRun]]) -> None:
    """Note that training is wanted, and that this tab looks at its own from now on."""
    lab.start()
    state.set_flag(f"{lab.flag} begun", True)


def _draw_buttons(race: LongWork[Work[MemoryRun]]) -> None:
    """Draw the button that trains or stops."""
    if race.running:
        st.button("Stop", icon=":material/stop:", on_click=race.stop)
        return
    ended = [work.run for work in race.works if work.run is not None] if race.finished else []
    st.button(
        "Train all three now",
        icon=":material/play_arrow:",
        type="primary",
        disabled=bool(ended),
        help=f"These networks are trained. {say_repeats(ended)}." if ended else None,
        on_click=begin,
        args=(race,),
    )


def _draw_example(trial: Trial) -> int:
    """Draw one sequence with the buttons that step to another; return its number, counted from 0."""
    index = (state.remembered(EXAMPLE) or 0) % SHOWN_SEQUENCES
    revision = f"{trial.task} {trial.difficulty}"
    live_chart(sequence_figure(trial, trial.shown(), index, current_theme(), revision=revision), "sequence", 300)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Before", icon=":material/chevron_left:", on_click=_step, args=(-1,))
        st.button("Next example", icon=":material/chevron_right:", on_click=_step, args=(1,))
        st.caption(
            f"Sequence {index + 1} of {SHOWN_SEQUENCES} that no network has learned from.",
            width="content",
            help=GLOSSARY["shown_sequences"],
        )
    return index


def _step(by: int) -> None:
    state.remember(EXAMPLE, ((state.remembered(EXAMPLE) or 0) + by) % SHOWN_SEQUENCES)


def _draw_spoken(trials: Sequence[Trial], runs: Sequence[MemoryRun | None], index: int) -> None:
    """Draw the right answer to the example beside what each network says."""
    right = float(trials[0].shown().targets[index, 0])
    with st.container(horizontal=True):
        constant = f"a constant says {trials[0].of.constant_answer:g}"
        st.metric("Right answer", f"{right:.2f}", constant, delta_color="off", delta_arrow="off", border=True)
        for trial, run in zip(trials, runs, strict=True):
            said = None if run is None else float(run.answers[index])
            st.metric(
                f"{CELL_TITLES[trial.cell]} says",
                "…" if said is None else f"{said:.2f}",
                delta="no answer yet" if said is None else f"off by {said - right:+.2f}",
                delta_color="off",
                delta_arrow="off",
                border=True,
            )


def _draw_cells(trials: Sequence[Trial], runs: Sequence[MemoryRun | None], index: int, running: bool) -> None:
    """Draw a column for each cell: how it learns, what it answers, how it ended."""
    theme, top = current_theme(), top_error(runs, trials[0].of)
    right = trials[0].shown().targets[:, 0]
    missing = ("waiting", "A worker begins soon") if running else ("not trained yet", "Press Train all three now")
    for column, trial, run in zip(st.columns(3), trials, runs, strict=True):
        with column:
            icon = ICONS[run.verdict] if run is not None else NOT_BEGUN
            how, score = (describe_run(run), describe_score(run)) if run is not None else missing
            st.markdown(f"##### :material/{icon}: {CELL_TITLES[trial.cell]}: {plain(how)}", help=GLOSSARY["solved"])
            live_chart(learning_figure(trial, run, top, theme, revision=trial.key), f"learning {trial.cell}", 300)
            figure = answers_figure(trial, right, run, index, theme, revision=trial.key)
            live_chart(figure, f"answers {trial.cell}", 300)
            st.caption(f"{plain(score)}.")
