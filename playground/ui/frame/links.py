"""Links to a recipe and to a run, with what each of them opens."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

import streamlit as st

from playground.config import Recipe
from playground.kinds import AnyRecipe, kind_of
from playground.ui.frame import sequence_state
from playground.ui.frame.homes import HOMES


def app_address() -> str:
    """Return the address of this app as the reader's browser sees it, ending in "/"; empty if it is not known."""
    parts = urlsplit(st.context.url or "")
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{parts.scheme}://{parts.netloc}/{f'{base}/' if base else ''}" if parts.netloc else ""


def recipe_link(recipe: AnyRecipe) -> str:
    """Return the link that opens a recipe on the page of its kind."""
    return _link(recipe, recipe.to_query())


def run_link(recipe: AnyRecipe, run_id: str) -> str:
    """Return the link that lets others watch a run with this recipe."""
    if isinstance(recipe, Recipe):
        return _link(recipe, {"run": run_id})
    return _link(recipe, recipe.to_query() | {sequence_state.RUN: run_id})


def names_a_forecast(query: Mapping[str, str]) -> bool:
    """Say whether the query of an address names a recipe or a run of forecasts."""
    return not query.keys().isdisjoint(("v", "run", *Recipe.places()))


def embed_link(run_id: str) -> str:
    """Return the link to a run without menu and controls, for slides."""
    return f"{app_address()}embed?{urlencode({'run': run_id, 'embed': 'true'})}"


def _link(recipe: AnyRecipe, query: dict[str, str]) -> str:
    home = HOMES[kind_of(recipe).name]
    part = {sequence_state.PART: home.part} if home.part else {}
    return f"{app_address()}{home.page.stem}?{urlencode(part | query)}"


def draw_links(recipe: AnyRecipe, run_id: str | None, key: str, *, private: bool = False) -> None:
    """Draw a button that shows the links, each with a sentence and a button to copy it.

    Args:
        recipe: What the recipe link opens.
        run_id: The run that the run link shows, None for no run.
        key: Names the button on its page.
        private: Whether the run learned from what nobody else may see, other than a series.
    """
    with st.popover("Copy link", icon=":material/link:", key=f"links {key}"):
        st.markdown("**Recipe**: opens the same settings and seed; whoever opens it trains an own run.")
        st.code(recipe_link(recipe), language=None, wrap_lines=True)
        if not isinstance(recipe, Recipe):
            st.caption("Own texts, tunes and voices stay here: a link never carries them.")
        elif recipe.data.own:
            st.caption("Your own data stays here: a link never carries it, so others see another series.")
        if run_id is None:
            st.caption("Train, and there is also a link to watch the run.")
            return
        if private:
            st.caption("The run learned from what is yours alone, so no link shows it to others.")
            return
        st.markdown("**Run**: shows this run, also while it trains; others can watch it but not pause or delete it.")
        st.code(run_link(recipe, run_id), language=None, wrap_lines=True)
        if isinstance(recipe, Recipe):
            st.markdown("**Slides**: the charts of this run alone, to embed in a page or a slide.")
            st.code(embed_link(run_id), language=None, wrap_lines=True)
