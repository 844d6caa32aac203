"""What is around each statement of a key."""

from __future__ import annotations

from pathlib import Path

from refute.keys.neighbours import Neighbours, StatingBlock, neighbours_in
from refute.keys.reader import parse_key

KEY = """\
**Scaling.** Inputs are scaled. Then they are shuffled.

# Second

> Quoted text.

1. **First.** An item.
"""


def around(text: str) -> list[Neighbours]:
    return [statement.around for statement in parse_key(text, Path("k.md")).statements]


def test_neighbours_are_those_in_reading_order():
    before, after = zip(*((each.before, each.after) for each in around(KEY)), strict=True)
    texts = [statement.text for statement in parse_key(KEY, Path("k.md")).statements]

    assert list(before) == ["", *texts[:-1]]
    assert list(after) == [*texts[1:], ""]


def test_only_a_paragraph_outside_quotations_begins_and_a_heading_is_no_next_block():
    first, *_, shuffled, heading, quoted, item, _ = around(KEY)

    assert first.begins
    assert first.goes_on
    assert not shuffled.goes_on
    assert shuffled.next_block == ""
    assert not heading.begins
    assert heading.next_block == "Quoted text."
    assert not quoted.begins
    assert item.begins
    assert item.numbered


def test_a_label_in_bold_stands_beside_its_neighbours_and_is_above_nothing():
    labelled = StatingBlock(("ReLU.", "It is fast."), True, False, True, False)
    plain = StatingBlock(("Which?",), True, False, False, False)

    found = list(neighbours_in([plain, labelled, labelled]))

    assert [each.beside for each in found] == [("ReLU.",), *[("ReLU.",)] * 4]
    assert [each.above for each in found] == ["", *["Which?"] * 4]
