"""Findings about the code of a key: their positions, and the claims that measure effects."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

from refute.characters import cleaned
from refute.keys.checked_code import LONGEST_LINE, check_blocks
from refute.keys.code.blocks import read_blocks
from refute.keys.code.places import Place
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


@pytest.mark.parametrize(("rule", "evidence"), NAMED, ids=lambda rule: getattr(rule, "id", ""))
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
    """A rule that finds a fault in column 2 of these lines, and cannot tell in line 1."""
    faults = (Faulty(Place(line, 2), "why") for line in lines)
    answers: list[Answer] = [Unsure(Place(1, 2), "why"), *faults]
    return rule("code/mine", "mine", severity="weak", fix="None.")(lambda facts: answers)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch):
    """Let a rule be the only one."""
    return lambda rule: monkeypatch.setattr("refute.keys.code.checking.rules", lambda: (rule,))


BLOCKS = [CodeBlock(5, "x = 1\ny = 2\n", cell=2), CodeBlock(12, "z = 3\n", cell=4)]


def test_a_fault_at_a_line_without_code_is_moved_to_the_nearest_line_of_code(only) -> None:
    only(said_at(0, 6, 9, 12, 99))
    code = check_blocks(BLOCKS, None)
    assert [str(fault.position) for fault in code.faults] == [
        "cell 2, line 1, column 1",
        "cell 2, line 2, column 2",
        "cell 2, line 2, column 1",
        "cell 4, line 1, column 2",
        "cell 4, line 1, column 1",
    ]
    assert [finding.position for finding in code.cannot_tell] == [Position(5, 2, 1, 1)]
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
def test_a_fault_has_its_line_as_published_and_code_begins_in_its_column(
    only, tmp_path: Path, name: str, text: str, line: int, column: int, code: str
) -> None:
    only(said_at(line))
    (block,) = in_file(name, text, tmp_path)
    (fault,) = check_blocks([block], None).faults
    assert (fault.position.line, fault.line) == (line, code)
    assert block.place(line - block.line) == Place(line, column)
    assert text.split("\n")[line - 1][column - 1 :] == code


LAYER = "keras.layers.Dropout(50)"


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("a.py", f"drop = {LAYER}\n", 1, 8),
        ("a.py", f"x = [keras.layers.Dropout(0.5), {LAYER}]\n", 1, 33),
        ("a.py", f"if x:\n\ty =\t{LAYER}\n", 2, 6),
        ("a.py", f"größe = 'Ärger 𝛼'; y = {LAYER}\n", 1, 24),
        ("a.py", f"x = [\n    keras.layers.Dropout(0.5),\n    {LAYER},\n]\n", 3, 5),
        ("a.py", "y = keras.layers.Dropout(\n    rate=50,\n)\n", 1, 5),
        ("a.py", f"print(f'größer {{ {LAYER} }}')\n", 1, 18),
        ("a.md", f"- So:\n\n  ```python\n  if x:\n      y = {LAYER}\n  ```\n", 5, 11),
        ("a.md", f"> ```python\n> ö = {LAYER}\n> ```\n", 2, 7),
        ("a.md", f"So:\n\n    y = {LAYER}\n", 3, 9),
        # Markdown takes a part of the tab for the item, and makes spaces of the rest.
        ("a.md", f"1. So:\n\n   ```python\n   if x:\n\ty = {LAYER}\n   ```\n", 5, 6),
        ("a.md", f"- So:\n\n      if x:\n\t\ty = {LAYER}\n", 4, 7),
        ("a.html", f"<p>Ä:</p><pre>if x:\n    y = {LAYER}</pre>", 5, 9),
    ],
)
def test_a_fault_is_at_the_first_character_of_its_expression(
    tmp_path: Path, name: str, text: str, line: int, column: int
) -> None:
    blocks = [CodeBlock(0, "import keras"), *in_file(name, text, tmp_path)]
    code = check_blocks(blocks, None)
    (fault,) = [fault for fault in code.faults if fault.rule.id == "code/dropout-rate-out-of-range"]
    assert not code.unparsed
    assert (fault.position.line, fault.position.column) == (line, column)
    assert fault.position.end is not None
    end_line, end_column = fault.position.end
    if name != "a.html":  # a page is read as Markdown
        lines = text.split("\n")[line - 1 : end_line]
        lines[-1] = lines[-1][: end_column - 1]
        lines[0] = lines[0][column - 1 :]
        assert ast.unparse(ast.parse("\n".join(lines))) in (LAYER, "keras.layers.Dropout(rate=50)")


def test_a_fault_in_a_notebook_is_at_line_and_column_of_its_cell(tmp_path: Path) -> None:
    cells = [
        nbformat.v4.new_markdown_cell("Ä\n\nSo."),
        nbformat.v4.new_code_cell(f"import keras\nif x:\n    é = 'ü', {LAYER}"),
    ]
    text = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    (fault,) = check_blocks(in_file("a.ipynb", text, tmp_path), None).faults
    assert str(fault.position) == "cell 2, line 3, column 14"
    assert fault.position.of(Path("a.ipynb")) == "a.ipynb:cell 2:3:14"


def test_faults_of_two_layers_in_a_line_are_two_in_the_order_of_the_line(tmp_path: Path) -> None:
    text = f"import keras\nx = [{LAYER}, keras.layers.Dropout(-1)]\n"
    found = check_blocks(in_file("a.py", text, tmp_path), None).faults
    assert [(fault.position.column, fault.why.split()[4]) for fault in found] == [
        (6, "50"),
        (32, "-1"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("a.py", "x = 'é' + (\n", 1, 11),
        ("a.md", "- So:\n\n  ```python\n  ä = f(a b)\n  ```\n", 4, 9),
        ("a.md", "> ```python\n> if ü:\n> \tx = 'ö' )\n> ```\n", 3, 12),
        ("a.py", "x = 1\nprint('ü', f'ä {h(1)} { a b }')\n", 2, 25),
        ("a.py", "x = '" + "y" * 200_001, 1, 1),  # longer than any block that is read
    ],
)
def test_code_that_cannot_be_parsed_is_found_at_its_line_and_column(
    tmp_path: Path, name: str, text: str, line: int, column: int
) -> None:
    (unparsed,) = check_blocks(in_file(name, text, tmp_path), None).unparsed
    assert (unparsed.position.line, unparsed.position.column) == (line, column)


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
    assert Position(7, None, 3, 5).of(Path("key.md")) == "key.md:7:5"
    assert Position(7, 2, 3).of(Path("a.ipynb")) == "a.ipynb:cell 2:3"
    assert Position(7, 2, 3, 5).of(Path("a.ipynb")) == "a.ipynb:cell 2:3:5"


def test_a_key_without_code_has_none() -> None:
    code = check_blocks([], make.ledger([]))
    assert not code.has_code
    assert (code.faults, code.cannot_tell, code.unparsed, code.fine) == ((), (), (), ())
