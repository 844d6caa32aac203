"""What changed, as lines for a terminal.

Ledgers may come from strangers: their text is printed without anything that drives a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from refute.characters import one_line
from refute.difference.changes import Changes, ClaimLine, ReadingLine
from refute.prose.marks import shown

Style = Callable[[str, str], str]
"""Colours a text; the name of the colour comes second."""


def lines(changes: Changes, style: Style) -> Iterator[str]:
    """The runs, what differs between them, what changed, and finally the summary."""
    yield f"old: {one_line(changes.old)}"
    yield f"new: {one_line(changes.new)}"
    yield from _facts(changes)
    for title, found in _sections(changes, style):
        if found:
            yield ""
            yield style(title, "bold")
            yield from found
    yield ""
    yield from changes.summary


def results(changes: Changes) -> list[tuple[str, tuple[ClaimLine, ...]]]:
    """Claims whose results differ, under their headings."""
    return [
        ("Verdicts that changed", changes.verdicts),
        ("Outcomes that changed under the same verdict", changes.outcomes),
        ("Claims that differ only because of timing", changes.excused),
    ]


def moved(changes: Changes) -> list[tuple[str, tuple[ReadingLine, ...]]]:
    """Readings whose number moved although their outcome stayed the same, under their headings."""
    return [
        ("Intervals that moved under the same outcome", changes.moved),
        ("Times that moved under the same outcome", changes.moved_times),
    ]


def members(changes: Changes) -> list[tuple[str, tuple[ClaimLine, ...]]]:
    """Claims that only one of the runs has, under their headings."""
    return [("Claims added", changes.added), ("Claims removed", changes.removed)]


STATEMENTS = "Statements of the keys that changed"
REWRITTEN = "Claims asked or expected differently"


def _sections(changes: Changes, style: Style) -> Iterator[tuple[str, list[str]]]:
    for title, claims in results(changes):
        yield f"{title}: {len(claims)}", [line for claim in claims for line in _claim(claim, style)]
    for title, statements in (
        (STATEMENTS, _of(changes, times=False)),
        (f"{STATEMENTS} only because of timing", _of(changes, times=True)),
    ):
        yield f"{title}: {len(statements)}", statements
    for title, readings in moved(changes):
        yield f"{title}: {len(readings)}", _moved(readings)
    for title, claims in members(changes):
        yield f"{title}: {len(claims)}", [_alone(claim, style) for claim in claims]
    yield (
        f"{REWRITTEN}: {len(changes.rewritten)}",
        [line for claim in changes.rewritten for line in _rewritten(claim)],
    )


def _facts(changes: Changes) -> Iterator[str]:
    """What differs between the environments, side by side."""
    if not changes.facts:
        yield "Seed, effort, machine and libraries are the same."
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


def _of(changes: Changes, *, times: bool) -> list[str]:
    return [
        f"  {one_line(statement.position.of(Path(statement.key)))}: "
        f"{statement.before} → {statement.after}: {one_line(statement.text)}"
        for statement in changes.statements
        if statement.only_timing == times
    ]


def _moved(moved: Sequence[ReadingLine]) -> list[str]:
    found: list[str] = []
    claim = None
    for reading in moved:
        if reading.claim != claim:
            claim = reading.claim
            found.append(f"  {one_line(claim)}")
        found += _reading(reading)
    return found


def _alone(claim: ClaimLine, style: Style) -> str:
    return f"  {_verdict(claim.after, style)}  {one_line(claim.id)}: {one_line(claim.statement)}"


def _rewritten(claim: ClaimLine) -> list[str]:
    return [f"  {one_line(claim.id)}", *(f"    {one_line(remark)}" for remark in claim.remarks)]


def _verdict(word: str, style: Style) -> str:
    mark = shown(word)
    return style(f"{mark.sign} {word}", mark.colour)


def _outcome(word: str) -> str:
    return f"{shown(word).sign} {word}"
