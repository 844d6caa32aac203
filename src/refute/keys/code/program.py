"""The code blocks of a key as one program, with the line numbers of the key.

The text is parsed with :mod:`ast`; it is never run, imported or evaluated.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Step = Literal["a", "b", "c", "d", "e"]

MAX_BLOCK_LENGTH = 200_000
"""The most characters of one block; a longer one is not an answer to an exercise."""

_SHELL_LINE = re.compile(r"^[ \t]*[%!?].*$", re.MULTILINE)
_LETTER = re.compile(
    r"^[\s#*_>(]*(?:(?:step|part|exercise|ex\.?)\s+)?(?:\d+\s*)?([a-e])\s*[.):]", re.IGNORECASE
)


@dataclass(frozen=True)
class CodeBlock:
    """One block: its first line in the key, its text, and the headings above it, nearest last.

    ``is_python`` says that its author calls it Python; otherwise it is code only if it parses.
    ``cell`` is the number of its notebook cell; cells of all types are counted, from 1.
    ``starts`` has the column, from 0, at which each line of the text begins in its line of the key;
    it is empty if they all begin at 0.
    """

    line: int
    text: str
    headings: tuple[str, ...] = ()
    is_python: bool = True
    cell: int | None = None
    starts: tuple[int | None, ...] = ()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.text.rstrip("\n").split("\n"))

    def column(self, row: int) -> int:
        """The column of the key, from 1, at which the code of a row, from 0, begins."""
        indent = len(self.lines[row]) - len(self.lines[row].lstrip())
        return ((self.starts[row] or 0) if self.starts else 0) + indent + 1


@dataclass(frozen=True)
class ParsedBlock:
    """A block that parses; ``tree`` has the line numbers of the key."""

    block: CodeBlock
    tree: ast.Module
    step: Step | None


@dataclass(frozen=True)
class UnparsedBlock:
    """A block that does not parse, with the line and column of the error."""

    line: int
    column: int
    why: str


@dataclass(frozen=True)
class Program:
    """All blocks of a key in the order of the document."""

    blocks: tuple[ParsedBlock, ...]
    unparsed: tuple[UnparsedBlock, ...] = ()


def read_program(blocks: Iterable[CodeBlock]) -> Program:
    """Parse each block; a block that does not parse does not affect the others."""
    parsed: list[ParsedBlock] = []
    unparsed: list[UnparsedBlock] = []
    for block in blocks:
        try:
            tree = _parsed(block)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if not block.is_python:
                continue
            line = block.line + (getattr(error, "lineno", None) or 1) - 1
            column = getattr(error, "offset", None) or 1
            unparsed.append(UnparsedBlock(line, column, getattr(error, "msg", str(error))))
            continue
        parsed.append(ParsedBlock(block, tree, _step(block)))
    return Program(tuple(parsed), tuple(unparsed))


def _parsed(block: CodeBlock) -> ast.Module:
    if len(block.text) > MAX_BLOCK_LENGTH:
        raise ValueError(f"longer than {MAX_BLOCK_LENGTH} characters")
    # Magics and shell lines are blanked rather than deleted, which keeps the line numbers.
    tree = ast.parse(_SHELL_LINE.sub("", block.text))
    ast.increment_lineno(tree, block.line - 1)
    return tree


def _step(block: CodeBlock) -> Step | None:
    """The letter of the step, from the first comment or else the nearest heading."""
    comments = (line for line in block.text.splitlines() if line.lstrip().startswith("#"))
    for text in (next(comments, ""), *reversed(block.headings)):
        match = _LETTER.match(text)
        if match is not None:
            return match[1].lower()  # type: ignore[return-value]
    return None
