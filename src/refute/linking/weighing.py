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
from functools import cached_property, lru_cache
from itertools import chain, pairwise, repeat

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
    return list(chain.from_iterable(map(_runs_of, text.lower().split())))


@lru_cache(maxsize=1 << 13)  # sentences repeat their words
def _runs_of(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    runs: list[str] = []
    for length in _RUNS:
        runs += [padded[start : start + length] for start in range(len(padded) - length + 1)]
        if len(padded) <= length:
            runs += [padded] * (len(padded) < length)
            break  # a short word counts once
    return tuple(runs)


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
    shape = (len(counted), len(weights.names))
    size = sum(map(len, counted))
    names = chain.from_iterable(counted)
    columns = np.fromiter(map(weights.columns.get, names, repeat(-1)), np.int32, size)
    counts = np.fromiter(chain.from_iterable(map(Counter.values, counted)), np.float32, size)
    texts = np.repeat(np.arange(len(counted), dtype=np.int32), list(map(len, counted)))
    known = columns >= 0
    sublinear = 1 + np.log(counts[known])
    rows = sparse.csr_matrix((sublinear, (texts[known], columns[known])), shape=shape)
    rows.data *= weights.idf[rows.indices]
    texts = np.repeat(np.arange(len(counted)), np.diff(rows.indptr))
    lengths = np.sqrt(np.bincount(texts, weights=rows.data**2, minlength=len(counted)))
    rows.data = (rows.data / lengths[texts]).astype(np.float32)
    return rows


def _side_by_side(rows: Iterable[sparse.csr_matrix]) -> sparse.csr_matrix:
    return sparse.hstack(list(rows), format="csr")
