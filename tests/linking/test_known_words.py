"""The known words of a claim, and the share of a text's words that are known."""

from __future__ import annotations

import pytest

from refute.decision.verdict import Link
from refute.linking.examples import Example
from refute.linking.known_words import learn_known

CLAIMS = ["a/less", "a/flies", "a/denied"]
LESS, FLIES, DENIED = range(3)
KNOWN = learn_known(
    [
        Example("Nesterov momentum overshoots less.", (Link("a/less"),)),
        Example("NAG passes the minimum less far.", (Link("a/less"), Link("a/denied", False))),
        Example("Nesterov momentum overshoots more.", (Link("a/less", asserts=False),)),
        Example("The variance is 2/fan_in, and it doesn't fly.", (Link("a/flies"),)),
        Example("The end."),
    ],
    CLAIMS,
)


@pytest.mark.parametrize(
    "text", ["NAG overshoots less.", "less less LESS", "Overshooting the minimum", "the momentums"]
)
def test_all_words_are_known_in_any_order_by_their_beginnings(text: str) -> None:
    assert KNOWN.share(text, LESS) == 1


def test_a_word_of_a_denial_or_of_no_sentence_is_unknown_and_weighs_more_if_it_is_rare() -> None:
    denied, unseen = (KNOWN.share(f"NAG overshoots {w}.", LESS) for w in ("more", "zebras"))
    assert 0 < unseen < denied < 1


def test_numbers_and_contracted_negations_are_words() -> None:
    assert KNOWN.share("the variance is not 2/fan_in", FLIES) == 1
    assert KNOWN.share("the variance is 3/fan_in", FLIES) < 1
    assert KNOWN.share("the variance is 2/fan_out", FLIES) < 1


def test_nothing_is_known_of_a_claim_that_nothing_asserts_or_in_a_text_without_words() -> None:
    assert KNOWN.share("NAG overshoots less.", DENIED) == 0
    assert KNOWN.share("…", LESS) == 0
