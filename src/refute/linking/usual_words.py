"""The usual words of a claim: those that sentences asserting it usually have.

A sentence that only mentions the subject ("weight decay was set to 0.0001") resembles sentences
that assert a claim about it, but lacks the other words that these have in common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from math import log

from refute.linking.examples import Example
from refute.linking.words import beginnings, words_in

Usual = Mapping[str, float]
"""The weights of beginnings of words.

A word weighs more the more sentences asserting the claim have it, and the fewer sentences in all.
"""

_LEAST_SHARE = 0.3


def learn_usual(examples: Sequence[Example], claims: Sequence[str]) -> tuple[Usual, ...]:
    """Return the usual words of every claim."""
    anywhere = Counter(chain.from_iterable(_beginnings(example.text) for example in examples))
    asserting: dict[str, list[set[str]]] = {claim: [] for claim in claims}
    for example in examples:
        for link in example.links:
            if link.asserts:
                asserting[link.claim].append(_beginnings(example.text))
    return tuple(_usual(asserting[claim], anywhere, len(examples)) for claim in claims)


def share_named(text: str, usual: Usual) -> float:
    """Return the share of a claim's usual words that a text has, by their weight."""
    has = _beginnings(text)
    named = sum(weight for word, weight in usual.items() if word in has)
    return named / whole if (whole := sum(usual.values())) else 0.0


def _usual(sentences: Sequence[set[str]], anywhere: Counter[str], total: int) -> Usual:
    shares = {
        word: count / len(sentences)
        for word, count in sorted(Counter(chain.from_iterable(sentences)).items())
    }
    return {
        word: share * log(total / anywhere[word])
        for word, share in shares.items()
        if share >= _LEAST_SHARE and anywhere[word] < total
    }


def _beginnings(text: str) -> set[str]:
    return beginnings(words_in(text))
