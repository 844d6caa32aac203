"""The records of a ledger."""

from __future__ import annotations

import math
import re
from typing import Final, Literal

import msgspec

from refute.decision.deciding import deciding
from refute.decision.outcome import Outcome
from refute.decision.published import Standing, standing
from refute.decision.verdict import Judged, Results, Verdict, verdict_of_claim

FORMAT: Final = "refute-ledger"
VERSION: Final = 2

CLAIM_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")
"""The id of a claim: its question and its name."""

Number = float | Literal["inf", "-inf"]
"""A float; infinity, which JSON does not have, is a text."""


def question_of(id: str) -> str:
    """Return the question of a claim: the part of its id before the slash."""
    return id.partition("/")[0]


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """A record of the ledger: unknown and missing fields are errors."""


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


class RegionRecord(Struct, frozen=True):
    """The region that the words of a claim stand for."""

    words: str
    low: float | None
    high: float | None
    low_open: bool
    high_open: bool
    of: Literal["median", "proportion"]


class EdgeRecord(Struct, frozen=True):
    """The counts at one edge: ``wrong`` replicates may lie outside it, ``within`` inside."""

    edge: float
    side: Literal["low", "high"]
    open: bool
    wrong: int
    within: int
    allowed_wrong: int
    allowed_within: int
    settled: Literal["inside", "beyond"] | None

    @property
    def closeness(self) -> float:
        """The number of replicates on the wrong side, as a share of the number allowed."""
        return self.wrong / max(self.allowed_wrong, 1)


class SeriesRecord(Struct, frozen=True):
    """Something to plot: quantiles over replicates, one list per level, along ``x``.

    ``arm`` names the arm that recorded it, and ``setting`` is what distinguishes that arm;
    ``marks`` are points [x, y] to highlight.
    A "setting" has no quantiles: ``x`` is what each replicate drew, in the order of the values,
    and ``labels`` names the values 0, 1, ... if they are not numbers.
    """

    name: str
    kind: Literal["curve", "layers", "histogram", "trajectory", "function", "setting"]
    x_label: str
    y_label: str
    x: list[Number]
    levels: list[float]
    quantiles: list[list[Number]]
    log_y: bool
    arm: str = ""
    marks: list[list[Number]] = []
    labels: list[str] = []
    setting: str = ""


class ArmRecord(Struct, frozen=True):
    """One arm of a quantity: its full name, and the setting that distinguishes it."""

    name: str
    setting: str


class QuantityRecord(Struct, frozen=True):
    """What was measured.

    A value has one arm; a ratio and a difference have two.  A share counts the replicates whose
    quantity ``of`` is ``within`` a region, in its words.  ``what`` is the name of an arm without
    its setting ("steps to training loss 0.3"); it is empty if the arms measure different things.
    ``unit`` is the unit of an arm: "steps", "s", "decades", "times" if a value is itself a ratio,
    empty for a plain number.
    """

    kind: Literal["value", "ratio", "difference", "share"]
    what: str
    unit: str
    arms: list[ArmRecord]
    of: QuantityRecord | None = None
    within: str = ""

    @property
    def name(self) -> str:
        """The full name, in one line."""
        if self.of is not None:
            return f"share of replicates whose {self.of.name} is {self.within}"
        return _SIGNS[self.kind].join(arm.name for arm in self.arms)

    @property
    def compares(self) -> bool:
        """Whether two arms measure the same thing, so that a phrase can say how they differ."""
        return self.kind in ("ratio", "difference") and bool(self.what)


_SIGNS = {"value": "", "ratio": " / ", "difference": " − ", "share": ""}


class Condition(Struct, frozen=True):
    """One condition of a reading: its repr, and its value if that is a number or a text."""

    code: str
    value: int | float | str | None = None


class Measured(Struct, frozen=True, tag="measured"):
    """Replicates against a region.  A value is [lower, upper] if its run was capped."""

    quantity: QuantityRecord
    region: RegionRecord
    n: int
    estimate: Number
    low: Number
    high: Number
    edges: list[EdgeRecord]
    capped: int
    needed: int | None
    values: list[Number | list[Number]]
    series: list[SeriesRecord]
    timed: bool = False


class Searched(Struct, frozen=True, tag="searched"):
    """Examples drawn for a property.  ``counterexample`` is code, shrunk if it decided.

    ``said`` is that example in words, if it has any.
    ``quantifier`` is what was asked: "every" (a counterexample refutes), "some" (a witness
    supports) or "no" (a witness refutes).  ``series`` shows the example that was found;
    ``imports`` are the lines that its code needs.
    """

    quantifier: Literal["every", "some", "no"]
    examples: int
    failing: int
    counterexample: str | None = None
    witness: str | None = None
    message: str | None = None
    series: list[SeriesRecord] = []
    imports: list[str] = []
    said: str | None = None

    @property
    def found(self) -> str | None:
        """The counterexample, or else the witness, as code."""
        return self.counterexample if self.counterexample is not None else self.witness


class NotMeasured(Struct, frozen=True, tag="not-measured"):
    """Why nothing was measured, for example because timing was switched off."""

    reason: str


class Cited(Struct, frozen=True, tag="cited"):
    """A claim about intent or history: decided by its sources, not measured."""

    says: str


Evidence = Measured | Searched | NotMeasured | Cited


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
    of: Literal["sense", "letter"] = "sense"

    @property
    def judged(self) -> Judged:
        """The reading as decisions see it."""
        evidence = self.evidence
        edges = evidence.edges if isinstance(evidence, Measured) else []
        closeness = max((edge.closeness for edge in edges), default=-1.0)
        outcome = None if self.outcome is None else Outcome(self.outcome)
        return Judged(self.name, self.check, outcome, self.of, closeness)

    @property
    def timed(self) -> bool:
        return isinstance(self.evidence, Measured) and self.evidence.timed

    @property
    def standing(self) -> Standing | None:
        """How its outcome compares with the published one; ``None`` if there is none to compare."""
        if isinstance(self.evidence, NotMeasured):
            return None
        published = None if self.published is None else Outcome(self.published)
        return standing(self.judged.outcome, published, timed=self.timed)


class ClaimRecord(Struct, frozen=True):
    """One claim with its verdict; ``complete`` once every reading and control has reported.

    ``depends`` says what it depends on, in a sentence that continues "The claim ...".
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
    def about_code_of_key(self) -> bool:
        """Whether it is about what the code of one key says (``refute.key_code``)."""
        conditions = (value for reading in self.readings for value in reading.conditions.values())
        return any(condition.code.startswith("KeyCode(") for condition in conditions)

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
    """In how many points the bench and torch, of this version, were checked before any training,
    and in which they are wrong.
    """

    torch: str
    points: int
    wrong: list[Disagreement] = []


class Run(Struct, frozen=True):
    """The run: enough to repeat it.  ``finished`` is ``None`` until it has ended."""

    started: str
    finished: str | None
    partial: bool
    seed: int
    effort: Literal["quick", "default", "thorough"]
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


def number(value: float) -> Number:
    """Encode a float for JSON, with nine digits.

    Raises:
        ValueError: it is NaN, which is an error of measurement.
    """
    if math.isnan(value):
        raise ValueError("NaN cannot be written to a ledger")
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return float(f"{value:.9g}")


def value(number: Number) -> float:
    """Decode a float."""
    return float(number)
