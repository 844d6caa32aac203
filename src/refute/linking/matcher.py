"""Proposes claims for statements, with a model that was learned from phrases.

The context of a statement counts too, but less.  A claim is proposed only if the statement or its
context mentions its subject.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from refute.decision.verdict import Link
from refute.linking.context import StatementInContext
from refute.linking.model import Model
from refute.linking.phrases import Phrasebook
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
    """Proposes claims by a model, and by the subjects of the claims."""

    def __init__(self, model: Model, book: Phrasebook) -> None:
        self._model = model
        self._subjects = {id: phrases.subjects for id, phrases in book.claims.items()}

    def propose(self, statements: Sequence[StatementInContext]) -> list[tuple[Proposal, ...]]:
        """Return up to five claims for each statement, best first; none if nothing fits."""
        if not statements:
            return []
        texts = [each.statement.text for each in statements]
        contexts = [each.context for each in statements]
        scores = self._model.scores(texts, contexts, CONTEXT_WEIGHT)
        rows = zip(texts, contexts, scores.fit, scores.denies, strict=True)
        return [self._best(f"{text} {context}", fit, denies) for text, context, fit, denies in rows]

    def _best(
        self, text: str, fit: NDArray[np.float32], denies: NDArray[np.float32]
    ) -> tuple[Proposal, ...]:
        claims = self._model.claims
        fitting = (
            at
            for at in np.argsort(-fit, kind="stable")
            if fit[at] >= LEAST_SCORE and self._is_about(text, claims[at])
        )
        best = list(islice(fitting, MOST + 1))
        scores = pairwise([*(float(fit[at]) for at in best), 0.0])
        proposals = (
            Proposal(
                Link(claims[at], bool(denies[at] <= 0)),
                score,
                abs(float(denies[at])),
                share_named(text, self._model.usual[at]),
                score - following,
            )
            for at, (score, following) in zip(best, scores, strict=True)
        )
        return tuple(islice(proposals, MOST))

    def _is_about(self, text: str, claim: str) -> bool:
        subjects = self._subjects.get(claim)
        return not subjects or bool(_names(subjects).search(text))


@cache
def _names(subjects: tuple[str, ...]) -> re.Pattern[str]:
    """Matches any of the subjects at the beginning of a word."""
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, subjects))})", re.IGNORECASE)
