"""Sentences are cut into words in one way."""

import pytest

from refute.linking.words import beginnings, expand_not, words_and_numbers_in, words_in


def test_numbers_and_what_joins_words_are_no_words():
    assert words_in("He's law: 2/fan_in, 0.5 of ReLU-units") == {
        "he", "s", "law", "fan", "in", "of", "relu", "units",
    }  # fmt: skip


def test_numbers_count_where_they_are_asked_for():
    assert words_and_numbers_in("2/fan_in, conv2d") == {"2", "fan", "in", "conv2d"}
    assert words_in("conv2d") == {"conv", "d"}


@pytest.mark.parametrize("text", ["does not", "doesn't", "doesn’t"])
def test_a_contracted_negation_is_a_word_of_its_own(text):
    assert words_in(expand_not(text)) == {"does", "not"}


def test_cannot_is_two_words():
    assert words_in(expand_not("Cannot")) == {"can", "not"}


def test_words_of_one_family_share_their_beginning():
    assert beginnings(["sparse", "sparsity", "a"]) == {"spars", "a"}
