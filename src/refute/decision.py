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
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LOOKS = (32, 64, 128, 256, 512)
"""Numbers of replicates after which a decision is tried."""

ALLOWED = {32: 3, 64: 13, 128: 37, 256: 90, 512: 203}
"""How many replicates may lie on the wrong side of an edge that is settled, by look."""

MAX_EDGES = 1700
"""Edges one run may settle: so many keep the chance of any wrong measured outcome below 1 %."""


class Outcome(StrEnum):
    """What an experiment says of a reading."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"

    def opposes(self, other: Outcome) -> bool:
        """Whether both are decided and differ."""
        return {self, other} == {Outcome.HOLDS, Outcome.FAILS}


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


@dataclass(frozen=True)
class Sample:
    """What is known of each replicate: it lies between ``lower`` and ``upper``.

    The two differ only where a run was stopped by its budget, known then as [cap, infinity).
    With ``per``, values are integer counts out of ``per`` (k of 360), and comparisons are exact.

    Raises:
        MeasurementError: a value is NaN, or the bounds are out of order.
    """

    lower: NDArray[np.float64 | np.int64]
    upper: NDArray[np.float64 | np.int64]
    per: int | None = None

    def __post_init__(self) -> None:
        if self.lower.shape != self.upper.shape or self.lower.ndim != 1:
            raise MeasurementError("a sample needs one lower and one upper bound per replicate")
        bad = np.isnan(self.lower) | np.isnan(self.upper)
        if bad.any():
            raise MeasurementError(f"replicate {int(np.argmax(bad))} measured NaN")
        if (self.lower > self.upper).any():
            raise MeasurementError("a lower bound lies above its upper bound")

    @classmethod
    def exactly(cls, values: NDArray[np.float64 | np.int64], per: int | None = None) -> Sample:
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


def decide(sample: Sample, region: Region) -> Decision:
    """Decide one look.

    Raises:
        MeasurementError: the number of replicates is not one of ``LOOKS``.
    """
    n = len(sample)
    if n not in ALLOWED:
        raise MeasurementError(f"{n} replicates decide nothing: the table has {LOOKS}")
    counts = tuple(_count(sample, edge, region.of) for edge in region.edges)
    settled = [count.settled for count in counts]
    if "beyond" in settled:
        outcome = Outcome.FAILS
    elif None in settled:
        outcome = Outcome.UNDECIDED
    else:
        outcome = Outcome.HOLDS
    estimate, low, high = _interval(sample, region.of)
    needed = _needed(counts, n, region.of) if outcome is Outcome.UNDECIDED else None
    return Decision(outcome, n, estimate, low, high, counts, needed)


def settle(
    draw: Callable[[int], Sample], region: Region, looks: Sequence[int] = LOOKS
) -> tuple[Decision, Sample]:
    """Look again with twice the replicates until the region is settled or the looks are spent.

    ``draw(n)`` gives the first ``n`` replicates.
    """
    for n in looks:
        sample = draw(n)
        decision = decide(sample, region)
        if decision.outcome is not Outcome.UNDECIDED:
            break
    return decision, sample


@lru_cache(maxsize=4096)
def allowed(n: int, share: Fraction = Fraction(1, 2)) -> int:
    """Most replicates that may show what has probability ``share``, for it to be called rarer.

    At one half this is the table; elsewhere the largest count whose binomial tail is no more
    likely than the table's own, or -1 where not even zero is rare enough.
    """
    if share == Fraction(1, 2):
        return ALLOWED[n]
    return _largest_rare_count(n, float(share), _level(n))


def _level(n: int) -> float:
    """The probability that one look settles an edge on the wrong side."""
    return float(stats.binom.cdf(ALLOWED[n], n, 0.5))


def _largest_rare_count(n: int, share: float, level: float) -> int:
    count = int(stats.binom.ppf(level, n, share))
    while count >= 0 and stats.binom.cdf(count, n, share) > level:
        count -= 1
    return count


def _count(sample: Sample, edge: Edge, of: str) -> EdgeCount:
    if of == "proportion":
        hits = int((sample.lower >= 1).sum())
        possible = int((sample.upper >= 1).sum())
        misses, possible_misses = len(sample) - possible, len(sample) - hits
        wrong, within = (
            (possible_misses, possible) if edge.side == "low" else (possible, possible_misses)
        )
        # At a low edge p0, misses have probability at most 1 - p0 inside and at least that beyond.
        share_wrong = 1 - edge.value if edge.side == "low" else edge.value
        n = len(sample)
        return EdgeCount(edge, wrong, within, allowed(n, share_wrong), allowed(n, 1 - share_wrong))
    below, above = _compare(sample, edge)
    wrong, within = (below, above) if edge.side == "low" else (above, below)
    limit = ALLOWED[len(sample)]
    return EdgeCount(edge, wrong, within, limit, limit)


def _compare(sample: Sample, edge: Edge) -> tuple[int, int]:
    """How many replicates may lie below the edge, and how many may lie above it.

    A replicate on a closed edge is on its inner side, on an open edge on its outer side.
    """
    lower: NDArray[np.float64 | np.int64]
    upper: NDArray[np.float64 | np.int64]
    if sample.per is None:
        lower, upper, value = sample.lower, sample.upper, float(edge.value)
    else:  # integers against integers: no float ever decides a tie
        lower = sample.lower * edge.value.denominator
        upper = sample.upper * edge.value.denominator
        value = edge.value.numerator * sample.per
    edge_is_above = (edge.side == "low") != edge.open
    if edge_is_above:
        return int((lower < value).sum()), int((upper >= value).sum())
    return int((lower <= value).sum()), int((upper > value).sum())


def _interval(sample: Sample, of: str) -> tuple[float, float, float]:
    n = len(sample)
    if of == "proportion":
        sure, possible = int((sample.lower >= 1).sum()), int((sample.upper >= 1).sum())
        level = 1 - 2 * _level(n)
        low = stats.binomtest(sure, n).proportion_ci(level).low
        high = stats.binomtest(possible, n).proportion_ci(level).high
        return (sure + possible) / (2 * n), float(low), float(high)
    c = ALLOWED[n]
    lower, upper = np.sort(sample.lower), np.sort(sample.upper)
    scale = sample.scale
    return float(np.median(lower)) / scale, float(lower[c]) / scale, float(upper[n - 1 - c]) / scale


def _needed(counts: Sequence[EdgeCount], n: int, of: str) -> int | None:
    """Replicates that would settle every open edge, if the shares stayed as they are."""
    needed = n
    for count in counts:
        if count.settled:
            continue
        share_wrong = Fraction(1, 2)
        if of == "proportion":
            value = count.edge.value
            share_wrong = 1 - value if count.edge.side == "low" else value
        needs = [
            _replicates_for(count.wrong / n, float(share_wrong), n),
            _replicates_for(count.within / n, float(1 - share_wrong), n),
        ]
        found = [need for need in needs if need is not None]
        if not found:
            return None
        needed = max(needed, min(found))
    return needed


def _replicates_for(observed: float, share: float, n: int) -> int | None:
    level = _level(max(LOOKS))
    while n < 1 << 20:
        n *= 2
        if observed * n <= _largest_rare_count(n, share, level):
            return n
    return None
