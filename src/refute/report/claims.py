"""Claims as the page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from refute.characters import cut_short
from refute.decision.published import Standing
from refute.decision.verdict import Verdict
from refute.keys.tree import Position
from refute.ledger import (
    Cited,
    ClaimRecord,
    Ledger,
    Measured,
    NotMeasured,
    ReadingRecord,
    RegionRecord,
    Searched,
)
from refute.plurals import counted
from refute.prose.evidence import in_words
from refute.prose.numbers import points
from refute.prose.reasons import about_claim
from refute.prose.results import count, decided, numbers, outcome, result_in_words
from refute.report.charts import Figures, Panel, Scope, Strip, figures, panel, scope
from refute.report.markup import anchors
from refute.report.runnable import LONGEST, alone, program
from refute.report.sources import Cite, cites, listed_sources


@dataclass(frozen=True)
class ReadingView:
    """A reading or control and, if it was measured, its strip in a panel."""

    record: ReadingRecord
    id: str
    strip: Strip | None = None
    program: str | None = None

    @property
    def words(self) -> str:
        """What it measured, with everything that decided."""
        return in_words(self.record)

    @property
    def found(self) -> str:
        """What it measured, as a phrase."""
        return result_in_words(self.record)

    @property
    def numbers(self) -> str:
        """What it measured, without the name of its quantity."""
        return numbers(self.record.evidence) if isinstance(self.record.evidence, Measured) else ""

    @property
    def count(self) -> str | None:
        """The count that decided it; ``None`` if nothing was measured."""
        return count(self.record) if isinstance(self.record.evidence, Measured) else None

    @property
    def quantity(self) -> str | None:
        evidence = self.record.evidence
        return evidence.quantity.name if isinstance(evidence, Measured) else None

    @property
    def kind(self) -> str:
        """The kind of its evidence: measured, searched, not measured, cited, broke or none."""
        match self.record.evidence:
            case Measured():
                return "measured"
            case Searched():
                return "searched"
            case NotMeasured():
                return "not-measured"
            case Cited():
                return "cited"
            case None:
                return "broke" if self.record.error else "none"

    @property
    def outcome(self) -> str:
        return outcome(self.record)

    @property
    def example(self) -> str | None:
        """The counterexample or witness, as code."""
        evidence = self.record.evidence
        if not isinstance(evidence, Searched) or evidence.found is None:
            return None
        return cut_short(evidence.found, LONGEST)

    @property
    def error(self) -> str | None:
        """Why it broke."""
        return None if self.record.error is None else cut_short(self.record.error, LONGEST)

    @property
    def changed(self) -> str | None:
        """A remark, if its outcome is the opposite of the published one."""
        return {
            Standing.CONTRADICTED: "not as expected",
            Standing.DIFFERS_HERE: "not as expected on this machine",
        }.get(self.record.standing or Standing.AS_PUBLISHED)


@dataclass(frozen=True)
class ReadingGroup:
    """Readings, then controls, shown together; with a panel if they were measured."""

    readings: tuple[ReadingView, ...]
    panel: Panel | None = None

    def role(self, role: str) -> list[ReadingView]:
        return [view for view in self.readings if view.record.role == role]


@dataclass(frozen=True)
class CheckView:
    """A check: its source code and location, its readings, and how to run one of them."""

    name: str
    location: str
    code: str
    alone: str | None
    readings: tuple[ReadingView, ...]

    @property
    def numbers(self) -> str:
        """The ends of its readings' ids, by which the page's script finds their rows."""
        return " ".join(view.id.rpartition("--")[2] for view in self.readings)


@dataclass
class ClaimView:
    """A claim as the page shows it; `key_views` adds the statements of keys to ``said``.

    Its pictures are drawn when they are first asked for, because not every format shows them.
    ``number`` makes their ids unique on the page.
    """

    record: ClaimRecord
    id: str
    number: int
    cites: list[Cite]
    said: list[Mention] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        return self.record.final_verdict

    @property
    def why(self) -> str:
        """Why it has its verdict, with the count that decided, as a sentence."""
        return decided(self.record) or about_claim(self.record.why)

    @cached_property
    def groups(self) -> list[ReadingGroup]:
        """Its readings and controls, with the panels in which they are drawn."""
        return _groups(self._views)

    @property
    def readings(self) -> list[ReadingView]:
        return [view for group in self.groups for view in group.readings]

    @cached_property
    def checks(self) -> list[CheckView]:
        return _checks(self._views)

    @cached_property
    def figures(self) -> Figures:
        return figures(self.record, f"f{self.number}")

    @cached_property
    def scope(self) -> tuple[Scope, ...]:
        return scope(self.record)

    @cached_property
    def _views(self) -> list[ReadingView]:
        """Its readings and controls in their order, without pictures."""
        return [
            ReadingView(record, f"{self.id}--{at}", program=program(self.record, record))
            for at, record in enumerate(self.record.readings, start=1)
        ]

    @property
    def said_by_key(self) -> dict[str, list[Mention]]:
        """The statements that make the claim, by the file of their key."""
        found: dict[str, list[Mention]] = {}
        for saying in self.said:
            found.setdefault(saying.key, []).append(saying)
        return found

    def said_in_words(self, keys: int) -> str:
        """How many of the keys assert or deny it: ``said by 3 of 5 keys``."""
        by_key = self.said_by_key.values()
        says = sum(any(saying.asserts for saying in said) for said in by_key)
        denies = sum(any(not saying.asserts for saying in said) for said in by_key)
        words = [f"{word} by {n}" for word, n in (("said", says), ("denied", denies)) if n]
        return f"{', '.join(words)} of {counted(keys, 'key')}" if words else ""


@dataclass(frozen=True)
class Mention:
    """A statement that asserts or denies a claim."""

    key: str
    position: Position
    href: str
    asserts: bool


def claim_views(ledger: Ledger) -> dict[str, ClaimView]:
    """Every claim of the ledger by id, in its order."""
    ids = anchors("claim", (claim.id for claim in ledger.claims))
    sources = {listed.source.key: listed for listed in listed_sources(ledger)}
    return {
        claim.id: ClaimView(claim, id, number, cites(claim, sources))
        for number, (claim, id) in enumerate(zip(ledger.claims, ids, strict=True))
    }


def _groups(views: Sequence[ReadingView]) -> list[ReadingGroup]:
    """Measured readings by region and unit, each group on one scale; all others by check."""
    groups: dict[tuple[RegionRecord, bool] | str, list[ReadingView]] = {}
    for view in sorted(views, key=lambda view: view.record.role == "control"):
        match view.record.evidence:
            case Measured() as measured:
                groups.setdefault((measured.region, points(measured)), []).append(view)
            case _:
                groups.setdefault(view.record.check, []).append(view)
    return [
        ReadingGroup(tuple(members)) if isinstance(group, str) else _drawn(members)
        for group, members in groups.items()
    ]


def _drawn(members: Sequence[ReadingView]) -> ReadingGroup:
    drawn = panel([view.record for view in members])
    return ReadingGroup(
        tuple(
            replace(view, strip=strip) for view, strip in zip(members, drawn.strips, strict=True)
        ),
        drawn,
    )


def _checks(views: Sequence[ReadingView]) -> list[CheckView]:
    """The checks, each with the readings and controls stacked on it."""
    found: dict[tuple[str, str], list[ReadingView]] = {}
    for view in views:
        found.setdefault((view.record.check, view.record.code), []).append(view)
    checks = []
    for (name, code), members in found.items():
        commands = {alone(view.record) for view in members}
        shared = commands.pop() if len(commands) == 1 else None
        checks.append(CheckView(name, members[0].record.location, code, shared, tuple(members)))
    return checks
