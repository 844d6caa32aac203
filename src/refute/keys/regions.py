"""Regions: where in its file each statement of a key stands, by lines and columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refute.keys.reader import Block, Key


@dataclass(frozen=True)
class Region:
    """A stretch of a file: lines and columns count from 1, columns in characters.

    ``end_column`` is the one after the last character.  Columns are ``None`` where the line is not
    spelled as it is shown, as with an escaped stroke in the cell of a table.
    """

    line: int
    end_line: int
    column: int | None = None
    end_column: int | None = None


def regions(key: Key) -> list[Region]:
    """The region of every statement, in reading order (by ``Statement.index``)."""
    found: list[Region] = []
    lines = key.text.split("\n")
    in_cell, cell_ends = False, dict[int, int]()
    for piece in key.pieces:
        if not isinstance(piece, Block):
            in_cell = piece.startswith(("<td", "<th")) and not piece.startswith("<thead")
            continue
        starts = _starts(piece, lines, cell_ends if in_cell else None)
        found += _regions_of(piece, starts)
    return found


def source_in(key: Key, region: Region) -> str:
    """The stretch of the key's file that a region holds, as it is written."""
    lines = key.text.split("\n")[region.line - 1 : region.end_line]
    lines[-1] = lines[-1][: None if region.end_column is None else region.end_column - 1]
    lines[0] = lines[0][0 if region.column is None else region.column - 1 :]
    return "\n".join(lines)


def _regions_of(block: Block, starts: list[int | None]) -> Iterator[Region]:
    for start, end in block.spans:
        text = block.text[start:end]
        first = start + len(text) - len(text.lstrip())
        last = start + len(text.rstrip()) - 1
        line, column = _place(block, starts, first)
        end_line, end_column = _place(block, starts, last)
        if column is None or end_column is None:
            yield Region(line, end_line)
        else:
            yield Region(line, end_line, column, end_column + 1)


def _place(block: Block, starts: list[int | None], offset: int) -> tuple[int, int | None]:
    """The line and column of the character at ``offset`` of the block's text."""
    at = block.source_of(offset)
    row = block.source.count("\n", 0, at)
    start = starts[row] if row < len(starts) else None
    into = at - (block.source.rfind("\n", 0, at) + 1)
    return block.line + row, None if start is None else start + into + 1


def _starts(block: Block, lines: list[str], cell_ends: dict[int, int] | None) -> list[int | None]:
    """Where in its line of the file each line of the block's source begins, from 0.

    A line of text is the end of its line in the file, after marks of lists and quotations.  Cells
    share a line: each is sought after the one before it.
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
