"""What a sweep trains: the values of one choice, or of two, each with several seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from playground.config import GATES, Recipe, parameter_count

Value = int | float | str

FEWEST_SEEDS = 3
MOST_SEEDS = 10
MOST_NETWORKS = 120
"""Networks in one sweep; the run store keeps about twice as many."""


@dataclass(frozen=True)
class Axis:
    """A choice that a sweep goes through.

    Attributes:
        name: Field of the recipe.
        title: What it is called.
        offered: Values to choose from, in order.
        usual: Those that are chosen at first.
        logarithmic: Whether a chart puts it on a logarithmic axis.
        ordered: Whether a smaller value is the simpler one.
    """

    name: str
    title: str
    offered: tuple[Value, ...]
    usual: tuple[Value, ...]
    logarithmic: bool = False
    ordered: bool = True


AXES: dict[str, Axis] = {
    axis.name: axis
    for axis in (
        Axis("hidden_size", "Hidden size", (1, 2, 4, 8, 16, 32, 64, 128), (2, 4, 8, 16, 32, 64), True),
        Axis("window_steps", "Window", (2, 4, 8, 16, 32, 64, 128), (4, 8, 16, 32), True),
        Axis("layers", "Layer count", (1, 2, 3), (1, 2, 3)),
        Axis(
            "learning_rate",
            "Learning rate",
            (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1),
            (0.0003, 0.001, 0.003, 0.01, 0.03),
            True,
            ordered=False,
        ),
        Axis("cell", "Cell", ("rnn", "gru", "lstm"), ("rnn", "gru", "lstm"), ordered=False),
    )
}


@dataclass(frozen=True)
class SweepPlan:
    """One sweep: a recipe, the values of one or two of its choices, seeds and epochs.

    Attributes:
        recipe: What all networks share; its own seed is the first one.
        axes: Name of a choice -> its values; one or two of them.
        seeds: Networks at each point.
        epochs: How long each is trained at most.
    """

    recipe: Recipe
    axes: tuple[tuple[str, tuple[Value, ...]], ...]
    seeds: int = FEWEST_SEEDS
    epochs: int = 30

    def __post_init__(self) -> None:
        names = [name for name, _ in self.axes]
        if not (1 <= len(names) <= 2 and len(set(names)) == len(names) and set(names) <= AXES.keys()):
            raise ValueError(f"a sweep goes through one or two of {', '.join(AXES)}, got {', '.join(names) or 'none'}")
        for name, values in self.axes:
            if len(values) < 2 or len(set(values)) < len(values):
                raise ValueError(
                    f"{AXES[name].title} needs at least 2 different values, "
                    f"got {', '.join(map(str, values)) or 'none'}; choose another one"
                )
        if not FEWEST_SEEDS <= self.seeds <= MOST_SEEDS:
            raise ValueError(f"seeds must be from {FEWEST_SEEDS} to {MOST_SEEDS}, got {self.seeds}")
        if self.networks > MOST_NETWORKS:
            raise ValueError(
                f"a sweep trains at most {MOST_NETWORKS} networks, got {self.networks}; choose fewer values or seeds"
            )
        for cell in self.cells:
            self.recipes_at(cell)

    @property
    def cells(self) -> tuple[tuple[Value, ...], ...]:
        """All points of the sweep, the last axis running fastest."""
        return tuple(product(*(values for _, values in self.axes)))

    @property
    def networks(self) -> int:
        """How many networks the sweep trains."""
        return len(self.cells) * self.seeds

    @property
    def longest_window(self) -> int:
        """The longest window of a sweep through window lengths, 0 in any other.

        A longer window leaves fewer validation windows; what is compared is scored where the longest has forecasts.
        """
        lengths = [value for name, values in self.axes if name == "window_steps" for value in values]
        return max((value for value in lengths if isinstance(value, int)), default=0)

    def recipes_at(self, cell: Sequence[Value]) -> tuple[Recipe, ...]:
        """Return the recipes of one point, one for each seed.

        Raises:
            ValueError: if a value is outside its limits.
        """
        chosen: dict[str, Any] = dict(zip((name for name, _ in self.axes), cell, strict=True))
        if "learning_rate" in chosen:
            chosen["learning_rate_changes"] = ()
        return with_seeds(self.recipe.replaced(**chosen, epochs=self.epochs), self.seeds)


def with_seeds(recipe: Recipe, count: int) -> tuple[Recipe, ...]:
    """Return the same recipe with `count` seeds, its own and those that follow it."""
    top = Recipe.limits("seed")[1]
    return tuple(recipe.replaced(seed=(recipe.seed + k) % (top + 1)) for k in range(count))


def simplicity(plan: SweepPlan, cell: Sequence[Value]) -> tuple[float, ...]:
    """Return what puts points in order, the simplest first: parameters, then the choices that have an order."""
    recipe = plan.recipes_at(cell)[0]
    ordered = [float(value) for (name, _), value in zip(plan.axes, cell, strict=True) if AXES[name].ordered]
    return (float(parameter_count(recipe)), *ordered)


def epoch_cost(recipe: Recipe) -> float:
    """Return what an epoch of a network costs next to others, in no unit: gates x window x layers x (hidden + 48).

    The constant stands for what a step costs however small the network is.
    """
    network = recipe.network
    return GATES[network.cell] * recipe.data.window_steps * network.layers * (network.hidden_size + 48.0)


def label_of(plan: SweepPlan, cell: Sequence[Value]) -> str:
    """Return a point in words: "hidden size 8, layers 2"."""
    pairs = zip(plan.axes, cell, strict=True)
    return ", ".join(f"{AXES[name].title.lower()} {value_text(value)}" for (name, _), value in pairs)


def value_text(value: Value) -> str:
    """Return a value as charts and sentences say it."""
    return value.upper() if isinstance(value, str) else f"{value:g}"


def offered_values(recipe: Recipe, name: str) -> tuple[Value, ...]:
    """Return the values to choose from, with the recipe's own among them."""
    axis, own = AXES[name], recipe.value(name)
    return axis.offered if own in axis.offered else tuple(sorted((*axis.offered, own)))
