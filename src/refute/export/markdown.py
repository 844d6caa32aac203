"""Each key as Markdown: its own text, every statement marked, and what was found beside it.

What calls for attention (refuted, depends, undecided, ...) stands in a quotation right below; what
is right, and what nobody checked, in footnotes.  The text is written anew from what was read, not
copied, so that nothing in a key can end a quotation, open a footnote or hide what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from refute.export.markdown_text import code_block, code_span, escaped, inline, opened
from refute.export.material import Material, from_here
from refute.export.notes import Note, notes, run_line, score
from refute.keys.grading import GradedKey
from refute.keys.reader import Block

_TAG = re.compile(r"<(/?)(\w+)([^>]*)>")
_LANGUAGE = re.compile(r'class="language-([^"]*)"')
_START = re.compile(r'start="(\d+)"')


def render(material: Material) -> dict[str, bytes]:
    """A document for each key, under the key's own name."""
    documents = {
        key.key.path.name: _document(key, material, material.faults.get(key.key.path))
        for key in material.keys
    }
    for path, fault in material.faults.items():
        lines = ["# " + escaped(path.name), "", *_fault(fault)]
        documents.setdefault(path.name, "\n".join(lines) + "\n")
    return {name: text.encode() for name, text in sorted(documents.items())}


def _document(key: GradedKey, material: Material, fault: str | None) -> str:
    said = notes(key)
    writer = _Writer(re.sub(r"[^a-z0-9]+", "-", key.key.path.stem.lower()))
    writer.lines([f"# {escaped(key.key.title)}, fact-checked"])
    if fault is not None:
        writer.lines(_fault(fault))
    elif key.links_path is None:
        writer.lines(["**Nothing of this key was checked:** no links file lies beside it."])
    else:
        writer.lines([escaped(score(said)) + "."])
    writer.lines([f"{code_span(from_here(key.key.path))}: {escaped(run_line(material.ledger))}"])
    writer.lines(["---"])
    _Typesetter(writer, {note.index: note for note in said}).typeset(key)
    writer.footnotes()
    return writer.text


def _fault(fault: str) -> list[str]:
    return ["**This key could not be graded.**", *code_block(fault)]


@dataclass
class _Container:
    """A quotation or an item of a list: what its first line begins with, and all others."""

    first: str
    rest: str
    begun: bool = False


@dataclass
class _Writer:
    """Blocks of lines, in whatever contains them, with a blank line between two."""

    label: str
    containers: list[_Container] = field(default_factory=list)
    _written: list[str] = field(default_factory=list)
    _footnotes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self._written) + "\n"

    def lines(self, block: list[str]) -> None:
        """Write a block."""
        if self._written:
            begun = [one.rest for one in self.containers if one.begun]
            self._written.append("".join(begun).rstrip())
        for line in block:
            prefix = "".join(one.rest if one.begun else one.first for one in self.containers)
            for one in self.containers:
                one.begun = True
            self._written.append(prefix + line if line else prefix.rstrip())

    def footnote(self, number: int, text: str) -> str:
        """Keep a note for the end; return the mark that refers to it."""
        self._footnotes.append((f"[^{self.label}-{number}]", text))
        return self._footnotes[-1][0]

    def footnotes(self) -> None:
        """Write the notes that were kept."""
        if self._footnotes:
            self.lines(["---"])
        for mark, text in self._footnotes:
            self.lines([f"{mark}: {text}"])


@dataclass
class _Typesetter:
    """Walks over the pieces of a key as they were read and writes each as Markdown."""

    writer: _Writer
    notes: dict[int, Note]
    _index: int = 0
    _heading: int = 0
    _lists: list[_List] = field(default_factory=list)
    _cells: list[str] | None = None
    _rows: list[list[str]] = field(default_factory=list)
    _loud: list[Note] = field(default_factory=list)
    _code: str | None = None
    _last_list: str = ""

    def typeset(self, key: GradedKey) -> None:
        """Write the whole key."""
        for piece in key.key.pieces:
            if isinstance(piece, Block):
                self._block(piece)
            else:
                for closing, tag, attributes in _TAG.findall(piece):
                    self._tag(tag, attributes, closes=bool(closing))

    def _tag(self, tag: str, attributes: str, *, closes: bool) -> None:
        match tag:
            case "ul" | "ol":
                self._list(tag, attributes, closes=closes)
            case "li":
                self._item(closes=closes)
            case "blockquote" if closes:
                self._leave()
            case "blockquote":
                self.writer.containers.append(_Container("> ", "> "))
            case "hr":
                self.writer.lines(["---"])
            case "code" if not closes:
                language = _LANGUAGE.search(attributes)
                self._code = language[1] if language else ""
            case "code":
                self._code = None
            case "tr" | "td" | "th" | "table":
                self._table(tag, closes=closes)
            case _ if re.fullmatch("h[1-6]", tag):
                # Below the title of the document.
                self._heading = 0 if closes else min(int(tag[1]) + 1, 6)

    def _list(self, tag: str, attributes: str, *, closes: bool) -> None:
        if closes:
            self._last_list = self._lists.pop().sign
            return
        start = _START.search(attributes)
        signs = "-*" if tag == "ul" else ".)"
        # A list right after another goes on with it, unless its sign is another one.
        sign = signs[1] if self._last_list == signs[0] else signs[0]
        self._lists.append(_List(sign, int(start[1]) if start else 1))

    def _item(self, *, closes: bool) -> None:
        if closes:
            self._leave()
            return
        marker = self._lists[-1].next_marker()
        self.writer.containers.append(_Container(marker, " " * len(marker)))

    def _leave(self) -> None:
        if not self.writer.containers[-1].begun:
            self.writer.lines([""])  # an empty item
        self.writer.containers.pop()

    def _block(self, block: Block) -> None:
        self._last_list = ""
        said = list(self._of(block))
        if self._code is not None:
            self.writer.lines(code_block(block.text, self._code))
            self._below([note for _, _, note in said if note], with_lines=True)
            return
        words = "".join(self._statement(block, start, end, note) for start, end, note in said)
        loud = [note for _, _, note in said if note and note.loud]
        if self._cells is not None:
            self._cells.append(words.replace("|", "\\|"))  # a cell gives back one backslash
            self._loud += loud
            return
        words = words.strip() if not self._heading else " ".join(words.split())
        if words:
            self.writer.lines(
                [f"{'#' * self._heading} {words}" if self._heading else opened(words)]
            )
        self._below(loud)

    def _of(self, block: Block) -> Iterator[tuple[int, int, Note | None]]:
        for start, end in block.spans:
            yield start, end, self.notes.get(self._index)
            self._index += 1

    def _statement(self, block: Block, start: int, end: int, note: Note | None) -> str:
        words = inline(block, start, end)
        if note is None:
            return words
        core, space = words.rstrip(), words[len(words.rstrip()) :]
        if note.loud:
            return f"{core} **({note.mark}, {note.number})**{space}"
        return f"{core} ({note.mark}{self.writer.footnote(note.number, note.text)}){space}"

    def _below(self, said: list[Note], *, with_lines: bool = False) -> None:
        """What was found of statements, in a quotation."""
        if not said:
            return
        lines: list[str] = []
        for note in said:
            where = f", {note.lines}" if with_lines else ""
            lines += ["", f"**{note.number}: {note.mark}{where}.** {note.text}"]
        self.writer.containers.append(_Container("> ", "> "))
        self.writer.lines(lines[1:])
        self.writer.containers.pop()

    def _table(self, tag: str, *, closes: bool) -> None:
        if tag in ("td", "th"):
            if closes and self._cells is not None:
                self._rows[-1].append(" ".join(self._cells).strip())
            self._cells = None if closes else []
            return
        if tag == "tr" and not closes:
            self._rows.append([])
        if tag == "table" and closes:
            head, *body = [f"| {' | '.join(row)} |" for row in self._rows]
            self.writer.lines([head, "|" + " --- |" * len(self._rows[0]), *body])
            self._below(self._loud)
            self._rows, self._loud = [], []


@dataclass
class _List:
    """A list that is open, and what its next item begins with."""

    sign: str
    number: int

    def next_marker(self) -> str:
        if self.sign in "-*":
            return f"{self.sign} "
        self.number += 1
        return f"{self.number - 1}{self.sign} "
