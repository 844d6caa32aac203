"""Denials are recognized by words and by negation, compared with assertions of the claim."""

from __future__ import annotations

import numpy as np
import pytest

from refute.decision.verdict import Link
from refute.linking.examples import Example
from refute.linking.stance import learn_stances

THINGS = ["red", "green", "blue", "round", "square", "long"]
CLAIMS = ["a/affirms", "a/negates"]
TAUGHT = [
    *(Example(f"Foxes are {thing}.", (Link("a/affirms"),)) for thing in THINGS),
    *(Example(f"Foxes are not {thing}.", (Link("a/affirms", False),)) for thing in THINGS[:4]),
    *(Example(f"Owls are never {thing}.", (Link("a/negates"),)) for thing in THINGS),
    *(Example(f"Owls are {thing}.", (Link("a/negates", False),)) for thing in THINGS[:4]),
    Example("Nothing of the kind."),
]


def denies(text: str) -> dict[str, bool]:
    (found,) = learn_stances(TAUGHT, CLAIMS).of([text])
    return {claim: bool(score > 0) for claim, score in zip(CLAIMS, found, strict=True)}


@pytest.mark.parametrize(
    "text",
    [
        "Foxes aren't quick.",
        "Foxes are not quick.",
        "No fox is quick.",
        "It is a mistake to call foxes quick.",
        "It is incorrect that foxes are quick.",
    ],
)
def test_a_negation_denies_a_claim_that_has_none(text: str) -> None:
    assert denies(text)["a/affirms"]


def test_a_sentence_without_negation_denies_a_claim_that_has_it() -> None:
    assert denies("Owls are quick.") == {"a/affirms": False, "a/negates": True}
    assert denies("Owls are never quick.") == {"a/affirms": True, "a/negates": False}


def test_a_word_learned_from_denials_of_other_claims_marks_any_denial() -> None:
    """No denial of the last claim is known, and "merely" is no negation."""
    others = [f"a/c{number}" for number in range(20)]
    taught = [
        *(
            Example(f"The {word} thing is so.", (Link(claim),))
            for claim in [*others, "a/last"]
            for word in ("first", "second", "third")
        ),
        *(Example("The thing is merely so.", (Link(claim, False),)) for claim in others),
    ]
    stances = learn_stances(taught, [*others, "a/last"])
    merely, plain = stances.of(["The thing is merely so.", "The thing is so."])[:, -1]
    assert merely > 0 > plain


def test_without_denials_everything_is_asserted() -> None:
    taught = [Example(f"Foxes are {thing}.", (Link("a/x"),)) for thing in THINGS]
    np.testing.assert_allclose(learn_stances(taught, ["a/x"]).of(["Foxes are not red."]), -1)
