"""Proposes claims for statements, with a model that was learned from phrases.

The context of a statement counts too, but less.  A claim is proposed only if the statement or its
context names its subject (:mod:`refute.linking.subjects`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np

from refute.decision.verdict import Link
from refute.linking.context import StatementInContext
from refute.linking.disowning import disowns
from refute.linking.model import Model, Scores
from refute.linking.phrases import Phrasebook
from refute.linking.subjects import Subjects
from refute.linking.usual_words import share_named

MOST = 5
"""The most claims proposed for a statement."""

LEAST_SCORE = 0.08
"""A claim with a lower score is not proposed: it shares only common words with the statement."""

CONTEXT_WEIGHT = 0.25
"""The weight of a statement's context, relative to the statement itself."""


@dataclass(frozen=True)
class Proposal:
    """A claim that a statement may make.

    Attributes:
        link: the claim, and whether it is asserted or denied.
        score: how well the statement fits the claim; about 1 for a learned sentence.
        clear: how clear it is whether the claim is asserted or denied; about 1 for a learned
            sentence.
        named: the share of the claim's usual words that occur.
        lead: how far its score is above that of the next proposal, or above 0 if there is none.
        known: the share of the statement's words that learned sentences asserting the claim have.
        agree: how far the nearest learned sentences agree that it asserts the claim, from -1 to 1.
        disowned: whether the statement says that something is wrong, or that others say it.
    """

    link: Link
    score: float
    clear: float = 0.0
    named: float = 0.0
    lead: float = 0.0
    known: float = 0.0
    agree: float = 0.0
    disowned: bool = False


_AT_ONCE = 1000
"""The statements that are scored together; the memory for 20,000 would be a gigabyte."""


class Matcher:
    """Proposes claims by a model, and by the subjects of the claims; none of those left out."""

    def __init__(self, model: Model, book: Phrasebook, left_out: Collection[str] = ()) -> None:
        self._model, self._book, self._left_out = model, book, frozenset(left_out)
        self._subjects = Subjects(book)

    def without(self, claims: Collection[str]) -> Matcher:
        """Return a matcher that has learned the same, but proposes none of these claims."""
        return Matcher(self._model, self._book, self._left_out.union(claims))

    def propose(self, statements: Sequence[StatementInContext]) -> list[tuple[Proposal, ...]]:
        """Return up to five claims for each statement, best first; none if nothing fits."""
        starts = range(0, len(statements), _AT_ONCE)
        parts = (statements[start : start + _AT_ONCE] for start in starts)
        return [best for part in parts for best in self._proposed(part)]

    def _proposed(self, statements: Sequence[StatementInContext]) -> list[tuple[Proposal, ...]]:
        texts = [each.statement.text for each in statements]
        contexts = [each.context for each in statements]
        scores = self._model.scores(texts, contexts, CONTEXT_WEIGHT)
        return [
            self._best(text, context, scores, row)
            for row, (text, context) in enumerate(zip(texts, contexts, strict=True))
        ]

    def _best(self, text: str, context: str, scores: Scores, row: int) -> tuple[Proposal, ...]:
        claims, fit = self._model.claims, scores.fit[row]
        fitting = (
            at
            for at in np.argsort(-fit, kind="stable")
            if fit[at] >= LEAST_SCORE
            and claims[at] not in self._left_out
            and self._subjects.named(claims[at], text, context)
        )
        best = list(islice(fitting, MOST + 1))
        followed = pairwise([*(float(fit[at]) for at in best), 0.0])
        proposals = (
            Proposal(
                Link(claims[at], bool(scores.denies[row, at] <= 0)),
                score,
                float(scores.clear[row, at]),
                share_named(f"{text} {context}", self._model.usual[at]),
                score - following,
                self._model.known.share(text, at),
                float(scores.agree[row, at]),
                disowns(text),
            )
            for at, (score, following) in zip(best, followed, strict=True)
        )
        return tuple(islice(proposals, MOST))
