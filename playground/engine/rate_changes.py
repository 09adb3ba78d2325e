"""A learning rate that changes on the way: which epoch it can hold from."""

from __future__ import annotations

from playground.kinds import AnyRecipe


def with_rate(recipe: AnyRecipe, rate: float, epoch: int) -> AnyRecipe:
    """Return the recipe with a learning rate that holds from an epoch, in place of an earlier wish for it.

    Raises:
        ValueError: if there is no such epoch, or the rate or the number of changes is outside its limits.
    """
    training = recipe.training
    if epoch > training.epochs:
        raise ValueError(
            f"the learning rate can change from the next epoch on, but the last one, {training.epochs}, has begun; "
            "train again with more epochs"
        )
    kept = tuple(change for change in training.learning_rate_changes if change[0] != epoch)
    return recipe.replaced(learning_rate_changes=tuple(sorted((*kept, (epoch, rate)))))
