"""What changed between two runs, in lines for a terminal.

Ledgers may come from strangers, so their text is printed without control characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from refute.characters import one_line
from refute.prose.changed_claims import ClaimLine, ReadingLine
from refute.prose.changes import (
    REWRITTEN,
    SAME_RUN,
    STATEMENTS,
    Changes,
    added_or_removed,
    moved,
    results,
)
from refute.prose.marks import shown

Style = Callable[[str, str], str]
"""Colours a text; the second argument names the colour."""


def lines(changes: Changes, style: Style) -> Iterator[str]:
    """The runs, what differs between them, what changed, and finally the summary."""
    yield f"old: {one_line(changes.old)}"
    yield f"new: {one_line(changes.new)}"
    yield from _facts(changes)
    for title, section in _sections(changes, style):
        if section:
            yield ""
            yield style(title, "bold")
            yield from section
    yield ""
    yield from changes.summary


def _sections(changes: Changes, style: Style) -> Iterator[tuple[str, list[str]]]:
    for title, claims in results(changes):
        yield f"{title}: {len(claims)}", [line for claim in claims for line in _claim(claim, style)]
    for title, statements in (
        (STATEMENTS, _statements(changes, only_timing=False)),
        (f"{STATEMENTS} only because of timing", _statements(changes, only_timing=True)),
    ):
        yield f"{title}: {len(statements)}", statements
    for title, readings in moved(changes):
        yield f"{title}: {len(readings)}", _moved(readings)
    for title, claims in added_or_removed(changes):
        yield f"{title}: {len(claims)}", [_on_one_line(claim, style) for claim in claims]
    yield (
        f"{REWRITTEN}: {len(changes.rewritten)}",
        [line for claim in changes.rewritten for line in _rewritten(claim)],
    )


def _facts(changes: Changes) -> Iterator[str]:
    """What differs between the environments, side by side."""
    if not changes.facts:
        yield SAME_RUN
        return
    rows = [(fact.name, fact.old or "–", fact.new or "–") for fact in changes.facts]
    safe = [tuple(map(one_line, row)) for row in [("", "old", "new"), *rows]]
    widths = [max(len(row[at]) for row in safe) for at in range(2)]
    yield ""
    for name, old, new in safe:
        yield f"  {name:<{widths[0]}}  {old:<{widths[1]}}  {new}"


def _claim(claim: ClaimLine, style: Style) -> Iterator[str]:
    before, after = _verdict(claim.before, style), _verdict(claim.after, style)
    same = claim.before == claim.after
    yield f"  {after if same else f'{before} → {after}'}  {one_line(claim.id)}"
    yield f"    {one_line(claim.statement)}"
    yield from (f"    {one_line(remark)}" for remark in claim.remarks)
    for reading in claim.readings:
        yield from _reading(reading)


def _reading(reading: ReadingLine) -> Iterator[str]:
    remarks = f" ({one_line('; '.join(reading.remarks))})" if reading.remarks else ""
    claimed = f"; claimed {one_line(reading.claimed)}" if reading.claimed else ""
    outcomes = " → ".join(dict.fromkeys((_outcome(reading.before), _outcome(reading.after))))
    yield f"    {reading.role} “{one_line(reading.name)}”: {outcomes}{remarks}"
    yield f"      {one_line(reading.old_number)} → {one_line(reading.new_number)}{claimed}"


def _statements(changes: Changes, *, only_timing: bool) -> list[str]:
    return [
        f"  {one_line(statement.position.of(Path(statement.key)))}: "
        f"{statement.before} → {statement.after}: {one_line(statement.text)}"
        for statement in changes.statements
        if statement.only_timing == only_timing
    ]


def _moved(readings: Sequence[ReadingLine]) -> list[str]:
    printed: list[str] = []
    claim = None
    for reading in readings:
        if reading.claim != claim:
            claim = reading.claim
            printed.append(f"  {one_line(claim)}")
        printed += _reading(reading)
    return printed


def _on_one_line(claim: ClaimLine, style: Style) -> str:
    return f"  {_verdict(claim.after, style)}  {one_line(claim.id)}: {one_line(claim.statement)}"


def _rewritten(claim: ClaimLine) -> list[str]:
    return [f"  {one_line(claim.id)}", *(f"    {one_line(remark)}" for remark in claim.remarks)]


def _verdict(word: str, style: Style) -> str:
    mark = shown(word)
    return style(f"{mark.sign} {word}", mark.colour)


def _outcome(word: str) -> str:
    return f"{shown(word).sign} {word}"
