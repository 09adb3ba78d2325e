"""What one tab remembers of the pages about sequences, and how their address bar mirrors it."""

from __future__ import annotations

from typing import TypeVar

from playground.sequences.recipe import SequenceRecipe
from playground.ui.frame import state

RUN = "s_run"
"""What the address bar calls the run of a page about sequences."""
PART = "part"
"""What it calls the part of a page of several."""

Kind = TypeVar("Kind", bound=SequenceRecipe)


def sequence_recipe(kind: type[Kind]) -> Kind:
    """Return this tab's recipe of a page about sequences; at first the one in the address bar, with its run."""
    kept: Kind | None = state.remembered(f"recipe {kind.__name__}")
    if kept is not None:
        return kept
    query = state.query()
    recipe, repairs = kind.from_query(query)
    state.remember(f"recipe {kind.__name__}", recipe)
    state.note(*repairs)
    run = query.get(RUN, "")
    state.remember(f"linked {kind.__name__}", run if state.RUN_ID.match(run) else None)
    return recipe


def set_sequence_recipe(new: SequenceRecipe, afresh: bool = False) -> None:
    """Store a recipe of a page about sequences and mirror it in the address bar.

    `afresh` lets every widget start anew, for a recipe that did not come from them.
    """
    state.remember(f"recipe {type(new).__name__}", new)
    if afresh:
        state.start_widgets_afresh()
    state.write_query(new.to_query() | {name: text for name, text in state.query().items() if name in (PART, RUN)})


def run_shown(kind: type[SequenceRecipe], material: str) -> str | None:
    """Return the run that this tab shows of such recipes on this material, at first the one in the address bar."""
    shown: str | None = state.remembered(f"run {kind.__name__} {material}")
    return shown or state.remembered(f"linked {kind.__name__}")


def show_run(kind: type[SequenceRecipe], material: str, run: str | None) -> None:
    """Show another run of such recipes on this material, or none."""
    state.remember(f"run {kind.__name__} {material}", run)
    state.remember(f"linked {kind.__name__}", None)


def open_run(recipe: SequenceRecipe, material: str, run: str, part: str) -> None:
    """Let the page, and its part, that shows such recipes show a run on this material when it is drawn next."""
    state.remember(f"recipe {type(recipe).__name__}", recipe)
    show_run(type(recipe), material, run)
    state.remember(PART, part or None)
    state.start_widgets_afresh()


def last_run(kind: type[SequenceRecipe]) -> str | None:
    """Return the run of such recipes that was shown last, whatever it learns from."""
    last: str | None = state.remembered(f"last run {kind.__name__}")
    return last


def write_run(kind: type[SequenceRecipe], run: str | None) -> None:
    """Mirror the run that is shown of such recipes in the address bar."""
    state.remember(f"last run {kind.__name__}", run)
    rest = {name: text for name, text in state.query().items() if name != RUN}
    state.write_query(rest if run is None else rest | {RUN: run})


def shown_part(usual: str) -> str:
    """Return which part of a page of several the address bar names, else the one last chosen, else the usual one."""
    return state.query().get(PART) or state.remembered(PART) or usual


def choose_part(part: str, usual: str) -> None:
    """Show another part of the page: the address bar names it, and keeps nothing of the part before."""
    state.remember(PART, part)
    if state.query().get(PART, usual) != part:
        state.write_query({} if part == usual else {PART: part})
