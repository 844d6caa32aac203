"""Proposals for the open statements of a key: those that no person has accounted for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from refute.decision.verdict import Link
from refute.keys.entries import Entry
from refute.keys.links import LinkedKey, is_open
from refute.keys.own_quotes import OwnQuote, own_quotes
from refute.keys.tree import Statement
from refute.linking.context import StatementInContext, statements_in_context
from refute.linking.matcher import Matcher, Proposal

LIKELY_LEAD, LIKELY_NAMED = 0.4, 0.3
LIKELY_KNOWN, LIKELY_AGREE_IF_KNOWN = 0.95, 0.2
LIKELY_CLEAR, LIKELY_AGREE_IF_CLEAR = 0.9, 0.4
"""A proposal is likely from these values on (:class:`Proposal`), with the second or the third line.

They find the most statements at a precision of 95 % on the phrases and the linked keys, where each
key and each twentieth of the phrases is held out in turn (``benchmarks/linking.py``).
"""

CLOSE_SCORE, NAMED_WEIGHT = 0.45, 0.5
"""A proposal comes close if its score and half of ``named`` sum to this value at least.

Where each key and each twentieth of the phrases is held out in turn, it leaves 5 % of the keys'
statements with a right first proposal, and 12 % of the phrases, without a close one, and 70 % of
the sentences that make no claim (``benchmarks/linking.py``).
"""


@dataclass(frozen=True)
class Open:
    """A statement that no person has accounted for, its quote, and the proposals for it."""

    in_context: StatementInContext
    own: OwnQuote
    proposals: tuple[Proposal, ...]

    @property
    def statement(self) -> Statement:
        return self.in_context.statement

    @property
    def close(self) -> tuple[Proposal, ...]:
        """The proposals, if the first one comes close."""
        return self.proposals if any(map(comes_close, self.proposals[:1])) else ()

    @property
    def context(self) -> str:
        return self.in_context.context


def open_statements(linked: LinkedKey, matcher: Matcher) -> list[Open]:
    """Return the open sentences of a key with proposals, in reading order."""
    waiting = [
        (in_context, _as_quoted(own, entry))
        for in_context, own, entry in zip(
            statements_in_context(linked.key), own_quotes(linked.key), linked.entries, strict=True
        )
        if is_open(in_context.statement, entry) and own.quote is not None
    ]
    proposals = matcher.propose([in_context for in_context, _ in waiting])
    return [
        Open(in_context, own, best)
        for (in_context, own), best in zip(waiting, proposals, strict=True)
    ]


def _as_quoted(own: OwnQuote, entry: Entry | None) -> OwnQuote:
    """The quote of an entry that says nothing yet, which is to be filled in."""
    if entry is None or not entry.is_empty:
        return own
    return OwnQuote(own.statement, entry.quote, entry.occurrence, entry.at_line)


def comes_close(proposal: Proposal) -> bool:
    """Whether a statement may well be about the claim that is proposed for it."""
    return proposal.score + NAMED_WEIGHT * proposal.named >= CLOSE_SCORE


def is_likely(proposal: Proposal) -> bool:
    """Whether a statement most likely asserts the claim that is proposed for it."""
    known = proposal.known >= LIKELY_KNOWN and proposal.agree >= LIKELY_AGREE_IF_KNOWN
    clear = proposal.clear >= LIKELY_CLEAR and proposal.agree >= LIKELY_AGREE_IF_CLEAR
    return (
        proposal.link.asserts
        and not proposal.disowned
        and proposal.lead >= LIKELY_LEAD
        and proposal.named >= LIKELY_NAMED
        and (known or clear)
    )


def possibly(waiting: Iterable[Open]) -> dict[int, Link]:
    """Return the claims that statements most likely assert, by the index of the statement.

    Each claim is given to the statement that fits best, so that an author who repeats a sentence
    gets one hint.
    """
    best: dict[str, tuple[float, int, Link]] = {}
    for each in waiting:
        for proposal in each.proposals[:1]:
            claim, score = proposal.link.claim, proposal.score
            if is_likely(proposal) and score > best.get(claim, (0.0,))[0]:
                best[claim] = score, each.statement.index, proposal.link
    return {index: link for _, index, link in best.values()}
