"""What is said of the two switches of the hand-made cell."""

from __future__ import annotations

from collections.abc import Sequence

from playground.sequences.arithmetic import Change, Effect


def setting_title(sigma: bool, output_path: str) -> str:
    """Return what a setting of the two switches is called."""
    return {
        (False, "old"): "as the code is: no σ, old state",
        (True, "new"): "as the formula is: σ, new state",
        (True, "old"): "σ, but old state",
        (False, "new"): "new state, but no σ",
    }[sigma, output_path]


def effect_sentences(effects: Sequence[Effect]) -> tuple[str, ...]:
    """Say what each switch did to the macro accuracy."""
    return tuple(
        f"σ on the new state: {_change(first)} with the old path, {_change(second)} with the new path."
        if effect.switch == "sigma"
        else f"Reading the new state: {_change(first)} without a sigma, {_change(second)} with a sigma."
        for effect in effects
        for first, second in [effect.changes]
    )


def _change(found: Change) -> str:
    if not found.agreed:
        return f"{found.points:+.0f} points (seeds do not agree)"
    return (
        f"{found.points:+.0f} points (all {found.seeds} seeds agree, as luck alone makes them in 1 of "
        f"{2 ** (found.seeds - 1)})"
    )
