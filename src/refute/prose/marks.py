"""The sign, class and colour of every verdict, outcome and mark; the word is its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """How a verdict is shown: a word, a sign, and its CSS classes, the particular one last."""

    word: str
    sign: str
    css: str
    colour: str
    """On a terminal, by the name that click and pytest have for it."""

    @property
    def judged(self) -> bool:
        """Whether an experiment, or the lack of its verdict, stands behind it."""
        return not self.css.startswith("unchecked")

    @property
    def name(self) -> str:
        """The particular class, by which a view is filtered."""
        return self.css.split()[-1]


# Signs that every font has and no system draws as a coloured picture.
_SIGNS = {
    "no verdict": ("!", "none", "red"),
    "refuted": ("✗", "refuted", "red"),
    "depends": ("±", "depends", "yellow"),
    "undecided": ("?", "undecided", "cyan"),
    "partly checked": ("◐", "partly", "yellow"),
    "supported": ("✓", "supported", "green"),
    "not encoded yet": ("…", "unchecked unencoded", "white"),
    "possibly refuted": ("✗?", "unchecked possibly", "magenta"),
    "possibly depends": ("±?", "unchecked possibly", "magenta"),
    "proposed": ("≈", "unchecked proposed", "white"),
    "unlinked": ("∅", "unchecked unlinked", "white"),
    "advice": ("○", "unchecked advice", "white"),
    "not a claim": ("·", "unchecked silent", "white"),
    "holds": ("✓", "holds", "green"),
    "fails": ("✗", "fails", "red"),
    "broke": ("!", "broke", "red"),
    "not run": ("–", "unchecked unrun", "white"),
}


def shown(name: str) -> Shown:
    """How a verdict, an outcome or a mark of that name is shown."""
    word = name.lower()
    return Shown(word, *_SIGNS[word])
