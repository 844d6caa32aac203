"""Proposals for a key, and only for what no person has accounted for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from refute.decision.verdict import Link
from refute.keys.links import LinkedKey, parse_links
from refute.keys.reader import parse_key
from refute.ledger import Condition
from refute.linking.examples import Example
from refute.linking.learning import Lessons, examples_from_key
from refute.linking.likely import Likely
from refute.linking.matcher import Proposal
from refute.linking.proposing import (
    LIKELY_AGREE_IF_CLEAR,
    LIKELY_AGREE_IF_KNOWN,
    LIKELY_CLEAR,
    LIKELY_KNOWN,
    LIKELY_LEAD,
    LIKELY_NAMED,
    Open,
    is_likely,
    open_statements,
    possibly,
)
from tests import make
from tests.linking.small import ledger, matcher, write_phrases

KEY = """# Dropout

Dropout makes the model sparse. ReLU units get stuck at zero. Is it? Take care.

```python
x = 1
```
"""


def linked(links: str = "", text: str = KEY) -> LinkedKey:
    return parse_links(links, Path("k.toml"), parse_key(text, Path("k.md")))


def entry(quote: str, says: str) -> str:
    return f"[[statement]]\nquote = '{quote}'\n{says}\n"


def texts(waiting: list[Open]) -> list[str]:
    return [entry.statement.text for entry in waiting]


def test_questions_headings_and_code_need_no_link() -> None:
    waiting = open_statements(linked(), matcher())
    assert texts(waiting) == [
        "Dropout makes the model sparse.", "ReLU units get stuck at zero.", "Take care.",
    ]  # fmt: skip


def test_statements_with_a_proposal_are_open_and_those_with_an_answer_are_not() -> None:
    by_hand = entry("Take care.", 'advice = "taste"')
    proposed = entry("ReLU units get stuck at zero.", 'proposed = ["asserts act/elu-smooth"]')
    waiting = open_statements(linked(by_hand + proposed), matcher())
    assert texts(waiting) == ["Dropout makes the model sparse.", "ReLU units get stuck at zero."]


def test_entries_by_a_person_are_examples_and_proposals_are_not() -> None:
    links = (
        entry("Dropout makes the model sparse.", 'asserts = [{claim = "act/x", force = "can"}]')
        + entry("ReLU units get stuck at zero.", 'proposed = ["asserts act/x"]')
        + entry("Take care.", 'advice = "taste"')
    )
    assert list(examples_from_key(linked(links), {"act/x"})) == [
        Example("Dropout makes the model sparse.", (Link("act/x"),)),
        Example("Take care."),
    ]
    assert list(examples_from_key(linked(links), set())) == [Example("Take care.")]


def test_linked_keys_of_the_folder_are_examples_and_broken_ones_are_not(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Zebras gallop.")
    (tmp_path / "a.toml").write_text(entry("Zebras gallop.", 'asserts = ["act/elu-smooth"]'))
    (tmp_path / "b.md").write_text("Zebras gallop.")
    (tmp_path / "b.toml").write_text("[")
    write_phrases(tmp_path)
    lessons = Lessons(ledger(), tmp_path, tmp_path, tmp_path / "kept")
    waiting = open_statements(linked(text="ELU: zebras gallop."), lessons.matcher)
    assert waiting[0].proposals[0].link.claim == "act/elu-smooth"


BASIS = Proposal(Link("act/x"), LIKELY_LEAD, 0.0, LIKELY_NAMED, LIKELY_LEAD)
KNOWN = replace(BASIS, known=LIKELY_KNOWN, agree=LIKELY_AGREE_IF_KNOWN)
CLEAR = replace(BASIS, clear=LIKELY_CLEAR, agree=LIKELY_AGREE_IF_CLEAR)


@pytest.mark.parametrize(
    ("likely", "change"),
    [
        *((likely, {"link": Link("act/x", asserts=False)}) for likely in (KNOWN, CLEAR)),
        *((likely, {"disowned": True}) for likely in (KNOWN, CLEAR)),
        *((likely, {"named": LIKELY_NAMED - 0.01}) for likely in (KNOWN, CLEAR)),
        *((likely, {"lead": LIKELY_LEAD - 0.01}) for likely in (KNOWN, CLEAR)),
        (KNOWN, {"known": LIKELY_KNOWN - 0.01}),
        (KNOWN, {"agree": LIKELY_AGREE_IF_KNOWN - 0.01}),
        (CLEAR, {"clear": LIKELY_CLEAR - 0.01}),
        (CLEAR, {"agree": LIKELY_AGREE_IF_CLEAR - 0.01}),
    ],
)
def test_a_proposal_is_likely_if_it_is_asserted_in_known_words_or_clearly(
    likely: Proposal, change: dict[str, Any]
) -> None:
    assert is_likely(likely)
    assert not is_likely(replace(likely, **change))


def test_each_claim_goes_to_the_statement_that_fits_best() -> None:
    (first, second, third) = open_statements(linked(), matcher())

    def scored(waiting: Open, claim: str, score: float) -> Open:
        proposal = replace(KNOWN, link=Link(claim), score=score, lead=score)
        return Open(waiting.in_context, waiting.own, (proposal,))

    found = possibly(
        [
            scored(first, "act/x", LIKELY_LEAD),
            scored(second, "act/x", LIKELY_LEAD + 0.1),
            scored(third, "act/y", LIKELY_LEAD - 0.01),
        ]
    )
    assert found == {second.statement.index: Link("act/x")}


def test_nothing_is_likely_without_phrases(tmp_path: Path) -> None:
    text = linked(text="Dropout prunes the network and makes it sparse.")
    assert Likely(ledger(), tmp_path, tmp_path)(text) == {}
    write_phrases(tmp_path)
    assert Likely(ledger(), tmp_path, tmp_path)(text) == {0: Link("sparse/dropout-prunes")}


@pytest.mark.parametrize(
    ("text", "force"),
    [
        ("Dropout can prune a network.", "can"),
        ("Dropout may well prune a network.", "can"),
        ("Dropout does not always prune a network.", "not always"),
        ("Dropout cannot but prune a network.", "plain"),
        ("Dropout always prunes a network.", "plain"),  # "always" may be about something else
    ],
)
def test_a_hint_takes_can_as_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, force: str
) -> None:
    write_phrases(tmp_path)
    monkeypatch.setattr(
        "refute.linking.proposing.possibly", lambda waiting: {0: Link("sparse/dropout-prunes")}
    )
    (link,) = Likely(ledger(), tmp_path, tmp_path)(linked(text=text)).values()
    assert link.force == force


def test_a_claim_about_the_code_of_one_key_is_no_hint_in_another(tmp_path: Path) -> None:
    write_phrases(tmp_path)
    text = linked(text="Dropout prunes the network and makes it sparse.")
    run = ledger()
    code = Condition("KeyCode('answers/004.md')")
    claims = [
        structs.replace(
            claim, readings=[structs.replace(claim.readings[0], conditions={"code": code})]
        )
        for claim in run.claims
    ]
    assert all(claim.about_code_of_key for claim in claims)
    assert not any(claim.about_code_of_key for claim in run.claims)
    assert Likely(structs.replace(run, claims=claims), tmp_path, tmp_path)(text) == {}


@pytest.mark.parametrize("run", [{"partial": True}, {"finished": None}])
def test_nothing_is_likely_after_a_partial_run(tmp_path: Path, run: dict[str, Any]) -> None:
    write_phrases(tmp_path)
    text = linked(text="Dropout prunes the network and makes it sparse.")
    assert Likely(make.ledger([], **run), tmp_path, tmp_path)(text) == {}


def test_a_key_without_open_statements_needs_no_model(tmp_path: Path) -> None:
    write_phrases(tmp_path)
    (tmp_path / "phrases" / "act.toml").write_text("[")
    full = linked(entry("Take care.", "advice = 'taste'"), "Take care.")
    assert Likely(ledger(), tmp_path, tmp_path)(full) == {}
