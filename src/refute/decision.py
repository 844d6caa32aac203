"""Counts against edges: how replicates decide whether a quantity lies in a claimed region.

A claim names a region for the median of a quantity (or for a proportion).  At an edge of the
region, with ``n`` replicates, count those on the wrong side of it: if there are at most ``c``,
the median is within that edge; if at most ``c`` lie on or within it, the median is beyond it.
Every edge settled on the inside: the claim holds.  One settled beyond: it fails.  Otherwise the
number of replicates doubles; after the last look it is undecided.

The rule is the order-statistic interval of :func:`scipy.stats.quantile_test`, one-sided at each
edge, and holds for every distribution.  ``docs/method.md`` derives the table and its error rate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isinf
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from refute.outcome import Outcome as Outcome  # these four: named here for whoever decides
from refute.table import ALLOWED as ALLOWED
from refute.table import LOOKS as LOOKS
from refute.table import MAX_EDGES as MAX_EDGES
from refute.table import TABLE, Table, largest_rare_count

Values = NDArray[np.float64 | np.int64]

NEEDED_AT_MOST = 1 << 20
"""Beyond about a million replicates, no number is said to settle anything."""


class MeasurementError(Exception):
    """A measurement that no decision may rest on: NaN, too few replicates, mixed units."""


@dataclass(frozen=True)
class Region:
    """An interval of the real line named by words, for a median or for a proportion.

    ``low`` and ``high`` are exact fractions, ``None`` where the region has no edge there.  An
    open edge does not belong to the region.
    """

    words: str
    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    of: Literal["median", "proportion"] = "median"

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError(f"region {self.words!r} has no edge: nothing could fall outside it")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"region {self.words!r} is empty: {self.low} >= {self.high}")

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The one or two edges, low before high."""
        low = () if self.low is None else (Edge(self.low, "low", self.low_open),)
        high = () if self.high is None else (Edge(self.high, "high", self.high_open),)
        return low + high


@dataclass(frozen=True)
class Edge:
    """One end of a region: the region lies above a ``low`` edge and below a ``high`` one."""

    value: Fraction
    side: Literal["low", "high"]
    open: bool = False

    def admits(self, values: Values, per: int | None = None) -> NDArray[np.bool_]:
        """Which values lie on the region's side of the edge, ties included where it is closed.

        Counts out of ``per`` are compared as integers, so that no rounding decides a tie: k of
        360 reaches 1/20 from k = 18 on.  Other values meet the edge as the float nearest to it,
        which is also what a ratio of two integers is rounded to when it equals the edge.
        """
        at_least: float | int
        at_most: float | int
        if per is None:
            at_least = at_most = float(self.value)
        else:
            at_least, at_most = ceil(self.value * per), floor(self.value * per)
        if self.side == "low":
            return values > at_most if self.open else values >= at_least
        return values < at_least if self.open else values <= at_most


@dataclass(frozen=True)
class Sample:
    """What is known of each replicate: it lies between ``lower`` and ``upper``.

    The two differ only where a run was stopped by its budget, known then as [cap, infinity).
    With ``per``, values are integer counts out of ``per`` (k of 360), and comparisons are exact.

    Raises:
        MeasurementError: a value is NaN, the bounds are out of order, or counts are no integers.
    """

    lower: Values
    upper: Values
    per: int | None = None

    def __post_init__(self) -> None:
        if self.lower.shape != self.upper.shape or self.lower.ndim != 1:
            raise MeasurementError("a sample needs one lower and one upper bound per replicate")
        object.__setattr__(self, "lower", _widened(self.lower))
        object.__setattr__(self, "upper", _widened(self.upper))
        bad = np.isnan(self.lower) | np.isnan(self.upper)
        if bad.any():
            raise MeasurementError(f"replicate {int(np.argmax(bad))} measured NaN")
        if (self.lower > self.upper).any():
            raise MeasurementError("a lower bound lies above its upper bound")
        if self.per is not None and not self.integers:
            raise MeasurementError(f"counts out of {self.per} must be integers, not fractions")

    @classmethod
    def exactly(cls, values: Values, per: int | None = None) -> Sample:
        """A sample whose every replicate was measured to the end."""
        return cls(values, values, per)

    def __len__(self) -> int:
        return len(self.lower)

    def first(self, n: int) -> Sample:
        """The first ``n`` replicates; they are the same at every look."""
        return Sample(self.lower[:n], self.upper[:n], self.per)

    @property
    def capped(self) -> int:
        """How many replicates are known only as an interval."""
        return int((self.lower != self.upper).sum())

    @property
    def scale(self) -> int:
        return 1 if self.per is None else self.per

    @property
    def integers(self) -> bool:
        """Whether the values are integers, and so exact."""
        return self.lower.dtype == self.upper.dtype == np.int64

    def beside(self, edge: Edge) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which replicates surely, and which possibly, lie on the region's side of an edge."""
        at_lower, at_upper = (edge.admits(one, self.per) for one in (self.lower, self.upper))
        return at_lower & at_upper, at_lower | at_upper


def _widened(values: NDArray[Any]) -> Values:
    """Integers and truth values as 64-bit integers, so that no product overflows; else floats."""
    return values.astype(np.int64 if values.dtype.kind in "biu" else np.float64, copy=False)


@dataclass(frozen=True)
class EdgeCount:
    """The count that settles an edge, or does not.

    ``wrong`` counts replicates that may lie on the wrong side; ``within`` those that may lie on
    the right one; a replicate of unknown side is in both, and so counts against either end.
    """

    edge: Edge
    wrong: int
    within: int
    allowed_wrong: int
    allowed_within: int

    @property
    def settled(self) -> Literal["inside", "beyond"] | None:
        if self.wrong <= self.allowed_wrong:
            return "inside"
        if self.within <= self.allowed_within:
            return "beyond"
        return None


@dataclass(frozen=True)
class Decision:
    """The outcome of a look, with the numbers a reader needs to check it.

    ``low`` and ``high`` bound the median (proportion): the interval lies inside the region
    exactly when every edge is settled inside.  ``needed`` is the number of replicates that would
    settle an undecided one if the counts kept their shares; ``None`` if no number would.
    """

    outcome: Outcome
    n: int
    estimate: float
    low: float
    high: float
    counts: tuple[EdgeCount, ...]
    needed: int | None = None


def decide(sample: Sample, region: Region, table: Table = TABLE) -> Decision:
    """Decide one look.

    Raises:
        MeasurementError: the number of replicates is not one of the table's looks, or a
            proportion is asked of values other than 0 and 1.
    """
    n = len(sample)
    if n not in table.looks:
        raise MeasurementError(f"{n} replicates decide nothing: the table has {table.looks}")
    if region.of == "proportion":
        _check_zeros_and_ones(sample)
    counts = tuple(_count(sample, edge, region.of, table) for edge in region.edges)
    settled = [count.settled for count in counts]
    if "beyond" in settled:
        outcome = Outcome.FAILS
    elif None in settled:
        outcome = Outcome.UNDECIDED
    else:
        outcome = Outcome.HOLDS
    interval = _proportion_interval if region.of == "proportion" else _median_interval
    estimate, low, high = interval(sample, table)
    needed = _needed(counts, n, region.of, table) if outcome is Outcome.UNDECIDED else None
    return Decision(outcome, n, estimate, low, high, counts, needed)


def settle(
    draw: Callable[[int], Sample],
    region: Region,
    looks: Sequence[int] | None = None,
    table: Table = TABLE,
    told: Callable[[Decision], object] | None = None,
) -> tuple[Decision, Sample]:
    """Look again with twice the replicates until the region is settled or the looks are spent.

    ``draw(n)`` gives the first ``n`` replicates; ``looks`` are some of the table's, in order;
    ``told`` hears the decision of each look.

    Raises:
        MeasurementError: ``draw`` gives another number of replicates, or as for ``decide``.
        ValueError: there is no look.
    """
    looks = table.looks if looks is None else looks
    if not looks:
        raise ValueError("without a look nothing can be decided")
    for n in looks:
        sample = draw(n)
        if len(sample) != n:
            raise MeasurementError(f"asked for {n} replicates, got {len(sample)}")
        decision = decide(sample, region, table)
        if told is not None:
            told(decision)
        if decision.outcome is not Outcome.UNDECIDED:
            break
    return decision, sample


def allowed(n: int, share: Fraction = Fraction(1, 2)) -> int:
    """Most of ``n`` replicates that may show what has probability ``share``, to call it rarer."""
    return TABLE.allowed(n, share)


def _check_zeros_and_ones(sample: Sample) -> None:
    for bound in (sample.lower, sample.upper):
        if not np.isin(bound, (0, 1)).all() or sample.scale != 1:
            raise MeasurementError("a proportion counts replicates: each must be 0 or 1")


def _count(sample: Sample, edge: Edge, of: str, table: Table) -> EdgeCount:
    n = len(sample)
    share = _share_wrong(edge, of)
    if of == "proportion":
        hits, possible = int(sample.lower.sum()), int(sample.upper.sum())
        wrong, within = (n - hits, possible) if edge.side == "low" else (possible, n - hits)
    else:
        surely, possibly = sample.beside(edge)
        wrong, within = n - int(surely.sum()), int(possibly.sum())
    return EdgeCount(edge, wrong, within, table.allowed(n, share), table.allowed(n, 1 - share))


def _share_wrong(edge: Edge, of: str) -> Fraction:
    """The share of replicates on the wrong side where the quantity lies exactly on the edge.

    Half of them for a median; for a proportion at its low edge, the misses.
    """
    if of == "median":
        return Fraction(1, 2)
    return 1 - edge.value if edge.side == "low" else edge.value


def _median_interval(sample: Sample, table: Table) -> tuple[float, float, float]:
    """The median and its order-statistic interval; of capped runs, what is known from below."""
    n, scale = len(sample), sample.scale
    c = table.allowed(n)
    lower, upper = np.sort(sample.lower), np.sort(sample.upper)
    one, other = float(lower[(n - 1) // 2]), float(lower[n // 2])
    estimate = one if isinf(one) else (one + other) / 2  # never halfway between two infinities
    return estimate / scale, float(lower[c]) / scale, float(upper[n - 1 - c]) / scale


def _proportion_interval(sample: Sample, table: Table) -> tuple[float, float, float]:
    """The proportion and its exact (Clopper-Pearson) interval, at the table's own level."""
    from scipy import stats

    n = len(sample)
    level = table.level(n)
    hits, possible = int(sample.lower.sum()), int(sample.upper.sum())
    low = float(stats.beta.ppf(level, hits, n - hits + 1)) if hits else 0.0
    high = float(stats.beta.isf(level, possible + 1, n - possible)) if possible < n else 1.0
    return (hits + possible) / (2 * n), low, high


def _needed(counts: Sequence[EdgeCount], n: int, of: str, table: Table) -> int | None:
    """Replicates that would decide, if the shares at each edge stayed as they are.

    One edge settled beyond is enough to fail; to hold, every edge must be settled inside.
    """
    beyond: list[int | None] = []
    inside: list[int | None] = []
    for count in counts:
        share = _share_wrong(count.edge, of)
        beyond.append(_replicates_for(count.within / n, 1 - share, n, table))
        if count.settled != "inside":
            inside.append(_replicates_for(count.wrong / n, share, n, table))
    ways = [need for need in beyond if need is not None]
    holding = [need for need in inside if need is not None]
    if len(holding) == len(inside):
        ways.append(max(holding))
    return min(ways, default=None)


def _replicates_for(observed: float, share: Fraction, n: int, table: Table) -> int | None:
    level = table.level(table.looks[-1])
    while n < NEEDED_AT_MOST:
        n *= 2
        if observed * n <= largest_rare_count(n, share, level):
            return n
    return None
