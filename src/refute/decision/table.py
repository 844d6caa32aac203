"""The table of counts that settle an edge, and the binomial tails behind it.

If at most ``c`` of ``n`` replicates lie on one side of an edge, the median lies on the other:
otherwise each replicate would fall on that side with a probability of at least one half, and so few
would be no likelier than the lower tail of a binomial.  Each count is the largest whose tail is at
most 2 in a million; the one of a quick run has a tail of 15 in a million.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

HALF = Fraction(1, 2)

Effort = Literal["quick", "default", "thorough"]


@dataclass(frozen=True)
class Table:
    """The looks: numbers of replicates at which to decide, and the count allowed at each."""

    rows: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, counts: Mapping[int, int]) -> Table:
        return cls(tuple(sorted(counts.items())))

    @property
    def looks(self) -> tuple[int, ...]:
        return tuple(n for n, _ in self.rows)

    def level(self, n: int) -> float:
        """The largest probability with which the look at ``n`` settles an edge wrongly."""
        from scipy import stats  # half a second that collection and grading can do without

        return float(stats.binom.cdf(dict(self.rows)[n], n, 0.5))

    def allowed(self, n: int, share: Fraction = HALF) -> int:
        """The largest count that shows a probability to lie below ``share``.

        At one half this is the table; elsewhere the largest count whose binomial tail is no more
        likely than the table's own, or -1 where not even zero is rare enough.
        """
        return _allowed(self, n, share)


@cache
def _allowed(table: Table, n: int, share: Fraction) -> int:
    if share == HALF:
        return dict(table.rows)[n]
    return largest_rare_count(n, share, table.level(n))


@cache
def largest_rare_count(n: int, share: Fraction, level: float) -> int:
    """The largest count that ``n`` draws stay at or below with a probability of at most ``level``.

    Each draw counts with probability ``share``; -1 where even zero is likelier than ``level``.
    """
    from scipy import stats

    probability = float(share)
    count = int(stats.binom.ppf(level, n, probability))
    while count >= 0 and stats.binom.cdf(count, n, probability) > level:
        count -= 1
    return count


ALLOWED = {24: 1, 32: 3, 64: 13, 128: 37, 256: 90, 512: 203}
"""How many replicates may lie on the wrong side of a settled edge, by look."""

TABLE = Table.of(ALLOWED)
"""The table of published runs."""

LOOKS = TABLE.looks
"""The looks: numbers of replicates at which a decision is attempted."""

QUICK_TABLE = Table.of({16: 0})
"""The table of quick runs: one look, wrong at an edge with probability 1.53e-5."""

THOROUGH_TABLE = Table.of({LOOKS[-1]: ALLOWED[LOOKS[-1]]})
"""The table of thorough runs: one look, at the most replicates."""

EVERY_LOOK = Table.of(dict(QUICK_TABLE.rows) | ALLOWED)
"""What a count of any run is held against: where tables share a look, they allow the same."""

MAX_EDGES = 1400
"""Edges that one run may settle: any wrong measured outcome then has a chance below 1 %.

Over its six looks the table is wrong at an edge with probability at most 7.09e-6.
"""
