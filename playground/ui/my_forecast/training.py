"""Step 2: suggested settings in words, one button, and the network as it learns."""

from __future__ import annotations

import streamlit as st

from playground.charts.forecast import forecast_caption, forecast_figure
from playground.config import Recipe
from playground.histories import RunView
from playground.records import Series
from playground.runs import UNDER_WAY
from playground.sentences.suggestions import reasons_in_words, remark_on_length
from playground.ui.frame import state
from playground.ui.frame.links import draw_links
from playground.ui.frame.page import current_theme, plain, sentences_for_errors
from playground.ui.frame.presses import pressed
from playground.ui.frame.spots import spot
from playground.ui.frame.visitor import visitor
from playground.ui.my_forecast.choosing import ALL_SETTINGS
from playground.ui.my_forecast.run import own_run
from playground.ui.server.pace import PACE
from playground.ui.server.server import prepared_of, series_of
from playground.ui.watching.live import live_chart
from playground.ui.watching.moments import forecast_of
from playground.ui.watching.run_buttons import Stage, draw_run_buttons, draw_run_progress
from playground.ui.watching.signs import draw_workers
from playground.ui.watching.suggestion import suggested
from playground.ui.watching.ticking import draw_ticking


def draw_training(recipe: Recipe) -> None:
    """Draw the suggestion and its button, or the run of this series with its buttons and its picture."""
    draw_ticking("my training", lambda: _draw(recipe))
    st.toggle(
        "More: all settings at the side",
        state.is_on(ALL_SETTINGS),
        key="all settings",
        on_change=_toggle,
        help="Every choice of the recipe, as on the page Playground; the run follows what stands there.",
    )


def _toggle() -> None:
    state.set_flag(ALL_SETTINGS, not state.is_on(ALL_SETTINGS))


def _draw(recipe: Recipe) -> bool:
    """Draw the step; return whether it changes by itself."""
    with sentences_for_errors():
        view = own_run(recipe)
        draw_workers(under_way=view is not None and view.state in UNDER_WAY)
        offered, running = spot(), spot()
        if view is None:
            with offered:
                return _draw_offer(recipe, series_of(recipe.data.model_dump_json()))
        with running:
            _draw_run(recipe, view)
        return view.state in UNDER_WAY
    return False


def _draw_offer(recipe: Recipe, series: Series) -> bool:
    """Draw what is suggested and why; return whether it is still being looked for."""
    told = suggested(recipe, series)
    if told.problem:
        st.error(plain(told.problem), icon=":material/error:")
        return False
    if told.value is None:
        st.caption(":material/hourglass_top: Looking for settings that suit …")
        return True
    found = told.value
    if found.too_short is not None:
        st.warning(plain(remark_on_length(found.too_short)), icon=":material/straighten:")
    st.markdown("\n".join(f"- {plain(reason)}" for reason in reasons_in_words(found)))
    with st.container(horizontal=True, vertical_alignment="center"):
        if not found.fields:
            return False
        if pressed("Train with these settings", type="primary", icon=":material/play_arrow:", key="train suggested"):
            _train(found.on(recipe))
        own = state.is_on(ALL_SETTINGS) and found.on(recipe) != recipe
        if own and pressed("Train with mine", icon=":material/tune:", key="train mine"):
            _train(recipe)
    return False


def _train(recipe: Recipe) -> None:
    with sentences_for_errors():
        run_id = visitor().train(recipe, series_of(recipe.data.model_dump_json()))
        state.open_recipe(recipe)
        _show(run_id)
        st.rerun()


def _show(run_id: str | None) -> None:
    state.show_run(run_id)
    state.write_address()


def _draw_run(recipe: Recipe, view: RunView) -> None:
    followed = forecast_of(view)
    stage = Stage(
        recipe,
        view,
        material=lambda: series_of(recipe.data.model_dump_json()),
        show=_show,
        take=state.open_recipe,
        draw_links=lambda: draw_links(followed, view.run_id, "my forecast"),
    )
    draw_run_buttons(stage)
    draw_run_progress(view)
    data = followed.data.model_dump_json()
    split, snapshot = prepared_of(data).split, view.snapshot
    forecast = snapshot.forecast if snapshot is not None else None
    figure = forecast_figure(
        series_of(data),
        split,
        forecast,
        current_theme(),
        stretch=split.close_up(),
        revision=view.run_id,
        most_points=PACE.most_points(),
    )
    live_chart(figure, key="my training")
    with spot():
        if forecast is not None:
            st.caption(forecast_caption(forecast))
