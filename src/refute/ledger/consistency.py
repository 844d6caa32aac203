"""Consistency checks of a ledger: what can be computed from its records must agree with them.

They use plain Python, so that a ledger can be read, and a key graded, without numpy.
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
from refute.decision.edges import hits_counted, outcome_of, settled, share_wrong
from refute.decision.outcome import Outcome
from refute.decision.table import EVERY_LOOK, HALF
from refute.decision.verdict import verdict_of_claim
from refute.ledger.evidence import (
    Cited,
    EdgeRecord,
    Measured,
    NotMeasured,
    RegionRecord,
    Searched,
    value,
)
from refute.ledger.records import CLAIM_ID, ClaimRecord, Ledger, ReadingRecord, question_of

VALUE_ERROR = 6e-6
"""The relative error of a value, which is recorded with six digits."""

BOUND_ERROR = 2e-9
"""The error of the bound of a proportion, which is recorded with nine digits."""


def digest(ledger: Ledger) -> str:
    """Return a digest of the content of a ledger, which its layout does not affect."""
    content = msgspec.structs.replace(ledger, digest=None)
    return "sha256:" + sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def repeated_key(data: bytes) -> str | None:
    """Return a name that occurs twice in an object of a JSON text: parsers differ on its value."""

    def distinct(pairs: list[tuple[str, Any]]) -> None:
        if len({name for name, _ in pairs}) < len(pairs):
            raise _Repeated(_repeated(name for name, _ in pairs))

    try:
        json.loads(data, object_pairs_hook=distinct)
    except _Repeated as repeated:
        return str(repeated)
    return None


class _Repeated(Exception):
    """A name that occurs twice."""


def contradiction(ledger: Ledger) -> str | None:
    """Return the first contradiction in a ledger, on one line, or ``None`` if there is none."""
    first = next(_contradictions(ledger), None)
    return None if first is None else one_line(first)


def _contradictions(ledger: Ledger) -> Iterator[str]:
    names = {
        "claims": [claim.id for claim in ledger.claims],
        "questions": [question.id for question in ledger.questions],
        "sources": [source.key for source in ledger.sources],
    }
    for kind, each in names.items():
        if (name := _repeated(each)) is not None:
            yield f"two {kind} are called “{name}”"
    for claim in ledger.claims:
        for problem in _of_claim(claim, names["questions"]):
            yield f"claim “{claim.id}”: {problem}"
    if ledger.digest not in (None, digest(ledger)):
        yield "the digest does not match the content"


# --- claims --------------------------------------------------------------------------------


def _of_claim(claim: ClaimRecord, questions: list[str]) -> Iterator[str]:
    if not CLAIM_ID.fullmatch(claim.id):
        yield "the id is not question/name in lower case, digits and hyphens"
    if claim.question != question_of(claim.id) or claim.question not in questions:
        yield f"the question “{claim.question}” is unknown or not the one in its id"
    if (name := _repeated(reading.name for reading in claim.readings)) is not None:
        yield f"two readings or controls are called “{name}”"
    for reading in claim.readings:
        for problem in _of_reading(reading):
            yield f"{reading.role} “{reading.name}”: {problem}"
    if claim.results is None:
        if claim.verdict is not None:
            yield f"it is incomplete but has the verdict {claim.verdict}"
    elif claim.verdict != (computed := verdict_of_claim(claim.results).verdict):
        yield f"the verdict is {claim.verdict}, but the readings give {computed}"


def _of_reading(reading: ReadingRecord) -> Iterator[str]:
    evidence, outcome = reading.evidence, reading.outcome
    if reading.role == "control" and reading.published is not None:
        yield "a control has a published outcome"
    if (outcome is None) != (evidence is None) or (outcome is None) != (reading.error is not None):
        yield "it must have either an outcome and evidence, or an error"
        return
    possible: Collection[str | None] = (None,)
    size = 0
    match evidence:
        case Measured():
            yield from _of_measured(evidence)
            possible, size = (_outcome(evidence),), evidence.n
        case Searched():
            yield from _of_searched(evidence)
            possible, size = (_found(evidence),), evidence.examples
        case NotMeasured():
            possible = ("undecided",)
        case Cited():
            possible = ("holds", "fails")
    if outcome not in possible:
        yield f"the outcome is {outcome}, but the evidence gives {' or '.join(map(str, possible))}"
    reused = reading.reused
    if reused is not None and not 0 < reused.number <= reused.of:
        yield f"{reused.number} of {reused.of} are reused"
    elif reused is not None and (not size or reused.of % size):  # every arm has as many
        yield f"{reused.number} of {reused.of} are reused, but it has {size}"


# --- searched ------------------------------------------------------------------------------


def _of_searched(evidence: Searched) -> Iterator[str]:
    refutes, supports = evidence.counterexample is not None, evidence.witness is not None
    if evidence.quantifier == "every":
        fits = not supports and (evidence.failing > 0) == refutes
    else:
        fits = not refutes and evidence.failing == 0
    if not fits:
        yield "the counts do not agree with the counterexample or witness"
    if not 0 <= evidence.failing <= evidence.examples or not evidence.examples:
        yield f"{evidence.failing} of {evidence.examples} examples fail"


def _found(evidence: Searched) -> str:
    if evidence.found is not None:
        return "fails" if evidence.quantifier == "every" else "holds"
    return {"every": "holds", "some": "undecided", "no": "fails"}[evidence.quantifier]


# --- measured ------------------------------------------------------------------------------


def _outcome(evidence: Measured) -> Outcome:
    return outcome_of([edge.settled for edge in evidence.edges])


def _of_measured(evidence: Measured) -> Iterator[str]:
    n, region = evidence.n, evidence.region
    bounds = [x if isinstance(x, list) else [x, x] for x in evidence.values]
    if n not in EVERY_LOOK.looks or len(bounds) != n:
        yield f"it has {len(bounds)} values of {n} replicates (possible are {EVERY_LOOK.looks})"
        return
    if any(len(pair) != 2 or value(pair[0]) > value(pair[1]) for pair in bounds):
        yield "the bounds of a replicate are out of order"
        return
    if evidence.capped != (with_bounds := sum(isinstance(x, list) for x in evidence.values)):
        yield f"{evidence.capped} replicates are counted as capped, but {with_bounds} have bounds"
    lower, upper = (sorted(value(pair[end]) for pair in bounds) for end in (0, 1))
    if region.of == "proportion" and not {*lower, *upper} <= {0.0, 1.0}:
        yield "a value of a proportion is neither 0 nor 1"
        return
    if tuple(edge.place for edge in evidence.edges) != region.edges:
        yield "the edges are not those of the region"
        return
    for edge in evidence.edges:
        yield from _of_edge(edge, region, lower, upper)
    outcome = _outcome(evidence)
    if evidence.needed is not None and not (outcome is Outcome.UNDECIDED and evidence.needed > n):
        yield f"{evidence.needed} replicates cannot be needed: with {n} the outcome is {outcome}"
    yield from _of_interval(evidence, lower, upper)


def _of_edge(
    edge: EdgeRecord, region: RegionRecord, lower: list[float], upper: list[float]
) -> Iterator[str]:
    n = len(lower)
    if region.of == "proportion":
        hits, possible = int(sum(lower)), int(sum(upper))
        least = most = hits_counted(n, hits, possible, edge.side)
    else:
        worst, best = (lower, upper) if edge.side == "low" else (upper, lower)
        at_worst, at_best = _beside(edge, worst), _beside(edge, best)
        least, most = (n - at_worst[1], at_best[0]), (n - at_worst[0], at_best[1])
    for name, count, at_least, at_most in zip(
        ("wrong", "within"), (edge.wrong, edge.within), least, most, strict=True
    ):
        if not at_least <= count <= at_most:
            yield f"{count} values are counted {name} at {edge.edge:g}, but there are {at_least}"
    wrong = share_wrong(edge.place.value, edge.side, region.of)
    if not (_rarest(edge.allowed_wrong, n, wrong) and _rarest(edge.allowed_within, n, 1 - wrong)):
        yield f"the allowed counts at {edge.edge:g} are not those of the table"
    given = settled(edge.wrong, edge.within, edge.allowed_wrong, edge.allowed_within)
    if edge.settled != given:
        yield f"the edge {edge.edge:g} is settled {edge.settled}, but its counts give {given}"


def _beside(edge: EdgeRecord, ordered: list[float]) -> tuple[int, int]:
    """How many values certainly, and how many possibly, lie on the region's side of an edge."""
    off = VALUE_ERROR * abs(edge.edge)
    if edge.side == "low":
        find = bisect_right if edge.open else bisect_left
        certain, possible = (len(ordered) - find(ordered, edge.edge + by) for by in (off, -off))
    else:
        find = bisect_left if edge.open else bisect_right
        certain, possible = (find(ordered, edge.edge + by) for by in (-off, off))
    return certain, possible


def _of_interval(evidence: Measured, lower: list[float], upper: list[float]) -> Iterator[str]:
    """Check estimate and interval: order statistics for a median, exact for a proportion."""
    n, low, high = evidence.n, value(evidence.low), value(evidence.high)
    if evidence.region.of == "proportion":
        hits, possible = int(sum(lower)), int(sum(upper))
        fits = (
            isclose(value(evidence.estimate), (hits + possible) / (2 * n), rel_tol=VALUE_ERROR)
            and (low == 0 if not hits else _at_level(n, n - hits, 1 - low))
            and (high == 1 if possible == n else _at_level(n, possible, high))
        )
    else:
        c, below, above = EVERY_LOOK.allowed(n), lower[(n - 1) // 2], lower[n // 2]
        middle = below if below == above else (below + above) / 2
        off = 0.0 if isinf(middle) else VALUE_ERROR * (abs(below) + abs(above))
        fits = (
            isclose(value(evidence.estimate), middle, rel_tol=0, abs_tol=off)
            and isclose(low, lower[c], rel_tol=VALUE_ERROR)
            and isclose(high, upper[n - 1 - c], rel_tol=VALUE_ERROR)
        )
    if not fits:
        yield "the estimate and the interval are not those of the values"


@cache
def _rarest(count: int, n: int, share: Fraction) -> bool:
    """Whether ``count`` is the most of ``n`` replicates that the table allows at this share."""
    if share == HALF:
        return count == EVERY_LOOK.allowed(n)
    return -1 <= count < n and _tail(count, n, float(share)) <= _level(n) < _tail(
        count + 1, n, float(share)
    )


def _at_level(n: int, count: int, share: float) -> bool:
    """Whether a tail crosses the table's level at this share, within the recorded digits."""
    least, most = max(share - BOUND_ERROR, 0.0), min(share + BOUND_ERROR, 1.0)
    return _tail(count, n, most) <= _level(n) <= _tail(count, n, least)


@cache
def _level(n: int) -> float:
    return _tail(EVERY_LOOK.allowed(n), n, 0.5)


@cache
def _tail(count: int, n: int, share: float) -> float:
    """The probability of at most ``count`` successes in ``n`` draws of probability ``share``."""
    return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(count + 1))


def _repeated(names: Iterable[str]) -> str | None:
    return next((name for name, times in Counter(names).items() if times > 1), None)
