"""How a title stands inside a sentence."""

from __future__ import annotations


def in_sentence(title: str) -> str:
    """Return a title with its first letter small."""
    return title[:1].lower() + title[1:]
