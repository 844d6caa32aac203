"""What was learned from sentences whose claims are known: scores of all claims for any sentence.

Ridge regression learns, for each claim, what asserts it and what denies it; a second one, over all
claims at once, what tells a denial (:mod:`refute.linking.stance`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from refute.linking.examples import Example
from refute.linking.stance import Stances, learn_stances
from refute.linking.usual_words import Usual, learn_usual
from refute.linking.weighing import Weights, learn_weights, weighed

_PENALTY = 0.3


@dataclass(frozen=True)
class Scores:
    """Of texts, by claim: ``fit`` is about 1 for a sentence that was learned as about the claim,
    else 0; ``denies`` is above zero where it is more likely denied than asserted.

    Both of the shape (texts, claims).
    """

    fit: NDArray[np.float32]
    denies: NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """What was learned.

    ``weights`` weigh the features of a sentence.  ``rows`` are those of the examples, a row each,
    and ``parts`` says how much each example, by its likeness to a sentence, adds to what is said
    for each claim being asserted, and denied; shape (examples, claims, 2).  ``usual`` has, claim by
    claim, the words that what asserts it usually has.
    """

    claims: tuple[str, ...]
    weights: tuple[Weights, ...]
    rows: sparse.csr_matrix
    parts: NDArray[np.float32]
    stances: Stances
    usual: tuple[Usual, ...]

    def scores(self, texts: Sequence[str], contexts: Sequence[str], weight: float) -> Scores:
        """What texts make of every claim; what leads to each counts with a weight, for less."""
        sides = self._sides(texts) + weight * self._sides(contexts)
        asserted, denied = sides[:, :, 0], sides[:, :, 1]
        return Scores(asserted + denied, denied - asserted + self.stances.of(texts))

    def _sides(self, texts: Sequence[str]) -> NDArray[np.float32]:
        alike = (weighed(texts, self.weights) @ self.rows.T).toarray()
        return np.asarray(np.tensordot(alike, self.parts, axes=1))


def learn(taught: Sequence[Example]) -> Model:
    """The model that these examples teach; the same examples teach the same.

    Raises:
        ValueError: none of them makes a claim.
    """
    # Only learning needs it, and it takes as long to import as numpy.
    from scipy.linalg import cho_factor, cho_solve

    claims = tuple(sorted({link.claim for example in taught for link in example.links}))
    if not claims:
        raise ValueError("no example makes a claim")
    weights, rows = learn_weights([example.text for example in taught])
    alike = (rows @ rows.T).toarray()
    alike[np.diag_indices_from(alike)] += _PENALTY
    target = _targets(taught, claims)
    flat = target.reshape(len(taught), -1)
    parts = cho_solve(cho_factor(alike, lower=True, overwrite_a=True), flat).reshape(target.shape)
    return Model(
        claims,
        weights,
        rows,
        np.ascontiguousarray(parts),
        learn_stances(taught, claims),
        learn_usual(taught, claims),
    )


def _targets(taught: Sequence[Example], claims: Sequence[str]) -> NDArray[np.float32]:
    """1 where an example asserts or denies a claim, else 0; shape (examples, claims, 2)."""
    at = {claim: place for place, claim in enumerate(claims)}
    target = np.zeros((len(taught), len(claims), 2), dtype=np.float32)
    for row, example in enumerate(taught):
        for link in example.links:
            target[row, at[link.claim], int(not link.asserts)] = 1.0
    return target
