"""Findings about the code of a key: their positions, and the claims that measure effects."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from refute.characters import cleaned
from refute.keys.checked_code import LONGEST_LINE, check_blocks
from refute.keys.code.blocks import read_blocks
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
def test_evidence_names_a_claim_and_its_case_but_no_claim_about_the_code_of_a_key(
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


def test_a_fault_at_a_line_without_code_is_moved_to_the_nearest_line_of_code(only) -> None:
    only(said_at(0, 6, 9, 12, 99))
    code = check_blocks(BLOCKS, None)
    assert [str(fault.position) for fault in code.faults] == [
        "cell 2, line 1", "cell 2, line 2", "cell 2, line 2", "cell 4, line 1", "cell 4, line 1",
    ]  # fmt: skip
    assert [doubt.position for doubt in code.doubts] == [Position(5, 2, 1)]
    assert code.counts == {"error": 0, "wrong": 0, "weak": 5, "note": 0}


def in_file(name: str, text: str, folder: Path) -> list[CodeBlock]:
    (folder / name).write_text(text, encoding="utf-8")
    return read_blocks(folder / name)


@pytest.mark.parametrize(
    ("name", "text", "line", "column", "code"),
    [
        ("a.py", "if x:\n    y = 1  # so\n", 2, 5, "y = 1  # so"),
        ("a.py", "if x:\n\ty  =  1\n", 2, 2, "y  =  1"),
        ("a.md", "```python\nx = 1\n```\n", 2, 1, "x = 1"),
        ("a.md", "- So:\n\n  ```python\n  for x in y:\n      z(x)\n  ```\n", 5, 7, "z(x)"),
        ("a.md", "> ```python\n> x = 'Ärger  …'\n> ```\n", 2, 3, "x = 'Ärger  …'"),
        ("a.md", "1. Ü:\n   > ~~~python\n   > x = 1\n   > x = 1\n   > ~~~\n", 4, 6, "x = 1"),
        ("a.md", "So:\n\n    x = 1\n", 3, 5, "x = 1"),
    ],
)
def test_a_fault_has_its_line_as_published_and_the_column_where_that_begins(
    only, tmp_path: Path, name: str, text: str, line: int, column: int, code: str
) -> None:
    only(said_at(line))
    (fault,) = check_blocks(in_file(name, text, tmp_path), None).faults
    assert (fault.position.line, fault.column, fault.line) == (line, column, code)
    assert text.split("\n")[line - 1][column - 1 :] == code


def test_a_cells_columns_are_those_of_the_cell(only, tmp_path: Path) -> None:
    only(said_at(3))
    cells = [nbformat.v4.new_code_cell("if x:\n    y = 1")]
    text = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    (fault,) = check_blocks(in_file("a.ipynb", text, tmp_path), None).faults
    assert (str(fault.position), fault.column, fault.line) == ("cell 1, line 2", 5, "y = 1")


def test_a_hostile_line_is_cleaned_and_cut(only, tmp_path: Path) -> None:
    only(said_at(1, 2))
    acts = "\x1b[2J\u202e\u2066\x00\x85\u2028"
    text = f"x = 1  # {acts}::error::\ny = '{'<' * 150_000}'\n"
    first, second = check_blocks(in_file("a.py", text, tmp_path), None).faults
    assert first.line == "x = 1  # \ufffd[2J" + "\ufffd" * 5 + "::error::"
    assert first.line == cleaned(first.line)
    assert second.line == "y = '" + "<" * (LONGEST_LINE - 5) + " … (149,606 more characters)"
    # The same of blocks that nobody has cleaned.
    (raw, _) = check_blocks([CodeBlock(1, text.replace("\x85\u2028", ""))], None).faults
    assert raw.line == cleaned(raw.line)


def test_positions_are_written_as_compilers_do() -> None:
    assert Position(7, None, 3).of(Path("key.md")) == "key.md:7"
    assert Position(7, 2, 3).of(Path("a.ipynb")) == "a.ipynb:cell 2:3"


def test_a_key_without_code_has_none() -> None:
    code = check_blocks([], make.ledger([]))
    assert not code.has_code
    assert (code.faults, code.doubts, code.unparsed, code.fine) == ((), (), (), ())
