"""What is proposed for a key: claims for every statement that no person has accounted for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from refute.decision.verdict import Link
from refute.keys.grading import needs_entry
from refute.keys.links import LinkedKey
from refute.keys.own_quotes import OwnQuote, own_quotes
from refute.linking.context import Said, said_in
from refute.linking.matcher import Matcher, Proposal

LEAST_LIKELY = 0.8
"""The score from which a statement is taken to assert a claim, for "possibly".

Each of the five keys held back from what was learned, all 4 statements that would be possibly
refuted or depend from this score on do so; from 0.6 on it is 11 of 15.
"""


@dataclass(frozen=True)
class Open:
    """A statement that no person has accounted for, its quote, and what is proposed for it."""

    said: Said
    own: OwnQuote
    proposals: tuple[Proposal, ...]


def open_statements(linked: LinkedKey, matcher: Matcher) -> list[Open]:
    """The statements of a key that are to be linked, in reading order."""
    waiting = [
        (said, own)
        for said, own, entry in zip(
            said_in(linked.key), own_quotes(linked.key), linked.entries, strict=True
        )
        if (entry is None or entry.proposed)
        and said.statement.kind == "sentence"
        and needs_entry(said.statement)
        and own.quote is not None
    ]
    found = matcher.propose([said for said, _ in waiting])
    return [Open(said, own, best) for (said, own), best in zip(waiting, found, strict=True)]


def possibly(waiting: Iterable[Open]) -> dict[int, Link]:
    """The claims that statements most likely make, by the index of the statement.

    Only what is asserted, as denials cannot be told well enough, and scores enough; and for each
    claim only the statement that fits best: who repeats himself is told once.
    """
    best: dict[str, tuple[float, int, Link]] = {}
    for one in waiting:
        for proposal in one.proposals[:1]:
            claim, score = proposal.link.claim, proposal.score
            enough = proposal.link.asserts and score >= LEAST_LIKELY
            if enough and score > best.get(claim, (0.0,))[0]:
                best[claim] = score, one.said.statement.index, proposal.link
    return {index: link for _, index, link in best.values()}
