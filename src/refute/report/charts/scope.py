"""The scope of a claim: where it holds and where it fails.

If a number that the readings name determines the outcome, a map shows signs along that number.
Otherwise the readings are listed by outcome.  If all outcomes are the same, nothing is shown.
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
from refute.report.markup import raised


@dataclass(frozen=True)
class Scope:
    """A map or a list, with what it shows in words."""

    markup: Markup
    caption: str


def scope(claim: ClaimRecord) -> tuple[Scope, ...]:
    """A map for each check whose outcome one number determines, and a list of the others."""
    readings = [reading for reading in claim.role("reading") if reading.outcome is not None]
    if len({reading.outcome for reading in readings}) < 2:
        return ()
    maps, others = [], []
    for check in dict.fromkeys(reading.check for reading in readings):
        members = [reading for reading in readings if reading.check == check]
        along = _telling(members)
        if along is None:
            others += members
        else:
            controls = [
                reading
                for reading in claim.role("control")
                if reading.check == check and reading.outcome
            ]
            maps.append(_map(*along, controls))
    return (*maps, *([_list(others)] if others else []))


def _list(readings: Sequence[ReadingRecord]) -> Scope:
    """The readings by outcome, each outcome with its sign and word."""
    root = Element("p", {"class": "scope"})
    for outcome in dict.fromkeys(reading.outcome for reading in readings):
        mark = shown(outcome or "not run")
        sign = add(root, "b", f"{mark.sign} {mark.word}", class_=mark.css)
        names = [reading.name for reading in readings if reading.outcome == outcome]
        sign.tail = f" {raised(visible(' · '.join(names)))} "
    return Scope(markup(root), "")


def _telling(readings: Sequence[ReadingRecord]) -> tuple[str, dict[float, str]] | None:
    """A number among the conditions that determines the outcome, with the outcome at each value.

    The name of every reading must mention it.  Argument names are not written for readers, and a
    reading that is about something else has only a default, which did not decide its outcome.
    """
    for name in readings[0].conditions:
        given = [
            reading.conditions[name].value if name in reading.conditions else None
            for reading in readings
        ]
        numbers = [float(x) for x in given if isinstance(x, int | float)]
        words = name.replace("_", " ")
        if len(numbers) < len(readings) or not all(
            words in reading.name.lower() for reading in readings
        ):
            continue
        pairs: set[tuple[float, str]] = {
            (x, reading.outcome or "") for x, reading in zip(numbers, readings, strict=True)
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
    add(line, "td")  # screen readers would announce an empty header
    for x, outcome in outcomes.items():
        add(head, "th", tick_label(x), scope="col")
        mark = shown(outcome)
        here = add(line, "td")
        add(here, "b", mark.sign, class_=mark.css, role="img", aria_label=mark.word)
    return Scope(markup(root), _caption(along, outcomes, controls))


def _caption(along: str, outcomes: dict[float, str], controls: Sequence[ReadingRecord]) -> str:
    """At which values it holds and fails, and what the controls change."""
    by_outcome: dict[str, list[str]] = {}
    for x, outcome in outcomes.items():
        word = "is undecided" if outcome == "undecided" else outcome
        by_outcome.setdefault(word, []).append(tick_label(x))
    said = " and ".join(f"{word} at {along} {', '.join(at)}" for word, at in by_outcome.items())
    changed = "".join(
        f" In the control “{control.name}”, it {_word(control)}." for control in controls
    )
    return f"It {said}.{changed}"


def _word(control: ReadingRecord) -> str:
    return "is undecided" if control.outcome == "undecided" else control.outcome or "did not run"
