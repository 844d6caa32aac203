"""Regions: where each statement of a key is in its file, by lines and columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refute.keys.tree import Block, Key


@dataclass(frozen=True)
class Region:
    """A stretch of a file: lines and columns count from 1, columns in characters.

    ``end_column`` is the one after the last character.  Columns are ``None`` if the line is spelled
    differently from how it is shown, such as with an escaped stroke in a table cell.
    """

    line: int
    end_line: int
    column: int | None = None
    end_column: int | None = None


def regions(key: Key) -> list[Region]:
    """The region of every statement, in reading order (by ``Statement.index``)."""
    found: list[Region] = []
    lines = key.text.split("\n")
    cell_ends: dict[int, int] = {}
    for block in key.blocks:
        starts = line_starts(block, lines, cell_ends if block.kind == "cell" else None)
        found += _regions_of(block, starts)
    return found


def source_in(key: Key, region: Region) -> str:
    """The text of the key's file in a region, as written."""
    lines = key.text.split("\n")[region.line - 1 : region.end_line]
    lines[-1] = lines[-1][: None if region.end_column is None else region.end_column - 1]
    lines[0] = lines[0][0 if region.column is None else region.column - 1 :]
    return "\n".join(lines)


def _regions_of(block: Block, starts: list[int | None]) -> Iterator[Region]:
    for start, end, states in block.stretches():
        if not states:
            continue
        line, column = _place(block, starts, block.source_of(start)[0])
        end_line, end_column = _place(block, starts, block.source_of(end - 1)[1])
        if column is None or end_column is None:
            yield Region(line, end_line)
        else:
            yield Region(line, end_line, column, end_column)


def _place(block: Block, starts: list[int | None], at: int) -> tuple[int, int | None]:
    """The line and column of the character at ``at`` of the block's source."""
    row = block.source.count("\n", 0, at)
    start = starts[row] if row < len(starts) else None
    into = at - (block.source.rfind("\n", 0, at) + 1)
    return block.line + row, None if start is None else start + into + 1


def line_starts(
    block: Block, lines: list[str], cell_ends: dict[int, int] | None = None
) -> list[int | None]:
    """Where each line of the block's source begins in its line of the file, from 0.  A line of text
    is the end of its line in the file, after marks of lists and quotations.  Cells share a line:
    each is searched for after the one before it, and ``cell_ends`` keeps where that ends.
    """
    starts: list[int | None] = []
    for row, words in enumerate(block.source.split("\n")):
        at = block.line - 1 + row
        line = lines[at] if at < len(lines) else ""
        if cell_ends is None:
            found = line.rfind(words)
        else:
            found = line.find(words, cell_ends.get(at, 0))
            cell_ends[at] = max(found, 0) + len(words)
        starts.append(found if found >= 0 else None)
    return starts
