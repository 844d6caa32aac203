"""Proposes claims for statements, with a model that was learned from phrases.

The context of a statement counts too, but less.  A claim is proposed only if the statement or its
context names its subject (:mod:`refute.linking.subjects`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from refute.decision.verdict import Link
from refute.linking.context import StatementInContext
from refute.linking.model import Model
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
    """

    link: Link
    score: float
    clear: float = 0.0
    named: float = 0.0
    lead: float = 0.0


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
        if not statements:
            return []
        texts = [each.statement.text for each in statements]
        contexts = [each.context for each in statements]
        scores = self._model.scores(texts, contexts, CONTEXT_WEIGHT)
        rows = zip(texts, contexts, scores.fit, scores.denies, scores.clear, strict=True)
        return [self._best(*row) for row in rows]

    def _best(
        self,
        text: str,
        context: str,
        fit: NDArray[np.float32],
        denies: NDArray[np.float32],
        clear: NDArray[np.float32],
    ) -> tuple[Proposal, ...]:
        claims = self._model.claims
        fitting = (
            at
            for at in np.argsort(-fit, kind="stable")
            if fit[at] >= LEAST_SCORE
            and claims[at] not in self._left_out
            and self._subjects.named(claims[at], text, context)
        )
        best = list(islice(fitting, MOST + 1))
        scores = pairwise([*(float(fit[at]) for at in best), 0.0])
        proposals = (
            Proposal(
                Link(claims[at], bool(denies[at] <= 0)),
                score,
                float(clear[at]),
                share_named(f"{text} {context}", self._model.usual[at]),
                score - following,
            )
            for at, (score, following) in zip(best, scores, strict=True)
        )
        return tuple(islice(proposals, MOST))
