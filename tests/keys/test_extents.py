"""Every statement is found again in its file, by line and column."""

from pathlib import Path

import pytest

from refute.keys.extents import Extent, extents, source_in
from refute.keys.links import parse_links
from refute.keys.reader import parse_key


def stretches(text):
    """What each statement's extent holds of the file, on one line."""
    key = parse_key(text, Path("key.md"))
    return [
        " ".join(line.strip() for line in source_in(key, extent).split("\n"))
        for extent in extents(key)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One here. Two there.", ["One here.", "Two there."]),
        ("# 1 # 1 #\n", ["1 # 1"]),
        ("1. 1\n2. a b\n", ["1", "a b"]),
        ("- x\n\n  First line\n  goes on. Next.\n", ["x", "First line goes on.", "Next."]),
        ("> Said. And\n> said again.\n", ["Said.", "And > said again."]),
        ("Bold **is kept.** So is `x = 1`.", ["Bold **is kept.", "So is `x = 1`."]),
        ("| a | b |\n|---|---|\n| 0 | 0 |\n", ["a", "b", "0", "0"]),
        ("```python\nx = 1\n```\n", ["x = 1"]),
        ("  ~~~\n  y\n  ~~~\n", ["y"]),
        ("Ärger … über\nZeilen. Schluß.", ["Ärger … über Zeilen.", "Schluß."]),
        ("Marked. Twice.\r\nThrice.\r\n", ["Marked.", "Twice.", "Thrice."]),
    ],
)
def test_an_extent_holds_the_statement_and_nothing_else(text, expected):
    assert stretches(text) == expected


def test_equal_cells_of_a_row_have_different_extents():
    key = parse_key("| x | y |\n|---|---|\n| 0 | 0 |\n", Path("key.md"))

    assert extents(key)[2:] == [Extent(3, 3, 3, 4), Extent(3, 3, 7, 8)]


def test_a_line_after_one_with_an_escaped_sign_is_counted_right():
    key = parse_key("Signs \\* are *escaped*\nhere. Not there.", Path("key.md"))

    assert [(extent.line, extent.end_line) for extent in extents(key)] == [(1, 2), (2, 2)]
    assert extents(key)[1] == Extent(2, 2, 7, 17)


def test_a_cell_that_is_shown_differently_has_no_columns():
    key = parse_key("| a |\n|---|\n| p \\| q |\n", Path("key.md"))

    assert extents(key)[1] == Extent(3, 3)
    assert source_in(key, Extent(3, 3)) == "| p \\| q |"


def test_a_quoted_part_of_a_sentence_has_its_own_extent():
    text = "Dropout slows training, and it helps."
    links = '[[statement]]\nquote = "and it helps"\nnot_a_claim = true\n'
    key = parse_links(links, Path("key.toml"), parse_key(text, Path("key.md"))).key

    assert extents(key) == [Extent(1, 1, 1, 24), Extent(1, 1, 25, 38)]
