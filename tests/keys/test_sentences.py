"""Abbreviations do not end sentences; words that resemble them may."""

from pathlib import Path

import pytest

from refute.keys.reader import parse_key


def texts(text: str) -> list[str]:
    return [statement.text for statement in parse_key(text, Path("key.md")).statements]


@pytest.mark.parametrize(
    "sentence",
    [
        "See eq. 4 for it.",
        "See Eqs. (4) and (5), Thm. 2, Prop. 3, Def. 1, Alg. 2, App. B, and ref. 3.",
        "It is so (cf. He et al. 2015).",
        "As He et al. (2015) say it is.",
        "It is approx. 0.5 of it.",
        "Use approx. Gaussian noise.",
        "See Fig. 3, Sec. 4.2, Tab. 1, Ch. 5, p. 5, pp. 3-4, vol. 2.",
        "ReLU vs. tanh, resp. both, i.e. this, e.g. that, w.r.t. the loss.",
        "Take max. 5 layers, min. 3, avg. 4, std. 2, incl. bias, ca. 3.",
        "Weights, biases etc. are drawn.",
        "Ask Dr. No, Mr. Yes and Prof. He.",
        "See Ex. 3, Exs. 4 and 5, and iter. 6: its std. dev. is 1.",
        "As ref. [3] and He et al. [1, 2] show, eq. [4] holds.",
        "Take torch.nn.Linear, nn.Linear, tf.keras.layers.Dense, keras.Model, optim.SGD or F.relu.",
    ],
)
def test_abbreviations_do_not_end_a_sentence(sentence: str) -> None:
    assert texts(f"Before it all. {sentence} Next is this.") == [
        "Before it all.", sentence, "Next is this.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "The answer is no. Then we go on.",
        "It was shown by He et al. The weights are large.",
        "It finds the max. Then it stops.",
        "Biases, weights, etc. The rest is noise.",
    ],
)
def test_words_that_resemble_abbreviations_end_a_sentence(text: str) -> None:
    assert len(texts(text)) == 2


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It adapts.¹ It stays.²,³ It is so.", ["It adapts.¹", "It stays.²,³", "It is so."]),
        ("It adapts.^1^ It stays.", ["It adapts.^1^", "It stays."]),
        ("It adapts.<sup>[1]</sup> It stays.", ["It adapts.<sup>[1]</sup>", "It stays."]),
        ("It adapts. [1, 2] It stays. [3–5]", ["It adapts. [1, 2]", "It stays. [3–5]"]),
        ("It adapts.† It stays.", ["It adapts.†", "It stays."]),
        ("It adapts. [0, 1] is its range.", ["It adapts.", "[0, 1] is its range."]),
        ("It adapts.Then it stays.", ["It adapts.", "Then it stays."]),
        ("It finds the max. [3] Then it stops.", ["It finds the max. [3]", "Then it stops."]),
    ],
)
def test_a_mark_belongs_to_the_sentence_before_it(text: str, sentences: list[str]) -> None:
    assert texts(text) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("**1. Why not zero?**", ["1. Why not zero?"]),
        ("Question 2. What is tanh?", ["Question 2. What is tanh?"]),
        ("**Q3.** Why? Because it saturates.", ["Q3. Why?", "Because it saturates."]),
        ("3\\.1. It adapts. It does.", ["3.1. It adapts.", "It does."]),
        ("*iv.* It adapts.", ["iv. It adapts."]),
        ("**Problem 3a.** It adapts.", ["Problem 3a. It adapts."]),
        ("A2. It adapts.", ["A2. It adapts."]),
        ("Exercise 4: It adapts.", ["Exercise 4: It adapts."]),
        ("- It adapts.\n**Q2. Why so?**", ["It adapts.", "Q2. Why so?"]),
        ("It adapts.\nExercise 2.3. It stays.", ["It adapts.", "Exercise 2.3. It stays."]),
        ("We saw it in\nExercise 4. It stays.", ["We saw it in Exercise 4.", "It stays."]),
        ("It is layer 1. The next is 2.", ["It is layer 1.", "The next is 2."]),
    ],
)
def test_the_number_of_a_question_is_no_sentence(text: str, sentences: list[str]) -> None:
    assert texts(text) == sentences


@pytest.mark.parametrize("label", ["(a)", "**(b)**", "(iv)", "(12)"])
def test_a_label_in_brackets_does_not_hide_the_sentences_behind_it(label: str) -> None:
    shown = label.strip("*")
    assert texts(f"{label} Yes, they do. Units die. So it is (b). It ends.") == [
        f"{shown} Yes, they do.",
        "Units die.",
        "So it is (b).",
        "It ends.",
    ]
