"""Strangers' text is shown as it is, and never acts."""

import pytest
from markupsafe import Markup

from refute.prose.text import (
    anchors,
    begin_alike,
    capitalized,
    code,
    listed,
    raised,
    source_label,
    sources_in_words,
)


def test_code_keeps_its_quotes_and_cannot_become_markup() -> None:
    assert code("f(\"x\", 'y') < &amp;") == "f(\"x\", 'y') &lt; &amp;amp;"
    assert isinstance(code(""), Markup)


def test_powers_of_ten_are_raised_and_code_is_not() -> None:
    assert raised("7.0 × 10^-4 to 1.2 × 10^12") == "7.0 × 10⁻⁴ to 1.2 × 10¹²"
    assert raised("x^2, 10^-4") == "x^2, 10^-4"
    assert raised("condition numbers 1e4 to 1e+08") == "condition numbers 10⁴ to 10⁸"
    assert raised("x = −3.40282e+38, ±1e-06.") == "x = −3.40282 × 10³⁸, ±10⁻⁶."
    assert raised("2e5a, v1e3, 1.2e3.4, 0x1e4") == "2e5a, v1e3, 1.2e3.4, 0x1e4"


def test_anchors_are_readable_and_different() -> None:
    names = ["init/same-value", "init-same/value", "Größe", "", "!"]
    assert anchors("claim", names) == [
        "claim-init-same-value", "claim-init-same-value-2", "claim-gr-e", "claim-x", "claim-x-2",
    ]  # fmt: skip


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
