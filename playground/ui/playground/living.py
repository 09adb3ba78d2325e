"""The living network on the Playground's stage: the network that the charts show, as it reads."""

from __future__ import annotations

import streamlit as st

from playground.cells.living import living_network
from playground.presets import PRESETS, preset_of
from playground.records import LivingNetwork
from playground.sentences.living import living_caption, living_title
from playground.ui.frame.page import current_theme
from playground.ui.living_network.living_picture import living_document, living_picture
from playground.ui.playground.scene import Scene
from playground.ui.server.server import engine, prepared_of
from playground.ui.watching.moments import recorded_weights


def draw_living(scene: Scene) -> None:
    """Draw the network on the stage; nothing where its weights are not known (any more)."""
    living, snapshot = _living_of(scene), scene.snapshot
    if living is None or snapshot is None:
        return
    choice = scene.recipe.network
    name = scene.view.run_id if scene.view is not None and not scene.recorded else "at rest"
    title = living_title(snapshot.epoch, snapshot.chosen != "untrained")
    document = living_document(living, choice, name, scene.series.unit, title, living_caption(choice), current_theme())
    living_picture(document, key="living network")


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
