"""Diagnostics: a graded key as a compiler would report it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from refute.characters import one_line
from refute.decision.verdict import Results
from refute.keys.forces import other_force, words_of_force
from refute.keys.grading import (
    POSSIBLE,
    Graded,
    GradedKey,
    Mark,
    mark_by,
)
from refute.keys.tree import Key
from refute.prose.numbers import counted

_SHOWN_LENGTH = 90
_INDENT = "    "

_SILENT = (Mark.SUPPORTED, Mark.NOT_RUN, Mark.NOT_A_CLAIM, Mark.PROPOSED)
"""Marks that need no attention: they are only counted in the score."""


def lines(graded: GradedKey, results: Mapping[str, Results | None]) -> Iterator[str]:
    """Yield a diagnostic for each statement that needs attention, then the score."""
    for line in _lines(graded, results):
        indented = line.startswith(_INDENT)
        yield f"{_INDENT if indented else ''}{one_line(line)}"


def _lines(graded: GradedKey, results: Mapping[str, Results | None]) -> Iterator[str]:
    key, path = graded.key, graded.key.path
    if graded.links_path is None:
        yield (
            f"{path}: no statement is linked to a claim yet: `refute link {path}` writes proposals "
            f"to {path.with_suffix('.toml')}"
        )
        for statement in graded.statements:
            if statement.mark in POSSIBLE:
                yield from _diagnostic(key, statement)
    else:
        for statement in graded.statements:
            if statement.mark not in _SILENT:
                yield from _diagnostic(key, statement)
            yield from _warning(key, statement, results)
    yield f"{path}: {score(graded)}"


def score(graded: GradedKey) -> str:
    """Return the number of statements with each mark, in one line."""
    total = len(graded.statements)
    if not total:
        return "no statements"
    tallies = ", ".join(f"{count} {mark}" for mark, count in graded.counts.items() if count)
    return f"{counted(total, 'statement')}, {graded.checked} checked: {tallies}"


def _warning(key: Key, graded: Graded, results: Mapping[str, Results | None]) -> Iterator[str]:
    """Warn if the words of a sentence have another force than its links, and so another mark."""
    text = graded.statement.text
    links = [linked.link for linked in graded.claims]
    claims = [linked.record.statement for linked in graded.claims if linked.record is not None]
    if not links or graded.statement.kind == "code":
        return
    force = other_force(text, links, claims)
    mark = None if force is None else mark_by(graded, results, force)
    if force is None or mark in (None, graded.mark):
        return
    word = words_of_force(text)[force]
    yield (
        f"{key.where(graded.statement.line)}: warning: the sentence says “{word}”: "
        f'with force = "{force}" it would be {mark}, not {graded.mark}'
    )


def _diagnostic(key: Key, graded: Graded) -> Iterator[str]:
    statement = graded.statement
    shown = textwrap.shorten(statement.text, _SHOWN_LENGTH, placeholder=" …")
    yield f"{key.where(statement.line)}: {graded.mark}: {shown}"
    if graded.decisive is not None:
        yield f"    {graded.decisive.link.claim}: {graded.reason}"
    else:
        yield f"    {graded.reason}"
    if graded.evidence:
        yield f"    {graded.evidence}"
    if graded.correction:
        yield f"    instead: {graded.correction}"
    if graded.not_encoded and graded.decisive is not None:
        yield f"    not encoded yet: {', '.join(graded.not_encoded)}"
