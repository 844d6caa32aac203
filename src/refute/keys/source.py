"""The text of a file that a stranger wrote, a key or its links, made safe to show."""

from __future__ import annotations

import re
from pathlib import Path

MAX_BYTES = 1 << 21
"""A key is a few pages; 2 MiB, some 15,000 statements, is another kind of file."""

# Control characters could drive the terminal that shows the key; direction marks could make it
# show another text than it holds.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class AnswerKeyError(Exception):
    """A key or its links that cannot be read: one line per fault, with file, line and remedy."""


def read_text(path: Path) -> str:
    """The text of a file, with one kind of line end and without control characters.

    Raises:
        AnswerKeyError: it is missing, too large or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise AnswerKeyError(
            f"{path}: cannot be read ({error.strerror}): give the path of a text file"
        ) from None
    if len(data) > MAX_BYTES:
        raise AnswerKeyError(f"{path}: is larger than {MAX_BYTES:,} bytes: split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise AnswerKeyError(
            f"{path}:{line}: byte 0x{data[error.start]:02x} is not UTF-8: "
            "save the file in that encoding"
        ) from None
    return cleaned(text)


def cleaned(text: str) -> str:
    """The text with one kind of line end, and every unsafe character made visible."""
    return _UNSAFE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
