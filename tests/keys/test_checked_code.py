"""The code of a key as everybody tells it: places, and the claims that say what a fault does."""

from __future__ import annotations

from pathlib import Path

import pytest

from refute.keys.checked_code import check_blocks
from refute.keys.code.program import CodeBlock
from refute.keys.code.rules.answers import Answer, Faulty, Unsure, rule
from refute.keys.code.rules.table import rules
from refute.keys.tree import Position
from refute.ledger import Ledger
from refute.ledger.shipped import read_or_shipped
from tests import make


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return read_or_shipped(tmp_path_factory.mktemp("none") / "verdicts.json")[0]


NAMED = [(rule, evidence) for rule in rules() for evidence in rule.evidence]


@pytest.mark.parametrize(("rule", "evidence"), NAMED, ids=lambda one: getattr(one, "id", ""))
def test_evidence_is_a_claim_with_that_case_and_speaks_of_no_other_code(
    rule, evidence, shipped: Ledger
) -> None:
    record = shipped.claim(evidence.claim)
    assert record is not None
    names = [reading.name for reading in record.readings]
    assert evidence.case in (None, *names)
    # What another key's code says is no measure of what a fault does.
    case = record.deciding if evidence.case is None else record.readings[names.index(evidence.case)]
    assert "KeyCode" not in repr(case.conditions)
    assert "answers/" not in repr(case.evidence)


def said_at(*lines: int):
    """A report of a rule that speaks of these lines, and cannot tell at line 1."""
    answers: list[Answer] = [Unsure(1, "why"), *(Faulty(line, "why") for line in lines)]
    return rule("code/mine", "mine", severity="weak", fix="None.")(lambda facts: answers)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch):
    """Let a rule be the only one."""
    return lambda one: monkeypatch.setattr("refute.keys.code.checking.rules", lambda: (one,))


BLOCKS = [CodeBlock(5, "x = 1\ny = 2\n", cell=2), CodeBlock(12, "z = 3\n", cell=4)]


def test_a_line_without_code_is_told_at_the_nearest_line_of_code(only) -> None:
    only(said_at(0, 6, 9, 12, 99))
    code = check_blocks(BLOCKS, None)
    assert [str(fault.position) for fault in code.faults] == [
        "cell 2, line 1", "cell 2, line 2", "cell 2, line 2", "cell 4, line 1", "cell 4, line 1",
    ]  # fmt: skip
    assert [doubt.position for doubt in code.doubts] == [Position(5, 2, 1)]
    assert code.counts == {"error": 0, "wrong": 0, "weak": 5, "note": 0}


def test_places_are_named_as_a_compiler_does() -> None:
    assert Position(7, None, 3).of(Path("key.md")) == "key.md:7"
    assert Position(7, 2, 3).of(Path("a.ipynb")) == "a.ipynb:cell 2:3"


def test_a_key_without_code_has_none() -> None:
    code = check_blocks([], make.ledger([]))
    assert not code.has_code
    assert (code.faults, code.doubts, code.unparsed, code.fine) == ((), (), (), ())
