"""The usual words of a claim, and the share of them that a text has."""

from __future__ import annotations

from refute.decision.verdict import Link
from refute.linking.examples import Example
from refute.linking.usual_words import learn_usual, share_named

TAUGHT = [
    Example("The dropout prunes.", (Link("a/prunes"),)),
    Example("The pruning that dropout does.", (Link("a/prunes"),)),
    Example("The dropout leaves all as it is.", (Link("a/prunes", asserts=False),)),
    Example("The owl flies.", (Link("a/flies"),)),
    Example("The end."),
]
PRUNES, FLIES, UNKNOWN = learn_usual(TAUGHT, ["a/prunes", "a/flies", "a/unknown"])


def test_words_are_identified_by_their_beginnings_and_those_in_every_sentence_weigh_nothing() -> (
    None
):
    assert {"dropo", "prune"} <= PRUNES.keys()
    assert "the" not in PRUNES
    assert FLIES.keys() == {"owl", "flies"}


def test_the_rarer_word_weighs_more_and_all_of_them_are_the_whole() -> None:
    dropout, prunes = (share_named(text, PRUNES) for text in ("Dropout.", "It prunes!"))
    assert 0 < dropout < share_named("Dropout prunes.", PRUNES) < 1
    assert share_named("The dropout prunes; the pruning that dropout does.", PRUNES) == 1
    assert share_named("The end.", PRUNES) == 0
    assert dropout > 0 < prunes


def test_a_claim_that_nothing_asserts_has_none() -> None:
    assert share_named("The dropout prunes.", UNKNOWN) == 0
