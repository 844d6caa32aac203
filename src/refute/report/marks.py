"""The sign and the class of every verdict, outcome and mark; the word is its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """How a verdict is shown: a word, a sign, and a CSS class."""

    word: str
    sign: str
    css: str


# Signs that every font has and no system draws as a coloured picture.
_SIGNS = {
    "no verdict": ("!", "none"),
    "refuted": ("✗", "refuted"),
    "depends": ("±", "depends"),
    "undecided": ("?", "undecided"),
    "partly checked": ("◐", "partly"),
    "supported": ("✓", "supported"),
    "not encoded yet": ("…", "unchecked"),
    "unlinked": ("∅", "unchecked"),
    "advice": ("○", "unchecked"),
    "not a claim": ("·", "unchecked"),
    "holds": ("✓", "holds"),
    "fails": ("✗", "fails"),
    "broke": ("!", "broke"),
    "not run": ("!", "none"),
}


def shown(name: str) -> Shown:
    """How a verdict, an outcome or a mark of that name is shown."""
    word = name.lower()
    return Shown(word, *_SIGNS[word])
