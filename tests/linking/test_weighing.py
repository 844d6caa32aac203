"""Features and their weights are those of scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from refute.linking.weighing import learn_weights, letters, weighed, words

LEARNED = [
    "Dropout prunes the network: it doesn't, does it?",
    "ReLU units (and leaky ReLU units) CAN die.",
    "a  β-VAE's  1e-5, naïve\tİ",
    "x",
    "",
]
TEXTS = st.lists(st.text(st.sampled_from("aBé0_-'. \t\nİß"), max_size=20), max_size=3)


def of_scikit_learn() -> list[TfidfVectorizer]:
    return [
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit(LEARNED),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit(LEARNED),
    ]


@settings(deadline=None, max_examples=100)
@given(texts=TEXTS)
def test_weights_equal_those_of_scikit_learn(texts: list[str]) -> None:
    weights, rows = learn_weights(LEARNED)
    theirs = of_scikit_learn()
    assert [list(weighing.names) for weighing in weights] == [
        list(vectorizer.get_feature_names_out()) for vectorizer in theirs
    ]
    texts = [*LEARNED, *texts]
    found = weighed(texts, weights).toarray()
    expected = np.hstack([vectorizer.transform(texts).toarray() for vectorizer in theirs])
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_array_equal(rows.toarray(), found[: len(LEARNED)])


@settings(deadline=None, max_examples=100)
@given(texts=TEXTS)
def test_features_equal_those_of_scikit_learn(texts: list[str]) -> None:
    theirs = [vectorizer.build_analyzer() for vectorizer in of_scikit_learn()]
    for text in texts:
        assert sorted(words(text)) == sorted(theirs[0](text))
        assert sorted(letters(text)) == sorted(theirs[1](text))


@pytest.mark.parametrize("texts", [[], [""], ["§ ?"]])
def test_a_text_without_known_features_is_zero(texts: list[str]) -> None:
    rows = weighed(texts, learn_weights(LEARNED)[0])
    assert rows.shape[0] == len(texts)
    assert rows.nnz == 0
