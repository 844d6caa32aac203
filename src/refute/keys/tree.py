"""An answer key as a tree: groups of blocks, blocks of text, and the statements in each block."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Literal

Span = tuple[int, int]
"""[start, end) in the text of a block."""

UNSAID = "\0"
"""In ``Block.said``, a character that is shown but belongs to no statement."""

_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Statement:
    """One sentence, heading or stretch of code, or the part of one that a link quotes.

    ``text`` is what a reader sees, without Markdown's markup and with single spaces.  Lines count
    from 1 in the key's file.
    """

    index: int
    kind: Literal["sentence", "heading", "code"]
    line: int
    end_line: int
    text: str


@dataclass(frozen=True)
class Markup:
    """The markup around a run of text.  Only a link has an address and a title."""

    kind: Literal["strong", "emphasis", "struck", "link"]
    address: str = ""
    title: str = ""


@dataclass(frozen=True)
class Run:
    """A stretch of text under the same markup, outermost first, and its position in the source.

    The text of an image is its description, and that of a footnote the mark that refers to it or
    begins it.  ``written`` is the source's spelling if it differs, such as ``&amp;`` for ``&``.
    """

    text: str
    kind: Literal["text", "code", "formula", "break", "image", "footnote"]
    markup: tuple[Markup, ...]
    source_at: int
    written: str | None = None

    @property
    def unsaid(self) -> bool:
        """Whether it is shown but not part of a statement."""
        return self.kind in ("image", "footnote") or any(
            markup.kind == "struck" for markup in self.markup
        )


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, table cell, code block or displayed formula: runs of text.

    ``spans`` has one span for each statement.  Together they cover the text without a gap; a block
    that states nothing has none.  ``line`` is the file's line on which ``source`` begins.
    ``level`` is a heading's, 1 to 6, ``language`` a code block's.  A paragraph of a tight list is
    ``tight``; a cell may be of the table's ``head`` and have an ``align``.
    """

    kind: Literal["paragraph", "heading", "cell", "code", "formula"]
    line: int
    source: str
    runs: tuple[Run, ...]
    spans: tuple[Span, ...] = ()
    level: int = 0
    language: str = ""
    tight: bool = False
    head: bool = False
    align: str = ""

    @cached_property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @cached_property
    def said(self) -> str:
        """The text, with ``UNSAID`` for struck text, images and footnote marks."""
        return "".join(UNSAID * len(run.text) if run.unsaid else run.text for run in self.runs)

    def divided(self, cuts: Iterable[int]) -> Block:
        """The same block with a statement between each pair of cuts.  One without a letter or digit
        is joined to its neighbour.
        """
        text = self.said
        edges = sorted({0, *cuts, len(text)})
        spans: list[Span] = []
        start = 0
        for at, after in pairwise(edges):
            if _WORD.search(text, at, after):
                spans.append((start, after))
            elif spans:
                spans[-1] = (spans[-1][0], after)
            else:
                continue  # nothing before it: the next span begins here
            start = after
        return replace(self, spans=tuple(spans))

    def quoting(self, quotes: Iterable[Span]) -> Block:
        """The same block with a statement for each quote, and others for the rest.

        No two quotes overlap.
        """
        quotes = sorted(quotes)
        starts = [start for start, _ in quotes]

        def quoted(at: int) -> bool:
            before = bisect_left(starts, at) - 1
            return before >= 0 and at < quotes[before][1]

        kept = {start for start, _ in self.spans if not quoted(start)}
        return self.divided(kept | {at for quote in quotes for at in quote})

    def stretches(self) -> Iterator[tuple[int, int, bool]]:
        """The whole text in order, divided into statements (true) and what is between them."""
        at = 0
        for start, end in self.spans:
            stretch = self.said[start:end].replace(UNSAID, " ")
            first = end - len(stretch.lstrip())
            last = start + len(stretch.rstrip())
            yield at, first, False
            yield first, last, True
            at = last
        if self.text.strip():
            yield at, len(self.text), False

    def runs_between(self, start: int, end: int) -> Iterator[tuple[Run, str]]:
        """The runs of a stretch of the text, each cut to the stretch."""
        if start >= end:
            return
        first = bisect_right(self._run_ends, start)
        last = bisect_left(self._run_ends, end)
        at = self._run_ends[first - 1] if first else 0
        for run in self.runs[first : last + 1]:
            yield run, run.text[max(start - at, 0) : end - at]
            at += len(run.text)

    def source_of(self, offset: int) -> Span:
        """Where the character at ``offset`` of the text is in the block's source."""
        at = bisect_right(self._run_ends, offset)
        if at == len(self.runs):
            end = len(self.source.rstrip("\n"))
            return end, end
        run = self.runs[at]
        if run.written is not None:
            return run.source_at, run.source_at + len(run.written)
        start = run.source_at + offset - (self._run_ends[at] - len(run.text))
        return start, start + 1

    @property
    def lines(self) -> range:
        """The lines of the file that the text of a block of code takes."""
        return range(self.line, self.line + self.text.rstrip("\n").count("\n") + 1)

    def line_of(self, offset: int) -> int:
        """The line of the file with the character at ``offset`` of the text."""
        return self.line + bisect_left(self._line_ends, self.source_of(offset)[0])

    # A paragraph may have as many statements as runs: each finds its own by bisection.

    @cached_property
    def _run_ends(self) -> list[int]:
        """Where each run ends in the text."""
        return list(accumulate(len(run.text) for run in self.runs))

    @cached_property
    def _line_ends(self) -> list[int]:
        """Where each line ends in the source."""
        return [found.start() for found in re.finditer("\n", self.source)]


@dataclass(frozen=True)
class Group:
    """A container of blocks: the key itself, a list, an item, a quotation, a table, its rows.

    ``first`` is the number of an ordered list's first item.  A rule is an empty group.
    """

    kind: Literal[
        "key", "bullets", "numbers", "item", "quotation", "table", "head", "body", "row", "rule"
    ]
    children: tuple[Group | Block, ...] = ()
    first: int = 1

    def blocks(self) -> Iterator[Block]:
        """Every block in it, in reading order."""
        for child in self.children:
            if isinstance(child, Block):
                yield child
            else:
                yield from child.blocks()

    def replaced(self, blocks: Iterator[Block]) -> Group:
        """The same group with other blocks, in reading order."""
        children = (
            next(blocks) if isinstance(child, Block) else child.replaced(blocks)
            for child in self.children
        )
        return replace(self, children=tuple(children))


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook: its number, from 1, and the line on which its text begins."""

    number: int
    line: int


@dataclass(frozen=True)
class Position:
    """A line of a key as it was read and, for a notebook, the cell and the line in it."""

    line: int
    cell: int | None = None
    row: int = 1

    def __str__(self) -> str:
        return f"line {self.line}" if self.cell is None else f"cell {self.cell}, line {self.row}"

    def of(self, path: Path) -> str:
        """In the form of compilers: ``key.md:98``, ``answer.ipynb:cell 3:2``."""
        return f"{path}:{self.line if self.cell is None else f'cell {self.cell}:{self.row}'}"


@dataclass(frozen=True)
class Key:
    """An answer key.  ``text`` is all of it as read; ``cells`` are a notebook's.  A notebook, page
    or Word file is ``converted``: the lines of its text are not those of the file.
    """

    path: Path
    tree: Group
    text: str
    cells: tuple[Cell, ...] = ()
    converted: bool = False

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(self.tree.blocks())

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement, in reading order."""
        places = (
            (block, start, end)
            for block in self.blocks
            for start, end, states in block.stretches()
            if states
        )
        return tuple(_statement(index, *place) for index, place in enumerate(places))

    @property
    def title(self) -> str:
        """The first heading, or the name of the file."""
        heading = next((block for block in self.blocks if block.kind == "heading"), None)
        return (_shown(heading.said) if heading else "") or self.path.stem

    def quoting(self, quotes: Iterable[tuple[int, Span]]) -> Key:
        """The same key, divided again at quotes: (index of a block, span in its text)."""
        by_block: dict[int, list[Span]] = {}
        for at, span in quotes:
            by_block.setdefault(at, []).append(span)
        blocks = (
            block.quoting(by_block[at]) if at in by_block else block
            for at, block in enumerate(self.blocks)
        )
        return replace(self, tree=self.tree.replaced(blocks))

    def cell_of(self, line: int) -> Cell | None:
        """The cell of a line of the text; ``None`` if the key is not a notebook."""
        at = bisect_right(self.cells, line, key=lambda cell: cell.line)
        return self.cells[max(at - 1, 0)] if self.cells else None

    def position(self, line: int) -> Position:
        """Where a line of the text is, for a person looking at the file."""
        cell = self.cell_of(line)
        if cell is None:
            return Position(line)
        return Position(line, cell.number, max(line - cell.line, 0) + 1)

    def where(self, line: int) -> str:
        """The path with a line, or with a notebook's cell and the line in it."""
        return self.position(line).of(self.path)


def _statement(index: int, block: Block, start: int, end: int) -> Statement:
    return Statement(
        index=index,
        kind={"heading": "heading", "code": "code", "formula": "code"}.get(block.kind, "sentence"),  # type: ignore[arg-type]
        line=block.line_of(start),
        end_line=block.line_of(end - 1),
        text=_shown(block.said[start:end]),
    )


def _shown(said: str) -> str:
    return " ".join(said.replace(UNSAID, "").split())
