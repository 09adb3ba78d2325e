"""How words are put, wherever they stand."""

from __future__ import annotations


def capitalised(text: str) -> str:
    """Return a text with its first letter as a capital and the rest as it is."""
    return text[:1].upper() + text[1:]
