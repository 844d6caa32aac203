"""Reads an answer key: Markdown becomes a tree of blocks with their statements.

A key is untrusted: its HTML is shown as text, its images are not loaded, and its code is never run.
Comments and metadata stay hidden.  Nothing else is dropped: what Markdown would hide (definitions
of link references, cells beyond a table's header) is read as text.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

from markdown_it.token import Token

from refute.characters import cleaned
from refute.keys.dialect import MAX_NESTING, Refused, markdown, without_metadata
from refute.keys.documents import READERS, read_document
from refute.keys.sentences import sentence_starts
from refute.keys.source import AnswerKeyError, read_text
from refute.keys.tree import Block, Group, Key, Markup, TextRun

MARKDOWN = (".md", ".markdown", ".txt")
SUFFIXES = (*MARKDOWN, *READERS)

MAX_PARAGRAPH_LENGTH = 20_000
"""The most characters of a paragraph; the time to find its sentences may grow quadratically."""

_GROUPS: dict[
    str, Literal["bullets", "numbers", "item", "quotation", "table", "head", "body", "row"]
] = {
    "bullet_list_open": "bullets",
    "ordered_list_open": "numbers",
    "list_item_open": "item",
    "blockquote_open": "quotation",
    "table_open": "table",
    "thead_open": "head",
    "tbody_open": "body",
    "tr_open": "row",
}
_MARKUP: dict[str, Literal["strong", "emphasis", "struck", "link"]] = {
    "strong_open": "strong",
    "em_open": "emphasis",
    "s_open": "struck",
    "link_open": "link",
}


def read_key(path: Path) -> Key:
    """Read a key.

    Raises:
        AnswerKeyError: it is missing, too large, not UTF-8, nested too deeply, or not a key; or a
            paragraph is too long.
    """
    if path.is_dir():
        raise AnswerKeyError(
            f"{path}: is a folder: give the keys in it, such as {shlex.quote(str(path))}/*.md"
        )
    if path.suffix == ".toml":
        raise AnswerKeyError(f"{path}: is the links file of a key: give the key itself")
    if path.suffix.lower() in MARKDOWN:
        return parse_key(read_text(path), path)
    if path.suffix.lower() == ".py":
        raise AnswerKeyError(
            f"{path}: is code and not a key: "
            f"check it with `refute check --code {shlex.quote(str(path))}`"
        )
    if path.suffix.lower() not in READERS:
        raise AnswerKeyError(
            f"{path}: is not a key, judging by its name: give a file with one of the suffixes "
            f"{', '.join(SUFFIXES)}"
        )
    document = read_document(path)
    key = parse_key(document.text, path, document.starts)
    return replace(key, cells=document.cells, converted=True)


def parse_key(text: str, path: Path, starts: Sequence[int] = (1,)) -> Key:
    """Parse the text of a key; ``path`` names it in messages.

    ``starts`` are the lines on which its parts begin; each part is Markdown of its own.

    Raises:
        AnswerKeyError: it is nested too deeply, a paragraph is too long, or a comment does not end.
    """
    text = cleaned(text)
    lines = without_metadata(text).split("\n")
    tokens: list[Token] = []
    for start, after in pairwise([*starts, len(lines) + 1]):
        tokens += _tokens("\n".join(lines[start - 1 : after - 1]), start - 1, path)
    _check(tokens, path)
    return Key(path, Group("key", _children(iter(tokens), text.split("\n"))), text)


def _tokens(text: str, before: int, path: Path) -> list[Token]:
    """Parse Markdown that follows as many lines of the key."""
    try:
        tokens = markdown().parse(text)
    except Refused as error:
        raise AnswerKeyError(f"{path}:{before + error.line}: {error}") from None
    for token in tokens:
        token.map = token.map and [line + before for line in token.map]
    return tokens


def plain_text(markup: str) -> str:
    """Return a line of Markdown as a reader sees it."""
    (token,) = markdown().parseInline(markup)
    return "".join(run.text for run in _runs(token) if not run.unsaid)


def _check(tokens: Iterable[Token], path: Path) -> None:
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        if token.level >= MAX_NESTING - 1:  # the parser would drop deeper text
            raise AnswerKeyError(
                f"{path}:{line}: lists or quotations are nested too deeply: flatten them"
            )
        if token.type == "inline" and len(token.content) > MAX_PARAGRAPH_LENGTH:
            raise AnswerKeyError(
                f"{path}:{line}: the paragraph has {len(token.content):,} characters, more than "
                f"{MAX_PARAGRAPH_LENGTH:,}: divide it"
            )


def _children(tokens: Iterator[Token], lines: list[str]) -> tuple[Group | Block, ...]:
    """The groups and blocks up to the end of their parent."""
    children: list[Group | Block] = []
    for token in tokens:
        if token.type in _GROUPS:
            first = int(token.attrs.get("start", 1))
            children.append(Group(_GROUPS[token.type], _children(tokens, lines), first))
        elif token.nesting == 1:  # around one inline token
            children.append(_block(token, next(tokens), lines))
            next(tokens)
        elif token.type == "hr":
            children.append(Group("rule"))
        elif token.type in ("fence", "code_block", "formula_block"):
            children.append(_code(token))
        elif token.nesting == -1:
            break
    return tuple(children)


def _block(opening: Token, inline: Token, lines: list[str]) -> Block:
    line, runs = _first_line(inline, lines) + 1, _runs(inline)
    if opening.type == "heading_open":
        level = int(opening.tag[1])
        return Block("heading", line, inline.content, runs, level=level).divided(())
    if opening.type == "paragraph_open":
        block = Block("paragraph", line, inline.content, runs, tight=opening.hidden)
    else:
        head, style = opening.type == "th_open", str(opening.attrs.get("style", ""))
        align = style.removeprefix("text-align:")
        block = Block("cell", line, inline.content, runs, head=head, align=align)
    return block.divided(sentence_starts(runs))


def _first_line(inline: Token, lines: list[str]) -> int:
    """The line of the content, from 0; the parser drops lines of unusual spaces before it."""
    assert inline.map is not None
    line, end = inline.map
    first = inline.content.partition("\n")[0]
    while line + 1 < end and first not in lines[line]:
        line += 1
    return line


def _code(token: Token) -> Block:
    assert token.map is not None
    runs = (TextRun(token.content, "text", (), 0),)
    if token.type == "formula_block":
        return Block("formula", token.map[0] + 1, token.content, runs).divided(())
    line = token.map[0] + (2 if token.type == "fence" else 1)
    language = (token.info.split() or [""])[0]
    return Block("code", line, token.content, runs, language=language).divided(())


def _runs(token: Token) -> tuple[TextRun, ...]:
    """The text of an inline token, with the markup around it and its place in the source."""
    runs: list[TextRun] = []
    markup: list[Markup] = []
    at = 0
    # A code span shows line breaks as spaces, so they are replaced to align the two.
    source = token.content.replace("\n", " ")
    for child in token.children or ():
        if child.nesting == 1:
            attributes = child.attrs
            address, title = str(attributes.get("href", "")), str(attributes.get("title", ""))
            markup.append(Markup(_MARKUP[child.type], address, title))
        elif child.nesting == -1:
            markup.pop()
        elif shown := _shown(child):
            text, kind = shown
            written = _written(child, text)
            sought = text if written is None else written
            if text == "\n":  # a line break, not a space before it
                index = token.content.find(sought, at)
            else:
                index = source.find(sought.replace("\n", " "), at)
            start = index if index >= 0 else at
            around = [*markup]
            if kind == "image" and not any(outer.kind == "link" for outer in markup):
                around.append(Markup("link", str(child.attrs["src"])))
            # Emphasis inside emphasis of the same kind changes nothing.
            around = list(dict.fromkeys(around))
            runs.append(TextRun(text, kind, tuple(around), start, written))
            at = start + len(sought) if index >= 0 else at
    return tuple(runs)


def _written(child: Token, text: str) -> str | None:
    """The spelling of a token's text in the source, if it differs."""
    if child.type == "text_special":
        return child.markup
    return child.content if child.type == "image" and child.content not in ("", text) else None


def _shown(
    child: Token,
) -> tuple[str, Literal["text", "code", "formula", "break", "image", "footnote"]] | None:
    match child.type:
        case "code_inline":
            return child.content, "code"
        case "formula":
            return child.content, "formula"
        case "image":
            return "".join(run.text for run in _runs(child)) or "image", "image"
        case "footnote" | "footnote_begin":
            return child.content, "footnote"
        case "softbreak":
            return "\n", "text"
        case "hardbreak":
            return "\n", "break"
        case "text_special":
            # An entity may be an invisible character or a line break.
            return cleaned(child.content).replace("\n", " "), "text"
        case _:
            return (child.content, "text") if child.content else None
