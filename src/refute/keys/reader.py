"""Reading an answer key: a Markdown text becomes statements, each with its place.

A key is untrusted.  Its HTML is text, its images are not loaded, and its code is never run.
Nothing of it is dropped: what Markdown would hide (definitions of link references) is read as
text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from html import escape
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from typing import Literal

import sentencex
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from refute.keys.source import AnswerKeyError, cleaned, read_text

_MAX_NESTING = 20
"""As deep as CommonMark's preset goes; a bracket costs the parser a step for each level."""

LONGEST_PARAGRAPH = 20_000
"""Characters; finding where sentences end takes, at worst, time with the square of them."""

_WORD = re.compile(r"[^\W_]")

Kind = Literal["sentence", "heading", "code"]
Span = tuple[int, int]


@dataclass(frozen=True)
class Statement:
    """One sentence, heading or stretch of code, or the part of one that a link quotes.

    ``text`` is what a reader sees, without Markdown's markup and with single spaces; ``html`` is
    the same as safe inline HTML.  Lines count from 1 in the key's file.
    """

    index: int
    kind: Kind
    line: int
    end_line: int
    text: str
    html: str


@dataclass(frozen=True)
class _Run:
    """A stretch of text under the same markup, and where it stands in the block's source."""

    text: str
    kind: Literal["text", "code", "math", "break"]
    wraps: tuple[tuple[str, str], ...]
    source_at: int

    def html(self, start: int, end: int) -> str:
        text = escape(self.text[start:end])
        match self.kind:
            case "code":
                text = f"<code>{text}</code>"
            case "math":
                text = f'<span class="math">{text}</span>'
            case "break":
                text = f"<br>{text}"
        return text


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, cell or code block: text in runs, divided into spans.

    Spans are [start, end) in ``text``, one per statement; they cover it without a gap.
    """

    kind: Kind
    line: int
    source: str
    runs: tuple[_Run, ...]
    spans: tuple[Span, ...]

    @cached_property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    def quoting(self, quotes: Iterable[Span]) -> Block:
        """The same block with each quote a statement of its own, and what is left others.

        No two quotes overlap.
        """
        quotes = sorted(quotes)
        starts = [start for start, _ in quotes]

        def quoted(at: int) -> bool:
            before = bisect_left(starts, at) - 1
            return before >= 0 and at < quotes[before][1]

        kept = {start for start, _ in self.spans if not quoted(start)}
        cuts = sorted(kept | {at for quote in quotes for at in quote})
        return replace(self, spans=_with_words(self.text, cuts))

    def html(self, start: int, end: int) -> str:
        """Safe inline HTML of a stretch of the text; markup that it cuts is closed again."""
        if self.kind == "code":
            return escape(self.text[start:end])
        first = bisect_right(self._run_ends, start)
        last = bisect_left(self._run_ends, end)
        at = self._run_ends[first - 1] if first else 0
        html = ""
        for wraps, runs in groupby(self.runs[first : last + 1], key=lambda run: run.wraps):
            inner = ""
            for run in runs:
                inner += run.html(max(start - at, 0), min(end - at, len(run.text)))
                at += len(run.text)
            for opening, closing in reversed(wraps):
                inner = f"{opening}{inner}{closing}"
            html += inner
        return html

    def source_of(self, offset: int) -> int:
        """Where in the block's source the character at ``offset`` of the text stands."""
        at = bisect_right(self._run_ends, offset)
        if at == len(self.runs):
            return len(self.source.rstrip("\n"))
        run = self.runs[at]
        return run.source_at + offset - (self._run_ends[at] - len(run.text))

    def line_of(self, offset: int) -> int:
        """The line of the file on which the character at ``offset`` of the text stands."""
        return self.line + bisect_left(self._line_ends, self.source_of(offset))

    # A paragraph may have as many statements as runs: each finds its own by bisection.

    @cached_property
    def _run_ends(self) -> list[int]:
        """Where each run ends in the text."""
        return list(accumulate(len(run.text) for run in self.runs))

    @cached_property
    def _line_ends(self) -> list[int]:
        """Where each line ends in the source."""
        return [found.start() for found in re.finditer("\n", self.source)]


@dataclass(frozen=True)
class Key:
    """An answer key: pieces of safe block-level HTML, and the blocks of text between them.

    ``text`` is the whole of it as it was read, to find the place of a statement in.
    """

    path: Path
    pieces: tuple[str | Block, ...]
    text: str

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Block))

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement, in reading order."""
        return tuple(piece for piece in self.layout() if isinstance(piece, Statement))

    @property
    def title(self) -> str:
        """The first heading, or the name of the file."""
        heading = next((block.text for block in self.blocks if block.kind == "heading"), None)
        return " ".join(heading.split()) if heading else self.path.stem

    def layout(self) -> Iterator[str | Statement]:
        """The whole key to typeset: HTML to copy, and statements to wrap where they stand."""
        index = 0
        for piece in self.pieces:
            if isinstance(piece, str):
                yield piece
                continue
            text = piece.text
            for start, end in piece.spans:
                first, last = _trimmed(text, start, end)
                yield escape(text[start:first])
                yield Statement(
                    index=index,
                    kind=piece.kind,
                    line=piece.line_of(first),
                    end_line=piece.line_of(last - 1),
                    text=" ".join(text[first:last].split()),
                    html=piece.html(first, last),
                )
                yield escape(text[last:end])
                index += 1

    def quoting(self, quotes: Iterable[tuple[int, Span]]) -> Key:
        """The same key, divided anew at quotes: (index of a block, span in its text)."""
        by_block: dict[int, list[Span]] = {}
        for at, span in quotes:
            by_block.setdefault(at, []).append(span)
        pieces: list[str | Block] = []
        at = 0
        for piece in self.pieces:
            if isinstance(piece, Block):
                pieces.append(piece.quoting(by_block[at]) if at in by_block else piece)
                at += 1
            else:
                pieces.append(piece)
        return replace(self, pieces=tuple(pieces))


def read_key(path: Path) -> Key:
    """Read a key.

    Raises:
        AnswerKeyError: it is missing, too large, not UTF-8, nested beyond reason, or no key; or
            has a paragraph without end.
    """
    if path.suffix == ".toml":
        raise AnswerKeyError(f"{path}: holds the links of a key: give the key itself, a .md file")
    return parse_key(read_text(path), path)


def parse_key(text: str, path: Path) -> Key:
    """Read a key's text; ``path`` names it in messages.

    Raises:
        AnswerKeyError: it is nested beyond reason, or has a paragraph without end.
    """
    markdown = _markdown()
    pieces: list[str | Block] = []
    kind: Kind = "sentence"
    text = cleaned(text)
    for token in markdown.parse(text):
        if token.level >= _MAX_NESTING - 1:  # beyond it, the parser would drop text
            line = token.map[0] + 1 if token.map else 1
            raise AnswerKeyError(f"{path}:{line}: lists or quotations nested too deep: flatten it")
        match token.type:
            case "inline":
                _check_length(token, path)
                pieces.append(_paragraph(token, kind, markdown))
            case "fence" | "code_block" | "math_block":
                pieces.extend(_code(token))
            case "heading_open":
                kind = "heading"
                pieces.append(_structure(token, markdown))
            case "heading_close":
                kind = "sentence"
                pieces.append(_structure(token, markdown))
            case _:
                pieces.append(_structure(token, markdown))
    return Key(path, tuple(pieces), text)


def plain_text(markup: str) -> str:
    """What a reader sees of a line of Markdown."""
    (token,) = _markdown().parseInline(markup)
    return "".join(run.text for run in _runs(token, _markdown()))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    options = {"html": False, "maxNesting": _MAX_NESTING}
    markdown = MarkdownIt("commonmark", options).enable("table").use(dollarmath_plugin)
    # An image would be fetched by whoever opens the report; a reference definition is not shown.
    return markdown.disable(["image", "reference"])


def _structure(token: Token, markdown: MarkdownIt) -> str:
    return str(markdown.renderer.render([token], markdown.options, {}))


def _check_length(token: Token, path: Path) -> None:
    length = len(token.content)
    if length > LONGEST_PARAGRAPH:
        assert token.map is not None
        raise AnswerKeyError(
            f"{path}:{token.map[0] + 1}: a paragraph of {length:,} characters: divide it, "
            f"{LONGEST_PARAGRAPH:,} are the most"
        )


def _paragraph(token: Token, kind: Kind, markdown: MarkdownIt) -> Block:
    assert token.map is not None
    runs = _runs(token, markdown)
    text = "".join(run.text for run in runs)
    cuts = [0] if kind == "heading" else _sentence_starts(runs)
    return Block(kind, token.map[0] + 1, token.content, runs, _with_words(text, cuts))


def _code(token: Token) -> list[str | Block]:
    assert token.map is not None
    words = token.info.split()
    language = f' class="language-{escape(words[0])}"' if words else ""
    line = token.map[0] + (2 if token.type == "fence" else 1)
    runs = (_Run(token.content, "text", (), 0),)
    block = Block("code", line, token.content, runs, _with_words(token.content, [0]))
    return [f"<pre><code{language}>", block, "</code></pre>\n"]


def _runs(token: Token, markdown: MarkdownIt) -> tuple[_Run, ...]:
    """The text of an inline token, with the markup around it and its place in the source."""
    runs: list[_Run] = []
    wraps: list[tuple[str, str]] = []
    at = 0
    # A code span shows its line breaks as spaces; alike, the two can be aligned.
    source = token.content.replace("\n", " ")
    for child in token.children or ():
        if child.nesting == 1:
            wraps.append((_structure(child, markdown), f"</{child.tag}>"))
        elif child.nesting == -1:
            wraps.pop()
        elif shown := _shown(child):
            text, kind = shown
            if text == "\n":  # a line break, and no space before it
                found = token.content.find(text, at)
            else:
                found = source.find(text.replace("\n", " "), at)
            start = found if found >= 0 else at
            runs.append(_Run(text, kind, tuple(wraps), start))
            at = start + len(text) if found >= 0 else at
    return tuple(runs)


def _shown(child: Token) -> tuple[str, Literal["text", "code", "math", "break"]] | None:
    match child.type:
        case "code_inline":
            return child.content, "code"
        case "math_inline" | "math_inline_double":
            dollars = "$$" if child.type.endswith("double") else "$"
            return f"{dollars}{child.content}{dollars}", "math"
        case "softbreak":
            return "\n", "text"
        case "hardbreak":
            return "\n", "break"
        case _:
            return (child.content, "text") if child.content else None


def _sentence_starts(runs: Iterable[_Run]) -> list[int]:
    """Where sentences begin; a full stop inside code or a formula ends none."""
    masked = "".join(
        re.sub(r"\S", "x", run.text) if run.kind in ("code", "math") else run.text for run in runs
    )
    boundaries = sentencex.get_sentence_boundaries("en", masked.replace("\n", " "))
    return [0] + [boundary["start_index"] for boundary in boundaries[1:]]


def _with_words(text: str, cuts: list[int]) -> tuple[Span, ...]:
    """Spans between cuts; one without a letter or digit goes to its neighbour."""
    edges = sorted({0, *cuts, len(text)})
    spans: list[Span] = []
    start = 0
    for at, after in pairwise(edges):
        if _WORD.search(text, at, after):
            spans.append((start, after))
        elif spans:
            spans[-1] = (spans[-1][0], after)
        else:
            continue  # nothing before it to join: the next span begins here
        start = after
    if not spans and text.strip():
        spans = [(0, len(text))]
    return tuple(spans)


def _trimmed(text: str, start: int, end: int) -> Span:
    stretch = text[start:end]
    return end - len(stretch.lstrip()), start + len(stretch.rstrip())
