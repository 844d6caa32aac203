"""The code blocks of a key, a notebook or a Python file, with the headings above each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from refute.keys.code.program import CodeBlock
from refute.keys.reader import read_key
from refute.keys.source import AnswerKeyError, read_text
from refute.keys.tree import Key

PYTHON = ("", "python", "python3", "py", "py3", "ipython", "ipython3")
"""What a fence calls Python; one that says nothing is read as Python if it parses."""


def read_blocks(path: Path) -> list[CodeBlock]:
    """The code of a file: of a key its fences, of a notebook its cells, else all of it.

    Lines of a notebook are counted through its code cells, as they are shown one below the other.

    Raises:
        AnswerKeyError: it cannot be read, or is no notebook though its name says so.
    """
    if path.suffix.lower() == ".py":
        return [CodeBlock(1, read_text(path))]
    if path.suffix.lower() == ".ipynb":
        return _cells(path)
    return blocks_of_key(read_key(path))


def blocks_of_key(key: Key) -> list[CodeBlock]:
    """The Python blocks of a key.

    The text right above a block counts as its heading, as in a list of steps a to e.
    """
    found: list[CodeBlock] = []
    headings: dict[int, str] = {}
    above = ""
    for block in key.blocks:
        if block.kind == "heading":
            headings = {level: text for level, text in headings.items() if level < block.level}
            headings[block.level] = block.text
            above = ""
        elif block.kind == "code" and block.language.lower() in PYTHON:
            context = (*headings.values(), *([above] if above else []))
            found.append(CodeBlock(block.line, block.text, context, bool(block.language)))
        elif block.kind == "paragraph":
            above = block.text
    return found


def _cells(path: Path) -> list[CodeBlock]:
    import nbformat

    text = read_text(path)
    try:
        notebook = nbformat.reads(text, as_version=4)
    except Exception as error:  # nbformat raises what its parts raise: JSON, schema, versions
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise AnswerKeyError(
            f"{path}: is no notebook that can be read ({reason}): save it anew in Jupyter"
        ) from None
    return list(_code_cells(notebook.get("cells", [])))


def _code_cells(cells: list[dict[str, object]]) -> Iterator[CodeBlock]:
    line = 1
    headings: tuple[str, ...] = ()
    for number, cell in enumerate(cells, 1):
        source = str(cell.get("source", ""))
        if cell.get("cell_type") == "markdown":
            named = [text for text in source.splitlines() if text.strip()]
            headings = tuple(named[:1]) or headings
        elif cell.get("cell_type") == "code":
            yield CodeBlock(line, source, headings, cell=number)
            line += source.count("\n") + 1
