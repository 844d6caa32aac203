"""The counting rule is scipy's order-statistic interval, one-sided at each edge."""

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from refute.decision.counts import decide
from refute.decision.outcome import Outcome
from refute.decision.regions import Region
from refute.decision.samples import Sample
from refute.decision.table import LOOKS, TABLE, largest_rare_count

CASES_PER_KIND = 60

KINDS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "normal": lambda rng, n: rng.normal(rng.normal(), 1, n),
    "lognormal": lambda rng, n: rng.lognormal(0, rng.uniform(0.1, 2), n) - 1,
    "Cauchy": lambda rng, n: rng.standard_cauchy(n),
    "few integers": lambda rng, n: rng.integers(-2, 3, n).astype(float),
    "mostly zero": lambda rng, n: rng.binomial(1, rng.uniform(0.2, 0.8), n) * rng.normal(size=n),
    "half infinite": lambda rng, n: np.where(rng.random(n) < 0.45, np.inf, rng.normal(size=n)),
    "infinite both ways": lambda rng, n: rng.choice([-np.inf, -1, 0, 1, np.inf], n),
    "constant": lambda rng, n: np.full(n, float(rng.integers(-1, 2))),
}


def cases(kind: str, n: int) -> Iterator[tuple[np.ndarray, Fraction]]:
    """Random samples, each with an edge near their middle and often on one of their values."""
    rng = np.random.default_rng([n, *kind.encode()])
    for _ in range(CASES_PER_KIND):
        values = KINDS[kind](rng, n)
        near = np.quantile(values, rng.uniform(0.2, 0.8), method="inverted_cdf")
        if not np.isfinite(near) or rng.random() < 0.3:
            near = 0.0
        yield values, Fraction(float(near))


def scipy_bounds(values: np.ndarray, n: int) -> tuple[float, float]:
    # A hair above the level of the table: a tail that equals it counts as rare enough.
    confidence = 1 - TABLE.level(n) * (1 + 1e-6)
    test = {side: stats.quantile_test(values, alternative=side) for side in ("greater", "less")}
    low = test["greater"].confidence_interval(confidence).low
    high = test["less"].confidence_interval(confidence).high
    return float(low), float(high)


@pytest.mark.parametrize("n", LOOKS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_edge_is_settled_exactly_when_scipys_one_sided_bound_lies_on_that_side(kind, n):
    for values, edge in cases(kind, n):
        low, high = scipy_bounds(values, n)
        e = float(edge)
        # region, whether the bound says inside, whether the opposite bound says beyond
        for region, inside, beyond in (
            (Region("≥", low=edge), low >= e, high < e),
            (Region(">", low=edge, low_open=True), low > e, high <= e),
            (Region("≤", high=edge), high <= e, low > e),
            (Region("<", high=edge, high_open=True), high < e, low >= e),
        ):
            expected = Outcome.HOLDS if inside else Outcome.FAILS if beyond else Outcome.UNDECIDED
            decision = decide(Sample.exactly(values), region)
            assert decision.outcome is expected, (region.words, values, edge)
            assert (decision.low, decision.high) == (low, high)


@pytest.mark.parametrize("n", LOOKS)
def test_a_proportion_is_settled_exactly_when_the_clopper_pearson_interval_lies_on_that_side(n):
    confidence = 1 - 2 * TABLE.level(n)
    close = 1e-9  # scipy finds the bounds by root finding; no two counts have bounds so close
    for hits in range(n + 1):
        interval = stats.binomtest(hits, n).proportion_ci(confidence)
        sample = Sample.exactly(np.repeat([1, 0], [hits, n - hits]))
        for edge in (Fraction(1, 2), Fraction(7, 10), Fraction(9, 10), Fraction(1, 100)):
            decision = decide(sample, Region("≥", low=edge, of="proportion"))
            expected = (
                Outcome.HOLDS
                if interval.low >= edge - close
                else Outcome.FAILS
                if interval.high <= edge + close
                else Outcome.UNDECIDED
            )
            assert decision.outcome is expected, (hits, edge)
            assert decision.low == pytest.approx(interval.low, abs=1e-9)
            assert decision.high == pytest.approx(interval.high, abs=1e-9)


def test_the_largest_rare_count_is_found_by_trying_them_all():
    for n in (32, 128, 512):
        for share in (Fraction(0), *(Fraction(k, 20) for k in range(1, 20)), Fraction(1)):
            for level in (1e-6, 1e-3, 0.05):
                tails = stats.binom.cdf(np.arange(n + 1), n, float(share))
                assert largest_rare_count(n, share, level) == int((tails <= level).sum()) - 1
