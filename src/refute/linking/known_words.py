"""The known words of a claim: all words of the learned sentences that assert it.

A denial often differs from an assertion by a single word ("less", "slows", "1/fan_in"), which no
sentence that asserts the claim has.  A sentence whose words are all known rarely denies the claim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log

from refute.linking.examples import Example
from refute.linking.words import beginnings, expand_not, words_and_numbers_in


@dataclass(frozen=True)
class KnownWords:
    """What was learned.

    Attributes:
        weights: of beginnings of words; the rarer, the heavier.
        unseen: the weight of a word that no example has.
        of_claims: for each claim, the beginnings of the words of the sentences asserting it.
    """

    weights: Mapping[str, float]
    unseen: float
    of_claims: tuple[frozenset[str], ...]

    def share(self, text: str, claim: int) -> float:
        """Return the share of a text's words, by their weight, that are known of a claim."""
        known = self.of_claims[claim]
        words = sorted(_beginnings(text))  # sums of floats depend on the order
        whole = sum(self._weight(word) for word in words)
        if not whole:
            return 0.0
        return sum(self._weight(word) for word in words if word in known) / whole

    def _weight(self, word: str) -> float:
        return self.weights.get(word, self.unseen)


def learn_known(examples: Sequence[Example], claims: Sequence[str]) -> KnownWords:
    """Return the known words of every claim."""
    words = [_beginnings(example.text) for example in examples]
    within = Counter(chain.from_iterable(words))
    asserting: dict[str, set[str]] = {claim: set() for claim in claims}
    for example, own in zip(examples, words, strict=True):
        for link in example.links:
            if link.asserts:
                asserting[link.claim] |= own
    total = len(examples) + 1
    weights = {word: log(total / (1 + count)) for word, count in sorted(within.items())}
    return KnownWords(weights, log(total), tuple(frozenset(asserting[claim]) for claim in claims))


def _beginnings(text: str) -> set[str]:
    return beginnings(words_and_numbers_in(expand_not(text)))
