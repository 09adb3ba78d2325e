"""What was used last, within limits of number and weight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Kept = TypeVar("Kept")


class Recent(OrderedDict[Key, Kept], Generic[Key, Kept]):
    """The things used last; where either limit is passed those used longest ago go, the newest always stays.

    Threads that share one that weighs need a lock of their own: it looks at all things while others may change them.

    Args:
        most: How many things it holds, at least 1.
        most_weight: How much they may weigh together, where they are weighed.
        weigh: Tells what a thing weighs by now, asked whenever another is kept; None weighs nothing.
    """

    def __init__(self, most: int, most_weight: int = 0, weigh: Callable[[Kept], int] | None = None) -> None:
        super().__init__()
        self.most, self.most_weight, self._weigh = most, most_weight, weigh

    def use(self, key: Key) -> Kept | None:
        """Return what is kept under the key and count it as used, None if there is nothing."""
        if key not in self:
            return None
        self.move_to_end(key)
        return self[key]

    def keep(self, key: Key, value: Kept) -> Kept:
        """Keep a value under the key, as the one used last, and return it."""
        self[key] = value
        self.move_to_end(key)
        while len(self) > self.most or (len(self) > 1 and self._is_heavy()):
            self.popitem(last=False)
        return value

    def _is_heavy(self) -> bool:
        return self._weigh is not None and sum(map(self._weigh, self.values())) > self.most_weight
