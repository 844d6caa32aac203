"""The records of a ledger: the run, its claims, and their readings."""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from refute.decision.deciding import deciding
from refute.decision.outcome import Outcome
from refute.decision.published import Standing, standing
from refute.decision.table import Effort
from refute.decision.verdict import Judged, Of, Results, Verdict, verdict_of_claim
from refute.ledger.evidence import Evidence, Measured, NotMeasured, Struct

FORMAT: Final = "refute-ledger"
VERSION: Final = 2

CLAIM_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")
"""The id of a claim: its question and its name."""

_KEY_CODE = re.compile(r"""KeyCode\((['"])(?P<path>.+?)\1\)""")


def question_of(id: str) -> str:
    """Return the question of a claim: the part of its id before the slash."""
    return id.partition("/")[0]


class Question(Struct, frozen=True):
    """A question that claims are about; its id is the part before the slash of theirs."""

    id: str
    title: str


class Source(Struct, frozen=True):
    """A work that claims cite, as formatted text."""

    key: str
    text: str
    url: str | None = None


class Citation(Struct, frozen=True):
    """Where in a source a claim is discussed."""

    key: str
    where: str | None = None


class Condition(Struct, frozen=True):
    """One condition of a reading: its repr, and its value if that is a number or a text."""

    code: str
    value: int | float | str | None = None


class Reused(Struct, frozen=True):
    """How many of a reading's replicates or examples, ``of`` all, were measured by earlier runs.

    ``when`` and ``where`` are those of the oldest.  The reading itself was decided anew.
    """

    number: int
    of: int
    when: str
    where: str


class ReadingRecord(Struct, frozen=True):
    """One reading or control: its published outcome, and what was measured."""

    name: str
    check: str
    role: Literal["reading", "control"]
    conditions: dict[str, Condition]
    published: Literal["holds", "fails", "undecided"] | None
    outcome: Literal["holds", "fails", "undecided"] | None
    evidence: Evidence | None
    error: str | None
    duration: float
    nodeid: str
    location: str
    command: str
    code: str
    reused: Reused | None = None
    of: Of = "sense"

    @property
    def judged(self) -> Judged:
        """The reading as decisions see it."""
        evidence = self.evidence
        edges = evidence.edges if isinstance(evidence, Measured) else []
        closeness = max((edge.closeness for edge in edges), default=-1.0)
        outcome = None if self.outcome is None else Outcome(self.outcome)
        differs = self.standing is Standing.DIFFERS_HERE
        return Judged(self.name, self.check, outcome, self.of, closeness, differs)

    @property
    def timed(self) -> bool:
        return isinstance(self.evidence, Measured) and self.evidence.timed

    @property
    def standing(self) -> Standing | None:
        """How its outcome compares with the published one; ``None`` if there is none to compare."""
        if isinstance(self.evidence, NotMeasured):
            return None
        outcome, published = (
            None if said is None else Outcome(said) for said in (self.outcome, self.published)
        )
        return standing(outcome, published, timed=self.timed)


class ClaimRecord(Struct, frozen=True):
    """One claim with its verdict; ``complete`` once every reading and control has reported.

    ``why`` says why it has its verdict, and ``depends`` what it depends on: both continue
    "The claim ...".
    """

    id: str
    question: str
    statement: str
    verdict: Literal["SUPPORTED", "REFUTED", "DEPENDS", "UNDECIDED", "NO VERDICT"] | None
    why: str
    complete: bool
    correction: str | None
    citations: list[Citation]
    location: str
    nodeid: str
    command: str
    readings: list[ReadingRecord]
    depends: str | None = None

    @property
    def reported(self) -> Results:
        """The results of the readings and controls that have reported."""
        readings, controls = (
            tuple(reading.judged for reading in self.role(role)) for role in ("reading", "control")
        )
        return Results(readings, controls)

    @property
    def results(self) -> Results | None:
        """The results that its verdict rests on; ``None`` until it is complete."""
        return self.reported if self.complete else None

    @property
    def final_verdict(self) -> Verdict:
        """Its verdict; NO VERDICT until it is complete."""
        return Verdict(self.verdict) if self.verdict and self.complete else Verdict.NONE

    @property
    def key_of_code(self) -> str | None:
        """The path of the key whose code it is about (``refute.key_code``)."""
        conditions = (value for reading in self.readings for value in reading.conditions.values())
        found = (_KEY_CODE.match(condition.code) for condition in conditions)
        return next((match["path"] for match in found if match is not None), None)

    @property
    def about_code_of_key(self) -> bool:
        """Whether it is about what the code of one key says."""
        return self.key_of_code is not None

    @property
    def strictly(self) -> bool:
        """Whether it is supported although a reading of the letter fails."""
        return self.results is not None and verdict_of_claim(self.results).strictly

    @property
    def deciding(self) -> ReadingRecord | None:
        """The reading or control that decided its verdict; ``None`` if none has reported."""
        return self.case(deciding(self.reported, self.final_verdict))

    @property
    def of_sense(self) -> list[ReadingRecord]:
        """Its readings of the sense, which alone decide it."""
        return [reading for reading in self.role("reading") if reading.of == "sense"]

    def case(self, judged: Judged | None) -> ReadingRecord | None:
        """Return the record of a reading or control."""
        if judged is None:
            return None
        return next(reading for reading in self.readings if reading.name == judged.name)

    @property
    def duration(self) -> float:
        return sum(reading.duration for reading in self.readings)

    def role(self, role: str) -> list[ReadingRecord]:
        return [reading for reading in self.readings if reading.role == role]


class Disagreement(Struct, frozen=True):
    """A point in which the lab's bench, or torch, is wrong."""

    part: str
    what: str
    detail: str


class Bench(Struct, frozen=True):
    """How many checks of the bench and of this version of torch ran before any training, and which
    failed.
    """

    torch: str
    points: int
    wrong: list[Disagreement] = msgspec.field(default_factory=list)


class Run(Struct, frozen=True):
    """The run: enough to repeat it.  ``finished`` is ``None`` until it has ended."""

    started: str
    finished: str | None
    partial: bool
    seed: int
    effort: Effort
    device: str
    workers: int
    command: str
    environment: dict[str, str]
    bench: Bench | None = None
    """``None`` if no claim uses the lab, or if the ledger is older than these checks."""
    steady: list[str] | msgspec.UnsetType = msgspec.UNSET
    """Digests of the kinds of Refute's experiments that gave the same numbers when run twice;
    unset in ledgers that are older than these digests."""

    @property
    def whole(self) -> bool:
        """Whether all claims were run, to the end."""
        return self.finished is not None and not self.partial


class Ledger(Struct, frozen=True):
    """The ledger of a run."""

    run: Run
    questions: list[Question]
    sources: list[Source]
    claims: list[ClaimRecord]
    format: Literal["refute-ledger"] = FORMAT
    version: Literal[2] = VERSION
    digest: str | None = None
    """Of everything else in the file: checked when it is read, and then left out."""

    def claim(self, id: str) -> ClaimRecord | None:
        return next((claim for claim in self.claims if claim.id == id), None)
