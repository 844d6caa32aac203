"""The scope of a claim: where it holds and where it fails.

A map is a table of signs along a number that the readings name, if that number alone determines the
outcome.  Otherwise the readings are listed by outcome.  If all outcomes are the same, there is
nothing to show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markupsafe import Markup

from refute.characters import visible
from refute.ledger import ClaimRecord, ReadingRecord
from refute.prose.marks import shown
from refute.report.charts.axes import tick_label
from refute.report.charts.svg import add, markup


@dataclass(frozen=True)
class Scope:
    """A map, or a list, with its finding in words."""

    kind: str
    markup: Markup
    caption: str


def scope(claim: ClaimRecord) -> tuple[Scope, ...]:
    """A map for each check whose outcome one number determines, and a list of the others."""
    readings = [one for one in claim.role("reading") if one.outcome is not None]
    if len({one.outcome for one in readings}) < 2:
        return ()
    maps, others = [], []
    for check in dict.fromkeys(one.check for one in readings):
        members = [one for one in readings if one.check == check]
        along = _telling(members)
        if along is None:
            others += members
        else:
            controls = [one for one in claim.role("control") if one.check == check and one.outcome]
            maps.append(_map(*along, controls))
    return (*maps, *([_list(others)] if others else []))


def _list(readings: Sequence[ReadingRecord]) -> Scope:
    """The readings by outcome, each outcome with its sign and word."""
    root = Element("p", {"class": "scope"})
    for outcome in dict.fromkeys(one.outcome for one in readings):
        mark = shown(outcome or "not run")
        sign = add(root, "b", f"{mark.sign} {mark.word}", class_=mark.css)
        names = [one.name for one in readings if one.outcome == outcome]
        sign.tail = f" {visible(' · '.join(names))} "
    return Scope("list", markup(root), "")


def _telling(readings: Sequence[ReadingRecord]) -> tuple[str, dict[float, str]] | None:
    """A number among the conditions that determines the outcome, and the outcome at each value.  A
    reading's name must mention it, because argument names are not written for readers.
    """
    for name in readings[0].conditions:
        given = [one.conditions[name].value if name in one.conditions else None for one in readings]
        numbers = [float(x) for x in given if isinstance(x, int | float)]
        words = name.replace("_", " ")
        if len(numbers) < len(readings) or not any(words in one.name.lower() for one in readings):
            continue
        pairs: set[tuple[float, str]] = {
            (x, one.outcome or "") for x, one in zip(numbers, readings, strict=True)
        }
        outcomes = dict(sorted(pairs))
        if len(outcomes) == len(pairs) and len(set(outcomes.values())) > 1:
            return words, outcomes
    return None


def _map(along: str, outcomes: dict[float, str], controls: Sequence[ReadingRecord]) -> Scope:
    root = Element("table", {"class": "scope"})
    head = add(add(root, "thead"), "tr")
    add(head, "th", along, scope="col")
    line = add(add(root, "tbody"), "tr")
    add(line, "td")  # a header without words would be announced as one
    for x, outcome in outcomes.items():
        add(head, "th", tick_label(x), scope="col")
        mark = shown(outcome)
        here = add(line, "td")
        add(here, "b", mark.sign, class_=mark.css, role="img", aria_label=mark.word)
    return Scope("map", markup(root), _finding(along, outcomes, controls))


def _finding(along: str, outcomes: dict[float, str], controls: Sequence[ReadingRecord]) -> str:
    """At which values it holds and fails, and what the controls change."""
    by_outcome: dict[str, list[str]] = {}
    for x, outcome in outcomes.items():
        word = "is undecided" if outcome == "undecided" else outcome
        by_outcome.setdefault(word, []).append(tick_label(x))
    said = ", ".join(f"{word} at {along} {', '.join(at)}" for word, at in by_outcome.items())
    changed = "".join(f" Changed for a control, “{one.name}”, it {_word(one)}." for one in controls)
    return f"It {said}.{changed}"


def _word(control: ReadingRecord) -> str:
    return "is undecided" if control.outcome == "undecided" else control.outcome or "did not run"
