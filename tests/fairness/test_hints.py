"""No hint of "possibly refuted" or "possibly depends" at a sentence that the claims bear out.

The sentences of the canon count, and some that resemble false ones by their words.  The phrases and
the keys of this repository are what is learned from, and nothing is run.
"""

from __future__ import annotations

from functools import cache

import pytest

from refute.decision.verdict import Link, Verdict, verdict_of_statement
from refute.keys.links import link
from refute.keys.reader import read_key
from refute.keys.tree import Statement
from refute.linking.context import StatementInContext
from refute.linking.learning import all_examples
from refute.linking.likely import as_meant
from refute.linking.matcher import Matcher, Proposal
from refute.linking.model import learn
from refute.linking.phrases import read_phrases
from refute.linking.proposing import is_likely
from tests.fairness.test_canon import ROOT, SENTENCES, listed, published

SUPPORTED = [
    sentence["text"]
    for sentence in SENTENCES
    if sentence.get("measured", sentence["mark"]) in ("correct", "SUPPORTED")
]
LIKE_FALSE_ONES = [
    "GELU is neither convex nor monotonic.",
    "Swish is smooth and nonmonotonic.",
    "ReLU is continuous, but its derivative is not.",
    "Dropout neither prunes the network nor makes it sparse.",
    "Glorot derived his scheme for tanh, and He later one for ReLU.",
    "Adam adapts the step of each parameter, but the learning rate must still be tuned.",
    "Neither weight decay nor dropout makes a model sparse.",
    "Batch normalization can be placed before or after the activation.",
    "It is disputed whether batch normalization works by reducing internal covariate shift.",
    "Gradient clipping helps against exploding, not vanishing gradients.",
    "With Adam, weight decay and l2 regularization differ.",
    "Softmax is not suited to problems with several labels; use sigmoids.",
    "Softmax should be replaced by sigmoids for multilabel problems.",
    "Softmax for multi-label classification is a mistake.",
]
DISOWNING = [
    "It is a mistake to say that {}.",
    "It is incorrect that {}.",
    "The statement that {} is mistaken.",
    "Nobody should claim that {}.",
    "Some people think that {}.",
    "I was told that {}.",
    "Answer (a), {}, is incorrect.",
]


@cache
def matcher() -> Matcher:
    claims = {claim["id"]: claim["statement"] for claim in listed()}
    book = read_phrases(ROOT / "claims", claims)
    keys = [link(read_key(path)) for path in sorted((ROOT / "answers").glob("*.md"))]
    return Matcher(learn(all_examples(claims, book, keys)), book)


def first_proposals(text: str) -> tuple[Proposal, ...]:
    statement = Statement(0, "sentence", 1, 1, text)
    return matcher().propose([StatementInContext(statement)])[0][:1]


def hinted(text: str, proposed: Link) -> Verdict:
    """The verdict of a hint: words that say "can" or "not always" count in favour of a sentence."""
    claim = next(claim["statement"] for claim in listed() if claim["id"] == proposed.claim)
    found = verdict_of_statement([as_meant(text, proposed, claim)], published())
    assert found is not None
    return found.verdict


@pytest.mark.parametrize("text", [*SUPPORTED, *LIKE_FALSE_ONES], ids=lambda text: text[:60])
def test_no_hint_at_a_sentence_that_is_borne_out(text: str) -> None:
    for proposal in first_proposals(text):
        if is_likely(proposal):
            assert hinted(text, proposal.link) is Verdict.SUPPORTED


def test_a_hint_at_a_sentence_in_the_words_of_one_that_depends() -> None:
    (proposal,) = first_proposals("Nesterov momentum converges faster than regular momentum.")
    assert proposal.link == Link("momentum/nesterov-faster")
    assert is_likely(proposal)


@pytest.mark.parametrize("form", DISOWNING)
def test_no_hint_at_a_sentence_that_disowns_a_false_one(form: str) -> None:
    false = "softmax can be used for multi-label problems"
    assert any(map(is_likely, first_proposals(f"{false}.")))
    assert not any(map(is_likely, first_proposals(form.format(false))))


@pytest.mark.parametrize(
    "text", ["GELU is neither convex nor monotonic.", "Swish is smooth and nonmonotonic."]
)
def test_a_function_that_is_not_monotone_is_proposed_as_a_denial(text: str) -> None:
    assert [proposal.link for proposal in first_proposals(text)] == [
        Link("act/gelu-swish-monotone", asserts=False)
    ]
