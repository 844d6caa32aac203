"""Checking a key costs in proportion to its length: counted in lines of Python, not in seconds."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from benchmarks.checking import write_key, write_ledger

from refute import ledger as ledgers
from refute.cli.diagnostics import lines
from refute.keys.grading import CHECKED, Mark, grade_file, results_of
from refute.keys.reader import parse_key


def work(function: Callable[[], object]) -> int:
    """How many lines of Python a call executes, whoever wrote them."""
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> Callable[..., object]:
        nonlocal counted
        counted += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        function()
    finally:
        sys.settrace(before)
    return counted


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("bench")
    write_ledger(home / "verdicts.json")
    return home


def test_four_times_the_statements_are_four_times_the_work(home: Path) -> None:
    ledger = ledgers.read(home / "verdicts.json")
    results = results_of(ledger)

    def checked(statements: int) -> int:
        key = write_key(home, f"key{statements}", statements)
        return work(lambda: list(lines(grade_file(key, ledger), results)))

    checked(10)  # what is imported and cached once is not counted
    few, many = checked(100), checked(400)
    assert 3 * few < many < 4.5 * few


def test_the_benchmark_key_has_each_of_its_statements_linked(home: Path) -> None:
    key = write_key(home, "linked", 200)
    graded = grade_file(key, ledgers.read(home / "verdicts.json"))

    assert len(graded.statements) == 200
    assert graded.counts[Mark.UNLINKED] == 0
    assert {mark for mark, count in graded.counts.items() if count} >= {
        Mark.SUPPORTED, Mark.REFUTED, Mark.DEPENDS, Mark.NOT_ENCODED, Mark.ADVICE,
    }  # fmt: skip
    assert sum(graded.counts[mark] for mark in CHECKED) > 100


@pytest.mark.parametrize(
    "repeated",
    [
        "*Aa* bb. Cc ",  # as many sentences as runs
        "*Aa* bb.\nCc ",  # as many lines
        "Aa `x` bb. ",
        "[",
        "[a](",
        "**a ",
        "*&#1;* ",  # text that is not in the source as it is shown
        "“A. B ",
    ],
)
def test_a_long_paragraph_is_read_in_proportion(repeated: str) -> None:
    def read(length: int) -> int:
        text = (repeated * length)[:length]
        return work(lambda: parse_key(text, Path("key.md")).statements)

    read(100)
    few, many = read(1000), read(4000)
    assert many < 5 * few


def test_a_bracket_costs_no_more_than_a_step_for_each_level() -> None:
    text = "[" * 2000

    assert work(lambda: parse_key(text, Path("key.md")).statements) < 1000 * len(text)
