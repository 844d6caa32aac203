"""Text on one line, for what is stored, compared or printed as a single line."""

from __future__ import annotations


def single_spaced(text: str) -> str:
    """Return the text with single spaces instead of line ends and other space, none at its ends."""
    return " ".join(text.split())
