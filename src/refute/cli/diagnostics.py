"""Diagnostics: a graded key as a compiler would report it."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial

from refute.characters import one_line
from refute.decision.verdict import Link, Results
from refute.keys.extents import extents
from refute.keys.forces import other_force, words_of_force
from refute.keys.graded import POSSIBLE, Graded, GradedKey, Mark
from refute.keys.marks import mark_by
from refute.plurals import counted
from refute.prose.reasons import exceptions_of_denial
from refute.prose.statements import reason
from refute.prose.text import quoted

_SHOWN_LENGTH = 90
_INDENT = "    "

_SILENT = (Mark.SUPPORTED, Mark.NOT_RUN, Mark.NOT_A_CLAIM, Mark.PROPOSED)
"""Marks that need no attention: they are only counted in the score."""

_UNCHECKED = (Mark.PARTLY, Mark.NOT_ENCODED, Mark.UNLINKED, Mark.ADVICE)
"""Marks of what was not measured, or only in part: they are printed only if all is asked for."""


def lines(
    graded: GradedKey, results: Mapping[str, Results | None], *, everything: bool = False
) -> Iterator[str]:
    """Yield a diagnostic for each statement that needs attention, then the score.

    Statements that were not checked, or only in part, are left to the score, unless ``everything``
    is asked for.
    """
    for line in _lines(graded, results, _SILENT if everything else (*_SILENT, *_UNCHECKED)):
        indented = line.startswith(_INDENT)
        yield f"{_INDENT if indented else ''}{one_line(line)}"


def _lines(
    graded: GradedKey, results: Mapping[str, Results | None], silent: Collection[Mark]
) -> Iterator[str]:
    path = graded.key.path
    if graded.links_path is None:
        if graded.without_headings:
            command = f"refute link {shlex.quote(str(path))}"
            yield (
                f"{path}: no statement is linked to a claim yet: `{command}` writes proposals to "
                f"{path.with_suffix('.toml')}"
            )
        for where, statement in _places(graded):
            if statement.mark in POSSIBLE:
                yield from _diagnostic(where, statement)
    else:
        for where, statement in _places(graded):
            if statement.mark not in silent:
                yield from _diagnostic(where, statement)
            yield from _warning(where, statement, results)
            yield from _notes(where, statement, results)
            yield from _denials(where, statement)
    yield f"{path}: {score(graded)}"
    left = [mark for mark in _UNCHECKED if graded.counts[mark] and mark in silent]
    if left and graded.links_path is not None:
        yield f"{path}: `refute check --all` also lists: {', '.join(left)}"


def _places(graded: GradedKey) -> Iterator[tuple[str, Graded]]:
    """Yield every statement with its file, line and column."""
    key = graded.key
    for extent, statement in zip(extents(key), graded.statements, strict=True):
        yield key.where(extent.line, extent.column), statement


def score(graded: GradedKey) -> str:
    """Return the number of statements with each mark, in one line."""
    total = len(graded.without_headings)
    if not total:
        return "no statements"
    tallies = ", ".join(f"{count} {mark}" for mark, count in graded.counts.items() if count)
    return f"{counted(total, 'statement')}, {graded.checked} checked: {tallies}"


def _warning(where: str, graded: Graded, results: Mapping[str, Results | None]) -> Iterator[str]:
    """Warn if the words of a sentence have another force than its links, and so another mark."""
    text = graded.statement.text
    links = [linked.link for linked in graded.claims]
    claims = [linked.record.statement for linked in graded.claims if linked.record is not None]
    if not links or graded.statement.kind == "code":
        return
    force = other_force(text, links, claims)
    if force is None:
        return
    mark = mark_by(graded, results, lambda link: replace(link, force=force))
    if mark in (None, graded.mark):
        return
    word = words_of_force(text)[force]
    yield (
        f"{where}: warning: the sentence says “{word}”: "
        f'with force = "{force}" it would be {mark}, not {graded.mark}'
    )


def _notes(where: str, graded: Graded, results: Mapping[str, Results | None]) -> Iterator[str]:
    """Note links whose readings change the mark or are of the letter, if no words state why."""
    for link in (linked.link for linked in graded.claims):
        if not link.readings or link.stated:
            continue
        or_quote = 'or quote the words of the key that state the condition, as stated = "..."'
        letter = _letter_named(link, results.get(link.claim))
        if letter is not None:
            yield (
                f"{where}: note: “{letter}” is a reading of the letter of {link.claim}, for "
                f'sentences that say "always": name a reading of the sense, {or_quote}'
            )
        mark = mark_by(graded, results, partial(_without_readings, of=link))
        if mark not in (None, graded.mark):
            yield (
                f"{where}: note: because the link names readings of {link.claim}, the sentence is "
                f"{graded.mark}, not {mark}: name no readings, {or_quote}"
            )


def _denials(where: str, graded: Graded) -> Iterator[str]:
    """Note denials that are refuted, although the claim fails by its letter."""
    for linked in graded.claims:
        link, record = linked.link, linked.record
        if record is None or (link.force == "plain" and link.chosen):
            continue
        fails = exceptions_of_denial(link, linked.verdict, record)
        if fails and "always" not in words_of_force(graded.statement.text):
            yield (
                f"{where}: note: strictly speaking, {link.claim} fails for {quoted(fails)}: if the "
                'sentence is about that, name it in readings; otherwise write force = "plain"'
            )


def _without_readings(link: Link, of: Link) -> Link:
    return replace(link, readings=()) if link is of else link


def _letter_named(link: Link, results: Results | None) -> str | None:
    """A reading of the letter that a plain link names."""
    if link.force != "plain" or results is None:
        return None
    named = (reading for reading in results.readings if reading.name in link.readings)
    return next((reading.name for reading in named if reading.of == "letter"), None)


def _diagnostic(where: str, graded: Graded) -> Iterator[str]:
    statement = graded.statement
    shown = textwrap.shorten(statement.text, _SHOWN_LENGTH, placeholder=" …")
    yield f"{where}: {graded.mark}: {shown}"
    claim = "" if graded.decisive is None else f"{graded.decisive.link.claim}: "
    yield f"    {claim}{reason(graded)}"
    if graded.evidence:
        yield f"    {graded.evidence}"
    for correction in graded.corrections:
        yield f"    instead: {correction}"
    if graded.not_encoded and graded.decisive is not None:
        yield f"    not encoded yet: {', '.join(graded.not_encoded)}"
