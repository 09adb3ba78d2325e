"""The living network on the Playground's stage: the network that the charts show, as it reads."""

from __future__ import annotations

import streamlit as st

from playground.cells.living import living_network
from playground.config import NetworkChoice
from playground.presets import PRESETS, Preset, preset_of
from playground.records import LivingNetwork, Snapshot
from playground.sentences.living import living_caption, living_title
from playground.ui.frame.page import current_theme
from playground.ui.living_network.living_picture import living_document, living_picture
from playground.ui.playground.scene import Scene
from playground.ui.server.server import engine, prepared_of, series_of
from playground.ui.watching.moments import recorded_weights, recording_of

WAITING = "Getting the untrained network …"


def draw_living(scene: Scene) -> None:
    """Draw the network on the stage; nothing where its weights are not known (any more)."""
    living, snapshot = _living_of(scene), scene.snapshot
    if snapshot is None:
        living_picture({"title": WAITING}, key="living network")
        return
    if living is None:
        return
    name = scene.view.run_id if scene.view is not None and not scene.recorded else "at rest"
    draw_picture(living, snapshot, scene.recipe.network, scene.series.unit, name, "living network")


def draw_recorded_living(preset: Preset) -> None:
    """Draw the network of a recorded run as its snapshot shows it."""
    snapshot, recipe = recording_of(preset.name).snapshot, preset.recipe
    living = _recorded(preset.name, snapshot.epoch) if snapshot is not None else None
    if snapshot is not None and living is not None:
        unit = series_of(recipe.data.model_dump_json()).unit
        draw_picture(living, snapshot, recipe.network, unit, preset.name, "living network")


def draw_picture(
    living: LivingNetwork, snapshot: Snapshot, choice: NetworkChoice, unit: str, name: str, key: str
) -> None:
    """Draw what a snapshot's network does while it reads; see `living_document` and `living_picture`."""
    title = living_title(snapshot.epoch, snapshot.chosen != "untrained")
    living_picture(living_document(living, choice, name, unit, title, living_caption(choice), current_theme()), key)


def _living_of(scene: Scene) -> LivingNetwork | None:
    """Return what the worker saw; of recorded and older runs it is computed here, from the weights kept."""
    snapshot, view = scene.snapshot, scene.view
    if snapshot is None or snapshot.living is not None or view is None:
        return snapshot.living if snapshot is not None else None
    if scene.recorded:
        preset = preset_of(scene.recipe)
        return _recorded(preset.name, snapshot.epoch) if preset is not None else None
    try:
        weights = engine().weights_at(view.run_id, snapshot.epoch)
    except ValueError:
        return None
    return living_network(scene.recipe.network, weights, scene.prepared)


@st.cache_resource(max_entries=16, show_spinner=False)
def _recorded(name: str, epoch: int) -> LivingNetwork | None:
    recipe = next(preset for preset in PRESETS if preset.name == name).recipe
    weights = recorded_weights(name).get(epoch)
    prepared = prepared_of(recipe.data.model_dump_json())
    return living_network(recipe.network, weights, prepared) if weights is not None else None
