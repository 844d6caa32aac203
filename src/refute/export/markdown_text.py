"""Text of others as Markdown that shows it letter by letter: none of it becomes markup.

What is escaped is what CommonMark and GitHub would read as a sign.  Names after ``@`` and numbers
after ``#`` are parted by a character of no width: in a comment they would call people and link
issues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from markdown_it import MarkdownIt

from refute.keys.tree import Block, Markup

_SIGNS = re.compile(r"([\\`*_\[\]<>&|~$^])")
_AT_START = re.compile(r"^(\s*)(?:([#+\-=>])|(\d+)([.)]))")
_CALLS = re.compile(r"((?<!\w)@(?=\w)|#(?=\d))")
_PLAIN_FORMULA = re.compile(r"[\w \t+\-=.,/^(){}'\\:;%]+")
_ZERO_WIDTH_SPACE = "\u200b"


def escaped(text: str) -> str:
    """Text for the inside of a paragraph, on one line."""
    line = " ".join(text.split())
    line = _CALLS.sub(rf"\1{_ZERO_WIDTH_SPACE}", line)
    return _SIGNS.sub(r"\\\1", line)


def opened(markdown: str) -> str:
    """A paragraph that begins with what would be a list, a heading or a rule, made to begin so."""
    return _AT_START.sub(
        lambda found: found[1] + (f"\\{found[2]}" if found[2] else f"{found[3]}\\{found[4]}"),
        markdown,
    )


def code_span(text: str) -> str:
    """Code within a line."""
    line = " ".join(text.split("\n"))
    ticks = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    edge = " " if line[:1] in ("`", " ") or line[-1:] in ("`", " ") else ""
    return f"{ticks}{edge}{line}{edge}{ticks}" if line.strip() else escaped(line)


def code_block(text: str, language: str = "") -> list[str]:
    """Code as lines, fenced so that nothing in it ends the fence."""
    ticks = "`" * max(3, max(map(len, re.findall("`+", text)), default=0) + 1)
    return [
        f"{ticks}{re.sub(r'[^A-Za-z0-9+#-]', '', language)}",
        *text.rstrip("\n").split("\n"),
        ticks,
    ]


def inline(block: Block, start: int, end: int) -> str:
    """A stretch of a block's text with its markup, as Markdown that reads the same.

    Where it would not, emphasis having been cut in two between words, the markup is left out.
    """
    pieces = list(_pieces(block, start, end))
    whole = "".join(
        _marked_up(markup, "".join(piece.markdown for piece in group))
        for markup, group in groupby(pieces, lambda piece: piece.markup)
    )
    expected = "".join(piece.text for piece in pieces)
    return whole if _shows(whole, expected) else "".join(piece.plain for piece in pieces)


@dataclass(frozen=True)
class _Piece:
    """A stretch under the same markup, and how it is written with and without any."""

    text: str
    markdown: str
    plain: str
    markup: tuple[Markup, ...]


def _pieces(block: Block, start: int, end: int) -> Iterator[_Piece]:
    for run, text in block.runs_between(start, end):
        plain = code_span(text) if run.kind in ("code", "formula") else _spaced(text)
        formula = run.kind == "formula" and text == run.text
        typeset = formula and _PLAIN_FORMULA.fullmatch(text.strip("$"))
        yield _Piece(text, text if typeset else plain, plain, run.markup)


def _spaced(text: str) -> str:
    """Escaped, with one space kept where it borders on what comes before or after."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{escaped(text)}{after}"


def _marked_up(markup: tuple[Markup, ...], inner: str) -> str:
    for around in reversed(markup):
        core = inner.strip()
        if not core:
            break
        before, _, after = inner.partition(core)
        if around.kind == "strong":
            core = f"**{core}**"
        elif around.kind == "emphasis":
            core = f"*{core}*"
        elif around.kind == "struck":
            core = f"~~{core}~~"
        elif around.address.startswith(("http://", "https://")):
            core = f"[{core}](<{around.address}>)"
        inner = f"{before}{core}{after}"
    return inner


def _shows(markdown: str, text: str) -> bool:
    """Whether it is read as the text: emphasis cut in two may leave asterisks behind."""
    (token,) = _markdown().parseInline(f"x {markdown} x")
    seen = "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in token.children or ()
    )
    return _letters(seen) == _letters(f"x {text} x")


def _letters(text: str) -> str:
    # Without backslashes: a formula's are no escapes, though CommonMark alone would read them so.
    return "".join(re.sub(rf"[\\{_ZERO_WIDTH_SPACE}]", "", text).split())


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("strikethrough")
