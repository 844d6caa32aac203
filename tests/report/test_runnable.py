"""A counterexample is printed as a program that repeats it, if that program would run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from refute.ledger import ClaimRecord, Condition, ReadingRecord
from refute.report.runnable import alone, program
from tests.make import claim, reading, searched

CLAIMS = """
from fractions import Fraction


class TestHalves:
    def test_half_is_small(self, part, limit):
        assert part < limit, f"{part} is not below {limit}"
"""
NODE = "claims/test_parts.py::TestHalves"


def found(
    counterexample: str = "part=Fraction(3, 4)",
    imports: tuple[str, ...] = ("from fractions import Fraction",),
    **conditions: str,
) -> tuple[ClaimRecord, ReadingRecord]:
    evidence = searched("fails", counterexample=counterexample, imports=list(imports))
    case = replace(
        reading("any part", "fails", evidence, check="test_half_is_small"),
        conditions={
            name: Condition(text)
            for name, text in ({"part": "parts()", "limit": "0.5"} | conditions).items()
        },
        nodeid=f"{NODE}::test_half_is_small[any part]",
    )
    return replace(claim("parts/half", "REFUTED", [case]), nodeid=NODE), case


def run(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    claims = folder / "claims"
    claims.mkdir()
    (claims / "test_parts.py").write_text(CLAIMS, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_program_fails_as_the_check_did(tmp_path: Path) -> None:
    text = program(*found())
    assert text is not None
    done = run(text, tmp_path)
    assert done.returncode == 1
    assert "AssertionError: 3/4 is not below 0.5" in done.stderr


def test_the_program_of_an_example_that_passes_ends_in_silence(tmp_path: Path) -> None:
    text = program(*found("part=Fraction(1, 4)"))
    assert text is not None
    done = run(text, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_drawn_values_replace_the_strategies_that_drew_them() -> None:
    text = program(*found())
    assert text is not None
    assert "    part=Fraction(3, 4),\n    limit=0.5,\n" in text
    assert "parts()" not in text


@pytest.mark.parametrize(
    ("counterexample", "imports", "conditions"),
    [
        ("part=Unknown(3)", ("from fractions import Fraction",), {}),
        ("part=Fraction(3, 4)", (), {}),
        ("part=<object at 0x7f>", (), {}),
        ("part=0.75", (), {"limit": "<function limit at 0x7f>"}),
        ("part=0.75", ("import os; os.remove('x')",), {}),
        ("part=0.75", ("from x import *  # \n print(1)",), {}),
        ("part=" + "(" * 5000, (), {}),
    ],
)
def test_where_a_name_or_a_value_is_not_code_there_is_no_program(
    counterexample: str, imports: tuple[str, ...], conditions: dict[str, str]
) -> None:
    assert program(*found(counterexample, imports, **conditions)) is None


def test_a_place_that_cannot_be_imported_gives_no_program() -> None:
    owner, case = found()
    for node in ("claims/test-parts.py::TestHalves", "claims/test_parts.py", "x; import os::T"):
        assert program(replace(owner, nodeid=node), case) is None


def test_a_search_that_found_nothing_has_no_program() -> None:
    owner, case = found()
    assert program(owner, replace(case, evidence=searched("holds"))) is None


def test_one_reading_is_named_behind_the_class() -> None:
    _, case = found()
    assert alone(case) == "::test_half_is_small[NAME]"


@pytest.mark.parametrize("name", ['say "x"', "cost $5", "`x`", "a\\b", "now!"])
def test_a_name_that_a_shell_would_read_needs_its_own_command(name: str) -> None:
    _, case = found()
    assert alone(replace(case, name=name, nodeid=f"{NODE}::test_half_is_small[{name}]")) is None


def test_a_node_with_another_name_needs_its_own_command() -> None:
    _, case = found()
    assert alone(replace(case, nodeid=f"{NODE}::test_half_is_small[other]")) is None
    assert alone(replace(case, nodeid="my claims/test_x.py::T::test_y[any part]")) is None
