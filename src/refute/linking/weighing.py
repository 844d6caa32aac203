"""TF-IDF vectors of sentences: words, pairs of words, and runs of three to five letters.

They equal those of scikit-learn's ``TfidfVectorizer`` with ``sublinear_tf``, for
``ngram_range=(1, 2)`` and for ``analyzer="char_wb", ngram_range=(3, 5)``, as a test verifies.
Importing scikit-learn would take longer than everything else in a first ``refute check``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_WORD = re.compile(r"\b\w\w+\b")
_RUNS = (3, 4, 5)


def words(text: str) -> list[str]:
    """Return the words with two letters or more, and each pair of neighbouring ones."""
    single = _WORD.findall(text.lower())
    return [*single, *map(" ".join, pairwise(single))]


def letters(text: str) -> list[str]:
    """Return the runs of letters within words, with a space at either end of a word."""
    runs = []
    for word in text.lower().split():
        padded = f" {word} "
        for length in _RUNS:
            runs += [padded[start : start + length] for start in range(len(padded) - length + 1)]
            if len(padded) <= length:
                runs += [padded] * (len(padded) < length)
                break  # a short word counts once
    return runs


KINDS: tuple[Callable[[str], list[str]], ...] = (words, letters)
"""The kinds of features of a text; each kind is weighed separately."""


@dataclass(frozen=True)
class Weights:
    """The weights of one kind of feature: ``idf`` in the order of ``names``."""

    names: tuple[str, ...]
    idf: NDArray[np.float32]

    @cached_property
    def columns(self) -> dict[str, int]:
        return {name: column for column, name in enumerate(self.names)}


def learn_weights(texts: Sequence[str]) -> tuple[tuple[Weights, ...], sparse.csr_matrix]:
    """Return the weights of each kind's features in these texts, and the weighed texts."""
    counted = [_counted(kind, texts) for kind in KINDS]
    weights = tuple(map(_weights, counted))
    return weights, _side_by_side(map(_rows, weights, counted))


def weighed(texts: Sequence[str], weights: Sequence[Weights]) -> sparse.csr_matrix:
    """Return a row for each text, shape (texts, features); each kind's part has length 1.

    Features that were in no text that the weights were learned from have no column.
    """
    return _side_by_side(
        _rows(weights_of_kind, _counted(kind, texts))
        for kind, weights_of_kind in zip(KINDS, weights, strict=True)
    )


def _counted(kind: Callable[[str], list[str]], texts: Sequence[str]) -> list[Counter[str]]:
    return [Counter(kind(text)) for text in texts]


def _weights(counted: Sequence[Counter[str]]) -> Weights:
    within = Counter(chain.from_iterable(counted))
    names = tuple(sorted(within))
    counts = np.array([within[name] for name in names], dtype=np.float64)
    return Weights(names, (np.log((1 + len(counted)) / (1 + counts)) + 1).astype(np.float32))


def _rows(weights: Weights, counted: Sequence[Counter[str]]) -> sparse.csr_matrix:
    starts, indices, counts = [0], [], []
    column = weights.columns
    for features in counted:
        known = sorted((column[name], count) for name, count in features.items() if name in column)
        indices += [index for index, _ in known]
        counts += [count for _, count in known]
        starts.append(len(indices))
    columns = np.array(indices, dtype=np.int32)
    values = (1 + np.log(np.array(counts, dtype=np.float32))) * weights.idf[columns]
    row = np.repeat(np.arange(len(counted)), np.diff(starts))
    lengths = np.sqrt(np.bincount(row, weights=values**2, minlength=len(counted)))
    values = (values / lengths[row]).astype(np.float32)
    return sparse.csr_matrix((values, columns, starts), shape=(len(counted), len(weights.names)))


def _side_by_side(rows: Iterable[sparse.csr_matrix]) -> sparse.csr_matrix:
    return sparse.hstack(list(rows), format="csr")
