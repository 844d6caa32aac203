"""The words that sentences which assert a claim usually have, and how many of them a text has.

A sentence about the subject alone ("weight decay was set to 0.0001") is like those that assert a
claim of it, and yet lacks what they all name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from math import log

from refute.linking.examples import Example

Usual = Mapping[str, float]
"""What the beginning of a word weighs: how common it is among what asserts the claim, and how
uncommon in all that was learned from.
"""

_LEAST_SHARE = 0.3
_BEGINNING = 5
"""Letters by which a word is told: "sparse" and "sparsity" are the same."""

_WORD = re.compile(r"[^\W\d_]+")


def learn_usual(taught: Sequence[Example], claims: Sequence[str]) -> tuple[Usual, ...]:
    """The usual words of every claim."""
    anywhere = Counter(chain.from_iterable(_beginnings(example.text) for example in taught))
    asserting: dict[str, list[set[str]]] = {claim: [] for claim in claims}
    for example in taught:
        for link in example.links:
            if link.asserts:
                asserting[link.claim].append(_beginnings(example.text))
    return tuple(_usual(asserting[claim], anywhere, len(taught)) for claim in claims)


def share_named(text: str, usual: Usual) -> float:
    """Which part of a claim's usual words a text has, by their weight."""
    found = _beginnings(text)
    named = sum(weight for word, weight in usual.items() if word in found)
    return named / whole if (whole := sum(usual.values())) else 0.0


def _usual(sentences: Sequence[set[str]], anywhere: Counter[str], of: int) -> Usual:
    shares = {
        word: count / len(sentences)
        for word, count in sorted(Counter(chain.from_iterable(sentences)).items())
    }
    return {
        word: share * log(of / anywhere[word])
        for word, share in shares.items()
        if share >= _LEAST_SHARE and anywhere[word] < of
    }


def _beginnings(text: str) -> set[str]:
    return {word[:_BEGINNING] for word in _WORD.findall(text.lower())}
