"""The scope of a claim: where it holds and where it does not, over the numbers that vary.

A map is a table of signs: a column for each value of the condition that varies most, a row for
what else differs.  A claim whose readings vary no number has a list of its readings with signs.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markupsafe import Markup

from refute.ledger import ClaimRecord, Condition, ReadingRecord
from refute.prose.marks import shown
from refute.prose.text import visible
from refute.report.charts.arms import alike
from refute.report.charts.axes import tick_label
from refute.report.charts.svg import add, markup

ROW_NAME = 60
"""Characters of a row's name."""

_LOOSE = ("of", "at", "with", "in", "to", "a", "an", "the", "and", "on", "against", "than")

Numbers = dict[str, float]
"""Numbers among a reading's conditions, by what they are."""


Row = list[tuple[float, ReadingRecord]]
"""Readings that differ in one number alone, each with that number."""


@dataclass(frozen=True)
class Scope:
    """A map, or a list, with its finding in words."""

    kind: str
    markup: Markup
    caption: str


def scope(claim: ClaimRecord) -> tuple[Scope, ...]:
    """The maps of a claim's checks; where no number varies, one list of its readings."""
    ran = [one for one in claim.readings if one.outcome is not None]
    by_check: dict[str, list[ReadingRecord]] = {}
    for one in ran:
        by_check.setdefault(one.check, []).append(one)
    maps = [drawn for readings in by_check.values() if (drawn := _map(readings)) is not None]
    if maps:
        return tuple(maps)
    readings = [one for one in ran if _is_reading(one)]
    return (_list(readings),) if len(readings) > 1 else ()


def _list(readings: Sequence[ReadingRecord]) -> Scope:
    """The readings by outcome, each outcome with its sign and word."""
    root = Element("p", {"class": "scope"})
    for outcome in dict.fromkeys(one.outcome for one in readings):
        mark = shown(outcome or "not run")
        sign = add(root, "b", f"{mark.sign} {mark.word}", class_=mark.css)
        names = [one.name for one in readings if one.outcome == outcome]
        sign.tail = f" {visible(' · '.join(names))} "
    return Scope("list", markup(root), "")


def _map(readings: Sequence[ReadingRecord]) -> Scope | None:
    """Outcomes along a number; ``None`` where none varies while all else stays the same."""
    numbers = [numbers_in(one.conditions) for one in readings]
    shared = [name for name in numbers[0] if all(name in each for each in numbers)]
    found = [(name, _rows(name, readings, numbers)) for name in shared]
    found = [(name, rows) for name, rows in found if any(map(_varies, rows))]
    if not found:
        return None
    along, rows = max(found, key=lambda one: _telling(one[0], one[1], readings[0].conditions))
    cells = [cell for row in rows for cell in row]
    columns = sorted({x for x, _ in cells})
    return Scope("map", _table(along, columns, rows), _finding(along, cells))


def _telling(
    along: str, rows: Sequence[Row], conditions: dict[str, Condition]
) -> tuple[int, int, bool]:
    """How much a map along a number shows: first of readings, since a control changes what decides.

    Of two that show as much, a condition of its own comes before a part of one.
    """
    cells = [cell for row in rows for cell in row]
    among_readings = {x for x, one in cells if _is_reading(one)}
    return len(among_readings), len({x for x, _ in cells}), along in conditions


def _is_reading(one: ReadingRecord) -> bool:
    return one.role == "reading"


def _rows(along: str, readings: Sequence[ReadingRecord], numbers: Sequence[Numbers]) -> list[Row]:
    """Readings by number, in a row for everything else that their conditions say."""
    rows: dict[tuple[str, ...], Row] = {}
    for one, each in zip(readings, numbers, strict=True):
        others = tuple(_rest(name, given, along) for name, given in one.conditions.items())
        rows.setdefault(others, []).append((each[along], one))
    return list(rows.values())


def _varies(cells: Row) -> bool:
    """Whether the number takes more than one value while everything else stays the same."""
    return len({x for x, _ in cells}) > 1


def _table(along: str, columns: Sequence[float], rows: Sequence[Row]) -> Markup:
    root = Element("table", {"class": "scope"})
    head = add(add(root, "thead"), "tr")
    add(head, "th", along, scope="col")
    for one in columns:
        add(head, "th", tick_label(one), scope="col")
    body = add(root, "tbody")
    for cells in rows:
        line = add(body, "tr")
        if name := _row_name([reading.name for _, reading in cells], along):
            add(line, "th", name, scope="row")
        else:
            add(line, "td")  # a header without words would be announced as one
        for column in columns:
            here = add(line, "td")
            for place, reading in cells:
                if place == column:
                    _sign(here, reading)
    return markup(root)


def _sign(parent: Element, reading: ReadingRecord) -> None:
    """The outcome's sign, in brackets for a control; its word is read aloud."""
    mark = shown(reading.outcome or "not run")
    words = f"{mark.word} (control)" if reading.role == "control" else mark.word
    sign = f"({mark.sign})" if reading.role == "control" else mark.sign
    add(parent, "b", sign, class_=mark.css, role="img", aria_label=words)


def _row_name(names: Sequence[str], along: str) -> str:
    """What the names of a row's readings begin with, or else end with; of one reading, its name."""
    words = [name.split() for name in names]
    if len(names) == 1:
        common = words[0]
    elif not (common := words[0][: alike(words)]):
        same = alike([each[::-1] for each in words])
        common = words[0][len(words[0]) - same :]
    else:
        while common and common[-1].lower() in (*_LOOSE, *along.lower().split()):
            common = common[:-1]
    return textwrap.shorten(" ".join(common).rstrip(",:;"), ROW_NAME, placeholder=" …")


def _finding(along: str, outcomes: Sequence[tuple[float, ReadingRecord]]) -> str:
    """At which values all readings hold, all fail, and which have both."""
    readings = [one for one in outcomes if one[1].role == "reading"]
    controls = [one for one in outcomes if one[1].role == "control"]
    said = _by_outcome(along, readings)
    tried = _by_outcome(along, controls)
    return f"It {said}." + (f" Controls, in brackets: it {tried}." if tried else "")


def _by_outcome(along: str, outcomes: Sequence[tuple[float, ReadingRecord]]) -> str:
    found: dict[float, set[str]] = {}
    for x, one in outcomes:
        found.setdefault(x, set()).add(one.outcome or "not run")
    said: dict[str, list[float]] = {}
    for x in sorted(found):
        word = found[x].pop() if len(found[x]) == 1 else "is mixed"
        said.setdefault("is undecided" if word == "undecided" else word, []).append(x)
    return ", ".join(
        f"{word} at {along} {', '.join(map(tick_label, at))}" for word, at in said.items()
    )


# --- numbers among conditions --------------------------------------------------------------


def numbers_in(conditions: dict[str, Condition]) -> Numbers:
    """Numbers in conditions: plain ones, lengths and common values of tuples, named arguments."""
    found: Numbers = {}
    for name, condition in conditions.items():
        found |= _numbers(name, condition)
    return found


def _numbers(name: str, condition: Condition) -> Numbers:
    if isinstance(condition.value, int | float):
        return {name: float(condition.value)}
    if condition.items is not None:
        return _of_many(name, [item.value for item in condition.items])
    return {
        key: number
        for inner, part in (condition.parts or {}).items()
        for key, number in _numbers(f"{inner} of {name}", part).items()
    }


def _of_many(name: str, parts: Sequence[int | float | str | None]) -> Numbers:
    numbers = [float(one) for one in parts if isinstance(one, int | float)]
    if len(numbers) < len(parts):
        return {}
    found = {f"number of {name}": float(len(parts))}
    if len(set(numbers)) == 1:
        found[f"each of {name}"] = numbers[0]
    elif len(numbers) > 2 and len(set(numbers[1:-1])) == 1:
        found[f"inner {name}"] = numbers[1]
    return found


def _rest(name: str, condition: Condition, along: str) -> str:
    """What else a condition says than the number that a map goes along."""
    if along in (name, f"inner {name}", f"number of {name}", f"each of {name}"):
        return ""
    if not along.endswith(f" of {name}") or condition.parts is None:
        return condition.code
    parts = (_rest(f"{inner} of {name}", part, along) for inner, part in condition.parts.items())
    return f"{condition.code.partition('(')[0]}({', '.join(parts)})"
