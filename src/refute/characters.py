"""Makes strangers' text harmless before it reaches a terminal, a log, a file or the page."""

from __future__ import annotations

import re

# Control characters could drive the terminal that shows the text; direction marks could make the
# text look different from what it is (Boucher & Anderson 2021, "Trojan Source"); a lone
# surrogate cannot be encoded.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_COMMAND = re.compile(r"^([^\S\n]*)(?=::)", re.MULTILINE)
"""The start of a line that GitHub would take for a workflow command."""

_ZERO_WIDTH_SPACE = "\u200b"


def cleaned(text: str) -> str:
    """Return the text with uniform line ends and with unsafe characters replaced."""
    return _UNSAFE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def visible(text: str) -> str:
    """Return the text with each unsafe character replaced, a control by its picture (␛)."""
    return _UNSAFE.sub(lambda match: _picture(ord(match[0])), text)


def _picture(code: int) -> str:
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def printable(text: str) -> str:
    """Return clean lines for people to read; none is a GitHub workflow command."""
    lines = _COMMAND.sub(rf"\1{_ZERO_WIDTH_SPACE}", cleaned(text))
    return lines.replace("##[", f"##{_ZERO_WIDTH_SPACE}[")


def one_line(text: str) -> str:
    """Return the text on one line, for people to read."""
    return printable(" ".join(cleaned(text).split()))


def is_of_the_web(address: str) -> bool:
    """Whether an address may become a link, on a page or in a file that others read.

    Any other may start a program on the reader's machine, or lead to another place there.
    """
    return address.lower().startswith(("http://", "https://"))


def as_json(text: str) -> str:
    """Return a JSON text with the same content and its unsafe characters escaped.

    JSON itself escapes only some of them.  They occur only in its strings.
    """
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def cut_short(text: str, most: int) -> str:
    """Shorten a long text and say how much was left out; the ledger has all of it."""
    more = len(text) - most
    return f"{text[:most].rstrip()} … ({more:,} more characters)" if more > most // 10 else text
