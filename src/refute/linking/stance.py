"""Whether a statement asserts or denies a claim, learned over all claims at once.

A denial has words that are rare in sentences asserting the same claim ("not", "worse", "still",
"only"), and it is negated where these are not, or the reverse: a denial of "SELU units never die"
has no negation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from refute.linking.examples import Example
from refute.linking.words import expand_not, words_in

_NEGATED = re.compile(
    r"\b(?:not|no|never|none|nothing|neither|nor|without|cannot|hardly|barely|scarcely|seldom|rarely"
    r"|unnecessary|needless|useless|misconception|myth|wrong|false|mistaken?|incorrect|untrue|fallacy"
    r"|fails?|contrary|instead)\b|n['’]t\b",
    re.IGNORECASE,
)

_LEAST_SENTENCES = 6
"""A word in fewer sentences says nothing about denials in general."""

_PENALTY = 30.0


@dataclass(frozen=True)
class Stances:
    """What was learned.

    Attributes:
        words: the words that are counted.
        shares: of the sentences that assert a claim, the share with each word; shape (claims,
            words).
        negated: the share of negated sentences among those that assert a claim and those that deny
            it; shape (claims, 2).
        weights: of each word and, last, of negation.
        offset: added to every score.
    """

    words: tuple[str, ...]
    shares: NDArray[np.float32]
    negated: NDArray[np.float32]
    weights: NDArray[np.float32]
    offset: NDArray[np.float32]

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Score how clearly texts deny each claim; negative if they assert it.

        Shape (texts, claims).
        """
        by_word = _has(texts, self._columns) * self.weights[:-1]
        surprising = by_word.sum(axis=1, keepdims=True) - by_word @ self.shares.T
        ratio = _ratio(self.negated[None], are_negated(texts)[:, None])
        return np.asarray(surprising + self.weights[-1] * ratio + self.offset)

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {word: column for column, word in enumerate(self.words)}


def learn_stances(examples: Sequence[Example], claims: Sequence[str]) -> Stances:
    """Learn stances by ridge regression; denials count as much as assertions in all.

    ``claims`` are the claims that the examples make, in the order of the learned rows.
    """
    linked = [(example.text, link) for example in examples for link in example.links]
    texts = [text for text, _ in linked]
    words = _frequent(texts)
    row = {claim: index for index, claim in enumerate(claims)}
    pairs = _Pairs(
        np.array([row[link.claim] for _, link in linked], dtype=np.intp),
        np.array([link.asserts for _, link in linked], dtype=bool),
        _has(texts, {word: column for column, word in enumerate(words)}),
        are_negated(texts).astype(np.float32),
    )
    sides = [pairs.of_claims(len(claims), asserts) for asserts in (True, False)]
    weights, offset = _fitted(pairs.features(sides), np.where(pairs.asserts, -1.0, 1.0))
    shares = np.asarray(sides[0].with_word / np.maximum(sides[0].count, 1)[:, None], np.float32)
    negated = np.stack([_part(side.negated, side.count) for side in sides], axis=1)
    return Stances(words, shares, negated, weights, offset)


@dataclass(frozen=True)
class _Side:
    """Counts by claim, over the sentences that assert it or over those that deny it."""

    count: NDArray[np.float32]
    with_word: NDArray[np.float32]
    negated: NDArray[np.float32]


@dataclass(frozen=True)
class _Pairs:
    """Pairs of a sentence and a claim: the claim, the stance, the words, and whether negated."""

    claim: NDArray[np.intp]
    asserts: NDArray[np.bool_]
    has: NDArray[np.float32]
    negated: NDArray[np.float32]

    def of_claims(self, claims: int, asserts: bool) -> _Side:
        """Count the pairs of one stance, by claim."""
        chosen = np.flatnonzero(self.asserts == asserts)
        member = np.zeros((claims, len(self.claim)), dtype=np.float32)
        member[self.claim[chosen], chosen] = 1.0
        return _Side(member.sum(axis=1), member @ self.has, member @ self.negated)

    def features(self, sides: Sequence[_Side]) -> NDArray[np.float32]:
        """The features of every pair, compared with the other pairs of its claim."""
        own = [self.asserts.astype(np.float32), (~self.asserts).astype(np.float32)]
        asserting = np.maximum(sides[0].count[self.claim] - own[0], 1)[:, None]
        shares = (sides[0].with_word[self.claim] - own[0][:, None] * self.has) / asserting
        others = [
            _part(
                side.negated[self.claim] - mine * self.negated,
                side.count[self.claim] - mine,
            )
            for side, mine in zip(sides, own, strict=True)
        ]
        ratio = _ratio(np.stack(others, axis=1), self.negated > 0)
        return np.column_stack([self.has * (1 - shares), ratio])


def _fitted(
    features: NDArray[np.float32], denies: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The weights and the offset; ``denies`` is 1 for a denial and -1 for an assertion."""
    denials = np.count_nonzero(denies > 0)
    heavy = len(denies) / (2.0 * np.where(denies > 0, denials, len(denies) - denials))
    centre = np.average(features, axis=0, weights=heavy)
    level = np.average(denies, weights=heavy)
    spread = features - centre
    matrix = (spread.T * heavy) @ spread + _PENALTY * np.eye(spread.shape[1])
    weights = np.linalg.solve(matrix, (spread.T * heavy) @ (denies - level))
    return weights.astype(np.float32), np.array([level - centre @ weights], dtype=np.float32)


def _part(some: NDArray[np.float32], count: NDArray[np.float32]) -> NDArray[np.float32]:
    """A share that is never quite 0 or 1, by Laplace's rule of succession."""
    return (some + 1) / (count + 2)


def _ratio(negated: NDArray[np.float32], is_negated: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The log-odds that denials, rather than assertions, are negated (or not) like this one."""
    odds = np.where(is_negated[..., None], negated, 1 - negated)
    return np.asarray(np.log(odds[..., 1] / odds[..., 0]))


def _frequent(texts: Sequence[str]) -> tuple[str, ...]:
    within = Counter(word for text in texts for word in _words(text))
    return tuple(sorted(word for word, count in within.items() if count >= _LEAST_SENTENCES))


def _has(texts: Sequence[str], columns: Mapping[str, int]) -> NDArray[np.float32]:
    """1 where a text has a word, else 0; shape (texts, words)."""
    has = np.zeros((len(texts), len(columns)), dtype=np.float32)
    for row, text in enumerate(texts):
        has[row, [columns[word] for word in _words(text) if word in columns]] = 1.0
    return has


def _words(text: str) -> set[str]:
    return words_in(expand_not(text))


def are_negated(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Return whether each text has a word of negation."""
    return np.array([bool(_NEGATED.search(text)) for text in texts], dtype=bool)
