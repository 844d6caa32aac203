"""The scope of a claim: where it holds and where it does not, over the numbers that vary.

A map is a table of signs: a column for each value of the condition that varies most, a row for
what else differs.  A claim whose readings vary no number has a list of its readings with signs.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markupsafe import Markup

from refute.ledger import ClaimRecord, ReadingRecord
from refute.report.charts.arms import alike
from refute.report.charts.axes import tick_label
from refute.report.charts.svg import add, markup
from refute.report.marks import shown

LONGEST = 1000
"""Characters of a condition that are read; longer ones hold no number worth a map."""

ROW_NAME = 60
"""Characters of a row's name."""

Numbers = dict[str, float]
"""Numbers among a reading's conditions, by what they are."""


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
    readings = [one for one in ran if one.role == "reading"]
    return (_list(readings),) if len(readings) > 1 else ()


def _list(readings: Sequence[ReadingRecord]) -> Scope:
    root = Element("ul", {"class": "scope"})
    for one in readings:
        item = add(root, "li")
        _sign(item, one)
        assert len(item)
        item[-1].tail = f" {one.name}"
    holding = [one.name for one in readings if one.outcome == "holds"]
    return Scope("list", markup(root), f"Holds in {len(holding)} of {len(readings)} readings.")


def _map(readings: Sequence[ReadingRecord]) -> Scope | None:
    """Outcomes by the number that takes most values; ``None`` where none takes two."""
    numbers = [numbers_in(one.conditions) for one in readings]
    shared = [name for name in numbers[0] if all(name in each for each in numbers)]
    values = {name: sorted({each[name] for each in numbers}) for name in shared}
    varying = [name for name in shared if len(values[name]) > 1]
    if not varying:
        return None
    along = max(varying, key=lambda name: len(values[name]))
    rows: dict[tuple[str, ...], list[tuple[float, ReadingRecord]]] = {}
    for one, each in zip(readings, numbers, strict=True):
        others = tuple(text for name, text in one.conditions.items() if not _is_of(name, along))
        rows.setdefault(others, []).append((each[along], one))
    return Scope(
        "map",
        _table(along, values[along], list(rows.values())),
        _finding(along, [(each[along], one) for one, each in zip(readings, numbers, strict=True)]),
    )


def _table(
    along: str, columns: Sequence[float], rows: Sequence[list[tuple[float, ReadingRecord]]]
) -> Markup:
    root = Element("table", {"class": "scope"})
    head = add(add(root, "thead"), "tr")
    add(head, "th", along, scope="col")
    for one in columns:
        add(head, "th", tick_label(one), scope="col")
    body = add(root, "tbody")
    for cells in rows:
        line = add(body, "tr")
        add(line, "th", _row_name([reading.name for _, reading in cells]), scope="row")
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


def _row_name(names: Sequence[str]) -> str:
    """What the names of a row's readings begin with; of one reading, its name."""
    words = [name.split() for name in names]
    common = " ".join(words[0][: alike(words)]) if len(names) > 1 else names[0]
    return textwrap.shorten(common.rstrip(",:;"), ROW_NAME, placeholder=" …")


def _finding(along: str, outcomes: Sequence[tuple[float, ReadingRecord]]) -> str:
    parts = []
    for outcome in ("holds", "fails", "undecided"):
        found = sorted(
            {(x, one.role == "control") for x, one in outcomes if one.outcome == outcome}
        )
        if found:
            at = ", ".join(tick_label(x) + (" (control)" if of else "") for x, of in found)
            parts.append(f"{'is ' if outcome == 'undecided' else ''}{outcome} at {along} {at}")
    return f"It {'; it '.join(parts)}."


# --- numbers among conditions --------------------------------------------------------------


def numbers_in(conditions: dict[str, str]) -> Numbers:
    """Numbers in conditions: plain ones, lengths and common values of tuples, named arguments."""
    found: Numbers = {}
    for name, text in conditions.items():
        if len(text) <= LONGEST:
            try:
                tree = ast.parse(text, mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            found |= _numbers(name, tree)
    return found


def _numbers(name: str, tree: ast.expr) -> Numbers:
    number = _number(tree)
    if number is not None:
        return {name: number}
    match tree:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return _of_many(name, [_number(part) for part in parts])
        case ast.Call(keywords=named):
            pairs = [(one.arg, one.value) for one in named if one.arg]
        case ast.Dict(keys=keys, values=values):
            pairs = [
                (str(key.value), part)
                for key, part in zip(keys, values, strict=True)
                if isinstance(key, ast.Constant)
            ]
        case _:
            return {}
    return {
        key: number
        for inner, part in pairs
        for key, number in _numbers(f"{inner} ({name})", part).items()
    }


def _of_many(name: str, parts: Sequence[float | None]) -> Numbers:
    numbers = [one for one in parts if one is not None]
    if len(numbers) < len(parts):
        return {}
    found = {f"length of {name}": float(len(parts))}
    if len(set(numbers)) == 1:
        found[f"each of {name}"] = numbers[0]
    elif len(numbers) > 2 and len(set(numbers[1:-1])) == 1:
        found[f"inner {name}"] = numbers[1]
    return found


def _number(tree: ast.expr) -> float | None:
    match tree:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as x)):
            x = -x
        case ast.Constant(value=int() | float() as x):
            pass
        case _:
            return None
    if isinstance(x, bool) or abs(x) > 1e300 or x != x:
        return None
    return float(x)


def _is_of(condition: str, along: str) -> bool:
    """Whether the number that a map goes along is a condition, or a part of it."""
    parts = (condition, f"length of {condition}", f"each of {condition}", f"inner {condition}")
    return along in parts or along.endswith(f"({condition})")
