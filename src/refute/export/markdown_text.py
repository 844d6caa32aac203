"""Strangers' text as Markdown that shows it letter by letter.

Everything that CommonMark and GitHub would read as markup is escaped.  An angle bracket is always
written as an entity: an address that GitHub links by itself swallows a backslash, so that a tag
could follow.  A zero-width space separates names from ``@`` and numbers from ``#``, because in a
comment they would notify people and link issues.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from refute.keys.tree import Block, Markup
from refute.spacing import single_spaced

_SIGNS = re.compile(r"([\\`*_\[\]~$^])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"})
_LINKED = re.compile(r"(?<=/)(?=/)|(?<=www)(?=\.)", re.IGNORECASE)
"""Places where GitHub would begin a link by itself."""

_AT_START = re.compile(r"^(\s*)(?:([#+\-=>])|(\d+)([.)]))")
_CALLS = re.compile(r"(?<=\S)(?=@)|(?<=@)(?=\S)|(?<=#)(?=\d)")
_PLAIN_FORMULA = re.compile(
    r"(?!.*(?://|www|(?<![a-z0-9])_))[\w \t+\-=.,/^(){}'\\;%]+", re.IGNORECASE
)
_PUNCTUATION = string.punctuation.replace("@", "")
_SIGN_OF = {"strong": "**", "emphasis": "*", "struck": "~~"}
ZERO_WIDTH_SPACE = "\u200b"


def escaped(text: str) -> str:
    """Text for the inside of a paragraph, on a single line."""
    line = _CALLS.sub(ZERO_WIDTH_SPACE, single_spaced(text))
    line = _SIGNS.sub(r"\\\1", line).translate(_ENTITIES)
    return _LINKED.sub(r"\\", line)


def opened(markdown: str) -> str:
    """A paragraph, escaped if its beginning would be read as a list, a heading or a rule."""
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
    """A stretch of a block's text with its markup, as Markdown that all parsers read alike.

    Emphasis on which parsers differ, as within a word, is left out.
    """
    groups = [
        (markup, joined(piece.markdown for piece in group))
        for markup, group in groupby(_pieces(block, start, end), lambda piece: piece.markup)
    ]
    beside = [
        "".join(_signed(run.markup, text) for run, text in block.runs_between(*span))
        for span in ((max(start - 1, 0), start), (end, min(end + 1, len(block.text))))
    ]
    texts = [beside[0], *(_signed(*group) for group in groups), beside[1]]
    return joined(
        _marked_up(markup, text, texts[at], texts[at + 2])
        for at, (markup, text) in enumerate(groups)
    )


def joined(parts: Iterable[str]) -> str:
    """The parts in a row, separated where two of them would form a sign, an address or a name."""
    whole = ""
    for part in parts:
        if whole[-1:] in ("`", "$") and part[:1] == whole[-1:]:
            whole += ZERO_WIDTH_SPACE
        if whole[-1:] == "!" and part[:1] == "[":
            whole = f"{whole[:-1]}\\!"  # not an image
        ends = whole[-3:]
        between = ends + part[:1]
        if _LINKED.search(between, len(ends)):
            whole += "\\"
        if _CALLS.search(between, len(ends)):
            whole += ZERO_WIDTH_SPACE
        whole += part
    return whole


@dataclass(frozen=True)
class _Piece:
    """A run as Markdown, without the markup around it."""

    markdown: str
    markup: tuple[Markup, ...]


def _pieces(block: Block, start: int, end: int) -> Iterator[_Piece]:
    for run, text in block.runs_between(start, end):
        # In a cell, "|" must be escaped, and parsers disagree about what follows a backslash.
        spelled = block.kind == "cell" and "\\|" in text
        is_code = run.kind in ("code", "formula") and not spelled
        formula = run.kind == "formula" and text == run.text
        typeset = formula and _PLAIN_FORMULA.fullmatch(text.strip("$"))
        written = text if typeset else code_span(text) if is_code else _spaced(text)
        yield _Piece(written, run.markup)


def _spaced(text: str) -> str:
    """Escaped, with one space kept at an end that borders on other text."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{escaped(text)}{after}"


def _marked_up(markup: tuple[Markup, ...], inner: str, before: str, after: str) -> str:
    """Text with its markup; ``before`` and ``after`` are the texts beside it."""
    core = inner.strip()
    if not core:
        return inner
    left, _, right = inner.partition(core)
    sign = _sign(markup)
    for around in markup:
        if around.of_the_web:
            address = around.address.replace("&", "&amp;").replace("|", "%7C")
            core = f"[{core}](<{address}>)"
    if (
        len(sign) <= 2
        and _begins(core[0], before + left)
        and _begins(core[-1], (right + after)[::-1])
    ):
        core = f"{sign}{core}{sign}"
    return f"{left}{core}{right}"


def _sign(markup: tuple[Markup, ...]) -> str:
    return "".join(_SIGN_OF.get(around.kind, "") for around in markup)


def _signed(markup: tuple[Markup, ...], text: str) -> str:
    return text if text.isspace() else f"{_sign(markup)}{text}{_sign(markup)}"


def _begins(edge: str, outside: str) -> bool:
    """Whether a sign between the end of a text and its neighbour is read as emphasis."""
    beside = outside[-1:]
    if beside in ("*", "~") and not outside.endswith(("\\*", "\\~")):
        return False  # the neighbour's sign
    # A zero-width space will separate the sign from "@".
    return edge.isalnum() or not beside or beside.isspace() or beside in _PUNCTUATION
