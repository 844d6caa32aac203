"""The model that scores every claim for any sentence, learned from examples.

One ridge regression learns what asserts and what denies each claim.  A second one, over all claims
at once, learns what marks a denial (:mod:`refute.linking.stance`).  The stance of the learned
sentences nearest to a text also counts (:mod:`refute.linking.nearest`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from refute.linking.examples import Example
from refute.linking.known_words import KnownWords, learn_known
from refute.linking.nearest import Nearest, learn_nearest
from refute.linking.stance import Stances, learn_stances
from refute.linking.usual_words import Usual, learn_usual
from refute.linking.weighing import Weights, learn_weights, weighed

_PENALTY = 0.3

_FREQUENT = 100
"""The texts from which on a feature is multiplied as a column of a dense matrix."""


@dataclass(frozen=True)
class Scores:
    """Scores of texts; all arrays have the shape (texts, claims).

    ``fit`` is about 1 for a learned sentence about the claim, and about 0 for any other.
    ``denies`` is positive if the text more likely denies the claim than asserts it, and ``clear``
    is how clear that is, to the two regressions.  ``agree`` is how far the nearest learned
    sentences agree that it asserts the claim.
    """

    fit: NDArray[np.float32]
    denies: NDArray[np.float32]
    clear: NDArray[np.float32]
    agree: NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """What was learned.

    Attributes:
        claims: the ids of all claims that the examples make.
        weights: of the features of a sentence, for each kind of feature.
        rows: the weighed features of the examples; shape (examples, features).
        parts: how much the similarity to each example adds to each claim being asserted and
            denied; shape (examples, claims, 2).
        stances: what marks a denial.
        nearest: finds the examples nearest to a text.
        usual: for each claim, the words that sentences asserting it usually have.
        known: for each claim, all words of the sentences asserting it.
    """

    claims: tuple[str, ...]
    weights: tuple[Weights, ...]
    rows: sparse.csr_matrix
    parts: NDArray[np.float32]
    stances: Stances
    nearest: Nearest
    usual: tuple[Usual, ...]
    known: KnownWords

    def scores(self, texts: Sequence[str], contexts: Sequence[str], weight: float) -> Scores:
        """Score texts for every claim; the context of each counts with ``weight``."""
        alike = self.alike(texts)
        sides = np.tensordot(alike + weight * self.alike(contexts), self.parts, axes=1)
        asserted, denied = sides[:, :, 0], sides[:, :, 1]
        learned = denied - asserted + self.stances.of(texts)
        nearest = self.nearest.denies(alike, texts, len(self.claims))
        agree = self.nearest.agree(alike, texts, len(self.claims))
        return Scores(asserted + denied, learned + nearest, np.abs(learned), agree)

    def alike(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the similarity of texts to each example, shape (texts, examples)."""
        return np.asarray((weighed(texts, self.weights) @ self.rows.T).toarray())


def learn(examples: Sequence[Example]) -> Model:
    """Learn a model from examples; the result is deterministic.

    Raises:
        ValueError: none of the examples makes a claim.
    """
    # Only learning needs it, and it takes as long to import as numpy.
    from scipy.linalg import cho_factor, cho_solve

    claims = tuple(sorted({link.claim for example in examples for link in example.links}))
    if not claims:
        raise ValueError("no example makes a claim")
    weights, rows = learn_weights([example.text for example in examples])
    alike = _similarities(rows)
    alike[np.diag_indices_from(alike)] += _PENALTY
    target = _targets(examples, claims)
    flat = target.reshape(len(examples), -1)
    parts = cho_solve(cho_factor(alike, lower=True, overwrite_a=True), flat).reshape(target.shape)
    return Model(
        claims,
        weights,
        rows,
        np.ascontiguousarray(parts),
        learn_stances(examples, claims),
        learn_nearest(examples, claims),
        learn_usual(examples, claims),
        learn_known(examples, claims),
    )


def _similarities(rows: sparse.csr_matrix) -> NDArray[np.float32]:
    """The products of all pairs of rows.

    Nearly all pairs share a frequent feature.  Multiplying those as a dense matrix takes less than
    half the time of a sparse product.
    """
    frequent = np.bincount(rows.indices, minlength=rows.shape[1]) >= _FREQUENT
    dense, rare = rows[:, frequent].toarray(), rows[:, ~frequent]
    return np.asarray(dense @ dense.T + rare @ rare.T)


def _targets(examples: Sequence[Example], claims: Sequence[str]) -> NDArray[np.float32]:
    """1 where an example asserts or denies a claim, else 0; shape (examples, claims, 2)."""
    column = {claim: index for index, claim in enumerate(claims)}
    target = np.zeros((len(examples), len(claims), 2), dtype=np.float32)
    for row, example in enumerate(examples):
        for link in example.links:
            target[row, column[link.claim], int(not link.asserts)] = 1.0
    return target
