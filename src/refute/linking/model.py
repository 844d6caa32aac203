"""What was learned from sentences whose claims are known: scores of all claims for any sentence.

Ridge regression learns, for each claim, what asserts it and what contradicts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from refute.linking.examples import Example
from refute.linking.weighing import Weights, learn_weights, weighed

_PENALTY = 0.3


Side = tuple[str, bool]
"""A claim's id, and whether it is asserted."""


@dataclass(frozen=True)
class Model:
    """What was learned.

    ``weights`` weigh the features of a sentence.  ``rows`` are those of the examples, a row each,
    and ``parts`` says how much each example, by its likeness to a sentence, adds to the score of
    each side; shape (examples, sides).
    """

    sides: tuple[Side, ...]
    weights: tuple[Weights, ...]
    rows: sparse.csr_matrix
    parts: NDArray[np.float32]

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """About 1 for what was learned as that, else 0; shape (texts, sides)."""
        alike = weighed(texts, self.weights) @ self.rows.T
        return np.asarray(alike.toarray() @ self.parts)


def learn(taught: Sequence[Example]) -> Model:
    """The model that these examples teach; the same examples teach the same."""
    # Only learning needs it, and it takes as long to import as numpy.
    from scipy.linalg import cho_factor, cho_solve

    sides = tuple(sorted({(link.claim, link.asserts) for one in taught for link in one.links}))
    weights, rows = learn_weights([example.text for example in taught])
    alike = (rows @ rows.T).toarray()
    alike[np.diag_indices_from(alike)] += _PENALTY
    parts = cho_solve(cho_factor(alike, lower=True, overwrite_a=True), _targets(taught, sides))
    return Model(sides, weights, rows, np.ascontiguousarray(parts))


def _targets(taught: Sequence[Example], sides: Sequence[Side]) -> NDArray[np.float32]:
    """1 where an example makes a side, else 0."""
    at = {side: column for column, side in enumerate(sides)}
    target = np.zeros((len(taught), len(sides)), dtype=np.float32)
    for row, example in enumerate(taught):
        for link in example.links:
            target[row, at[link.claim, link.asserts]] = 1.0
    return target
