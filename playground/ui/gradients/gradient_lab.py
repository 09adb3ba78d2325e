"""The page "Gradients": the three cells on the same data, trained while their gradients are watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.config import Recipe
from playground.labs.gradients.calls import ADVANCE, BEGIN
from playground.labs.gradients.presets import GRADIENT_PRESETS, GradientPreset
from playground.labs.gradients.results import CELLS, GradientRun, watched_recipe
from playground.records import Series
from playground.remaining import remaining_s
from playground.runs import material_key
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.looks import LOOKS, dial_word
from playground.ui.frame.page import SAME_AGAIN, current_theme, plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.gradients.gradient_views import View, draw_views
from playground.ui.server.server import engine, prepared_of, series_of
from playground.ui.watching.answers import Answer, ask
from playground.ui.watching.long_work import LongWork, Work, draw_share, share_of
from playground.ui.watching.ticking import draw_ticking

MOST_EPOCHS = 100
"""Longest run that the page watches."""

USUAL_CLIP = 1.0
"""What the clipping switch turns on."""

EQUAL = ("Hidden size", "Parameters")


@dataclass(frozen=True, eq=False)
class Watched(Work[GradientRun]):
    """The training of one cell on the page."""

    recipe: Recipe
    series: Series

    def untrained(self) -> Answer[GradientRun]:
        """Return the network before its first step."""
        return ask(f"{self.key} untrained", BEGIN(self.recipe, self.series))


def draw_gradients(recipe: Recipe) -> None:
    """Draw presets, switches, the trainings and all that is seen of them."""
    _draw_presets(recipe)
    with spot(), sentences_for_errors():
        equal = _draw_switches(recipe)
        series = series_of(recipe.data.model_dump_json())
        watched = _watched(recipe, series, equal)
        with spot():
            layer = _draw_layer(recipe)
        draw_ticking("gradients", lambda: _draw_trainings(watched, layer))


def _watched(recipe: Recipe, series: Series, equal_parameters: bool) -> tuple[Watched, ...]:
    features = prepared_of(recipe.data.model_dump_json()).features.shape[1]
    epochs = min(recipe.training.epochs, MOST_EPOCHS)
    recipes = [watched_recipe(recipe, cell, epochs, equal_parameters, features) for cell in CELLS]
    name = material_key(series)
    return tuple(Watched(f"gradients {one.key()} {name}", ADVANCE(one, series), one, series) for one in recipes)


def _draw_presets(recipe: Recipe) -> None:
    chosen = next((preset for preset in GRADIENT_PRESETS if preset.recipe == recipe), None)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("See it happen", width="content")
        for preset in GRADIENT_PRESETS:
            st.button(
                preset.name,
                icon=":material/check:" if preset is chosen else None,
                type="tertiary",
                key=f"gradients {preset.name}",
                on_click=_open_preset,
                args=(preset,),
            )
    with spot():
        if chosen is not None:
            st.info(f"**{chosen.name}.** {plain(chosen.lesson)}", icon=":material/lightbulb:")


def _open_preset(preset: GradientPreset) -> None:
    state.open_recipe(preset.recipe)


def _choose(name: str, key: str) -> None:
    """Put what a switch of this page says into the recipe; the sidebar then says the same."""
    value = state.widget_value(key)
    state.open_recipe(state.recipe().replaced(**{name: USUAL_CLIP * value if name == "clip_norm" else value}))


def _draw_switches(recipe: Recipe) -> bool:
    """Draw the switches; return whether the cells get equal parameter counts. All others change the recipe."""
    network = recipe.network
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        for name in ("nonlinearity", "initialisation"):
            label = "Activation of the RNN" if name == "nonlinearity" else LOOKS[name].label
            value = getattr(network, name)
            st.segmented_control(
                label,
                Recipe.choices(name),
                default=value,
                required=True,
                format_func=LOOKS[name].words.__getitem__,
                help=GLOSSARY[name],
                **_switch(name, value),
            )
        radius = network.spectral_radius
        st.select_slider(
            LOOKS["spectral_radius"].label,
            sorted({*LOOKS["spectral_radius"].stops, radius}),
            radius,
            format_func=dial_word,
            help=GLOSSARY["spectral_radius"],
            width=260,
            **_switch("spectral_radius", radius),
        )
        clip = recipe.training.clip_norm
        st.toggle(
            f"Clip at {clip or USUAL_CLIP:g}", bool(clip), help=GLOSSARY["clip_norm"], **_switch("clip_norm", clip)
        )
        equal = st.segmented_control(
            "Make equal",
            EQUAL,
            default=state.remembered("gradients equal") or EQUAL[0],
            required=True,
            key="gradients equal",
            help=GLOSSARY["equal_networks"],
        )
    state.remember("gradients equal", equal)
    return equal == EQUAL[1]


def _switch(name: str, value: object) -> dict[str, Any]:
    """Return key and callback of a switch; the key holds the value, so that no other control can leave it behind."""
    key = f"gradients {name} {value} {state.widget_key('')}"
    return {"key": key, "on_change": _choose, "args": (name, key)}


def _draw_layer(recipe: Recipe) -> int:
    """Return which layer is looked at, counted from 0; the learner chooses among several."""
    count = recipe.network.layers
    if count == 1:
        return 0
    options = list(range(1, count + 1))
    chosen = st.segmented_control(
        "Layer", options, default=count, required=True, key=f"gradients layer {count}", help=GLOSSARY["layers"]
    )
    return int(chosen) - 1


def _draw_trainings(watched: Sequence[Watched], layer: int) -> bool:
    """Draw buttons, progress and all views; return whether something is under way."""
    lab = LongWork("gradients " + " ".join(one.key for one in watched), watched)
    finished = lab.finished
    with st.container(horizontal=True, vertical_alignment="center"):
        reason = f"These networks are trained; {SAME_AGAIN}." if finished else None
        words = "Trained" if finished else "Train on" if lab.begun else "Train"
        if lab.running:
            if pressed("Stop", icon=":material/stop:"):
                lab.stop()
                st.rerun()
        elif pressed(words, icon=":material/play_arrow:", type="primary", disabled=finished, help=reason):
            lab.start()
            st.rerun()
        st.caption(_what_is_trained(watched))
    with spot():
        running = lab.go_on()
        if running:
            begun = [(run.progress, run.checkpoint.elapsed_s) for one in watched if (run := one.run)]
            rest_s = remaining_s(begun, len(watched), min(engine().status().workers, len(watched)))
            draw_share(share_of(watched), "Training three networks and looking at each after every epoch", rest_s)
    answers = [Answer(value=one.run) if one.run is not None else one.untrained() for one in watched]
    problem = next((answer.problem for answer in answers if answer.problem), "")
    if problem:
        st.error(plain(problem), icon=":material/error:")
        return running
    runs = tuple(answer.value for answer in answers if answer.value is not None)
    if len(runs) < len(answers):
        st.caption(":material/hourglass_top: A worker reads the untrained networks.")
        return True
    draw_views(View(runs, layer, running, current_theme(), lab.flag))
    return running


def _what_is_trained(watched: Sequence[Watched]) -> str:
    recipe = watched[0].recipe
    return (
        f"RNN, LSTM and GRU on the same windows with the same seed, {recipe.training.epochs} epochs each with "
        f"{LOOKS['optimizer'].words[recipe.training.optimizer]} at {recipe.training.learning_rate:g}; data, sizes and "
        "learning rate are those of the sidebar."
    )
