"""The code blocks of a key, a notebook or a Python file, each with its headings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from refute.keys.code.program import CodeBlock
from refute.keys.reader import read_key
from refute.keys.source import read_text
from refute.keys.tree import Block, Key

PYTHON = ("", "python", "python3", "py", "py3", "ipython", "ipython3")
"""Languages of fences that hold Python; a block without a language is Python if it parses."""


def read_blocks(path: Path) -> list[CodeBlock]:
    """Read the code of a file: a key's blocks, a notebook's cells, or a whole Python file.

    Raises:
        AnswerKeyError: the file cannot be read, or is not the notebook that its name promises.
    """
    if path.suffix.lower() == ".py":
        return [CodeBlock(1, read_text(path))]
    return blocks_of_key(read_key(path))


def blocks_of_key(key: Key) -> list[CodeBlock]:
    """Return the Python blocks of a key.

    The paragraph directly above a block counts as a heading, as in a list of steps a to e.
    """
    blocks: list[CodeBlock] = []
    headings: dict[int, str] = {}
    above = ""
    lines = key.text.split("\n")
    for block in key.blocks:
        if block.kind == "heading":
            headings = {level: text for level, text in headings.items() if level < block.level}
            headings[block.level] = block.text
            above = ""
        elif block.kind == "code" and block.language.lower() in PYTHON:
            context = (*headings.values(), *([above] if above else []))
            cell = key.cell_of(block.line)
            blocks.append(
                CodeBlock(
                    block.line,
                    block.text,
                    context,
                    bool(block.language),
                    None if cell is None else cell.number,
                    tuple(_starts(block, lines)),
                )
            )
        elif block.kind == "paragraph":
            above = block.text
    return blocks


def _starts(block: Block, lines: list[str]) -> Iterator[int]:
    """Yield the column, from 0, at which each line of the code begins in its line of the key.

    Lines end where those of the key do; a tab before one may have become spaces.
    """
    for line, code in zip(lines[block.line - 1 :], block.text.split("\n"), strict=False):
        yield len(line) - len(code)
