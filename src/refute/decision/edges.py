"""The rule at the edges of a region, by which decisions are made and ledgers are checked.

It needs no numpy, so that a ledger can be read without it.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Literal

from refute.decision.outcome import Outcome
from refute.decision.regions import Side, Statistic
from refute.decision.table import HALF

Settled = Literal["inside", "beyond"]


def share_wrong(value: Fraction, side: Side, of: Statistic) -> Fraction:
    """The share of replicates on the wrong side where the quantity lies exactly on the edge.

    Half of them for a median; for a proportion at its low edge, the misses.
    """
    if of == "median":
        return HALF
    return 1 - value if side == "low" else value


def hits_counted(n: int, hits: int, possible: int, side: Side) -> tuple[int, int]:
    """How many of ``n`` zeros and ones may lie on the wrong side of an edge, and on the right one.

    ``possible`` also counts the replicates that are known neither as 0 nor as 1.
    """
    return (n - hits, possible) if side == "low" else (possible, n - hits)


def settled(wrong: int, within: int, allowed_wrong: int, allowed_within: int) -> Settled | None:
    """On which side of an edge its counts show the quantity to lie; ``None`` if they do not."""
    if wrong <= allowed_wrong:
        return "inside"
    return "beyond" if within <= allowed_within else None


def outcome_of(edges: Collection[Settled | None]) -> Outcome:
    """What the edges of a region, as they are settled, say of the claim."""
    if "beyond" in edges:
        return Outcome.FAILS
    return Outcome.UNDECIDED if None in edges else Outcome.HOLDS
