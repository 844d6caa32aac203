"""Converts notebooks, HTML and Word files to Markdown.

Nothing in them is run, loaded or followed: scripts, outputs of cells, images, macros, links to
other files and hidden parts of pages are left out.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from refute.files import Unreadable, read_file
from refute.keys.dialect import fence_for
from refute.keys.source import MAX_BYTES, AnswerKeyError, read_text
from refute.keys.tree import Cell

MAX_WITH_PICTURES = 1 << 25
"""The most bytes of a notebook or Word file with its pictures; its text may have ``MAX_BYTES``."""

_CHARSET = re.compile(rb"<meta[^<>]*?charset\s*=\s*[\"']?([a-z0-9_-]+)", re.IGNORECASE)
_ENCODINGS = {
    "windows-1252": "cp1252", "iso-8859-1": "cp1252", "us-ascii": "cp1252",
    "iso-8859-15": "iso8859-15", "windows-1250": "cp1250", "iso-8859-2": "iso8859-2",
    "windows-1251": "cp1251", "koi8-r": "koi8-r", "macintosh": "mac-roman", "gb2312": "gbk",
    "gbk": "gbk", "big5": "big5", "shift_jis": "cp932", "euc-kr": "cp949",
}  # fmt: skip
"""What a page may be read as besides UTF-8.  Source: WHATWG, Encoding, section 4.2."""


@dataclass(frozen=True)
class Document:
    """A document as Markdown.

    ``cells`` are the cells of a notebook, in order, and ``starts`` the lines on which the Markdown
    of each begins, which is read on its own: a list or a fence that is open ends with its cell.
    """

    text: str
    cells: tuple[Cell, ...] = ()
    starts: tuple[int, ...] = (1,)


def read_document(path: Path) -> Document:
    """Convert a document, by the suffix of its name.

    Raises:
        AnswerKeyError: it is not a document of this kind, or too large.
    """
    return READERS[path.suffix.lower()](path)


def _notebook(path: Path) -> Document:
    import nbformat

    data = _bytes(path, MAX_WITH_PICTURES)
    try:
        with warnings.catch_warnings():  # of cells without ids, which are not a fault of a key
            warnings.simplefilter("ignore")
            cells = nbformat.reads(data.decode("utf-8-sig"), as_version=4)["cells"]
    except Exception as error:  # nbformat raises the errors of its parts: JSON, schema, versions
        raise _refused(path, "notebook", error, "save it again in Jupyter") from None
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell.get("source"), str):
            raise AnswerKeyError(f"{path}: cell {number} has no text: save it again in Jupyter")
    return _bounded(_as_markdown(cells), path)


def _as_markdown(cells: Iterable[dict[str, Any]]) -> Document:
    """Join the cells, with code in fences and without outputs."""
    parts: list[str] = []
    converted: list[Cell] = []
    starts: list[int] = []
    line = 1
    for number, cell in enumerate(cells, start=1):
        source = cell["source"]
        fenced = cell.get("cell_type") == "code"
        if fenced:
            fence = fence_for(source)
            source = f"{fence}python\n{source}\n{fence}"
        starts.append(line)
        converted.append(Cell(number, line + fenced))
        parts.append(source)
        line += source.count("\n") + 2
    return Document("\n\n".join(parts), tuple(converted), tuple(starts) or (1,))


def _html(path: Path) -> Document:
    from refute.keys.web_page import as_markdown

    return _bounded(Document(as_markdown(read_text(path, _declared), path)), path)


def _declared(page: bytes) -> str | None:
    """The encoding that a page declares, as older programs write pages; browsers look as far."""
    declared = _CHARSET.search(page, 0, 1024)
    return None if declared is None else _ENCODINGS.get(declared[1].decode().lower())


def _word(path: Path) -> Document:
    from refute.keys.web_page import as_markdown
    from refute.keys.word_file import as_html

    data = _bytes(path, MAX_WITH_PICTURES)
    try:
        html = as_html(data, path)
    except AnswerKeyError:
        raise
    except Exception as error:  # any file of the archive may be broken
        raise _refused(path, "Word file", error, "save it again as .docx") from None
    return _bounded(Document(as_markdown(html, path)), path)


def _bounded(document: Document, path: Path) -> Document:
    if len(document.text.encode("utf-8", "replace")) > MAX_BYTES:
        raise AnswerKeyError(f"{path}: its text is larger than {MAX_BYTES:,} bytes: split it")
    return document


def _bytes(path: Path, most: int) -> bytes:
    try:
        return read_file(path, most)
    except Unreadable as error:
        raise AnswerKeyError(f"{path}: {error}") from None


def _refused(path: Path, kind: str, error: Exception, remedy: str) -> AnswerKeyError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return AnswerKeyError(f"{path}: is not a readable {kind} ({reason[:200]}): {remedy}")


READERS: dict[str, Callable[[Path], Document]] = {
    ".ipynb": _notebook,
    ".html": _html,
    ".htm": _html,
    ".docx": _word,
}
"""The reader of each kind of document, by the suffix of its name in lower case."""
