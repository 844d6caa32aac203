"""Which claims a statement may make, by a model that was learned from phrases.

What leads to a statement counts too, for less.  A claim is proposed only where the statement, or
what leads to it, names its subject.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from refute.decision.verdict import Link
from refute.linking.context import Said
from refute.linking.model import Model
from refute.linking.phrases import Phrasebook
from refute.linking.usual_words import share_named

MOST = 5
"""Claims proposed for a statement."""

LEAST_SCORE = 0.08
"""A claim that scores less is not proposed: it shares no more than common words."""

CONTEXT_WEIGHT = 0.25
"""What leads to a statement, against the statement itself."""


@dataclass(frozen=True)
class Proposal:
    """A claim that a statement may make.

    ``score`` is about 1 for a sentence that was learned, and so is ``clear``, which says how plain
    it is whether the claim is asserted or denied.  ``named`` is the share of the words that are
    usual where the claim is asserted.
    """

    link: Link
    score: float
    clear: float = 0.0
    named: float = 0.0


class Matcher:
    """A model, and the words by which a sentence is about a claim."""

    def __init__(self, model: Model, book: Phrasebook) -> None:
        self._model = model
        self._subjects = {id: phrases.subjects for id, phrases in book.claims.items()}

    def propose(self, statements: Sequence[Said]) -> list[tuple[Proposal, ...]]:
        """For each statement up to five claims, best first; none where nothing fits."""
        if not statements:
            return []
        texts = [said.statement.text for said in statements]
        scores = self._model.scores(texts, [said.context for said in statements], CONTEXT_WEIGHT)
        rows = zip(statements, scores.fit, scores.denies, strict=True)
        return [self._best(said, fit, denies) for said, fit, denies in rows]

    def _best(
        self, said: Said, fit: NDArray[np.float32], denies: NDArray[np.float32]
    ) -> tuple[Proposal, ...]:
        claims = self._model.claims
        found = (
            Proposal(
                Link(claims[at], bool(denies[at] <= 0)),
                float(fit[at]),
                abs(float(denies[at])),
                share_named(f"{said.statement.text} {said.context}", self._model.usual[at]),
            )
            for at in np.argsort(-fit, kind="stable")
            if fit[at] >= LEAST_SCORE and self._is_about(said, claims[at])
        )
        return tuple(islice(found, MOST))

    def _is_about(self, said: Said, claim: str) -> bool:
        subjects = self._subjects.get(claim)
        if not subjects:
            return True
        return bool(_names(subjects).search(f"{said.statement.text} {said.context}"))


@cache
def _names(subjects: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the subjects, at the beginning of a word."""
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, subjects))})", re.IGNORECASE)
