"""The live part of the Playground: status, buttons, headline and charts of the run on the stage.

One fragment ticks four times a second while something is under way and not at all otherwise. It
only reads what the engine last said; all work happens in worker processes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from playground.charts.forecast import forecast_caption, forecast_figure
from playground.charts.loss import loss_figure
from playground.charts.states import states_figure
from playground.charts.theme import DARK, LIGHT, Theme
from playground.config import Recipe
from playground.evaluation.baselines import baseline_loss
from playground.evaluation.metrics import headline
from playground.evaluation.observations import notice_divergence, notice_loss, notice_states
from playground.presets import PRESETS, preset_of
from playground.records import ENDED, PARTS, Prepared, Preview, RunView, Series, Snapshot
from playground.ui import state
from playground.ui.glossary import GLOSSARY
from playground.ui.live import live_chart
from playground.ui.page import plain, sentences_for_errors
from playground.ui.sealed_test import draw_test_seal
from playground.ui.server import engine, prepared_of, series_of

TICK_S = 0.25
EVENT_SHOWN_S = 60.0
"""How long something that happened to a run stays on the page."""
LIVE = frozenset({"queued", "training"})


@dataclass(frozen=True, eq=False)
class Scene:
    """What stands on the stage: a run, a recorded run, or the untrained network."""

    recipe: Recipe
    series: Series
    prepared: Prepared
    view: RunView | None
    preview: Preview | None
    recorded: bool

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot to draw, None while even the untrained network is not there yet."""
        if self.view is not None and self.view.snapshot is not None:
            return self.view.snapshot
        return self.preview.snapshot if self.preview is not None else None

    @property
    def live(self) -> bool:
        """Whether the charts will change by themselves."""
        if self.view is None or self.recorded:
            return self.preview is None
        return self.view.state in LIVE or self._picture_is_behind(self.view)

    @staticmethod
    def _picture_is_behind(view: RunView) -> bool:
        """Whether a paused run is still being drawn as it stands now."""
        return view.state == "paused" and view.snapshot is not None and view.snapshot.epoch != view.checkpoint_epoch


def current_view() -> RunView | None:
    """Return the run this tab shows, if it still exists."""
    run_id = state.run_id()
    return engine().view(run_id) if run_id else None


def recipe_of(view: RunView) -> Recipe:
    """Return the recipe a run is following, changes of the learning rate included."""
    return Recipe.model_validate_json(view.recipe_json)


def _without_rate(recipe: Recipe) -> Recipe:
    return recipe.replaced(learning_rate=1e-3, learning_rate_changes=())


def _rate_in_force(recipe: Recipe) -> float:
    return recipe.training.learning_rate_at(recipe.training.epochs + 1)


def follow_learning_rate(before: Recipe, recipe: Recipe) -> Recipe:
    """Hand a moved learning-rate slider to the run under way; return the recipe that is now in force.

    A rate that was changed elsewhere, in another tab on the same run, is taken over instead.

    Args:
        before: The recipe before this visit's controls were read.
        recipe: The recipe that they say now.
    """
    view = current_view()
    if view is None or _without_rate(recipe_of(view)) != _without_rate(recipe):
        return recipe
    rate = _rate_in_force(recipe)
    if rate != _rate_in_force(recipe_of(view)):
        if view.state in ENDED:
            return recipe
        if rate == _rate_in_force(before):
            state.open_recipe(recipe_of(view))
            st.rerun()
        with sentences_for_errors():
            engine().change_learning_rate(view.run_id, rate)
            view = current_view() or view
            if _rate_in_force(recipe_of(view)) == rate:
                state.set_recipe(recipe_of(view))
                st.rerun()
    taken = recipe_of(view)
    state.set_recipe(taken)
    if taken != recipe and _rate_in_force(taken) == rate:
        st.rerun()
    return taken


def set_scene(recipe: Recipe) -> Scene:
    """Decide what to show for the recipe on the controls.

    Raises:
        ValueError: if the series cannot be loaded or cut into windows.
    """
    view = current_view()
    if view is not None and view.state not in LIVE and recipe_of(view) != recipe:
        view = None
    preset = preset_of(recipe) if state.run_id() is None else None
    shown = recipe if view is None else recipe_of(view)
    data = shown.data.model_dump_json()
    series, prepared = series_of(data), prepared_of(data)
    if view is not None:
        return Scene(shown, series, prepared, view, engine().preview(shown, series), recorded=False)
    if preset is not None:
        return Scene(shown, series, prepared, recording_of(preset.name), engine().preview(shown, series), True)
    return Scene(shown, series, prepared, None, engine().preview(shown, series), recorded=False)


@st.cache_resource(max_entries=16, show_spinner=False)
def recording_of(name: str) -> RunView:
    """Return the recorded run of a preset."""
    return next(preset for preset in PRESETS if preset.name == name).recording()


def draw_live_run(recipe: Recipe) -> None:
    """Draw the stage; it redraws itself while something is under way."""
    ticking = _needs_ticks(recipe)

    @st.fragment(run_every=TICK_S if ticking else None)
    def stage() -> None:
        with sentences_for_errors():
            scene = set_scene(recipe)
            _draw_scene(scene, recipe)
            if _scene_ticks(scene) != ticking or _rate_began(scene, recipe):
                st.rerun()

    stage()


def _rate_began(scene: Scene, recipe: Recipe) -> bool:
    """Whether the run took a changed rate at another epoch than the controls and the address bar say."""
    return scene.live and scene.recipe != recipe and _without_rate(scene.recipe) == _without_rate(recipe)


def _needs_ticks(recipe: Recipe) -> bool:
    try:
        return _scene_ticks(set_scene(recipe))
    except ValueError:
        return False


def _scene_ticks(scene: Scene) -> bool:
    return scene.live or engine().status().state == "starting"


def _draw_scene(scene: Scene, recipe: Recipe) -> None:
    _draw_buttons(scene, recipe)
    _draw_status(scene, recipe)
    _draw_headline(scene)
    theme = DARK if st.context.theme.type == "dark" else LIGHT
    _draw_forecast(scene, theme)
    left, right = st.columns(2)
    with left:
        _draw_loss(scene, theme)
    with right:
        _draw_states(scene, theme)


def _draw_buttons(scene: Scene, recipe: Recipe) -> None:
    view = None if scene.recorded else scene.view
    with st.container(horizontal=True, vertical_alignment="center"):
        if view is None or view.state in ENDED:
            _button("Train", "play_arrow", lambda: _start(recipe, paused=False), primary=True)
        elif view.state in LIVE:
            _button("Pause", "pause", lambda: engine().pause(view.run_id), primary=True)
        else:
            _button("Continue", "play_arrow", lambda: engine().resume(view.run_id), primary=True)
        if view is not None and view.state == "paused":
            _button("Step one epoch", "skip_next", lambda: engine().step_epoch(view.run_id))
        else:
            running = view is not None and view.state in LIVE
            _button("Step one epoch", "skip_next", lambda: _start(recipe, paused=True), disabled=running)
        _button("Reset", "restart_alt", _reset, disabled=view is None)
        if view is not None and _without_rate(scene.recipe) != _without_rate(recipe):
            _button("Train the new settings", "autorenew", lambda: _restart(recipe))
        _draw_badge(scene)


def _button(
    label: str, icon: str, action: Callable[[], None], *, primary: bool = False, disabled: bool = False
) -> None:
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    if st.button(label, icon=f":material/{icon}:", type=kind, disabled=disabled, key=f"button {label}"):
        with sentences_for_errors():
            action()
            st.rerun()


def _start(recipe: Recipe, *, paused: bool) -> None:
    series = series_of(recipe.data.model_dump_json())
    run_id = engine().train(recipe, series, state.owner(), paused=paused)
    if paused:
        engine().step_epoch(run_id)
    state.show_run(run_id)
    state.write_address()


def _reset() -> None:
    run_id = state.run_id()
    if run_id is not None:
        engine().end(run_id)
    state.show_run(None)
    state.write_address()


def _restart(recipe: Recipe) -> None:
    _reset()
    _start(recipe, paused=False)


BadgeColor = Literal["red", "orange", "blue", "green", "violet", "gray"]

STATUS: dict[str, tuple[str, str, BadgeColor]] = {
    "queued": ("Waiting", "hourglass_empty", "gray"),
    "training": ("Training", "sync", "blue"),
    "paused": ("Paused", "pause", "gray"),
    "interrupted": ("Interrupted", "power_off", "orange"),
    "finished": ("Done", "check", "green"),
    "stopped_early": ("Stopped early", "check", "green"),
    "diverged": ("Diverged", "trending_up", "red"),
    "failed": ("Failed", "error", "red"),
}


def _draw_badge(scene: Scene) -> None:
    color: BadgeColor
    if scene.recorded:
        label, icon, color = "Recorded run of these settings: press Train to watch your own", "movie", "violet"
    elif scene.view is None:
        label, icon, color = "Untrained", "bedtime", "gray"
    else:
        label, icon, color = STATUS[scene.view.state]
    st.badge(label, icon=f":material/{icon}:", color=color)


def _draw_status(scene: Scene, recipe: Recipe) -> None:
    workers = engine().status()
    if workers.state != "ready":
        st.caption(f":material/hourglass_top: {plain(workers.message)}")
    view = scene.view
    if state.run_id() and current_view() is None:
        st.info("The run in the link is not kept here. Train makes it again from its settings.", icon=":material/link:")
    if view is None or scene.recorded:
        return
    total = scene.recipe.training.epochs
    st.progress(min(view.checkpoint_epoch / total, 1.0), text=_progress_text(view, total))
    if view.reason:
        st.caption(plain(view.reason[0].upper() + view.reason[1:]))
    if view.events and time.time() - view.events[-1].at < EVENT_SHOWN_S:
        st.caption(plain(view.events[-1].text[:1].upper() + view.events[-1].text[1:]))
    if _without_rate(scene.recipe) != _without_rate(recipe):
        st.info("The settings have changed; this run goes on with its own.", icon=":material/tune:")


def _progress_text(view: RunView, total: int) -> str:
    text = f"Epoch {view.checkpoint_epoch} of {total}"
    if view.state == "queued":
        wait = f", about {seconds(view.queue_wait_s)}" if view.queue_wait_s is not None else ""
        return f"{text} · number {view.queue_position} in the queue{wait}"
    if view.state == "training" and view.remaining_s is not None:
        return f"{text} · about {seconds(view.remaining_s)} left"
    return text


def seconds(duration_s: float) -> str:
    """Return a duration in words a person reads: "0.4 s", "12 s", "3 min"."""
    if duration_s < 10:
        return f"{max(duration_s, 0.1):.1f} s"
    return f"{duration_s:.0f} s" if duration_s < 120 else f"{duration_s / 60:.0f} min"


_VERDICTS = {
    "better": ":material/thumb_up:",
    "about the same": ":material/drag_handle:",
    "worse": ":material/thumb_down:",
}


def _draw_headline(scene: Scene) -> None:
    if scene.snapshot is None:
        st.markdown("#### Getting the untrained network …")
        return
    horizon = scene.recipe.data.horizon_steps
    verdict, sentence = headline(scene.snapshot.scores, horizon=horizon)
    icon = _VERDICTS.get(verdict, ":material/help:")
    st.markdown(f"#### {icon} {plain(sentence)}", help=GLOSSARY["skill"])
    which = {
        "untrained": "the untrained network",
        "latest": f"the network after epoch {scene.snapshot.epoch}"
        if scene.snapshot.epoch
        else "the first epoch so far",
        "best on validation": f"the network of epoch {scene.snapshot.epoch}, the best on validation",
    }[scene.snapshot.chosen]
    cost = f" · about {seconds(scene.preview.epoch_s)} an epoch here" if scene.preview is not None else ""
    st.caption(f"Shown: {which}{cost}.")
    if state.test_open():
        st.markdown(f":material/lock_open: {plain(headline(scene.snapshot.scores, 'test', horizon)[1])}")


def _draw_forecast(scene: Scene, theme: Theme) -> None:
    snapshot = scene.snapshot
    forecast = snapshot.forecast if snapshot is not None else None
    split = scene.prepared.split
    near = st.segmented_control(
        "Stretch shown",
        ["Whole series", "Close-up of validation"],
        default="Whole series",
        required=True,
        key="stretch",
        label_visibility="collapsed",
    )
    figure = forecast_figure(
        scene.series,
        split,
        forecast,
        theme,
        test_open=state.test_open(),
        stretch=None if near == "Whole series" else split.close_up(),
        revision=_revision(scene) + near,
    )
    live_chart(figure, key="forecast")
    if forecast is not None:
        whole = len(forecast.anchors) == sum(len(scene.prepared.part(part).anchors) for part in PARTS)
        st.caption(forecast_caption(forecast) + ("" if whole else " Of this long series only a stretch is forecast."))
    if scene.view is not None and not scene.recorded:
        with st.container(horizontal=True, vertical_alignment="center"):
            draw_test_seal(scene.view)


def _draw_loss(scene: Scene, theme: Theme) -> None:
    view, preview = scene.view, scene.preview
    reference = baseline_loss(scene.prepared, "validation")
    scale = st.segmented_control(
        "Loss axis", ["log", "linear"], default="log", required=True, key="loss axis", label_visibility="collapsed"
    )
    figure = loss_figure(
        view.epochs if view else (),
        reference,
        theme,
        log=scale == "log",
        learning_rate_changes=scene.recipe.training.learning_rate_changes,
        best_epoch=view.best_epoch if view else 0,
        total_epochs=scene.recipe.training.epochs,
        initial=(preview.train_loss, preview.validation_loss) if preview else None,
        revision=_revision(scene) + scale,
    )
    live_chart(figure, key="loss")
    if view is not None and view.state == "diverged":
        st.caption(notice_divergence(view.reason))
    else:
        st.caption(notice_loss(view.epochs if view else (), reference, view.best_epoch if view else 0))


def _draw_states(scene: Scene, theme: Theme) -> None:
    snapshot = scene.snapshot
    if snapshot is None:
        st.caption("The hidden states appear as soon as the first worker is ready.")
        return
    live_chart(states_figure(scene.series, snapshot.trace, theme, revision=_revision(scene)), key="states")
    network = scene.recipe.network
    kind = network.nonlinearity if network.cell == "rnn" else network.cell
    st.caption(notice_states(snapshot.trace, scene.series, kind))


def _revision(scene: Scene) -> str:
    """Zoom is kept while this stays the same: the same run, or the same data before one."""
    if scene.view is not None and not scene.recorded:
        return scene.view.run_id
    return scene.recipe.data.model_dump_json()
