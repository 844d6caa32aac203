"""Reads the text of a key or of its links, and makes it safe to show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from refute.characters import cleaned
from refute.files import Unreadable, read_file

MAX_BYTES = 1 << 21
"""The most bytes of a key, about 15,000 statements; a larger file is probably something else."""


class AnswerKeyError(Exception):
    """A key or its links cannot be read: one line per fault, with file, line and remedy."""


def read_text(path: Path, other: Callable[[bytes], str | None] = lambda _: None) -> str:
    """Read a text file, with uniform line ends and without control characters.

    ``other`` returns the encoding that a file declares, if it is not UTF-8.

    Raises:
        AnswerKeyError: it is missing, not a plain file, too large, or neither UTF-8 nor in the
            encoding that it declares.
    """
    return as_text(read_data(path), path, other)


def read_data(path: Path) -> bytes:
    """Read the bytes of a text file.

    Raises:
        AnswerKeyError: it is missing, not a plain file, or too large.
    """
    try:
        return read_file(path, MAX_BYTES)
    except Unreadable as error:
        raise AnswerKeyError(f"{path}: {error}") from None


def as_text(data: bytes, path: Path, other: Callable[[bytes], str | None] = lambda _: None) -> str:
    """Return the text of a file from its bytes, as :func:`read_text` does."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if (encoding := other(data)) is not None:
            return cleaned(data.decode(encoding, "replace"))
        line = data.count(b"\n", 0, error.start) + 1
        raise AnswerKeyError(
            f"{path}:{line}: byte 0x{data[error.start]:02x} is not UTF-8: "
            "save the file in that encoding"
        ) from None
    return cleaned(text)
