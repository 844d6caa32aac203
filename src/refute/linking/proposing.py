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

LIKELY_SCORE, LIKELY_CLEAR, LIKELY_NAMED = 0.55, 1.0, 0.5
"""From where on a statement is taken to assert a claim, for "possibly" (:class:`Proposal`).

Fixed for the most statements of which 95 % are right, on one half of what ``benchmarks/linking.py``
holds back: phrases, linked keys and independent sentences.
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


def is_likely(proposal: Proposal) -> bool:
    """Whether a statement most likely asserts what is proposed for it."""
    return (
        proposal.link.asserts
        and proposal.score >= LIKELY_SCORE
        and proposal.clear >= LIKELY_CLEAR
        and proposal.named >= LIKELY_NAMED
    )


def possibly(waiting: Iterable[Open]) -> dict[int, Link]:
    """The claims that statements most likely make, by the index of the statement.

    Only what is clearly asserted; and for each claim only the statement that fits best: who repeats
    himself is told once.
    """
    best: dict[str, tuple[float, int, Link]] = {}
    for one in waiting:
        for proposal in one.proposals[:1]:
            claim, score = proposal.link.claim, proposal.score
            if is_likely(proposal) and score > best.get(claim, (0.0,))[0]:
                best[claim] = score, one.said.statement.index, proposal.link
    return {index: link for _, index, link in best.values()}
