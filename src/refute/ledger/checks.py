"""A ledger held against itself: what can be computed again from what it says must come out so.

It needs no more than Python: a key is graded, and a ledger read, without numpy.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from functools import cache
from hashlib import sha256
from math import comb, isclose, isinf
from typing import Any

import msgspec

from refute.characters import one_line
from refute.decision.table import EVERY_LOOK
from refute.decision.verdict import verdict_of_claim
from refute.ledger.records import (
    CLAIM_ID,
    Cited,
    ClaimRecord,
    EdgeRecord,
    Ledger,
    Measured,
    NotMeasured,
    ReadingRecord,
    RegionRecord,
    Searched,
    value,
)

KEPT = 6e-6
"""Values are kept at six digits: so far, as a share of it, may one lie from what was measured."""

BOUND = 2e-9
"""So far may the bound of a proportion, kept at nine digits, lie from what it was."""


def digest(ledger: Ledger) -> str:
    """A digest of all that a ledger says, however it is laid out."""
    content = msgspec.structs.replace(ledger, digest=None)
    return "sha256:" + sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def repeated_key(data: bytes) -> str | None:
    """A name that one object of a JSON text has twice: readers differ in which they believe."""

    def distinct(pairs: list[tuple[str, Any]]) -> None:
        if len({name for name, _ in pairs}) < len(pairs):
            raise _Repeated(_repeated(name for name, _ in pairs))

    try:
        json.loads(data, object_pairs_hook=distinct)
    except _Repeated as found:
        return str(found)
    return None


class _Repeated(Exception):
    """A name that occurs twice."""


def contradiction(ledger: Ledger) -> str | None:
    """The first point in which a ledger contradicts itself, on one line; ``None`` if in none."""
    found = next(_contradictions(ledger), None)
    return None if found is None else one_line(found)


def _contradictions(ledger: Ledger) -> Iterator[str]:
    names = {
        "claims": [claim.id for claim in ledger.claims],
        "questions": [question.id for question in ledger.questions],
        "sources": [source.key for source in ledger.sources],
    }
    for kind, each in names.items():
        if (twice := _repeated(each)) is not None:
            yield f"two {kind} are called “{twice}”"
    for claim in ledger.claims:
        for said in _of_claim(claim, names["questions"]):
            yield f"claim “{claim.id}”: {said}"
    if ledger.digest not in (None, digest(ledger)):
        yield "its digest is of another content"


# --- claims --------------------------------------------------------------------------------


def _of_claim(claim: ClaimRecord, questions: list[str]) -> Iterator[str]:
    if not CLAIM_ID.fullmatch(claim.id):
        yield "the id is not question/name in lower case, digits and hyphens"
    if claim.question != claim.id.split("/")[0] or claim.question not in questions:
        yield f"its question is “{claim.question}”"
    if (twice := _repeated(reading.name for reading in claim.readings)) is not None:
        yield f"two readings or controls are called “{twice}”"
    for reading in claim.readings:
        for said in _of_reading(reading):
            yield f"{reading.role} “{reading.name}”: {said}"
    if claim.results is None:
        if claim.verdict is not None:
            yield f"it is not complete, and {claim.verdict}"
    elif claim.verdict != (made := verdict_of_claim(claim.results).verdict):
        yield f"it is {claim.verdict}, and its readings make {made}"


def _of_reading(reading: ReadingRecord) -> Iterator[str]:
    evidence, outcome = reading.evidence, reading.outcome
    if reading.role == "control" and reading.published is not None:
        yield "nothing is published of a control"
    if (outcome is None) != (evidence is None) or (outcome is None) != (reading.error is not None):
        yield "it has either outcome and evidence, or an error"
        return
    made: Collection[str | None] = (None,)
    whole = 0
    match evidence:
        case Measured():
            yield from _of_measured(evidence)
            made, whole = (_outcome(evidence.edges),), evidence.n
        case Searched():
            yield from _of_searched(evidence)
            made, whole = (_found(evidence),), evidence.examples
        case NotMeasured():
            made = ("undecided",)
        case Cited():
            made = ("holds", "fails")
    if outcome not in made:
        yield f"it is {outcome}, and its evidence makes {' or '.join(map(str, made))}"
    reused = reading.reused
    if reused is not None and not 0 < reused.number <= reused.of:
        yield f"{reused.number} of {reused.of} are reused"
    elif reused is not None and (not whole or reused.of % whole):  # of each arm as many
        yield f"{reused.number} of {reused.of} are reused, of {whole}"


# --- searched ------------------------------------------------------------------------------


def _of_searched(evidence: Searched) -> Iterator[str]:
    refutes, supports = evidence.counterexample is not None, evidence.witness is not None
    if evidence.quantifier == "every":
        fits = not supports and (evidence.failing > 0) == refutes
    else:
        fits = not refutes and evidence.failing == 0
    if not fits:
        yield "what was found is not what was counted"
    if not 0 <= evidence.failing <= evidence.examples or not evidence.examples:
        yield f"{evidence.failing} of {evidence.examples} examples fail"


def _found(evidence: Searched) -> str:
    if evidence.found is not None:
        return "fails" if evidence.quantifier == "every" else "holds"
    return {"every": "holds", "some": "undecided", "no": "fails"}[evidence.quantifier]


# --- measured ------------------------------------------------------------------------------


def _outcome(edges: Iterable[EdgeRecord]) -> str:
    settled = [edge.settled for edge in edges]
    if "beyond" in settled:
        return "fails"
    return "undecided" if None in settled else "holds"


def _of_measured(evidence: Measured) -> Iterator[str]:
    n, region = evidence.n, evidence.region
    bounds = [one if isinstance(one, list) else [one, one] for one in evidence.values]
    if n not in EVERY_LOOK.looks or len(bounds) != n:
        yield f"it has {len(bounds)} values of {n} replicates, and looks are at {EVERY_LOOK.looks}"
        return
    if any(len(each) != 2 or value(each[0]) > value(each[1]) for each in bounds):
        yield "a replicate's bounds are out of order"
        return
    if evidence.capped != sum(isinstance(one, list) for one in evidence.values):
        yield f"{evidence.capped} replicates were capped, and others have bounds"
    lower, upper = (sorted(value(each[end]) for each in bounds) for end in (0, 1))
    if region.of == "proportion" and not {*lower, *upper} <= {0.0, 1.0}:
        yield "a proportion counts replicates: each is 0 or 1"
        return
    if [(edge.edge, edge.side, edge.open) for edge in evidence.edges] != _edges(region):
        yield "its edges are not those of its region"
        return
    for edge in evidence.edges:
        yield from _of_edge(edge, region, lower, upper)
    if evidence.needed is not None and not (
        _outcome(evidence.edges) == "undecided" and evidence.needed > n
    ):
        yield f"{n} replicates decide, or as many as {evidence.needed} do not"
    yield from _of_interval(evidence, lower, upper)


def _edges(region: RegionRecord) -> list[tuple[float, str, bool]]:
    ends = [(region.low, "low", region.low_open), (region.high, "high", region.high_open)]
    return [(edge, side, is_open) for edge, side, is_open in ends if edge is not None]


def _of_edge(
    edge: EdgeRecord, region: RegionRecord, lower: list[float], upper: list[float]
) -> Iterator[str]:
    n = len(lower)
    if region.of == "proportion":
        hits, possible = int(sum(lower)), int(sum(upper))
        least = most = (n - hits, possible) if edge.side == "low" else (possible, n - hits)
    else:
        surely, possibly = (lower, upper) if edge.side == "low" else (upper, lower)
        on_surely, on_possibly = _beside(edge, surely), _beside(edge, possibly)
        least, most = (n - on_surely[1], on_possibly[0]), (n - on_surely[0], on_possibly[1])
    for name, count, at_least, at_most in zip(
        ("wrong", "within"), (edge.wrong, edge.within), least, most, strict=True
    ):
        if not at_least <= count <= at_most:
            yield f"{count} values are counted {name} at {edge.edge:g}, and there are {at_least}"
    wrong = _share_wrong(edge, region)
    if not (_rarest(edge.allowed_wrong, n, wrong) and _rarest(edge.allowed_within, n, 1 - wrong)):
        yield f"the table allows other counts at {edge.edge:g}"
    settled = None
    if edge.wrong <= edge.allowed_wrong:
        settled = "inside"
    elif edge.within <= edge.allowed_within:
        settled = "beyond"
    if edge.settled != settled:
        yield f"its edge {edge.edge:g} is settled {edge.settled}, and its counts make {settled}"


def _beside(edge: EdgeRecord, ordered: list[float]) -> tuple[int, int]:
    """How many of these surely, and how many possibly, lie on the region's side of an edge."""
    off = KEPT * abs(edge.edge)
    if edge.side == "low":
        find = bisect_right if edge.open else bisect_left
        sure, possible = (len(ordered) - find(ordered, edge.edge + by) for by in (off, -off))
    else:
        find = bisect_left if edge.open else bisect_right
        sure, possible = (find(ordered, edge.edge + by) for by in (-off, off))
    return sure, possible


def _of_interval(evidence: Measured, lower: list[float], upper: list[float]) -> Iterator[str]:
    """Estimate and bounds: order statistics of a median, the exact interval of a proportion."""
    n, low, high = evidence.n, value(evidence.low), value(evidence.high)
    if evidence.region.of == "proportion":
        hits, possible = int(sum(lower)), int(sum(upper))
        fits = (
            isclose(value(evidence.estimate), (hits + possible) / (2 * n), rel_tol=KEPT)
            and (low == 0 if not hits else _at_level(n, n - hits, 1 - low))
            and (high == 1 if possible == n else _at_level(n, possible, high))
        )
    else:
        c, below, above = EVERY_LOOK.allowed(n), lower[(n - 1) // 2], lower[n // 2]
        middle = below if below == above else (below + above) / 2
        off = 0.0 if isinf(middle) else KEPT * (abs(below) + abs(above))
        fits = (
            isclose(value(evidence.estimate), middle, rel_tol=0, abs_tol=off)
            and isclose(low, lower[c], rel_tol=KEPT)
            and isclose(high, upper[n - 1 - c], rel_tol=KEPT)
        )
    if not fits:
        yield "estimate and interval are not those of its values"


def _share_wrong(edge: EdgeRecord, region: RegionRecord) -> Fraction:
    """As decisions have it: see `refute.decision.counts`."""
    if region.of == "median":
        return Fraction(1, 2)
    share = Fraction(repr(edge.edge))
    return 1 - share if edge.side == "low" else share


@cache
def _rarest(count: int, n: int, share: Fraction) -> bool:
    """Whether the table allows so many of ``n`` replicates to show what has that probability."""
    if share == Fraction(1, 2):
        return count == EVERY_LOOK.allowed(n)
    return -1 <= count < n and _tail(count, n, float(share)) <= _level(n) < _tail(
        count + 1, n, float(share)
    )


def _at_level(n: int, count: int, share: float) -> bool:
    """Whether a tail crosses the table's level at that share, as far as its digits tell."""
    least, most = max(share - BOUND, 0.0), min(share + BOUND, 1.0)
    return _tail(count, n, most) <= _level(n) <= _tail(count, n, least)


@cache
def _level(n: int) -> float:
    return _tail(EVERY_LOOK.allowed(n), n, 0.5)


@cache
def _tail(count: int, n: int, share: float) -> float:
    """The probability that at most ``count`` of ``n`` draws show what has that probability."""
    return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(count + 1))


def _repeated(names: Iterable[str]) -> str | None:
    return next((name for name, times in Counter(names).items() if times > 1), None)
