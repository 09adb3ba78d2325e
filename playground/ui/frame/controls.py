"""The sidebar: every choice of the recipe as a widget, in story order.

The five that a learner turns most stand open; all others lie behind a "More" of their section.

Each widget is seeded from the stored recipe and the recipe that they add up to is checked before it is
stored, so a page change or a bad combination loses nothing.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.config import MOST_EXTRA_INPUTS, Recipe
from playground.data.catalog import CATALOG, Entry
from playground.data.features import calendar_circles
from playground.data.tickers import MOST_TYPED, spelled
from playground.presets import PRESETS
from playground.sequences.recipe import SequenceRecipe
from playground.ui.frame import state
from playground.ui.frame.glossary import GLOSSARY
from playground.ui.frame.looks import draw_field, worded
from playground.ui.frame.page import plain
from playground.ui.frame.spots import section, spot
from playground.ui.server.server import series_of


def draw_controls() -> Recipe:
    """Draw the whole sidebar and return the recipe it now says (also stored in the tab)."""
    recipe = state.recipe()
    with st.sidebar:
        fields = _draw_data(recipe) | _draw_network(recipe) | _draw_training(recipe)
        try:
            recipe = recipe.replaced(**fields)
        except ValueError as error:
            st.error(worded(f"{error}. The last settings that fit stay in force.".replace("..", ".")))
    state.set_recipe(recipe)
    return recipe


def _draw_data(recipe: Recipe) -> dict[str, Any]:
    with section("1 Data"):
        names = [
            name for name, entry in CATALOG.items() if not entry.needs or recipe.data.own or name == recipe.data.series
        ]
        series = st.selectbox(
            "Series",
            names,
            names.index(recipe.data.series),
            format_func=lambda name: f"{CATALOG[name].group}: {CATALOG[name].title}",
            key=state.widget_key("series"),
            help=GLOSSARY["series"],
        )
        entry = CATALOG[series]
        st.caption(entry.summary)
        fields: dict[str, Any] = {"series": series}
        with spot():
            fields |= {name: _draw_ticker_field(name, recipe) for name in entry.uses if name in _TICKER}
        with st.expander("More about the data"):
            with spot():
                fields |= {name: draw_field(recipe, name) for name in entry.uses if name not in _TICKER}
            target = recipe.data.target if recipe.data.target in entry.targets else entry.targets[0]
            fields["target"] = draw_field(recipe, "target", target, words=entry.targets)
            fields |= _draw_inputs(entry, recipe)
            for name in ("season_steps", "train_fraction", "validation_fraction", "gap_steps"):
                fields[name] = draw_field(recipe, name)
    return fields


def _draw_inputs(entry: Entry, recipe: Recipe) -> dict[str, Any]:
    """Draw what the network may read beside the target quantity, as far as the series has it."""
    extras, dated = _inputs_of(entry, recipe)
    chosen = st.multiselect(
        "Further inputs",
        extras,
        [name for name in recipe.data.extra_inputs if name in extras],
        max_selections=MOST_EXTRA_INPUTS,
        placeholder="None" if extras else "This series has no further columns",
        disabled=not extras,
        help=GLOSSARY["extra_inputs"],
        key=state.widget_key(f"extra_inputs of {entry.name} {recipe.data.own if entry.needs else ''}"),
    )
    calendar = st.toggle(
        "Calendar as input",
        recipe.data.calendar and dated,
        disabled=not dated,
        help=GLOSSARY["calendar"]
        if dated
        else "This series has no dates that the calendar could tell something about.",
        key=state.widget_key(f"calendar {dated}"),
    )
    return {"extra_inputs": tuple(chosen), "calendar": calendar and dated}


def _inputs_of(entry: Entry, recipe: Recipe) -> tuple[tuple[str, ...], bool]:
    """Return the further columns of a series, and whether the calendar can tell something about it."""
    if entry.extras is not None:
        return entry.extras, entry.calendar
    try:
        series = series_of(recipe.data.model_copy(update={"series": entry.name}).model_dump_json())
    except ValueError:
        return (), False
    return tuple(series.extras), bool(calendar_circles(series.times))


_TICKER = ("ticker", "start", "end")


def _draw_ticker_field(name: str, recipe: Recipe) -> Any:
    current = recipe.value(name)
    key = state.widget_key(name)
    if name == "ticker":
        return _draw_symbol(current, key)
    low, high = Recipe.limits(name)
    label = {"start": "From", "end": "To"}[name]
    return st.date_input(label, current, low, high, key=key, help=GLOSSARY[name])


def _draw_symbol(current: str, key: str) -> str:
    """Draw the field of the symbol, and how Yahoo would write what was typed; return the symbol in force."""
    of_link = state.remembered(f"typed {key}")
    typed = st.text_input("Ticker", of_link or current, max_chars=MOST_TYPED, key=key, help=GLOSSARY["ticker"])
    found = spelled(typed)
    with spot():
        if not found.symbol:
            st.warning(plain(f"{found.reason} Until you take another symbol, {current} stays."))
            with st.container(horizontal=True):
                for symbol in found.suggestions:
                    label, taken = f"Take {plain(symbol)}", {"ticker": symbol}
                    st.button(label, key=f"take {symbol}", on_click=state.correct_recipe, kwargs=taken)
    if found.symbol and of_link:
        state.remember(f"typed {key}", None)
    return found.symbol or current


def _draw_network(recipe: Recipe) -> dict[str, Any]:
    with section("2 Network"):
        fields: dict[str, Any] = {"cell": draw_field(recipe, "cell")}
        for name in ("hidden_size", "window_steps"):
            fields[name] = draw_field(recipe, name)
        with st.expander("More about the network"):
            with spot():
                if fields["cell"] == "rnn":
                    fields["nonlinearity"] = draw_field(recipe, "nonlinearity")
            for name in ("horizon_steps", "layers"):
                fields[name] = draw_field(recipe, name)
            one_layer = "Dropout works between layers: add a second layer to use it." if fields["layers"] == 1 else ""
            fields["dropout"] = draw_field(recipe, "dropout", disabled_because=one_layer)
            for name in ("initialisation", "spectral_radius"):
                fields[name] = draw_field(recipe, name)
    return fields


def _draw_training(recipe: Recipe) -> dict[str, Any]:
    with section("3 Training"):
        fields = draw_learning_rate(recipe)
        with st.expander("More about the training"):
            for name in ("epochs", "patience_epochs", "optimizer"):
                fields[name] = draw_field(recipe, name)
            with spot():
                if fields["optimizer"] == "sgd":
                    fields["momentum"] = draw_field(recipe, "momentum")
            for name in ("batch_size", "clip_norm", "seed"):
                fields[name] = draw_field(recipe, name)
    return fields


def draw_learning_rate(recipe: Recipe | SequenceRecipe) -> dict[str, Any]:
    """Draw the rate in force; moving it starts a fresh schedule, and a live run takes it as a change."""
    training = recipe.training
    in_force = training.learning_rate_at(recipe.limits("epochs")[1])
    rate = draw_field(recipe, "learning_rate", in_force)
    if training.learning_rate_changes:
        steps = ", ".join(f"{value:g} from epoch {epoch}" for epoch, value in training.learning_rate_changes)
        st.caption(f"Started at {training.learning_rate:g}; changed while training: {steps}.")
    if rate == in_force:
        return {}
    return {"learning_rate": rate, "learning_rate_changes": ()}


def draw_presets() -> None:
    """Draw the starting points; one click sets every control and clears the stage."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Start from", width="content")
        for preset in PRESETS:
            st.button(
                preset.title,
                key=f"preset {preset.name}",
                icon=":material/check:" if preset.recipe == state.recipe() else None,
                help=preset.question,
                type="tertiary",
                on_click=_open_preset,
                args=(preset.recipe,),
            )


def _open_preset(recipe: Recipe) -> None:
    state.open_recipe(recipe)
    state.show_run(None)
