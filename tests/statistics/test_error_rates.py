"""How often the rule errs: exactly, by dynamic programming, and by counting simulated errors."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import comb

import numpy as np
import pytest
from scipy import stats

from refute.decision.counts import Decision, EdgeCount, decide, settle
from refute.decision.outcome import Outcome
from refute.decision.regions import Edge, Region
from refute.decision.samples import Sample
from refute.decision.table import (
    ALLOWED,
    HALF,
    LOOKS,
    MAX_EDGES,
    QUICK_TABLE,
    TABLE,
    THOROUGH_TABLE,
    Table,
    largest_rare_count,
)

HIGHEST_TAIL = 2e-6
"""The probability that one look of the table may err at an edge."""


# --- exactly -------------------------------------------------------------------------------


def settled(table: Table, edge: Edge, n: int, wrong: int, share: Fraction) -> str | None:
    """What the code says of an edge with ``wrong`` of ``n`` replicates on the wrong side."""
    limits = table.allowed(n, share), table.allowed(n, 1 - share)
    return EdgeCount(edge, wrong, n - wrong, *limits).settled


def probability_of(
    says: str, table: Table, side: str = "low", share: Fraction = HALF, truth: float | None = None
) -> float:
    """Probability that some look says so, if a replicate is wrong with probability ``truth``.

    ``share`` is the wrong share on the edge itself.  Other answers do not stop the looks: an
    edge may wait, settled, for the other edge of its region, and be looked at again.
    """
    truth = float(share) if truth is None else truth
    edge, said, alive = Edge(Fraction(0), side), 0.0, np.ones(1)
    for before, n in pairwise((0, *table.looks)):
        fresh = n - before
        alive = np.convolve(alive, stats.binom.pmf(np.arange(fresh + 1), fresh, truth))
        now = np.array([settled(table, edge, n, wrong, share) == says for wrong in range(n + 1)])
        said += alive[now].sum()
        alive[now] = 0
    return said


WORST = probability_of("inside", TABLE)


def test_each_allowed_count_is_the_largest_with_a_tail_of_two_in_a_million():
    tails = {n: [comb(n, k) for k in range(n + 1)] for n in LOOKS}
    for n in LOOKS:
        rare = [c for c in range(n) if sum(tails[n][: c + 1]) <= Fraction(HIGHEST_TAIL) * 2**n]
        assert ALLOWED[n] == max(rare)


@pytest.mark.parametrize(
    ("table", "stated"),
    [(TABLE, "7.09e-6"), (QUICK_TABLE, "15.3e-6"), (THOROUGH_TABLE, "2e-6")],
    ids=["default", "quick", "thorough"],
)
def test_the_worst_error_at_an_edge_in_exact_arithmetic(table, stated):
    """Counts of coin-toss histories, not floats: the bound that the documentation states."""
    erring, alive, allowed = Fraction(0), [1], dict(table.rows)
    for before, n in pairwise((0, *table.looks)):
        steps = [comb(n - before, k) for k in range(n - before + 1)]
        fresh = [0] * (n + 1)
        for k, ways in enumerate(alive):
            for step, times in enumerate(steps):
                fresh[k + step] += ways * times
        erring += Fraction(sum(fresh[: allowed[n] + 1]), 2**n)
        alive = [0] * (allowed[n] + 1) + fresh[allowed[n] + 1 :]
    assert erring <= Fraction(stated)
    assert float(erring) == pytest.approx(probability_of("inside", table))


@pytest.mark.parametrize("says", ["inside", "beyond"])
@pytest.mark.parametrize("side", ["low", "high"])
def test_both_directions_err_as_rarely_at_the_edge_and_more_rarely_off_it(side, says):
    truths = np.linspace(0.5, 0.75, 11)
    errors = [
        probability_of(says, TABLE, side, truth=truth if says == "inside" else 1 - truth)
        for truth in truths
    ]
    assert errors[0] == pytest.approx(WORST)
    assert all(further < nearer for nearer, further in pairwise(errors))


def test_a_run_may_settle_so_many_edges_and_publish_any_wrong_outcome_below_one_percent():
    assert MAX_EDGES * WORST < 0.01
    assert int(0.01 / WORST) // 100 * 100 == MAX_EDGES
    assert MAX_EDGES * probability_of("inside", QUICK_TABLE) < 0.025
    assert MAX_EDGES * probability_of("inside", THOROUGH_TABLE) < 0.01


@pytest.mark.parametrize("side", ["low", "high"])
@pytest.mark.parametrize("says", ["inside", "beyond"])
def test_a_proportion_errs_no_more_often_than_a_median_at_every_edge(side, says):
    for percent in range(1, 100):
        assert probability_of(says, TABLE, side, Fraction(percent, 100)) <= WORST


def test_half_a_standard_deviation_is_settled_and_a_tenth_is_not():
    """Why no word names a region narrower than its experiment can settle."""

    def right(sds: float) -> float:
        return probability_of("inside", TABLE, truth=float(stats.norm.cdf(-sds)))

    assert right(0.5) > 0.9999
    assert 0.9 < right(0.37) < 0.99
    assert right(0.1) < 0.01


# --- counted -------------------------------------------------------------------------------

FIVE_PERCENT = 0.05


def table_that_errs(most: float) -> Table:
    """The table with the same looks whose worst error at an edge is just below ``most``."""
    for level in np.geomspace(most, most / 10, 200):
        table = Table.of({n: largest_rare_count(n, HALF, level) for n in LOOKS})
        if (error := probability_of("inside", table)) <= most:
            assert error > 0.8 * most
            return table
    raise AssertionError("no such table")


SCALED = table_that_errs(FIVE_PERCENT)
RUNS = 4000
SURE = 1e-6
"""How improbable a number of errors must be for a test to fail on it."""


@dataclass(frozen=True)
class Population:
    """Replicates whose median is ``median`` and whose values have about unit spread."""

    draw: Callable[[np.random.Generator, tuple[int, int]], np.ndarray]
    median: float


def _half_infinite(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return np.where(rng.random(shape) < 0.3, np.inf, rng.normal(size=shape))


CONTINUOUS = {
    "normal": Population(lambda rng, shape: rng.normal(size=shape), 0.0),
    "lognormal": Population(lambda rng, shape: rng.lognormal(size=shape), 1.0),
    "Cauchy": Population(lambda rng, shape: rng.standard_cauchy(shape), 0.0),
    "t with 2 degrees": Population(lambda rng, shape: rng.standard_t(2, shape), 0.0),
    "half infinite": Population(_half_infinite, float(stats.norm.ppf(0.5 / 0.7))),
}
TIED = {
    "a fair coin": Population(lambda rng, shape: rng.integers(0, 2, shape), 0.0),
    "integers": Population(lambda rng, shape: rng.binomial(4, 0.5, shape), 2.0),
    "mostly zero": Population(lambda rng, shape: rng.binomial(1, 0.4, shape) * 1.0, 0.0),
}


def outcomes(values: np.ndarray, region: Region, table: Table) -> list[Outcome]:
    """The outcome of every row of replicates, all rows at once."""
    rows = np.arange(len(values))
    outcome = np.full(len(values), Outcome.UNDECIDED, dtype=object)
    for n in table.looks:
        admitted = [edge.admits(values[rows, :n]).sum(axis=1) for edge in region.edges]
        inside = np.all([n - count <= table.allowed(n) for count in admitted], axis=0)
        beyond = np.any([count <= table.allowed(n) for count in admitted], axis=0)
        outcome[rows[inside]] = Outcome.HOLDS
        outcome[rows[beyond]] = Outcome.FAILS
        rows = rows[~inside & ~beyond]
    return [Outcome(row) for row in outcome]


def simulated(population: Population, region: Region) -> dict[Outcome, int]:
    """How often each outcome came out; a share of the rows is settled by the code itself."""
    rng = np.random.default_rng(20)
    values = population.draw(rng, (RUNS, LOOKS[-1]))
    found = outcomes(values, region, SCALED)
    for row, outcome in zip(values[:60], found, strict=False):
        assert _settle(row, region).outcome is outcome
    return {outcome: found.count(outcome) for outcome in Outcome}


def _settle(row: np.ndarray, region: Region) -> Decision:
    return settle(lambda n: Sample.exactly(row[:n]), region, table=SCALED)[0]


def at_most_expected(errors: int, probability: float) -> bool:
    return errors <= stats.binom.isf(SURE, RUNS, probability)


def as_expected(errors: int, probability: float) -> bool:
    fewest = stats.binom.ppf(SURE, RUNS, probability)
    return fewest <= errors and at_most_expected(errors, probability)


@pytest.mark.parametrize("population", CONTINUOUS.values(), ids=CONTINUOUS)
@pytest.mark.parametrize("side", ["low", "high"])
def test_a_median_exactly_at_the_edge_is_called_wrongly_as_often_as_computed(population, side):
    edge = Fraction(population.median)
    found = simulated(population, Region("at its edge", **{side: edge}))
    exactly = probability_of("inside", SCALED)
    assert as_expected(found[Outcome.HOLDS], exactly)
    assert as_expected(found[Outcome.FAILS], exactly)


@pytest.mark.parametrize("population", CONTINUOUS.values(), ids=CONTINUOUS)
@pytest.mark.parametrize("distance", [0.05, 0.2, 1.0])
def test_a_median_inside_a_region_is_rarely_called_outside(population, distance):
    low, high = (Fraction(population.median + d) for d in (-distance, distance))
    found = simulated(population, Region("inside", low, high))
    assert at_most_expected(found[Outcome.FAILS], 2 * FIVE_PERCENT)
    if distance == 1:
        assert found[Outcome.HOLDS] > 0.95 * RUNS


@pytest.mark.parametrize("population", CONTINUOUS.values(), ids=CONTINUOUS)
@pytest.mark.parametrize("distance", [0.05, 0.2, 1.0])
def test_a_median_outside_a_region_is_rarely_called_inside(population, distance):
    low, high = (Fraction(population.median + d) for d in (distance, distance + 3))
    found = simulated(population, Region("outside", low, high))
    assert at_most_expected(found[Outcome.HOLDS], FIVE_PERCENT)
    if distance == 1:
        assert found[Outcome.FAILS] > 0.95 * RUNS


@pytest.mark.parametrize("population", TIED.values(), ids=TIED)
def test_ties_on_an_edge_count_as_inside_where_it_is_closed_and_outside_where_open(population):
    edge = Fraction(population.median)
    closed = simulated(population, Region("≥", low=edge))
    beyond = simulated(population, Region(">", low=edge, low_open=True))
    assert at_most_expected(closed[Outcome.FAILS], FIVE_PERCENT)
    assert at_most_expected(beyond[Outcome.HOLDS], FIVE_PERCENT)
    assert closed[Outcome.HOLDS] > 0.95 * RUNS  # more than half lie on or above the edge


def test_the_code_lies_at_its_worst_where_half_the_replicates_tie_with_an_open_edge():
    found = simulated(TIED["a fair coin"], Region("> 0", low=Fraction(0), low_open=True))
    assert as_expected(found[Outcome.HOLDS], probability_of("inside", SCALED))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_capped_replicates_decide_only_where_every_way_to_end_them_decides_alike(share):
    """Runs are stopped by a budget, and may end anywhere above their caps."""
    rng = np.random.default_rng(21)
    regions = (Region("≥ 0", low=Fraction(0)), Region("within 1", Fraction(-1), Fraction(1)))
    seen = set()
    for _ in range(300):
        lower = rng.normal(rng.normal(0, 1.5), 0.5, size=128)
        capped = rng.random(128) < share
        for region in regions:
            known = decide(Sample(lower, np.where(capped, np.inf, lower)), region).outcome
            ends = [
                decide(Sample.exactly(np.where(capped, np.maximum(lower, end), lower)), region)
                for end in (-np.inf, -1, 0, 1, np.inf)
            ]
            if known is not Outcome.UNDECIDED:
                assert {end.outcome for end in ends} == {known}
            seen.add(known)
    assert seen == set(Outcome)
