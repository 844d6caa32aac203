"""Questions and tasks of a key make no claim; its answers do, in bold type too."""

from __future__ import annotations

from pathlib import Path

import pytest

from refute.keys.prompts import BEFORE, NOUNS_TOO, VERBS, needs_entry
from refute.keys.reader import parse_key

DOCS = Path(__file__).parents[2] / "docs/adding-a-key.md"


def without_entry(text: str) -> list[str]:
    """The statements of a key that need an entry."""
    key = parse_key(text, Path("k.md"))
    return [statement.text for statement in key.statements if needs_entry(statement)]


@pytest.mark.parametrize(
    "task",
    [
        "**4. Explain why ReLU units can die.**",
        "**4. Explain why *ReLU* units `die`.**",
        "**Discuss**",
        "**Discuss.**",
        "**Discuss:**",
        "*Question 2: compare SELU and ReLU.*",
        "**(b) Describe momentum**",
        "**11.8 a. Derive the gradient, step by step.**",
        "**Please briefly define sparsity.**",
        "**Name three drawbacks of dropout.**",
        "**Give an example.**",
        "**State the two conditions.**",
        "***Show that the weights stay equal.***",
        "> 4. Explain why ReLU units can die.",
        "> **Task 4**\n>\n> Discuss the effect of dropout.",
        "**Why do they die?**",
        "**Do they die? Explain.**",
    ],
)
def test_a_task_in_bold_or_a_quotation_makes_no_claim(task: str) -> None:
    assert without_entry(f"{task}\n\nThey die.") == ["They die."]


@pytest.mark.parametrize(
    "label", ["**Question 4**", "Exercise 11.2:", "Q3 a", "**Answer:**", "Solution", "Hint."]
)
def test_a_label_makes_no_claim(label: str) -> None:
    assert without_entry(f"{label}\n\nThey die.") == ["They die."]


@pytest.mark.parametrize(
    "answer",
    [
        "**ReLU units can die.**",
        "Answer: they die.",
        "Q",
        "Exa.",
        "Part of the units die.",
        "**Dropout explains the difference.**",
        "**4. Momentum describes a moving average.**",
        "**State dicts hold weights.**",
        "**Name scopes slow training down.**",
        "**List comprehensions are slow.**",
        "**Compute grows with depth.**",
        "**Contrast normalization helps.**",
        "**Elaborate architectures overfit.**",
        "**Define-by-run graphs are slower.**",
        "**Answer: explain it by variance.**",
        "**Compare them: SELU is faster.**",
        "**Compare them and you will see that SELU is faster.**",
        "**Evaluate it twice, and it differs.**",
        "**Use He initialization.**",
        "**Explain** why ReLU units die.",
        "Explain why ReLU units die.",
        "4\\. Explain why ReLU units die.",
        "> ReLU units can die.",
    ],
)
def test_an_answer_needs_an_entry_in_bold_too(answer: str) -> None:
    (only,) = without_entry(answer)
    assert only == parse_key(answer, Path("k.md")).statements[0].text


def test_an_answer_in_the_same_bold_paragraph_needs_an_entry() -> None:
    assert without_entry("**Explain why they die. Their gradient is zero.**") == [
        "Their gradient is zero."
    ]
    assert without_entry("**Explain why they die.** Their gradient is zero.") == [
        "Their gradient is zero."
    ]


def test_the_documents_list_every_verb() -> None:
    text = " ".join(DOCS.read_text().split())
    for words in (VERBS, NOUNS_TOO, BEFORE):
        assert ", ".join(words) in text
