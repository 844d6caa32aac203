"""A text has the stance of the sentence that it nearly repeats, reversed by a negation."""

from __future__ import annotations

import pytest

from refute.decision.verdict import Link
from refute.linking.examples import Example
from refute.linking.model import Model, learn

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


def test_a_text_unlike_any_sentence_is_near_neither_side(model: Model) -> None:
    text = "Quiz"
    assert not model.nearest.denies(model.alike([text]), [text], len(model.claims)).any()


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
