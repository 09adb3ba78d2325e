"""What workers do with data: describe a series, suggest settings for it, open a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call

if TYPE_CHECKING:
    from playground.data import description, opening, suggesting

DESCRIBE = Call("playground.data.description:describe", lambda: description.describe)
SUGGEST = Call("playground.data.suggesting:suggest", lambda: suggesting.suggest)
OPEN_TABLE = Call("playground.data.opening:open_table", lambda: opening.open_table)
