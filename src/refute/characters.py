"""Text of others on its way to a terminal, a log or a file: made unable to do anything there."""

from __future__ import annotations

import re

# Control characters could drive the terminal that shows the text; direction marks could make it
# show another text than it holds; half a surrogate pair cannot be written at all.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_ZERO_WIDTH_SPACE = "\u200b"


def cleaned(text: str) -> str:
    """The text with one kind of line end, and every unsafe character made visible."""
    return _UNSAFE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The text on one line, for people to read; nothing in it is a command of a GitHub workflow."""
    line = " ".join(cleaned(text).split()).replace("##[", f"##{_ZERO_WIDTH_SPACE}[")
    return f"{_ZERO_WIDTH_SPACE}{line}" if line.startswith("::") else line


def cut_short(text: str, most: int) -> str:
    """A text as far as people read it, and how much more there is; the ledger has the whole."""
    more = len(text) - most
    return f"{text[:most].rstrip()} … ({more:,} more characters)" if more > most // 10 else text
