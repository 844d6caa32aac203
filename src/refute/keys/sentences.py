"""Finds where the sentences of a paragraph begin."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sentencex

from refute.keys.tree import TextRun

_NEVER_LAST = re.compile(
    r"(?<![^\W\d_])(?:approx|ca|cf|ch|chap|def|dr|eqs?|figs?|incl|lem|mrs?|pp|prof|props?|refs?|resp|"
    r"sects?|secs?|tabs?|thms?|viz|vols?|vs|e\.g|i\.e|w\.r\.t)\.\s*$",
    re.IGNORECASE,
)
"""Abbreviations that never end a sentence, because what they refer to follows."""

_SOMETIMES_LAST = re.compile(
    r"(?<![^\W\d_])(?:al|alg|app|avg|cor|dim|est|etc|max|min|no|nos|p|std)\.\s*$", re.IGNORECASE
)
_GOES_ON = re.compile(r"\s*[(\[]?(?:\d|[a-z]|[A-Z]\b)")
"""A digit, a lower-case letter or a single letter: sentences rarely begin so."""

_LABELS = "q|questions?|ex|exercise|part|problem|step|task|a|answer|solution"
_NUMBER_OF_BLOCK = re.compile(
    rf"\W*(?:(?:{_LABELS})\.?\s*)?(?:\d+(?:\.\d+)*[a-z]?|[a-z]|[ivx]+)\.\s*", re.IGNORECASE
)
"""What numbers a question or a paragraph that is no item of a list: "1.", "Question 2.", "iv."."""

_LABEL_OF_LINE = re.compile(
    rf"[.!?:][^\w\n]*\n\W*(?:{_LABELS})\.?\s*\d+(?:\.\d+)*[a-z]?\.\s*$", re.IGNORECASE
)
"""The label of a question on a line of its own block: Markdown takes a line below the items of a
list for the last item's, if no empty line is between them."""

_MAX_ABBREVIATION_LENGTH, _MAX_NUMBER_LENGTH = 12, 24


def sentence_starts(runs: Iterable[TextRun]) -> list[int]:
    """Return the offsets of sentences in the text of the runs, and those of footnotes.

    A full stop inside code or a formula does not end a sentence.
    """
    begun, masked = {0}, ""
    for run in runs:
        if run.kind == "footnote" and run.text.endswith(":"):
            begun.add(len(masked))
        masked += _masked(run)
    boundaries = sentencex.get_sentence_boundaries("en", masked.replace("\n", " "))
    starts = (boundary["start_index"] for boundary in boundaries)
    return sorted(begun | {start for start in starts if not _goes_on(masked, start)})


def _masked(run: TextRun) -> str:
    if run.unsaid:
        return " " * len(run.text)
    return re.sub(r"\S", "x", run.text) if run.kind in ("code", "formula") else run.text


def _goes_on(text: str, at: int) -> bool:
    """Whether the sentence before this place continues: it ends in an abbreviation or a number."""
    if at <= _MAX_NUMBER_LENGTH and _NUMBER_OF_BLOCK.fullmatch(text, 0, at):
        return True
    if _LABEL_OF_LINE.search(text[max(at - 2 * _MAX_NUMBER_LENGTH, 0) : at]):
        return True
    before = text[max(at - _MAX_ABBREVIATION_LENGTH, 0) : at]
    if _NEVER_LAST.search(before):
        return True
    return bool(_SOMETIMES_LAST.search(before) and _GOES_ON.match(text, at))
