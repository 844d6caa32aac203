"""A text has the stance of the sentence that it nearly repeats, reversed by a negation."""

from __future__ import annotations

import numpy as np
import pytest

from refute.decision.verdict import Link
from refute.linking.examples import Example
from refute.linking.model import Model, learn
from refute.linking.nearest import NEIGHBOURS

FASTER, DIE = "momentum/faster", "selu/units-die"
EXAMPLES = [
    Example("Nesterov momentum converges faster than ordinary momentum.", (Link(FASTER),)),
    Example("NAG reaches the minimum sooner than the heavy ball.", (Link(FASTER),)),
    Example("Nesterov momentum is no faster than ordinary momentum.", (Link(FASTER, False),)),
    Example("With NAG it takes as many steps as with the heavy ball.", (Link(FASTER, False),)),
    Example("SELU units never die.", (Link(DIE, False),)),
    Example("Thanks for reading."),
]


@pytest.fixture(scope="module")
def model() -> Model:
    return learn(EXAMPLES)


@pytest.mark.parametrize(
    ("text", "claim", "denies"),
    [
        ("Nesterov momentum is faster than ordinary momentum.", FASTER, False),
        ("Nesterov momentum is not faster than ordinary momentum.", FASTER, True),
        ("NAG never reaches the minimum sooner than the heavy ball.", FASTER, True),
        ("SELU units die.", DIE, False),
        ("SELU units never die.", DIE, True),
    ],
)
def test_a_near_copy_has_the_stance_of_its_sentence_unless_one_of_them_is_negated(
    model: Model, text: str, claim: str, denies: bool
) -> None:
    column = model.claims.index(claim)
    nearest = model.nearest.denies(model.alike([text]), [text], len(model.claims))
    assert (nearest[0, column] > 0) == denies


@pytest.mark.parametrize(
    ("text", "claim", "asserts"),
    [
        ("NAG reaches the minimum sooner than the heavy ball.", FASTER, True),
        ("NAG never reaches the minimum sooner than the heavy ball.", FASTER, False),
        ("SELU units die.", DIE, True),
        ("SELU units never die.", DIE, False),
    ],
)
def test_near_sentences_agree_that_a_claim_is_asserted_or_that_it_is_not(
    model: Model, text: str, claim: str, asserts: bool
) -> None:
    (agree,) = model.nearest.agree(model.alike([text]), [text], len(model.claims))
    column = model.claims.index(claim)
    assert agree[column] > 0.5 if asserts else agree[column] < -0.5
    assert np.abs(agree).sum() <= 1 + 1e-6


def test_only_the_nearest_sentences_are_asked() -> None:
    taught = [Example(f"ReLU {thing} is fast.", (Link("act/fast"),)) for thing in "abcdefghijklmno"]
    far = [Example(f"This ELU {thing} is slow.", (Link("act/slow"),)) for thing in "pqrst"]
    assert len(taught) == NEIGHBOURS
    learned = learn([*far, *taught])
    text = "ReLU is fast."
    (agree,) = learned.nearest.agree(learned.alike([text]), [text], 2)
    assert dict(zip(learned.claims, agree, strict=True)) == {"act/fast": 1, "act/slow": 0}


def test_a_text_unlike_any_sentence_is_near_neither_side(model: Model) -> None:
    text = "Quiz"
    alike = model.alike([text])
    assert not model.nearest.denies(alike, [text], len(model.claims)).any()
    assert not model.nearest.agree(alike, [text], len(model.claims)).any()


def test_the_nearest_sentences_do_not_make_the_stance_clearer(model: Model) -> None:
    texts = ["SELU units never die."]
    scores = model.scores(texts, [""], 0.25)
    nearest = model.nearest.denies(model.alike(texts), texts, len(model.claims))
    assert scores.clear == pytest.approx(abs(scores.denies - nearest), abs=1e-6)


def test_a_near_copy_of_an_assertion_is_no_denial_though_a_denial_has_the_same_words(
    model: Model,
) -> None:
    texts = ["Nesterov momentum is faster than ordinary momentum."]
    assert model.scores(texts, [""], 0.25).denies[0, model.claims.index(FASTER)] < 0
