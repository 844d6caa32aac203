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


@pytest.mark.parametrize(
    "task",
    [
        "**(c)** Derive the variance of the weights and compare it with Glorot's.",
        "**(a)** Explain both effects in one paragraph.",
        "(a) Explain why dropout is only active before testing.",
        "**(a)** Name some ways to obtain a sparse model.",
        "**(c)** Compare ELU, SELU, GELU and Swish.",
        "**b.** Give two reasons.",
        "**Q2.** Show that the weights stay equal.",
        "(ii) Distinguish between advice and fact.",
        "**(a)** Compute the variance of a unit.",
        "**(a)** List the main advantages of momentum.",
        "Exercise 3: discuss momentum.",
        "**Q:** Discuss momentum.",
        "- (a) Describe momentum.",
    ],
)
@pytest.mark.parametrize("answer", ["They die.", "A: They die.", "Answer: they die."])
def test_a_task_behind_the_label_of_a_part_makes_no_claim(task: str, answer: str) -> None:
    assert without_entry(f"## Part\n\n{task}\n\n{answer}") == [answer]


def test_the_answer_to_a_plain_task_may_be_in_its_paragraph() -> None:
    assert without_entry("**(a)** Explain both effects. They die.") == ["They die."]


@pytest.mark.parametrize(
    "answer",
    [
        "**(a)** Show the network both classes.",
        "**(a)** Compare with dropout: units die.",
        "**(a)** Compare the losses of both sets.",
        "**(a)** Compute the mean on the training set.",
        "**(a)** Determine the number of epochs by early stopping.",
        "**(a)** Find the learning rate by a sweep.",
        "**(a)** Give each class the same weight.",
        "**(a)** Derive the validation set from the training set.",
        "**(a)** Interpret the outputs as probabilities.",
        "**(a)** Distinguish training from testing.",
        "**(a)** Define the loss as cross entropy.",
        "**(a)** State which seed was used.",
        "**(a)** List comprehensions are slow.",
        "**(a)** Name scopes slow training down.",
        "**(a)** Compare ELU and Swish first, then choose.",
        "**(a)** Describe the classes in words, because names help.",
        "**(a)** Compare both networks; the deeper learns.",
        "**(a)** Explain it by variance: it grows.",
        "**(a)** Estimate it twice.",
        "**(a)** Compare ELU and Swish and you will see that Swish wins.",
        "Compare ELU and Swish.",
        "1. Compare ELU and Swish.",
    ],
)
def test_an_answer_that_begins_like_a_task_needs_an_entry(answer: str) -> None:
    assert len(without_entry(f"{answer}\n\nThey die.")) == 2


def test_a_part_that_nothing_answers_is_an_answer() -> None:
    parts = "(a) Compare ELU and Swish.\n\n(b) They die."
    assert len(without_entry(parts)) == 2
    assert len(without_entry("What helps?\n\n(a) Compare ELU and Swish.\n\nThey die.")) == 2
    assert len(without_entry("(a) Compare ELU and Swish.\n\n## Next\n\nThey die.")) == 2
    assert len(without_entry("(a) Compare ELU and Swish. They differ.\n\nThey die.")) == 3


@pytest.mark.parametrize(
    "exercise",
    [
        "**(d)** True or false: dropout guarantees sparsity.",
        "True/False: dropout prunes.",
        "T/F: dropout prunes.",
        "Right or wrong: dropout prunes.",
        "**True or false?** Dropout prunes.",
        "Right or wrong? Dropout prunes.",
        "Is it true that dropout prunes?",
        "Is it true that dropout prunes.",
        "Claim: dropout prunes.",
        "Myth: dropout prunes.",
        "**Statement 2:** dropout prunes.",
    ],
)
@pytest.mark.parametrize("verdict", ["False: they live.", "False.", "No, they live."])
def test_a_sentence_to_be_judged_makes_no_claim(exercise: str, verdict: str) -> None:
    assert without_entry(f"{exercise}\n\n{verdict}") == [verdict]
    assert without_entry(f"{exercise} {verdict}") == [verdict]


def test_a_myth_is_followed_by_the_fact() -> None:
    assert without_entry("Myth: dropout prunes. Fact: it does not.") == ["Fact: it does not."]


@pytest.mark.parametrize(
    "answer",
    [
        "True or false: false, units live.",
        "True/False: True.",
        "True or false: units live (true).",
        "True or false: it depends on the rate.",
        "True or false: dropout prunes, which is wrong.",
        "True or false? It depends on the rate.",
        "True or false? Dropout prunes.",
        "Claim: dropout prunes.",
        "Claim: dropout prunes. No units are removed.",
        "Claim: dropout prunes. In fact, the proof is short.",
        "Myth: dropout prunes.",
        "True dropout prunes.",
        "The claim: dropout prunes. False.",
    ],
)
def test_a_verdict_needs_an_entry(answer: str) -> None:
    assert without_entry(f"{answer}\n\nThey die.")[0] in answer


@pytest.mark.parametrize("mark", ["- ", ""])
def test_a_name_at_the_start_of_bullets_or_paragraphs_makes_no_claim(mark: str) -> None:
    names = ["Early stopping.", "Scaling.", "Learning rate.", "Vanishing gradients."]
    text = "\n\n".join(f"{mark}**{name}** They die." for name in names)
    assert without_entry(f"## Practice\n\n{text}") == ["They die."] * 4


@pytest.mark.parametrize(
    "answer",
    [
        "No.",
        "Yes, always.",
        "Dropout helps.",
        "True.",
        "ReLU.",
        "Use dropout.",
        "Less overfitting.",
        "Better generalization.",
        "No regularization.",
        "Only training.",
        "Units saturate.",
        "Momentum needs tuning.",
    ],
)
def test_a_short_answer_in_bold_needs_an_entry(answer: str) -> None:
    text = f"- **{answer}** They die.\n- **Scaling.** They die.\n- **{answer}** They die."
    assert without_entry(text).count(answer) == 2


@pytest.mark.parametrize(
    "above", ["What helps?", "Name some ways.", "**(a)** Name some ways.", "These help:", "Answers"]
)
def test_a_name_that_answers_what_is_above_needs_an_entry(above: str) -> None:
    text = f"{above}\n\n- **Early stopping.** They die.\n- **Scaling.** They die."
    assert {"Early stopping.", "Scaling."} <= set(without_entry(text))


def test_a_name_that_stands_alone_or_is_numbered_needs_an_entry() -> None:
    assert "Scaling." in without_entry("**Scaling.** They die.")
    assert "Scaling." in without_entry("1. **Scaling.** They die.\n2. **Momentum.** They die.")
    assert "Scaling." in without_entry("- **Scaling.**\n- **Momentum.**")
