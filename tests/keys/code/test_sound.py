"""Correct programs, on which no rule may find a fault: its author would rightly dispute it.

A program belongs here only if somebody has read it and agrees that it is sound.  Most were written
without looking at the rules.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from refute.keys.code.blocks import read_blocks
from refute.keys.code.checking import check_code
from refute.keys.code.program import CodeBlock

PROGRAMS = sorted((Path(__file__).parent / "sound").iterdir())


def blocks_of(path: Path) -> list[CodeBlock]:
    """Read a program of Python, which ends in .txt lest it be formatted, or a key."""
    if path.suffix == ".txt":
        return [CodeBlock(1, path.read_text(encoding="utf-8"))]
    return read_blocks(path)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_no_rule_accuses_a_sound_program(path: Path) -> None:
    report = check_code(blocks_of(path))
    assert not report.unparsed
    assert not report.cut
    assert [
        f"{path.name}:{fault.answer.place.line}: {fault.rule.id}: {fault.answer.why}"
        for fault in report.faults
        if fault.severity != "note"
    ] == []


def test_there_are_sound_programs_of_both_libraries() -> None:
    texts = [path.read_text(encoding="utf-8") for path in PROGRAMS]
    assert sum("torch" in text for text in texts) >= 40
    assert sum("keras" in text for text in texts) >= 20
