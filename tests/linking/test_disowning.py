"""A sentence that calls a claim wrong, or reports it, does not make it."""

import pytest

from refute.linking.disowning import disowns


@pytest.mark.parametrize(
    "text",
    [
        "It is a mistake to say that it prunes.",
        "It is untrue that it prunes.",
        "That it prunes is a fallacy.",
        "Don't believe that it prunes.",
        "Many students believe that it prunes.",
        "One might think it prunes.",
        "It is often said that it prunes.",
        "It supposedly prunes.",
        "We used to believe that it prunes.",
    ],
)
def test_what_is_called_wrong_or_said_by_others_is_disowned(text: str) -> None:
    assert disowns(text)


@pytest.mark.parametrize(
    "text",
    [
        "It prunes.",
        "It makes fewer errors than others.",
        "It can be said in one line.",
        "Most of it prunes.",
        "You can prune it.",
        "One unit writes its state.",
    ],
)
def test_what_is_asserted_is_not(text: str) -> None:
    assert not disowns(text)
