"""Which claims a statement may make: a linear model of its words, learned from phrases.

Words, pairs of words and runs of three to five letters are weighed by TF-IDF, and ridge
regression learns from them, for each claim, what asserts it and what contradicts it.  What leads
to a statement counts too, for less.  A claim is proposed only where the statement, or what leads
to it, names its subject.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.kernel_ridge import KernelRidge
from sklearn.pipeline import FeatureUnion

from refute.decision.verdict import Link
from refute.linking.context import Said
from refute.linking.phrases import Phrasebook

MOST = 5
"""Claims proposed for a statement."""

LEAST_SCORE = 0.08
"""A claim that scores less is not proposed: it shares no more than common words."""

CONTEXT_WEIGHT = 0.25
"""What leads to a statement, against the statement itself."""

_PENALTY = 0.3


@dataclass(frozen=True)
class Example:
    """A sentence and the claims that it makes; none where it makes no claim."""

    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A claim that a statement may make; ``score`` is about 1 for a sentence that was learned."""

    link: Link
    score: float


def examples(book: Phrasebook, claims: Mapping[str, str]) -> list[Example]:
    """What the book teaches, and each claim's own sentence; ``claims`` has these by id."""
    found = [Example(sentence, (Link(id, True),)) for id, sentence in claims.items()]
    for id, phrases in book.claims.items():
        found += (Example(text, (Link(id, True),)) for text in phrases.asserts)
        found += (Example(text, (Link(id, False),)) for text in phrases.denies)
    return [*found, *map(Example, book.others)]


class Matcher:
    """The model.  The same examples give the same proposals."""

    def __init__(self, taught: Sequence[Example], book: Phrasebook) -> None:
        self._sides = sorted(
            {(link.claim, link.asserts) for example in taught for link in example.links}
        )
        self._subjects = {id: phrases.subjects for id, phrases in book.claims.items()}
        self._weigh = FeatureUnion(
            [
                ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)),
                (
                    "letters",
                    TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
                ),
            ]
        )
        at = {side: column for column, side in enumerate(self._sides)}
        target = np.zeros((len(taught), len(self._sides)))
        for row, example in enumerate(taught):
            for link in example.links:
                target[row, at[link.claim, link.asserts]] = 1.0
        features = self._weigh.fit_transform([example.text for example in taught])
        self._model = KernelRidge(alpha=_PENALTY, kernel="linear").fit(features, target)

    def propose(self, statements: Sequence[Said]) -> list[tuple[Proposal, ...]]:
        """For each statement up to five claims, best first; none where nothing fits."""
        if not statements:
            return []
        scores = self._scores([said.statement.text for said in statements])
        led = [said.context for said in statements]
        scores = scores + CONTEXT_WEIGHT * self._scores(led) * np.array([[bool(c)] for c in led])
        return [self._best(said, row) for said, row in zip(statements, scores, strict=True)]

    def _scores(self, texts: Iterable[str]) -> NDArray[np.float64]:
        return np.asarray(self._model.predict(self._weigh.transform(texts)))

    def _best(self, said: Said, row: NDArray[np.float64]) -> tuple[Proposal, ...]:
        by_claim: dict[str, dict[bool, float]] = {}
        for (claim, asserts), score in zip(self._sides, row, strict=True):
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
