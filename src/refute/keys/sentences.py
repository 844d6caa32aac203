"""Finds where the sentences of a paragraph begin."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sentencex

from refute.keys.tree import TextRun

_CITED = r"(?:\[[^\[\]]{1,24}\]\s*)?"
"""What an abbreviation may refer to: "ref. [3]", "He et al. [1, 2]"."""

_NEVER_LAST = re.compile(
    r"(?<![^\W\d_])(?:approx|ca|cf|ch|chap|def|dr|eqs?|figs?|incl|lem|mrs?|pp|prof|props?|refs?|resp|"
    rf"sects?|secs?|tabs?|thms?|viz|vols?|vs|e\.g|i\.e|w\.r\.t)\.\s*{_CITED}$",
    re.IGNORECASE,
)
"""Abbreviations that never end a sentence, because what they refer to follows."""

_SOMETIMES_LAST = re.compile(
    r"(?<![^\W\d_])(?:al|alg|app|avg|cor|dev|dim|est|etc|exs?|iter|max|min|no|nos|p|std)\.\s*"
    rf"{_CITED}$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\s*[(\[]?(?:\d|[a-z]|[A-Z]\b)")
"""A digit, a lower-case letter or a single letter: sentences rarely begin so."""

_IN_NAME = re.compile(
    r"(?:(?<![\w.])[^\W\d]\w*(?:\.\w+)+|(?<![\w.])(?:F|K|callbacks|initializers|jnp|keras|layers|losses|"
    r"metrics|nn|np|optim|optimizers|pd|plt|regularizers|self|tf|torch|torchvision))\.$"
)
"""The beginning of a dotted name: "tf.keras." in "tf.keras.Model", "nn." in "nn.Linear"."""

_RAISED = r"\u00b9\u00b2\u00b3\u2070-\u2079"
_MARK = re.compile(
    rf"(?:(?<!\s)(?:[{_RAISED}*\u2020\u2021\u00a7][,{_RAISED}]*|\^\w{{1,3}}\^?|<sup>[^<>]{{1,24}}</sup>)|"
    r"\[\d+(?:\s?[,;\u2013-]\s?\d+)*\])(?:$|\s+(?![a-z]))"
)
"""A mark of a note, or a citation, behind a full stop: it belongs to the sentence before it."""

_LABELS = "q|questions?|ex|exercise|part|problem|step|task|a|answer|solution"
_NUMBER_OF_BLOCK = re.compile(
    rf"\W*(?:(?:{_LABELS})\.?\s*)?(?:\d+(?:\.\d+)*[a-z]?|[a-z]|[ivx]+)\.\s*", re.IGNORECASE
)
"""The number of a question, or of a paragraph that is no list item: "1.", "Question 2.", "iv."."""

_LABEL_OF_LINE = re.compile(
    rf"[.!?:][^\w\n]*\n\W*(?:{_LABELS})\.?\s*\d+(?:\.\d+)*[a-z]?\.\s*$", re.IGNORECASE
)
"""The label of a question on a line of its own block: Markdown takes a line below the items of a
list for the last item's, if no empty line is between them."""

_LABEL_IN_BRACKETS = re.compile(r"\s*\(\w{1,4}\)(?=\s)")
"""The label of a part, "(a)": sentencex finds no sentence in a paragraph that begins with it."""

_MAX_ABBREVIATION_LENGTH, _MAX_NUMBER_LENGTH = 40, 24


def sentence_starts(runs: Iterable[TextRun]) -> list[int]:
    """Return the offsets of sentences in the text of the runs, and those of footnotes.

    A full stop inside code or a formula does not end a sentence.
    """
    begun, masked = {0}, ""
    for run in runs:
        if run.kind == "footnote" and run.text.endswith(":"):
            begun.add(len(masked))
        masked += _masked(run)
    label = _LABEL_IN_BRACKETS.match(masked)
    unlabelled = "x" * label.end() + masked[label.end() :] if label else masked
    boundaries = sentencex.get_sentence_boundaries("en", unlabelled.replace("\n", " "))
    starts = [_behind_mark(masked, boundary["start_index"]) for boundary in boundaries]
    return sorted(begun | {start for start in starts if not _goes_on(masked, start)})


def _behind_mark(text: str, at: int) -> int:
    """Where the sentence begins that was found to begin here."""
    mark = _MARK.match(text, at) if at else None
    return mark.end() if mark else at


def _masked(run: TextRun) -> str:
    if run.unsaid:
        return " " * len(run.text)
    return re.sub(r"\S", "x", run.text) if run.kind in ("code", "formula") else run.text


def _goes_on(text: str, at: int) -> bool:
    """Whether the sentence before continues here: behind an abbreviation, a number, half a name."""
    if at == len(text):
        return True
    if at <= _MAX_NUMBER_LENGTH and _NUMBER_OF_BLOCK.fullmatch(text, 0, at):
        return True
    if _LABEL_OF_LINE.search(text[max(at - 2 * _MAX_NUMBER_LENGTH, 0) : at]):
        return True
    before = text[max(at - _MAX_ABBREVIATION_LENGTH, 0) : at]
    if _NEVER_LAST.search(before):
        return True
    if text[at].isalnum() and _IN_NAME.search(before):
        return True
    return bool(_SOMETIMES_LAST.search(before) and _GOES_ON.match(text, at))
