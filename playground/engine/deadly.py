"""Files that ended the worker they were read in, so that no worker is given them again."""

from __future__ import annotations

import hashlib
from typing import Any

from playground.recent import Recent

MOST_REMEMBERED = 1000

SENTENCE = (
    "reading this file ended the process that read it, twice, so it is not read here again; "
    "leave a part of it out, or save it in another way"
)


class Deadly:
    """Remembers such files by their content, whatever they are called and whatever is asked about them."""

    def __init__(self) -> None:
        self._digests: Recent[bytes, None] = Recent(MOST_REMEMBERED)

    def learn(self, arguments: tuple[Any, ...]) -> None:
        """Remember the files among the arguments of a call that ended its worker as often as it was tried."""
        for digest in _digests(arguments):
            self._digests.keep(digest, None)

    def knows(self, arguments: tuple[Any, ...]) -> bool:
        """Say whether a call would have such a file read."""
        return bool(self._digests) and any(digest in self._digests for digest in _digests(arguments))


def holds_file(arguments: tuple[Any, ...]) -> bool:
    """Say whether a call is about a file."""
    return any(isinstance(one, bytes) for one in arguments)


def _digests(arguments: tuple[Any, ...]) -> list[bytes]:
    return [hashlib.sha256(one).digest() for one in arguments if isinstance(one, bytes)]
