"""The sidebar of the memory tasks: which task, how hard, which network, and how much effort."""

from __future__ import annotations

import streamlit as st

from playground.config import Recipe
from playground.labs.memory.results import Effort
from playground.labs.memory.tasks import TASKS, MemoryTask
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.looks import log_scale
from playground.ui.frame.spots import section

SIZES = (4, 8, 16, 32, 64, 128)
CLIPS = (0.0, 0.1, 0.5, 1.0, 5.0, 10.0)
STEPS = (500, 1000, 2000, 3000, 5000, 10000)
SECONDS = (10, 20, 30, 60, 120, 300)


def draw_memory_choice() -> tuple[MemoryTask, int, Effort]:
    """Draw the sidebar; return the task, its difficulty and the effort, which stay over a look at another page."""
    with st.sidebar:
        with section("1 Task"):
            task, difficulty = _draw_task()
        before = state.remembered("memory effort") or Effort()
        with section("2 Network"):
            hidden_size = _stops("Hidden size", SIZES, before.hidden_size, "hidden_size")
        with section("3 Training"):
            rates = log_scale(Recipe(), "learning_rate", before.learning_rate)
            effort = Effort(
                hidden_size=int(hidden_size),
                learning_rate=_stops("Learning rate", rates, before.learning_rate, "learning_rate"),
                clip_norm=_stops("Clip gradient norm", CLIPS, before.clip_norm, "clip_norm"),
                steps=int(_stops("At most steps", STEPS, before.steps, "memory_steps")),
                seconds=int(_stops("At most seconds", SECONDS, before.seconds, "memory_seconds")),
                seed=st.number_input(
                    "Seed", *Recipe.limits("seed"), before.seed, key="memory seed", help=GLOSSARY["seed"]
                ),
            )
    state.remember("memory effort", effort)
    return task, difficulty, effort


def _draw_task() -> tuple[MemoryTask, int]:
    names = list(TASKS)
    before = state.remembered("memory task") or names[0]
    name = st.radio(
        "Task",
        names,
        names.index(before),
        format_func=lambda name: TASKS[name].title,
        captions=[task.rule for task in TASKS.values()],
        key="memory task",
    )
    state.remember("memory task", name)
    task = TASKS[name]
    place = f"memory difficulty {name}"
    difficulty = st.slider(
        task.scale.capitalize() + (f" in {task.unit}" if task.unit != task.scale else ""),
        task.easiest,
        task.hardest,
        state.remembered(place) or task.usual,
        key=place,
        help=GLOSSARY["difficulty"],
    )
    state.remember(place, difficulty)
    return task, difficulty


def _stops(label: str, stops: tuple[float, ...] | list[float], current: float, term: str) -> float:
    return st.select_slider(
        label,
        sorted({*stops, current}),
        current,
        format_func=lambda value: f"{value:g}",
        key=f"memory {term}",
        help=GLOSSARY[term],
    )
