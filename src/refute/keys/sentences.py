"""Where the sentences of a paragraph begin."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sentencex

from refute.keys.tree import Run

_NEVER_LAST = re.compile(
    r"(?<![^\W\d_])(?:approx|ca|cf|ch|chap|def|eqs?|figs?|incl|lem|pp|props?|refs?|resp|sects?|secs?|"
    r"tabs?|thms?|viz|vols?|vs|e\.g|i\.e|w\.r\.t)\.\s*$",
    re.IGNORECASE,
)
"""Abbreviations that are followed by what they refer to."""

_SOMETIMES_LAST = re.compile(
    r"(?<![^\W\d_])(?:al|alg|app|avg|cor|dim|est|etc|max|min|no|nos|p|std)\.\s*$", re.IGNORECASE
)
_GOES_ON = re.compile(r"\s*[(\[]?(?:\d|[a-z]|[A-Z]\b)")
"""A number, a small letter or a single letter: after an abbreviation, sentences rarely begin so."""

_LONGEST_ABBREVIATION = 12


def sentence_starts(runs: Iterable[Run]) -> list[int]:
    """Offsets in the text of the runs, including the beginning of each footnote.

    A full stop inside code or a formula ends no sentence.
    """
    begun, masked = {0}, ""
    for run in runs:
        if run.kind == "footnote" and run.text.endswith(":"):
            begun.add(len(masked))
        masked += _masked(run)
    boundaries = sentencex.get_sentence_boundaries("en", masked.replace("\n", " "))
    starts = (boundary["start_index"] for boundary in boundaries)
    return sorted(begun | {start for start in starts if not _goes_on(masked, start)})


def _masked(run: Run) -> str:
    if run.unsaid:
        return " " * len(run.text)
    return re.sub(r"\S", "x", run.text) if run.kind in ("code", "formula") else run.text


def _goes_on(text: str, at: int) -> bool:
    """Whether a sentence reported to begin there continues after an abbreviation."""
    before = text[max(at - _LONGEST_ABBREVIATION, 0) : at]
    if _NEVER_LAST.search(before):
        return True
    return bool(_SOMETIMES_LAST.search(before) and _GOES_ON.match(text, at))
