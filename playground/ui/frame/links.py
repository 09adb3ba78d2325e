"""Links to a recipe and to a run, with what each of them opens."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import streamlit as st

from playground.config import Recipe
from playground.sequences.recipe import SequenceRecipe
from playground.ui.frame import sequence_state, state


def app_address() -> str:
    """Return the address of this app as the reader's browser sees it, ending in "/"; empty if it is not known."""
    parts = urlsplit(st.context.url or "")
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{parts.scheme}://{parts.netloc}/{f'{base}/' if base else ''}" if parts.netloc else ""


def recipe_link(recipe: Recipe) -> str:
    """Return the link that opens a recipe in the Playground."""
    return f"{app_address()}?{urlencode(recipe.to_query())}"


def run_link(run_id: str) -> str:
    """Return the link that lets others watch a run."""
    return f"{app_address()}?{urlencode({'run': run_id})}"


def embed_link(run_id: str) -> str:
    """Return the link to a run without menu and controls, for slides."""
    return f"{app_address()}embed?{urlencode({'run': run_id, 'embed': 'true'})}"


def draw_sequence_links(recipe: SequenceRecipe, run_id: str | None) -> None:
    """Draw a button that shows the links to what a page about sequences shows, on the page that is drawn.

    Args:
        recipe: What the recipe link opens.
        run_id: The run that the run link shows, None for no run.
    """
    page = (st.context.url or "").split("?")[0]
    query = recipe.to_query() | {name: text for name, text in state.query().items() if name == sequence_state.PART}
    with st.popover("Copy link", icon=":material/link:", key="sequence links"):
        st.markdown("**Recipe**: opens the same settings and seed; whoever opens it trains an own run.")
        st.code(f"{page}?{urlencode(query)}", language=None, wrap_lines=True)
        st.caption("Own texts, tunes and voices stay here: a link never carries them.")
        if run_id is None:
            st.caption("Train, and there is also a link to watch the run.")
            return
        st.markdown("**Run**: shows this run, also while it trains; others can watch it but not pause or delete it.")
        st.code(f"{page}?{urlencode(query | {sequence_state.RUN: run_id})}", language=None, wrap_lines=True)


def draw_links(recipe: Recipe, run_id: str | None, key: str) -> None:
    """Draw a button that shows the links, each with a sentence and a button to copy it.

    Args:
        recipe: What the recipe link opens.
        run_id: The run that the run link shows, None for no run.
        key: Names the button on its page.
    """
    with st.popover("Copy link", icon=":material/link:", key=f"links {key}"):
        st.markdown("**Recipe**: opens the same settings and seed; whoever opens it trains an own run.")
        st.code(recipe_link(recipe), language=None, wrap_lines=True)
        if recipe.data.own:
            st.caption("Your own data stays here: a link never carries it, so others see another series.")
        if run_id is None:
            st.caption("Train, and there is also a link to watch the run.")
            return
        st.markdown("**Run**: shows this run, also while it trains; others can watch it but not pause or delete it.")
        st.code(run_link(run_id), language=None, wrap_lines=True)
        st.markdown("**Slides**: the charts of this run alone, to embed in a page or a slide.")
        st.code(embed_link(run_id), language=None, wrap_lines=True)
