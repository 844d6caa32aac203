"""The code blocks of a key as one program, with the lines and columns of the key.

The text is parsed with :mod:`ast`; it is never run, imported or evaluated.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal

from refute.keys.code.places import Place

Step = Literal["a", "b", "c", "d", "e"]

MAX_BLOCK_LENGTH = 200_000
"""The largest number of characters in a block; a longer one is no answer to an exercise."""

_PIECES = re.compile(
    r"""^[ \t]*(?P<magic>[%!?])|#[^\n]*|\\\n[ \t]*[%!?]?"""
    r"""|(?P<quotes>"{3}|'{3})(?:\\.|[^\\])*?(?P=quotes)"""
    r"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|(?P<opens>[(\[{])|(?P<closes>[)\]}])""",
    re.MULTILINE | re.DOTALL,
)
"""Where a line may be one of a notebook's own, and what hides that: brackets, strings, comments."""

_OF_ANOTHER_LANGUAGE = re.compile(
    r"""\s*%%(?:bash|cmd|css|cython|html|javascript|js|latex|markdown|perl|r|ruby|script|sh|sql|svg"""
    r"""|sx|system|(?:write)?file(?![^\n]*\.py\s*$)|!)(?!\w)""",
    re.IGNORECASE | re.MULTILINE,
)
"""The first line of a notebook's cell that is not Python, such as ``%%bash``."""

_LETTER = re.compile(
    r"^[\s#*_>(]*(?:(?:step|part|exercise|ex\.?)\s+)?(?:\d+\s*)?([a-e])\s*[.):]", re.IGNORECASE
)


@dataclass(frozen=True)
class CodeBlock:
    """One block: its first line in the key, its text, and the headings above it, nearest last.

    ``is_python`` says that its author calls it Python; otherwise it is code only if it parses.
    ``cell`` is the number of its notebook cell; cells of all types are counted, from 1.
    ``starts`` has the column, from 0, at which each line of the text begins in its line of the key;
    it is empty if they all begin at 0.  A column is negative if the text is indented further there.
    """

    line: int
    text: str
    headings: tuple[str, ...] = ()
    is_python: bool = True
    cell: int | None = None
    starts: tuple[int, ...] = ()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.text.rstrip("\n").split("\n"))

    def place(self, row: int, at: int | None = None) -> Place:
        """The place of a character of a row, both from 0; by default, of the row's first code."""
        if at is None:
            at = len(self.lines[row]) - len(self.lines[row].lstrip())
        start = self.starts[row] if row < len(self.starts) else 0
        return Place(self.line + row, max(start + at, 0) + 1)


@dataclass(frozen=True)
class ParsedBlock:
    """A block that parses; ``tree`` has the lines and columns of the key, the latter from 0.

    ``step`` is the letter of the part that it answers, and ``line_of_step`` the line that says so.
    """

    block: CodeBlock
    tree: ast.Module
    step: Step | None
    line_of_step: str = ""


@dataclass(frozen=True)
class UnparsedBlock:
    """A block that does not parse, with the place of the error."""

    place: Place
    why: str


@dataclass(frozen=True)
class Program:
    """All blocks of a key in the order of the document."""

    blocks: tuple[ParsedBlock, ...]
    unparsed: tuple[UnparsedBlock, ...] = ()


def read_program(blocks: Iterable[CodeBlock]) -> Program:
    """Parse each block; a block that does not parse does not affect the others.

    Cells in another language, such as ``%%bash``, are passed over.
    """
    parsed: list[ParsedBlock] = []
    unparsed: list[UnparsedBlock] = []
    for block in blocks:
        if _OF_ANOTHER_LANGUAGE.match(block.text):
            continue
        try:
            tree = _parsed(block)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if not block.is_python:
                continue
            unparsed.append(UnparsedBlock(_place_of_error(error, block), _why(error)))
            continue
        parsed.append(ParsedBlock(block, tree, *_step(block)))
    return Program(tuple(parsed), tuple(unparsed))


def _parsed(block: CodeBlock) -> ast.Module:
    if len(block.text) > MAX_BLOCK_LENGTH:
        raise ValueError(f"longer than {MAX_BLOCK_LENGTH:,} characters")
    tree = ast.parse(_without_magics(block.text))
    _move_into_key(tree, block)
    return tree


def _without_magics(text: str) -> str:
    """Blank magics and shell lines rather than delete them, which keeps the line numbers.

    They begin a statement: a line in brackets that begins with ``%`` belongs to the one before.
    """
    depth = at = 0
    kept = ""
    while (found := _PIECES.search(text, at)) is not None:
        end = found.end()
        if found["magic"] and not depth:
            kept += text[at : found.start()]
            line_end = text.find("\n", end)
            at = line_end if line_end >= 0 else len(text)
            continue
        depth = max(depth + bool(found["opens"]) - bool(found["closes"]), 0)
        kept += text[at:end]
        at = end
    return kept + text[at:]


def _move_into_key(tree: ast.Module, block: CodeBlock) -> None:
    """Give the nodes the lines and columns of the key instead of lines and bytes of the block."""
    bytes_before: dict[int, list[int]] = {}

    def moved(line: int, byte: int) -> tuple[int, int]:
        row, at = line - 1, byte
        if not block.lines[row].isascii():
            if row not in bytes_before:
                sizes = (len(character.encode()) for character in block.lines[row])
                bytes_before[row] = list(accumulate(sizes, initial=0))
            at = bisect_right(bytes_before[row], at) - 1
        place = block.place(row, at)
        return place.line, place.column - 1

    for node in ast.walk(tree):
        if not isinstance(node, ast.expr | ast.stmt):
            continue
        node.lineno, node.col_offset = moved(node.lineno, node.col_offset)
        if node.end_lineno is not None and node.end_col_offset is not None:
            node.end_lineno, node.end_col_offset = moved(node.end_lineno, node.end_col_offset)


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError | MemoryError):
        return "nested too deeply"
    return str(getattr(error, "msg", error))


def _place_of_error(error: Exception, block: CodeBlock) -> Place:
    """Where a block stops being Python; its first line if the error does not say."""
    if not isinstance(error, SyntaxError):
        return block.place(0)
    row = min(error.lineno or 1, len(block.lines)) - 1
    at, part = (error.offset or 1) - 1, (error.text or "").strip()
    if part.startswith("(") and part not in block.lines[row]:
        # Until Python 3.11, errors in an f-string are about its expression in brackets of its own.
        at += block.lines[row].find(part[1:-1]) - 1
    return block.place(row, min(at, len(block.lines[row])))


def _step(block: CodeBlock) -> tuple[Step | None, str]:
    """The letter of the part, and its line: the first comment or else the nearest heading."""
    comments = (line for line in block.text.splitlines() if line.lstrip().startswith("#"))
    for text in (next(comments, ""), *reversed(block.headings)):
        match = _LETTER.match(text)
        if match is not None:
            return match[1].lower(), text  # type: ignore[return-value]
    return None, ""
