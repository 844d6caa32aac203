"""Which claims a statement may make, by a model that was learned from phrases.

What leads to a statement counts too, for less.  A claim is proposed only where the statement, or
what leads to it, names its subject.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from refute.decision.verdict import Link
from refute.linking.context import Said
from refute.linking.model import Model
from refute.linking.phrases import Phrasebook

MOST = 5
"""Claims proposed for a statement."""

LEAST_SCORE = 0.08
"""A claim that scores less is not proposed: it shares no more than common words."""

CONTEXT_WEIGHT = 0.25
"""What leads to a statement, against the statement itself."""


@dataclass(frozen=True)
class Proposal:
    """A claim that a statement may make; ``score`` is about 1 for a sentence that was learned."""

    link: Link
    score: float


class Matcher:
    """A model, and the words by which a sentence is about a claim."""

    def __init__(self, model: Model, book: Phrasebook) -> None:
        self._model = model
        self._subjects = {id: phrases.subjects for id, phrases in book.claims.items()}

    def propose(self, statements: Sequence[Said]) -> list[tuple[Proposal, ...]]:
        """For each statement up to five claims, best first; none where nothing fits."""
        if not statements:
            return []
        scores = self._model.scores([said.statement.text for said in statements])
        led = self._model.scores([said.context for said in statements])
        scores = scores + CONTEXT_WEIGHT * led
        return [self._best(said, row) for said, row in zip(statements, scores, strict=True)]

    def _best(self, said: Said, row: NDArray[np.float32]) -> tuple[Proposal, ...]:
        by_claim: dict[str, dict[bool, float]] = {}
        for (claim, asserts), score in zip(self._model.sides, row, strict=True):
            by_claim.setdefault(claim, {})[asserts] = float(score)
        found = [
            Proposal(Link(claim, max(sides, key=lambda side: sides[side])), sum(sides.values()))
            for claim, sides in by_claim.items()
            if self._is_about(said, claim)
        ]
        found = [proposal for proposal in found if proposal.score >= LEAST_SCORE]
        return tuple(sorted(found, key=lambda proposal: -proposal.score)[:MOST])

    def _is_about(self, said: Said, claim: str) -> bool:
        subjects = self._subjects.get(claim)
        if not subjects:
            return True
        return bool(_names(subjects).search(f"{said.statement.text} {said.context}"))


@cache
def _names(subjects: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the subjects, at the beginning of a word."""
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, subjects))})", re.IGNORECASE)
