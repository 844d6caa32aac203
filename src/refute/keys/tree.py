"""An answer key as a tree: groups of blocks, blocks of text, and the statements in each block."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Literal

from refute.characters import is_of_the_web
from refute.keys.neighbours import ALONE, Neighbours, StatingBlock, neighbours_in
from refute.spacing import single_spaced

Span = tuple[int, int]
"""[start, end) in the text of a block."""

UNSAID = "\0"
"""In ``Block.said``, a character that is shown but belongs to no statement."""

_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Statement:
    """A sentence, heading or block of code, or the part of one that a link quotes.

    A cell of a table's header is a heading, unless it ends as a sentence does.

    ``text`` is what a reader sees, without Markdown's markup and with single spaces.  Lines are
    those of the key's file, from 1.  A statement is ``set_apart`` if it is in a quotation, or in
    bold or italics from its first word to its last.
    """

    index: int
    kind: Literal["sentence", "heading", "code"]
    line: int
    end_line: int
    text: str
    set_apart: bool = False
    around: Neighbours = ALONE

    def is_numbered(self, *, claims: bool) -> bool:
        """Whether it is numbered and counted: all but headings that make no claim."""
        return claims or self.kind != "heading"


@dataclass(frozen=True)
class Markup:
    """The markup around a run of text; only a link has an address and a title."""

    kind: Literal["strong", "emphasis", "struck", "link"]
    address: str = ""
    title: str = ""

    @property
    def of_the_web(self) -> bool:
        """Whether it is a link to the web."""
        return self.kind == "link" and is_of_the_web(self.address)


@dataclass(frozen=True)
class TextRun:
    """A stretch of text with the same markup, outermost first, and its position in the source.

    The text of an image is its description; the text of a footnote is the mark that refers to it or
    begins it.  ``written`` is the spelling in the source if it differs: ``&amp;`` for ``&``.
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

    Attributes:
        kind: what the block is.
        line: the line of the file on which ``source`` begins.
        source: the block as written, without the marks of lists and quotations.
        runs: its text.
        spans: one span for each statement, without gaps between them; none if it states nothing.
        level: of a heading, 1 to 6.
        language: of a code block, as written.
        tight: whether it is a paragraph of a tight list.
        head: whether it is a cell of a table's header.
        align: the alignment of a cell, or empty.
    """

    kind: Literal["paragraph", "heading", "cell", "code", "formula"]
    line: int
    source: str
    runs: tuple[TextRun, ...]
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
        """The text with ``UNSAID`` in place of struck text, images and footnote marks."""
        return "".join(UNSAID * len(run.text) if run.unsaid else run.text for run in self.runs)

    def divided(self, cuts: Iterable[int]) -> Block:
        """Return the same block with a statement between each pair of neighbouring cuts.

        A statement without a letter or digit is joined to its neighbour.
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
        """Return the same block with a statement for each quote, and others for the rest.

        The quotes must not overlap.
        """
        quotes = sorted(quotes)
        starts = [start for start, _ in quotes]

        def quoted(at: int) -> bool:
            before = bisect_left(starts, at) - 1
            return before >= 0 and at < quotes[before][1]

        kept = {start for start, _ in self.spans if not quoted(start)}
        return self.divided(kept | {at for quote in quotes for at in quote})

    def stretches(self) -> Iterator[tuple[int, int, bool]]:
        """Yield stretches that cover the text in order: statements (true) and what is between."""
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

    def stated(self) -> Iterator[Span]:
        """Yield where each statement is, without the space around it."""
        return ((start, end) for start, end, states in self.stretches() if states)

    def runs_between(self, start: int, end: int) -> Iterator[tuple[TextRun, str]]:
        """Yield the runs of a stretch of the text, each with its text inside the stretch."""
        if start >= end:
            return
        first = bisect_right(self._run_ends, start)
        last = bisect_left(self._run_ends, end)
        at = self._run_ends[first - 1] if first else 0
        for run in self.runs[first : last + 1]:
            yield run, run.text[max(start - at, 0) : end - at]
            at += len(run.text)

    def is_emphasized(self, start: int, end: int) -> bool:
        """Whether every word of a stretch of the text is in bold or in italics."""
        return all(
            any(markup.kind in ("strong", "emphasis") for markup in run.markup)
            for run, text in self.runs_between(start, end)
            if _WORD.search(text) and not run.unsaid
        )

    def source_of(self, offset: int) -> Span:
        """Return the span, in the block's source, of the character at ``offset`` of the text."""
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
        """The lines of the file that a code block occupies."""
        return range(self.line, self.line + self.text.rstrip("\n").count("\n") + 1)

    def line_of(self, offset: int) -> int:
        """Return the line of the file that has the character at ``offset`` of the text."""
        return self.line + bisect_left(self._line_ends, self.source_of(offset)[0])

    # A paragraph may have as many statements as runs, so each finds its runs by bisection.

    @cached_property
    def _run_ends(self) -> list[int]:
        """The end of each run in the text."""
        return list(accumulate(len(run.text) for run in self.runs))

    @cached_property
    def _line_ends(self) -> list[int]:
        """The end of each line in the source."""
        return [match.start() for match in re.finditer("\n", self.source)]


@dataclass(frozen=True)
class Group:
    """A container of blocks: the key itself, a list, an item, a quotation, a table or its parts.

    ``first`` is the number of the first item of an ordered list.  A rule is an empty group.
    """

    kind: Literal[
        "key", "bullets", "numbers", "item", "quotation", "table", "head", "body", "row", "rule"
    ]
    children: tuple[Group | Block, ...] = ()
    first: int = 1

    def blocks(self) -> Iterator[Block]:
        """Yield every block in it, in reading order."""
        return (block for block, _ in self.blocks_and_whether_quoted())

    def whether_numbered(self, numbered: bool = False) -> Iterator[bool]:
        """Yield for every block in reading order whether it is in a numbered list."""
        numbered = numbered or self.kind == "numbers"
        for child in self.children:
            if isinstance(child, Block):
                yield numbered
            else:
                yield from child.whether_numbered(numbered)

    def blocks_and_whether_quoted(self, quoted: bool = False) -> Iterator[tuple[Block, bool]]:
        """Yield every block in reading order, with whether it is in a quotation."""
        quoted = quoted or self.kind == "quotation"
        for child in self.children:
            if isinstance(child, Block):
                yield child, quoted
            else:
                yield from child.blocks_and_whether_quoted(quoted)

    def replaced(self, blocks: Iterator[Block]) -> Group:
        """Return the same group with other blocks, given in reading order."""
        children = (
            next(blocks) if isinstance(child, Block) else child.replaced(blocks)
            for child in self.children
        )
        return replace(self, children=tuple(children))


@dataclass(frozen=True)
class Cell:
    """A notebook cell: its number, from 1, and the line on which its text begins."""

    number: int
    line: int


@dataclass(frozen=True)
class Position:
    """A line of a key as it was read and, for a notebook, the cell and the row in it.

    A position in code also has a column, from 1 and in characters, and often an ``end``: the line
    of the key and the column after the last character.
    """

    line: int
    cell: int | None = None
    row: int = 1
    column: int | None = None
    end: tuple[int, int] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        line = f"line {self.line}" if self.cell is None else f"cell {self.cell}, line {self.row}"
        return line if self.column is None else f"{line}, column {self.column}"

    def of(self, path: Path) -> str:
        """Return the position as compilers write it: ``key.md:98``, ``answer.ipynb:cell 3:2:5``."""
        line = f"{path}:{self.line if self.cell is None else f'cell {self.cell}:{self.row}'}"
        return line if self.column is None else f"{line}:{self.column}"


@dataclass(frozen=True)
class Key:
    """An answer key.

    ``text`` is its whole text as read, and ``cells`` are the cells of a notebook.  A notebook, page
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
        found: list[Statement] = []
        stating: list[StatingBlock] = []
        blocks = self.tree.blocks_and_whether_quoted()
        for (block, quoted), numbered in zip(blocks, self.tree.whether_numbered(), strict=True):
            stated = [
                _statement(index, block, start, end, quoted)
                for index, (start, end) in enumerate(block.stated(), start=len(found))
            ]
            if stated:
                found += stated
                stating.append(_stating(block, stated, plain=not quoted, numbered=numbered))
        return tuple(
            replace(statement, around=around)
            for statement, around in zip(found, neighbours_in(stating), strict=True)
        )

    @property
    def title(self) -> str:
        """The first heading, or the name of the file."""
        heading = next((block for block in self.blocks if block.kind == "heading"), None)
        return (_shown(heading.said) if heading else "") or self.path.stem

    def quoting(self, quotes: Iterable[tuple[int, Span]]) -> Key:
        """Return the same key with a statement for each quote: (index of a block, span in it)."""
        by_block: dict[int, list[Span]] = {}
        for index, span in quotes:
            by_block.setdefault(index, []).append(span)
        blocks = (
            block.quoting(by_block[index]) if index in by_block else block
            for index, block in enumerate(self.blocks)
        )
        return replace(self, tree=self.tree.replaced(blocks))

    def cell_of(self, line: int) -> Cell | None:
        """Return the cell of a line of the text, or ``None`` if the key is not a notebook."""
        at = bisect_right(self.cells, line, key=lambda cell: cell.line)
        return self.cells[max(at - 1, 0)] if self.cells else None

    def position(self, line: int, column: int | None = None) -> Position:
        """Return the position of a line of the text, as a person finds it in the file."""
        cell = self.cell_of(line)
        if cell is None:
            return Position(line, column=column)
        return Position(line, cell.number, max(line - cell.line, 0) + 1, column)

    def where(self, line: int, column: int | None = None) -> str:
        """Return the path with the position of a line of the text."""
        return self.position(line, column).of(self.path)


def _statement(index: int, block: Block, start: int, end: int, quoted: bool) -> Statement:
    text = _shown(block.said[start:end])
    return Statement(
        index=index,
        kind=_kind(block, text),
        line=block.line_of(start),
        end_line=block.line_of(end - 1),
        text=text,
        set_apart=quoted or block.is_emphasized(start, end),
    )


def _stating(block: Block, stated: list[Statement], *, plain: bool, numbered: bool) -> StatingBlock:
    first = stated[0]
    return StatingBlock(
        texts=tuple(statement.text for statement in stated),
        plain=plain and block.kind == "paragraph",
        numbered=numbered,
        begins_set_apart=first.set_apart,
        begins_with_heading=first.kind == "heading",
    )


def _kind(block: Block, text: str) -> Literal["sentence", "heading", "code"]:
    if block.kind in ("code", "formula"):
        return "code"
    # Markdown has no table without a header, so one may contain what is not a heading.
    heads = block.head and not text.endswith((".", "!"))
    return "heading" if heads or block.kind == "heading" else "sentence"


def _shown(said: str) -> str:
    return single_spaced(said.replace(UNSAID, ""))
