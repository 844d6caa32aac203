"""Sentences as numbers: words, pairs of words and runs of three to five letters, by TF-IDF.

These are the numbers of scikit-learn's ``TfidfVectorizer`` with ``sublinear_tf``, for
``ngram_range=(1, 2)`` and, by ``analyzer="char_wb"``, for ``ngram_range=(3, 5)``; a test holds them
against it.  Importing it takes longer than everything else that a first ``refute check`` does.
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
    """The words of a text of two letters or more, and each pair of neighbours."""
    found = _WORD.findall(text.lower())
    return [*found, *map(" ".join, pairwise(found))]


def letters(text: str) -> list[str]:
    """Runs of letters within words, whose ends count as a space."""
    found = []
    for word in text.lower().split():
        padded = f" {word} "
        for length in _RUNS:
            found += [padded[at : at + length] for at in range(len(padded) - length + 1)]
            if len(padded) <= length:
                found += [padded] * (len(padded) < length)
                break  # a word that is no longer counts once
    return found


KINDS: tuple[Callable[[str], list[str]], ...] = (words, letters)
"""What is counted in a text, each kind weighed by itself."""


@dataclass(frozen=True)
class Weights:
    """What one kind of feature weighs: ``idf``, in the order of ``names``."""

    names: tuple[str, ...]
    idf: NDArray[np.float32]

    @cached_property
    def places(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.names)}


def learn_weights(texts: Sequence[str]) -> tuple[tuple[Weights, ...], sparse.csr_matrix]:
    """The weights of each kind's features in these texts, and the texts weighed by them."""
    counted = [_counted(kind, texts) for kind in KINDS]
    weights = tuple(map(_weights, counted))
    return weights, _side_by_side(map(_rows, weights, counted))


def weighed(texts: Sequence[str], weights: Sequence[Weights]) -> sparse.csr_matrix:
    """A row for each text, each kind's features of length 1; shape (texts, features).

    What was in no text that the weights were learned from has no column.
    """
    return _side_by_side(
        _rows(one, _counted(kind, texts)) for kind, one in zip(KINDS, weights, strict=True)
    )


def _counted(kind: Callable[[str], list[str]], texts: Sequence[str]) -> list[Counter[str]]:
    return [Counter(kind(text)) for text in texts]


def _weights(counted: Sequence[Counter[str]]) -> Weights:
    within = Counter(chain.from_iterable(counted))
    names = tuple(sorted(within))
    counts = np.array([within[name] for name in names], dtype=np.float64)
    return Weights(names, (np.log((1 + len(counted)) / (1 + counts)) + 1).astype(np.float32))


def _rows(weights: Weights, counted: Sequence[Counter[str]]) -> sparse.csr_matrix:
    starts, columns, times = [0], [], []
    places = weights.places
    for features in counted:
        known = sorted((places[name], count) for name, count in features.items() if name in places)
        columns += [at for at, _ in known]
        times += [count for _, count in known]
        starts.append(len(columns))
    at = np.array(columns, dtype=np.int32)
    values = (1 + np.log(np.array(times, dtype=np.float32))) * weights.idf[at]
    row = np.repeat(np.arange(len(counted)), np.diff(starts))
    lengths = np.sqrt(np.bincount(row, weights=values**2, minlength=len(counted)))
    values = (values / lengths[row]).astype(np.float32)
    return sparse.csr_matrix((values, at, starts), shape=(len(counted), len(weights.names)))


def _side_by_side(rows: Iterable[sparse.csr_matrix]) -> sparse.csr_matrix:
    return sparse.hstack(list(rows), format="csr")
