"""Words in sentences and rows."""

import pytest

from refute.prose.text import begin_alike, capitalized, listed, source_label, sources_in_words


def test_a_sentence_begins_with_a_capital_unless_with_an_id() -> None:
    assert capitalized("only 2 of 32") == "Only 2 of 32"
    assert capitalized("act/relu has not run") == "act/relu has not run"


def test_words_in_a_row_end_with_and() -> None:
    words = [listed("abc"[:number]) for number in range(4)]
    assert words == ["", "a", "a and b", "a, b and c"]


def test_sources_are_named_by_author_and_year() -> None:
    assert sources_in_words("he2015, 2.2;  xu2015b; keras_dense, Arguments") == (
        "He 2015, 2.2; Xu 2015b; keras_dense, Arguments"
    )
    assert sources_in_words("smith2020, by rand2019") == "Smith 2020, by rand2019"
    assert sources_in_words("the paper, 2") == "the paper, 2"


def test_sources_are_spelled_as_in_their_full_text() -> None:
    spelled = {
        "lecun1998": "Yann LeCun and Léon Bottou. Efficient BackProp. 1998.",
        "geron2019": "Aurélien Géron. Hands-on machine learning. 2019.",
        "odonoghue2015": "Brendan O'Donoghue. Adaptive restart. 2015.",
        "he2015": "Kaiming He. Delving deep into rectifiers: he surpasses us. 2015.",
        "keras_faq": "Keras. FAQ: why is my training loss higher? 2026.",
        "pytorch_sgd": "PyTorch. torch.optim.SGD. 2026.",
        "onednn": "UXL Foundation. oneDNN developer guide.",
        "tensor2024": "Authors without that name. 2024.",
        "keras_dense": "Keras. A layer. 2026.",
    }
    labels = [source_label(key, text) for key, text in spelled.items()]
    assert labels == [
        "LeCun 1998", "Géron 2019", "O'Donoghue 2015", "He 2015", "Keras FAQ", "PyTorch SGD",
        "oneDNN", "Tensor 2024", "keras_dense",
    ]  # fmt: skip
    cited = "geron2019, chapter 11; he2015, 2.2; xu2015"
    words = "Géron 2019, chapter 11; He 2015, 2.2; Xu 2015"
    assert sources_in_words(cited, spelled) == words
    assert sources_in_words(words) == words


@pytest.mark.parametrize(
    ("words", "alike"),
    [
        ([["a", "b"], ["a", "c"]], 1),
        ([["a"], ["a", "c"]], 1),
        ([["a"], ["b"]], 0),
        ([["a", "b"]], 2),
        ([[], ["a"]], 0),
    ],
)
def test_lists_begin_alike_up_to_the_first_word_that_differs(words, alike):
    assert begin_alike(words) == alike
