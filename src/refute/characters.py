"""Text of others on its way to a terminal, a log, a file or the page: made unable to act there."""

from __future__ import annotations

import re

# Control characters could drive the terminal that shows the text; direction marks could make it
# show another text than it holds (Boucher & Anderson 2021, "Trojan Source"); half a surrogate pair
# cannot be written at all.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_COMMAND = re.compile(r"^([^\S\n]*)(?=::)", re.MULTILINE)
"""Where a line of a log begins that GitHub takes for a command of its workflow."""

_ZERO_WIDTH_SPACE = "\u200b"


def cleaned(text: str) -> str:
    """The text with one kind of line end, and every unsafe character made visible."""
    return _UNSAFE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def visible(text: str) -> str:
    """The text with unsafe characters replaced one for one, controls by their pictures (␛)."""
    return _UNSAFE.sub(lambda found: _picture(ord(found[0])), text)


def _picture(code: int) -> str:
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def printable(text: str) -> str:
    """Lines for people to read: cleaned, and none of them a command of a GitHub workflow."""
    lines = _COMMAND.sub(rf"\1{_ZERO_WIDTH_SPACE}", cleaned(text))
    return lines.replace("##[", f"##{_ZERO_WIDTH_SPACE}[")


def one_line(text: str) -> str:
    """The text on one line, for people to read."""
    return printable(" ".join(cleaned(text).split()))


def as_json(text: str) -> str:
    """A JSON text that says the same in characters that act nowhere.

    JSON itself escapes only some of them; they stand in its strings alone.
    """
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def cut_short(text: str, most: int) -> str:
    """A text as far as people read it, and how much more there is; the ledger has the whole."""
    more = len(text) - most
    return f"{text[:most].rstrip()} … ({more:,} more characters)" if more > most // 10 else text
