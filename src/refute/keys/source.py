"""The text of a stranger's file, a key or its links, made safe to show."""

from __future__ import annotations

from pathlib import Path

from refute.characters import cleaned
from refute.files import Unreadable, read_file

MAX_BYTES = 1 << 21
"""A key is a few pages; more than 2 MiB, some 15,000 statements, is another kind of file."""


class AnswerKeyError(Exception):
    """A key or its links cannot be read: one line per fault, with file, line and remedy."""


def read_text(path: Path) -> str:
    """The text of a file, with one kind of line end and no control characters.

    Raises:
        AnswerKeyError: it is missing, not a plain file, too large or not UTF-8.
    """
    try:
        data = read_file(path, MAX_BYTES)
    except Unreadable as error:
        raise AnswerKeyError(f"{path}: {error}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise AnswerKeyError(
            f"{path}:{line}: byte 0x{data[error.start]:02x} is not UTF-8: "
            "save the file in that encoding"
        ) from None
    return cleaned(text)
