"""The Markdown of answer keys: what GitHub shows, with nothing fetched and nothing lost.

It is CommonMark with tables, strikethrough, formulas, footnotes, hidden comments and metadata
("front matter") at the start of a file.
"""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, blockquote
from markdown_it.rules_block import table as plain_table
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline

MAX_NESTING = 20
"""The depth of CommonMark's preset; a bracket costs the parser a step for each level."""

_LOOKED_AT = 8
"""How many lines after a quotation are searched first for its continuation; then many more."""

_COMMENT = re.compile(r"<!--(?:>|->|.*?-->)", re.DOTALL)
_FENCE = re.compile(r"^\s*(`{3,})", re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^[^\]\[\s]{1,99}\]")
# As on GitHub: "from 5$ to 6$" holds no formula, and neither does "$ 5, and $ 6".
FORMULA = re.compile(r"\$(?=[^\s$])((?:\\.|[^\\$])+)(?<!\s)\$(?!\d)", re.DOTALL)
# Some authors write comments as a link reference to nowhere, with the note as its title.
_NOTE = re.compile(
    r"\[[^\]\[]{1,99}\]:[ ]*(?:#|<>)[ ]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\))[ ]*$", re.MULTILINE
)
# The first and the last line, and between them what YAML or TOML may contain.
_METADATA = re.compile(
    r"---[ \t]*\n[A-Za-z_][\w-]*:.*\n"
    r"(?:[\w\"'][^:\n]*:.*\n|[ \t]+\S.*\n|-[ \t].*\n|#.*\n|[ \t]*\n)*?"
    r"(?:---|\.\.\.)[ \t]*(?:\n|$)"
    r"|\+\+\+[ \t]*\n[\w\"'.-]+[ \t]*=.*\n(?:(?!\+\+\+).*\n)*?\+\+\+[ \t]*(?:\n|$)"
)


class Refused(Exception):
    """The text cannot be read as it is; ``line`` counts from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


@lru_cache(maxsize=1)
def markdown() -> MarkdownIt:
    """Return the parser."""
    options = {"html": False, "maxNesting": MAX_NESTING}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
    parser.block.ruler.before("blockquote", "comment", _block_comment, ends)
    parser.block.ruler.before("fence", "formula", _formula_block, ends)
    parser.block.ruler.at("blockquote", _quotation, {"alt": [*ends["alt"], "list"]})
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.inline.ruler.before("link", "footnote", _footnote)
    parser.inline.ruler.before("autolink", "comment", _inline_comment)
    # A reference definition is not shown, so it is read as text. If an escaped character were #
    # joined to its neighbours, it could not be found again in the source.
    return parser.disable(["reference", "text_join"])


def without_metadata(text: str) -> str:
    """Return the text with empty lines in place of its metadata."""
    match = _METADATA.match(text)
    return "\n" * match[0].count("\n") + text[match.end() :] if match else text


def fence_for(code: str) -> str:
    """Return a fence that no line of the code ends."""
    fences: list[str] = _FENCE.findall(code)
    return max(["``", *fences], key=len) + "`"


def _block_comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a comment at the beginning of a line, which may contain empty lines.

    Words after it on its last line are left to the next rule.

    Raises:
        Refused: the comment does not end, so GitHub would show nothing after it.
    """
    at = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start):
        return False
    if not silent and _NOTE.match(state.src, at):  # it does not end a paragraph
        state.line = start + 1
        return True
    if not state.src.startswith("<!--", at):
        return False
    line = start
    while (close := state.src.find("-->", at, state.eMarks[line])) < 0:
        line += 1
        if line >= end or (state.sCount[line] < state.blkIndent and not state.isEmpty(line)):
            raise Refused(start + 1, "unclosed comment: write --> where it should end")
        at = state.bMarks[line]
    close += len("-->")
    rest = state.src[close : state.eMarks[line]]
    if rest.strip() and line == start:
        return False  # a paragraph that begins with a comment
    if not silent:
        if rest.strip():
            state.bMarks[line] = close
            state.tShift[line] = len(rest) - len(rest.lstrip())
            state.sCount[line] = state.blkIndent
        state.line = line + (not rest.strip())
    return True


def _inline_comment(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("<!--", state.pos):
        return False
    match = _COMMENT.match(state.src, state.pos)
    if match is None:
        return False  # it is shown as text
    if not silent:
        state.push("comment", "", 0)
    state.pos = match.end()
    return True


def _quotation(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a quotation without searching the whole key for its continuation.

    Its last paragraph may continue in lines without a mark, up to an empty line.  So the parser
    first gets only a few lines, and more if it reached the last of them.
    """
    if silent or not _is_quoted(state, start):
        return bool(blockquote(state, start, end, silent))
    marked = start + 1
    while marked < end and _is_quoted(state, marked):
        marked += 1
    further = _LOOKED_AT
    while (limit := marked + further) < end:
        before = _Lines(state, start, limit)
        try:
            parsed = bool(blockquote(state, start, limit, silent))
            if not parsed or state.line < limit:
                return parsed
        except Refused:
            pass  # perhaps only because the following lines are missing
        before.put_back()
        further *= _LOOKED_AT
    return bool(blockquote(state, start, end, silent))


def _is_quoted(state: StateBlock, line: int) -> bool:
    begin = state.bMarks[line] + state.tShift[line]
    return state.sCount[line] >= state.blkIndent and state.src.startswith(">", begin)


class _Lines:
    """A saved state of the parser for some lines."""

    TABLES = ("bMarks", "tShift", "sCount", "bsCount")
    PLACE = ("line", "lineMax", "level", "blkIndent", "parentType", "tight", "listIndent")

    def __init__(self, state: StateBlock, start: int, end: int) -> None:
        self._state, self._start, self._end = state, start, end
        self._tables = [getattr(state, name)[start:end] for name in self.TABLES]
        self._place = [getattr(state, name) for name in self.PLACE]
        self._tokens = len(state.tokens)

    def put_back(self) -> None:
        for name, lines in zip(self.TABLES, self._tables, strict=True):
            getattr(self._state, name)[self._start : self._end] = lines
        for name, was in zip(self.PLACE, self._place, strict=True):
            setattr(self._state, name, was)
        del self._state.tokens[self._tokens :]


def _formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse ``$$`` up to a ``$$`` at the end of a line, without an empty line in between."""
    at = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not state.src.startswith("$$", at):
        return False
    if silent:  # the caller only asks whether a formula begins here
        end = state.lineMax
    line, at, lines = start, at + 2, list[str]()
    while not (text := state.src[at : state.eMarks[line]].rstrip()).endswith("$$"):
        line += 1
        if (
            "$$" in text
            or line >= end
            or state.isEmpty(line)
            or state.sCount[line] < state.blkIndent
        ):
            return False
        lines.append(text)
        at = state.bMarks[line] + state.tShift[line]
    if not silent:
        token = state.push("formula_block", "", 0)
        token.content = "\n".join([*lines, text.removesuffix("$$")])
        token.map = [start, line + 1]
        state.line = line + 1
    return True


def _formula(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "$" or state.src[state.pos - 1 : state.pos].isdigit():
        return False
    match = FORMULA.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("formula", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _footnote(state: StateInline, silent: bool) -> bool:
    """Parse ``[^1]``, which refers to a footnote, or ``[^1]:``, which begins one."""
    match = _FOOTNOTE.match(state.src, state.pos)
    if match is None:
        return False
    end = match.end()
    line = state.src[state.src.rfind("\n", 0, state.pos) + 1 : state.pos]
    begins = not line.strip() and state.src.startswith(":", end)
    if not silent:
        token = state.push("footnote_begin" if begins else "footnote", "", 0)
        token.content = state.src[state.pos : end + begins]
    state.pos = end + begins
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a table, and keep the cells of a row beyond its header, which other parsers drop."""
    count = len(state.tokens)
    if not plain_table(state, start, end, silent):
        return False
    tokens = state.tokens[count:]
    width = sum(token.type == "th_open" for token in tokens)
    del state.tokens[count:]
    for token in tokens:
        if token.type == "tr_open":
            line = token.map[0] if token.map else start
        elif token.type == "tr_close":
            for text in _cells(state, line)[width:]:
                state.push("td_open", "td", 1)
                inline = state.push("inline", "", 0)
                inline.map, inline.content, inline.children = [line, line + 1], text.strip(), []
                state.push("td_close", "td", -1)
        state.tokens.append(token)
    return True


def _cells(state: StateBlock, line: int) -> list[str]:
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
    cells = escapedSplit(text)
    return cells[cells[:1] == [""] : len(cells) - (cells[-1:] == [""])]
