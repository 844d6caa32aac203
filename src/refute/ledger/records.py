"""The records that a ledger is made of: typed, and of one version."""

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
"""Question and name of a claim."""

Number = float | Literal["inf", "-inf"]
"""JSON has no infinity: the ledger spells it."""


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """A record of the ledger: unknown and missing fields are errors."""


class Question(Struct, frozen=True):
    """A question of the answer keys; claims belong to one by the part before their slash."""

    id: str
    title: str


class Source(Struct, frozen=True):
    """A work that claims cite, formatted for reading."""

    key: str
    text: str
    url: str | None = None


class Citation(Struct, frozen=True):
    """Where in a source a claim is discussed."""

    key: str
    where: str | None = None


class RegionRecord(Struct, frozen=True):
    """The region that the claim's words name."""

    words: str
    low: float | None
    high: float | None
    low_open: bool
    high_open: bool
    of: Literal["median", "proportion"]


class EdgeRecord(Struct, frozen=True):
    """The count at one edge: ``wrong`` of n may lie on the wrong side, ``within`` on the right."""

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
        """The share of the replicates that may lie on the wrong side which do."""
        return self.wrong / max(self.allowed_wrong, 1)


class SeriesRecord(Struct, frozen=True):
    """Something to plot: quantiles over replicates, one list per level, along ``x``.

    ``arm`` names the side of a comparison that left it and ``setting`` says what sets that apart;
    ``marks`` are points [x, y] that stand out.
    A "setting" has no quantiles: ``x`` is what each replicate drew, in the order of the values,
    and ``labels`` names the values 0, 1, ... where they are no numbers.
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
    """One side of what was measured: its name in full, and the setting that sets it apart."""

    name: str
    setting: str


class QuantityRecord(Struct, frozen=True):
    """What was measured, as structure: nobody has to read it back out of a name.

    A value has one arm, a ratio and a difference have two.  A share counts the replicates of which
    the quantity ``of`` is ``within`` a region, in its words.  ``what`` is measured of every arm,
    its setting left out ("steps to training loss 0.3"); it is empty where the arms of a comparison
    measure different things.  ``unit`` is that of an arm: "steps", "s" or "decades", "times" where
    a value is a ratio in itself, empty for a plain number.
    """

    kind: Literal["value", "ratio", "difference", "share"]
    what: str
    unit: str
    arms: list[ArmRecord]
    of: QuantityRecord | None = None
    within: str = ""

    @property
    def name(self) -> str:
        """The whole of it in one line."""
        if self.of is not None:
            return f"share of replicates whose {self.of.name} is {self.within}"
        return _SIGNS[self.kind].join(arm.name for arm in self.arms)

    @property
    def compares(self) -> bool:
        """Whether one thing is measured of two arms, so that a phrase can say how they differ."""
        return self.kind in ("ratio", "difference") and bool(self.what)


_SIGNS = {"value": "", "ratio": " / ", "difference": " − ", "share": ""}


class Condition(Struct, frozen=True):
    """One condition that a reading sets: how Python writes it, and its value if that is plain."""

    code: str
    value: int | float | str | None = None


class Measured(Struct, frozen=True, tag="measured"):
    """Replicates against a region.  ``values`` are [lower, upper] where a run was capped."""

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
    """Examples drawn for a property.  ``counterexample`` is code, shrunk where it decided.

    ``said`` is that example in words, where what was drawn has any.
    ``quantifier`` says what was asked: "every" (a counterexample refutes), "some" (a witness
    supports), "no" (a witness refutes).  ``series`` shows the example that was found,
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
    """Why nothing was measured: timing was switched off, or several processes compete."""

    reason: str


class Cited(Struct, frozen=True, tag="cited"):
    """A claim about intent or history: decided by its sources, never measured."""

    says: str


Evidence = Measured | Searched | NotMeasured | Cited


class Reused(Struct, frozen=True):
    """What a reading owes to earlier runs: so many of its replicates (examples) ``of`` all.

    ``when`` the oldest of them was measured, and ``where``.  The reading was decided anew.
    """

    number: int
    of: int
    when: str
    where: str


class ReadingRecord(Struct, frozen=True):
    """One reading or control: what was published of it, and what was measured."""

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
        """What decisions know of it."""
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
        """How its outcome stands to the published one; ``None`` where there is nothing to say."""
        if isinstance(self.evidence, NotMeasured):
            return None
        published = None if self.published is None else Outcome(self.published)
        return standing(self.judged.outcome, published, timed=self.timed)


class ClaimRecord(Struct, frozen=True):
    """One claim with its verdict; ``complete`` once every reading and control has reported.

    ``depends`` says on what it depends, in a sentence that continues "The claim ...".
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
        """What its readings and controls came to, those that have reported."""
        readings, controls = (
            tuple(reading.judged for reading in self.role(role)) for role in ("reading", "control")
        )
        return Results(readings, controls)

    @property
    def results(self) -> Results | None:
        """What its verdict rests on; ``None`` until it has reported in full."""
        return self.reported if self.complete else None

    @property
    def final_verdict(self) -> Verdict:
        """Its verdict; none until it has reported in full."""
        return Verdict(self.verdict) if self.verdict and self.complete else Verdict.NONE

    @property
    def strictly(self) -> bool:
        """Whether it is supported though a reading of the letter fails."""
        return self.results is not None and verdict_of_claim(self.results).strictly

    @property
    def deciding(self) -> ReadingRecord | None:
        """The reading or control that its verdict rests on; ``None`` where none has reported."""
        return self.case(deciding(self.reported, self.final_verdict))

    @property
    def of_sense(self) -> list[ReadingRecord]:
        """Its readings of the sense: they alone decide it."""
        return [reading for reading in self.role("reading") if reading.of == "sense"]

    def case(self, judged: Judged | None) -> ReadingRecord | None:
        """The record of a reading or control."""
        if judged is None:
            return None
        return next(reading for reading in self.readings if reading.name == judged.name)

    @property
    def duration(self) -> float:
        return sum(reading.duration for reading in self.readings)

    def role(self, role: str) -> list[ReadingRecord]:
        return [reading for reading in self.readings if reading.role == role]


class Disagreement(Struct, frozen=True):
    """A point in which the lab's bench or torch is not what it should be."""

    part: str
    what: str
    detail: str


class Bench(Struct, frozen=True):
    """In how many points the bench, and the torch of that version, were held against what is
    right before anything trained, and in which they are not that.
    """

    torch: str
    points: int
    wrong: list[Disagreement] = []


class Run(Struct, frozen=True):
    """The run that measured: enough to repeat it.  ``finished`` is ``None`` until it ended."""

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
    """None where no claim uses the lab, or in a ledger of before it was checked."""

    @property
    def whole(self) -> bool:
        """Whether it came to all claims, and to its end."""
        return self.finished is not None and not self.partial


class Ledger(Struct, frozen=True):
    """A whole run."""

    run: Run
    questions: list[Question]
    sources: list[Source]
    claims: list[ClaimRecord]
    format: Literal["refute-ledger"] = FORMAT
    version: Literal[2] = VERSION
    digest: str | None = None
    """Of all else that it says: written with it, checked when it is read, and left out then."""

    def claim(self, id: str) -> ClaimRecord | None:
        return next((claim for claim in self.claims if claim.id == id), None)


def number(value: float) -> Number:
    """Spell a float for JSON, at the nine digits that any plot or text needs.

    Raises:
        ValueError: NaN is an error of measurement and never reaches a ledger.
    """
    if math.isnan(value):
        raise ValueError("NaN cannot be written to a ledger")
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return float(f"{value:.9g}")


def value(number: Number) -> float:
    """The float that was spelled."""
    return float(number)
