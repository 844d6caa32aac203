"""The count that decides a reading, in words that a reader can check.

"Only 2 of 32 pairs reach 1.1; 3 or fewer refute the claim."  "True in 54 of 64 settings; 13
exceptions are allowed."
"""

from __future__ import annotations

from collections.abc import Iterator

from refute.ledger import EdgeRecord, Measured
from refute.prose.numbers import bare_edge, edge_in_words, replicates

_REACHES = {
    ("low", False): ("reach", "reaches"),
    ("low", True): ("exceed", "exceeds"),
    ("high", False): ("are at most", "is at most"),
    ("high", True): ("are below", "is below"),
}
"""The verb for replicates on the claimed side of an edge: plural, then singular."""


def count_in_words(measured: Measured, outcome: str | None) -> str:
    """The count that decided, or the count that would; without a capital."""
    edge = _deciding(measured, outcome)
    if edge is None:
        return "not settled"
    count = _as_claimed(edge, measured, outcome)
    rule = "; ".join(_rule(edge, measured, outcome))
    return f"{count}; {rule}" if rule else count


def _deciding(measured: Measured, outcome: str | None) -> EdgeRecord | None:
    """The edge that decides.

    It is the edge at which the reading fails or is open; if it holds, the edge at which it came
    closest to failing.
    """
    settled = {"fails": "beyond", "holds": "inside"}.get(outcome or "")
    edges = [edge for edge in measured.edges if edge.settled == settled]
    if outcome != "holds":
        return next(iter(edges), None)
    return max(edges, key=lambda edge: edge.closeness, default=None)


def _inside(edge: EdgeRecord, measured: Measured, outcome: str | None) -> int:
    """How many replicates lie on the claimed side, as the rule counts them."""
    return edge.within if outcome == "fails" else measured.n - edge.wrong


def _as_claimed(edge: EdgeRecord, measured: Measured, outcome: str | None) -> str:
    """How many replicates are as claimed."""
    n, noun, count = measured.n, replicates(measured), _inside(edge, measured, outcome)
    only = "only " if outcome == "fails" and count > 0 else ""
    if measured.region.of == "proportion":
        hits = count if edge.side == "low" else n - count
        only = only if edge.side == "low" else ""
        least = (edge.side == "low") != (outcome == "fails")
        bound = ("at least " if least else "at most ") if measured.capped else ""
        return f"true in {only}{bound}{hits or 'none'} of {n} {noun}"
    if count == n and all(other.wrong == 0 for other in measured.edges):
        return f"all {n} {noun} {_where(measured)}"
    plural, singular = _REACHES[edge.side, edge.open]
    verb = singular if count < 2 else plural
    return f"{only}{count or 'none'} of {n} {noun} {verb} {edge_in_words(edge.edge, measured)}"


def _where(measured: Measured) -> str:
    edges = measured.edges
    if len(edges) == 1:
        reach = _REACHES[edges[0].side, edges[0].open][0]
        return f"{reach} {edge_in_words(edges[0].edge, measured)}"
    low, high = sorted(edge.edge for edge in edges)
    return f"lie between {bare_edge(low, measured)} and {edge_in_words(high, measured)}"


def _rule(edge: EdgeRecord, measured: Measured, outcome: str | None) -> Iterator[str]:
    """The number to compare with: how many exceptions are allowed, or how many refute."""
    n = measured.n
    upside_down = measured.region.of == "proportion" and edge.side == "high"
    if outcome == "holds":
        if upside_down:
            yield f"{_at_most(edge.allowed_wrong)} are allowed"
        elif edge.allowed_wrong == 1:
            yield "1 exception is allowed"
        else:
            yield f"{edge.allowed_wrong or 'no'} exceptions are allowed"
        return
    few, enough = edge.allowed_within, n - edge.allowed_wrong
    if outcome != "fails" and edge.allowed_wrong >= 0:
        support = _at_most(n - enough) if upside_down else _at_least(enough, n)
        yield f"{support} would support the claim"
    if few >= 0:
        refute = _at_least(n - few, n) if upside_down else _at_most(few)
        yield f"{refute} refute the claim" if outcome == "fails" else f"{refute} would refute it"
    if outcome != "fails":
        needed = "no number of" if measured.needed is None else measured.needed
        yield f"{needed} {replicates(measured)} would settle it"


def _at_most(count: int) -> str:
    return f"{count} or fewer" if count else "only 0"


def _at_least(count: int, n: int) -> str:
    return f"{count} or more" if count < n else f"all {n}"
