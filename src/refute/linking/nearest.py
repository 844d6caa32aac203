"""The learned sentences nearest to a text, and what their stance says about its own.

A text that is nearly a learned sentence has the stance of that sentence, or the opposite stance if
only one of the two is negated: "SELU units die" and "SELU units never die".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from refute.linking.examples import Example
from refute.linking.stance import are_negated
from refute.linking.weighing import KINDS

NEIGHBOURS = 15
"""The learned sentences that are asked whether a text asserts a claim."""


@dataclass(frozen=True)
class Nearest:
    """The pairs of a learned sentence and a claim that it makes, sorted by ``sides``.

    Attributes:
        examples: the index of the sentence.
        sides: twice the index of the claim; 1 more if the sentence denies it without a negation,
            or asserts it with one.
    """

    examples: NDArray[np.int32]
    sides: NDArray[np.int32]

    def denies(
        self, alike: NDArray[np.float32], texts: Sequence[str], claims: int
    ) -> NDArray[np.float32]:
        """How much nearer each text is to a denial of each claim than to an assertion.

        ``alike`` is its similarity to each example, shape (texts, examples).  The result is between
        -1 and 1, shape (texts, claims).
        """
        closest = np.zeros((len(texts), 2 * claims), dtype=np.float32)
        begins = np.flatnonzero(np.diff(self.sides, prepend=-1))
        closest[:, self.sides[begins]] = np.maximum.reduceat(
            alike[:, self.examples], begins, axis=1
        )
        difference = closest[:, 1::2] - closest[:, ::2]
        return np.asarray(_turned(texts) * difference / len(KINDS))

    def agree(
        self, alike: NDArray[np.float32], texts: Sequence[str], claims: int
    ) -> NDArray[np.float32]:
        """How far the learned sentences nearest to each text agree that it asserts each claim.

        Each counts with its squared similarity: for the claim, against it, or neither if it is
        about something else.  The result is between -1 and 1, shape (texts, claims).
        """
        of_sides = np.zeros((len(texts), 2 * claims), dtype=np.float32)
        for row, similar in enumerate(alike):
            near = np.argsort(-similar, kind="stable")[:NEIGHBOURS]
            weights = np.zeros(len(similar))
            weights[near] = similar[near] ** 2
            if whole := weights.sum():
                by_pair = weights[self.examples] / whole
                of_sides[row] = np.bincount(self.sides, by_pair, 2 * claims)
        return np.asarray(_turned(texts) * (of_sides[:, ::2] - of_sides[:, 1::2]))


def _turned(texts: Sequence[str]) -> NDArray[np.float32]:
    """-1 for a negated text and 1 for any other; shape (texts, 1)."""
    return np.where(are_negated(texts), -1.0, 1.0).astype(np.float32)[:, None]


def learn_nearest(examples: Sequence[Example], claims: Sequence[str]) -> Nearest:
    """Return the pairs of these examples; ``claims`` are those that they make, in order."""
    row = {claim: index for index, claim in enumerate(claims)}
    negated = are_negated([example.text for example in examples])
    pairs = sorted(
        (2 * row[link.claim] + int(link.asserts == bool(negated[at])), at)
        for at, example in enumerate(examples)
        for link in example.links
    )
    sides, at = np.array(pairs, dtype=np.int32).T
    return Nearest(np.ascontiguousarray(at), np.ascontiguousarray(sides))
