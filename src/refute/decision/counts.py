"""Counts against edges: how replicates decide whether a quantity lies in a claimed region.

A claim names a region for the median of a quantity (or for a proportion).  At an edge of the
region, with ``n`` replicates, count those on the wrong side of it: if there are at most ``c``, the
median is within that edge; if at most ``c`` lie on or within it, the median is beyond it.  If every
edge is settled on the inside, the claim holds; if one is settled beyond, it fails.  Otherwise there
is another look at more replicates; after the last one, the claim is undecided.

The rule is the order-statistic interval of :func:`scipy.stats.quantile_test`, one-sided at each
edge, and holds for every distribution.  ``docs/method.md`` derives the table and its error rate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isinf

import numpy as np

from refute.decision.edges import Settled, hits_counted, outcome_of, settled, share_wrong
from refute.decision.outcome import Outcome
from refute.decision.regions import Edge, Region, Statistic
from refute.decision.samples import MeasurementError, Sample
from refute.decision.table import TABLE, Table, largest_rare_count

NEEDED_AT_MOST = 1 << 20
"""Beyond about a million replicates, no number is reported as settling anything."""


@dataclass(frozen=True)
class EdgeCount:
    """The count at an edge, which may settle it.

    ``wrong`` counts replicates that may lie on the wrong side, ``within`` those that may lie on the
    right one. A replicate of unknown side is in both, and so counts against either answer.
    """

    edge: Edge
    wrong: int
    within: int
    allowed_wrong: int
    allowed_within: int

    @property
    def settled(self) -> Settled | None:
        return settled(self.wrong, self.within, self.allowed_wrong, self.allowed_within)


@dataclass(frozen=True)
class Decision:
    """The outcome of a look, with the numbers that a reader needs to verify it.

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
        MeasurementError: the number of replicates is not one of the table's looks, or values of a
            proportion are not 0 or 1.
    """
    n = len(sample)
    if n not in table.looks:
        raise MeasurementError(f"{n} replicates decide nothing: the table has {table.looks}")
    if region.of == "proportion":
        _check_zeros_and_ones(sample)
    counts = tuple(_count(sample, edge, region.of, table) for edge in region.edges)
    outcome = outcome_of([count.settled for count in counts])
    interval = _proportion_interval if region.of == "proportion" else _median_interval
    estimate, low, high = interval(sample, table)
    needed = _needed(counts, n, region.of, table) if outcome is Outcome.UNDECIDED else None
    return Decision(outcome, n, estimate, low, high, counts, needed)


def settle(
    draw: Callable[[int], Sample],
    region: Region,
    table: Table = TABLE,
    heard: Callable[[Decision], object] | None = None,
) -> tuple[Decision, Sample]:
    """Look again at more replicates until the region is settled or the table's looks are spent.

    ``draw(n)`` gives the first ``n`` replicates; ``heard`` is called with each look's decision.

    Raises:
        MeasurementError: ``draw`` gives another number of replicates, or as for ``decide``.
        ValueError: the table has no look.
    """
    if not table.looks:
        raise ValueError("nothing can be decided without a look")
    for n in table.looks:
        sample = draw(n)
        if len(sample) != n:
            raise MeasurementError(f"asked for {n} replicates, got {len(sample)}")
        decision = decide(sample, region, table)
        if heard is not None:
            heard(decision)
        if decision.outcome is not Outcome.UNDECIDED:
            break
    return decision, sample


def _check_zeros_and_ones(sample: Sample) -> None:
    for bound in (sample.lower, sample.upper):
        if not np.isin(bound, (0, 1)).all() or sample.scale != 1:
            raise MeasurementError("a proportion counts replicates: each must be 0 or 1")


def _count(sample: Sample, edge: Edge, of: Statistic, table: Table) -> EdgeCount:
    n = len(sample)
    share = share_wrong(edge.value, edge.side, of)
    if of == "proportion":
        hits, possible = int(sample.lower.sum()), int(sample.upper.sum())
        wrong, within = hits_counted(n, hits, possible, edge.side)
    else:
        surely, possibly = sample.beside(edge)
        wrong, within = n - int(surely.sum()), int(possibly.sum())
    return EdgeCount(edge, wrong, within, table.allowed(n, share), table.allowed(n, 1 - share))


def _median_interval(sample: Sample, table: Table) -> tuple[float, float, float]:
    """The median and its order-statistic interval; for capped runs, their lower bounds."""
    n, scale = len(sample), sample.scale
    c = table.allowed(n)
    lower, upper = np.sort(sample.lower), np.sort(sample.upper)
    below, above = float(lower[(n - 1) // 2]), float(lower[n // 2])
    # Nothing lies halfway between two infinities.
    estimate = below if isinf(below) else (below + above) / 2
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


def _needed(counts: Sequence[EdgeCount], n: int, of: Statistic, table: Table) -> int | None:
    """Replicates that would decide, if the shares at each edge stayed as they are.

    One edge settled beyond is enough to fail; to hold, every edge must be settled inside.
    """
    beyond: list[int | None] = []
    inside: list[int | None] = []
    for count in counts:
        share = share_wrong(count.edge.value, count.edge.side, of)
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
