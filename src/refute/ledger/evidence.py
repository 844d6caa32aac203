"""The records of what a reading measured: replicates, examples, or neither."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal

import msgspec

from refute.decision.edges import Settled
from refute.decision.regions import Edge, Side, Statistic, edges_between

Quantifier = Literal["every", "some", "no"]
Number = float | Literal["inf", "-inf"]
"""A float. JSON has no infinities, so they are written as strings."""


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """A record of the ledger: unknown and missing fields are errors."""


class RegionRecord(Struct, frozen=True):
    """The region that the words of a claim stand for."""

    words: str
    low: float | None
    high: float | None
    low_open: bool
    high_open: bool
    of: Statistic

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The one or two edges, low before high."""
        low, high = (None if end is None else exact(end) for end in (self.low, self.high))
        return edges_between(low, high, self.low_open, self.high_open)


class EdgeRecord(Struct, frozen=True):
    """The counts at one edge: ``wrong`` replicates may lie outside it, ``within`` inside."""

    edge: float
    side: Side
    open: bool
    wrong: int
    within: int
    allowed_wrong: int
    allowed_within: int
    settled: Settled | None

    @property
    def place(self) -> Edge:
        """The edge that was counted at."""
        return Edge(exact(self.edge), self.side, self.open)

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
    "share" for a count out of all, such as an accuracy, empty for a plain number.
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

    quantifier: Quantifier
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


def exact(edge: float) -> Fraction:
    """Return an edge as a fraction: its float is the decimal that it is written as."""
    return Fraction(repr(edge))


def value(number: Number) -> float:
    """Decode a float."""
    return float(number)


def bounds(replicate: Number | list[Number]) -> tuple[float, float]:
    """Return the numbers between which a replicate lies; nothing is known of one without bounds."""
    if not isinstance(replicate, list):
        return value(replicate), value(replicate)
    return (value(replicate[0]), value(replicate[-1])) if replicate else (-math.inf, math.inf)
