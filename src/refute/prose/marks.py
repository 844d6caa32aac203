"""The sign, CSS class and colour of every verdict, outcome and mark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """How a verdict is shown: a word, a sign, and CSS classes, the most specific one last."""

    word: str
    sign: str
    css: str
    colour: str
    """The colour on a terminal, as click and pytest name it."""

    @property
    def judged(self) -> bool:
        """Whether it rests on an experiment, even on one without a verdict."""
        return not self.css.startswith("unchecked")

    @property
    def name(self) -> str:
        """The most specific class, by which the page filters."""
        return self.css.split()[-1]

    @property
    def slug(self) -> str:
        """Its word as the page's address has it: ``cannot-tell``."""
        return self.word.replace(" ", "-")


# Signs that every font has and no system draws as an emoji.
_SIGNS = {
    "no verdict": ("!", "none", "red"),
    "refuted": ("✗", "refuted", "red"),
    "depends": ("±", "depends", "yellow"),
    "undecided": ("?", "undecided", "cyan"),
    "partly checked": ("◐", "partly", "yellow"),
    "supported": ("✓", "supported", "green"),
    "not encoded yet": ("…", "unchecked unencoded", "white"),
    "possibly refuted": ("✗?", "unchecked possibly possibly-refuted", "magenta"),
    "possibly depends": ("±?", "unchecked possibly possibly-depends", "magenta"),
    "proposed": ("≈", "unchecked proposed", "white"),
    "unlinked": ("∅", "unchecked unlinked", "white"),
    "advice": ("○", "unchecked advice", "white"),
    "not a claim": ("·", "unchecked silent", "white"),
    "holds": ("✓", "holds", "green"),
    "fails": ("✗", "fails", "red"),
    "broke": ("!", "broke", "red"),
    "not run": ("–", "unchecked unrun", "white"),
    # What rules say about code is not a verdict, and must not look like one.
    "code: error": ("▲", "code-mark error", "red"),
    "code: wrong": ("▲", "code-mark wrong", "red"),
    "code: weak": ("▲", "code-mark weak", "yellow"),
    "code: note": ("▲", "code-mark hint", "white"),
    "code: cannot tell": ("△", "code-mark open", "white"),
    "code: not parsed": ("△", "code-mark open", "white"),
}


def shown(name: str) -> Shown:
    """How the verdict, outcome or mark with this name is shown."""
    word = name.lower()
    return Shown(word.removeprefix("code: "), *_SIGNS[word])
