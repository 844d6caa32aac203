"""The lines and columns of each statement in the file of its key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refute.keys.tree import Block, Key


@dataclass(frozen=True)
class Extent:
    """A stretch of a file: lines and columns count from 1, columns in characters.

    ``end_column`` is the one after the last character.  Columns are ``None`` if the source
    differs from the rendered text, as with an escaped pipe in a table cell.
    """

    line: int
    end_line: int
    column: int | None = None
    end_column: int | None = None


def extents(key: Key) -> list[Extent]:
    """Return the extent of every statement, in reading order (by ``Statement.index``)."""
    all_extents: list[Extent] = []
    lines = key.text.split("\n")
    cell_ends: dict[int, int] = {}
    for block in key.blocks:
        starts = line_starts(block, lines, cell_ends if block.kind == "cell" else None)
        all_extents += _extents_of(block, starts)
    return all_extents


def source_in(key: Key, extent: Extent) -> str:
    """Return the text of the key's file in an extent, as written."""
    lines = key.text.split("\n")[extent.line - 1 : extent.end_line]
    lines[-1] = lines[-1][: None if extent.end_column is None else extent.end_column - 1]
    lines[0] = lines[0][0 if extent.column is None else extent.column - 1 :]
    return "\n".join(lines)


def _extents_of(block: Block, starts: list[int | None]) -> Iterator[Extent]:
    for start, end in block.stated():
        line, column = _place(block, starts, block.source_of(start)[0])
        end_line, end_column = _place(block, starts, block.source_of(end - 1)[1])
        if column is None or end_column is None:
            yield Extent(line, end_line)
        else:
            yield Extent(line, end_line, column, end_column)


def _place(block: Block, starts: list[int | None], at: int) -> tuple[int, int | None]:
    """The line and column of the character at ``at`` of the block's source."""
    row = block.source.count("\n", 0, at)
    start = starts[row] if row < len(starts) else None
    into = at - (block.source.rfind("\n", 0, at) + 1)
    return block.line + row, None if start is None else start + into + 1


def line_starts(
    block: Block, lines: list[str], cell_ends: dict[int, int] | None = None
) -> list[int | None]:
    """Return the column, from 0, at which each line of the block's source begins in the file.

    Text ends its line of the file; only marks of lists and quotations come before it.  The cells of
    a row share a line, so each is searched for after the one before it, whose end ``cell_ends``
    keeps.
    """
    starts: list[int | None] = []
    for row, words in enumerate(block.source.split("\n")):
        at = block.line - 1 + row
        line = lines[at] if at < len(lines) else ""
        if cell_ends is None:
            column = line.rfind(words)
        else:
            column = line.find(words, cell_ends.get(at, 0))
            cell_ends[at] = max(column, 0) + len(words)
        starts.append(column if column >= 0 else None)
    return starts
