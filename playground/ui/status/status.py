"""How the server is, for the leader of a workshop: no names, no addresses, nothing secret."""

from __future__ import annotations

import streamlit as st

from playground.engine import Health, WorkerHealth
from playground.engine.health import versions
from playground.hosting.settings import Settings
from playground.ui.frame.page import plain, sentences_for_errors
from playground.ui.server.server import engine
from playground.ui.status.room import draw_room
from playground.ui.watching.ticking import draw_ticking

EVERY_S = 2.0

ICONS = {"ready": "check_circle", "starting": "hourglass_top", "failed": "error"}

LOW_BYTES = 300 * 2**20
"""Less free memory than this is worth a warning: a worker takes 320 to 410 MB."""


def draw_status() -> None:
    """Draw how the server is, again and again, and its limits and versions."""
    if engine().settings.address:
        draw_room(engine().settings.address)
    draw_ticking("status", _draw_now, EVERY_S)
    limits, installed = st.columns(2)
    with limits:
        st.subheader("Limits of this server", anchor=False)
        for sentence in _limits(engine().settings):
            st.markdown(f"- {plain(sentence)}")
        st.caption("Each is a setting of the host, explained in `playground/hosting/settings.py`.")
    with installed:
        st.subheader("Versions", anchor=False)
        st.table({"Version": versions()})


def _draw_now() -> bool:
    """Draw what changes; return that it will change again."""
    status = engine().status()
    st.markdown(f"#### :material/{ICONS[status.state]}: {plain(status.message)}")
    with sentences_for_errors():
        health = engine().health()
        _draw_load(health)
        _draw_warnings(health)
        left, right = st.columns(2)
        with left:
            st.subheader("Workers", anchor=False)
            _draw_workers(health.workers)
        with right:
            st.subheader("Memory and disk", anchor=False)
            st.table({"Now": _memory(health, engine().settings)})
    return True


def _draw_load(health: Health) -> None:
    with st.container(horizontal=True):
        st.metric("Visitors at work", health.visitors, help="Visitors with a run or a long computation under way.")
        st.metric("Runs training", health.training, help="They take turns on the workers.")
        st.metric("Runs waiting", health.queued, help="They begin as soon as another ends or rests.")
        st.metric("Long computations", health.studies, help="They go on behind the live runs while somebody looks.")
        st.metric("Questions waiting", health.questions, help="Short computations that pages have asked for.")


def _draw_warnings(health: Health) -> None:
    if health.warning:
        st.warning(plain(health.warning), icon=":material/sd_card_alert:")
    if health.free_bytes < LOW_BYTES:
        st.warning("Memory is short: end other programs, or start with fewer workers.", icon=":material/memory:")


def _draw_workers(workers: tuple[WorkerHealth, ...]) -> None:
    if not workers:
        st.caption("None is ready.")
        return
    rows = {
        f"Worker {number}": (_doing(worker), _size(worker.memory_bytes)) for number, worker in enumerate(workers, 1)
    }
    st.table(
        {
            "Does": {name: doing for name, (doing, _) in rows.items()},
            "Memory": {name: memory for name, (_, memory) in rows.items()},
        }
    )


def _doing(worker: WorkerHealth) -> str:
    parts = ["trains" * (worker.turns > 0), "answers" * (worker.questions > 0), "long work" * (worker.pieces > 0)]
    return ", ".join(filter(None, parts)) or "rests"


def _memory(health: Health, settings: Settings) -> dict[str, str]:
    return {
        "Web process": _size(health.server_bytes),
        "of it for long computations": f"{_size(health.studies_bytes)} of at most {settings.studies_mb} MB",
        "Free for more": _size(health.free_bytes),
        "Stored runs": f"{health.stored_runs} of at most {settings.stored_runs}",
        "Their size": f"{_size(health.stored_bytes)} of at most {settings.stored_mb} MB",
    }


def _size(size_bytes: int | None) -> str:
    return "not known yet" if size_bytes is None else f"{size_bytes / 2**20:,.0f} MB"


def _limits(settings: Settings) -> tuple[str, ...]:
    return (
        f"One visitor: 1 run or team of runs trains and {settings.queued_per_owner} runs can wait; "
        f"{settings.studies_per_owner} long computations; {settings.stored_runs_per_owner} runs are kept.",
        f"All visitors: {settings.runs_at_once} runs take turns and {settings.queue_length} can wait; "
        "then the server says that it is full. "
        f"{settings.newcomers_share:.0%} of these places are kept for visitors who have none.",
        f"One network address: as much as {settings.visitors_per_address} visitors, and {settings.tabs_per_address} "
        f"of all {settings.tabs} tabs"
        + (", but for addresses that many share." * bool(settings.shared_addresses) or "."),
        f"Parameters x training points x window steps of a run: at most {settings.epoch_work / 1e9:,.0f} billion.",
        f"A run that nobody watches for {settings.grace_s:.0f} s is paused; "
        f"long work rests after {settings.study_grace_s:.0f} s.",
        f"Where live runs want every worker, long work gets {settings.study_share:.0%} of the time.",
        f"A worker that grows beyond {settings.worker_limit_mb} MB is started again; its run goes on.",
    )
