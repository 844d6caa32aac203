"""Each key as Markdown: its own text with every statement marked, and the evidence.

Notes on statements that need attention (refuted, depends, undecided, ...) and findings about code
are quoted below their block; the notes on all other statements are footnotes.  The text is written
anew from the parsed key, not copied, so that nothing in a key can end a quotation, open a footnote
or hide what follows.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from refute.export.code_notes import as_markdown
from refute.export.markdown_text import (
    ZERO_WIDTH_SPACE,
    code_block,
    code_span,
    escaped,
    inline,
    joined,
    opened,
)
from refute.export.notes import ShortNote, notes, score
from refute.files import from_here
from refute.grading.folder import Material
from refute.keys.checked_code import Finding
from refute.keys.graded import GradedKey
from refute.keys.tree import Block, Group
from refute.prose.code_faults import code_score
from refute.prose.runs import checked_by
from refute.report.markup import anchor
from refute.spacing import single_spaced


def render(material: Material) -> dict[str, bytes]:
    """A document for each key, named after it; for a notebook ``answer.ipynb.md``."""
    documents: dict[str, str] = {}
    for key in material.keys:
        fault = material.faults.get(key.key.path)
        documents[_name(key.key.path, documents)] = _document(key, material, fault)
    for path, fault in material.faults.items():
        lines = ["# " + escaped(path.name), "", *_fault(fault)]
        documents.setdefault(_name(path), "\n".join(lines) + "\n")
    return {name: text.encode() for name, text in sorted(documents.items())}


def _name(path: Path, taken: Container[str] = ()) -> str:
    name = path.name if path.suffix == ".md" else f"{path.name}.md"
    while name in taken:  # such as answer.ipynb beside answer.ipynb.md
        name = f"{name}.md"
    return name


def _document(key: GradedKey, material: Material, fault: str | None) -> str:
    said = notes(key)
    writer = _Writer(anchor(key.key.path.stem))
    writer.lines([f"# {escaped(key.key.title)}, fact-checked"])
    if fault is not None:
        writer.lines(_fault(fault))
    elif key.links_path is None:
        writer.lines(["**No statement of this key was checked:** it has no links file."])
    else:
        writer.lines([escaped(score(said)) + "."])
    if key.code.has_code:
        writer.lines([f"Its code, checked by rules: {code_score(key.code)}."])
    writer.lines(
        [f"{code_span(from_here(key.key.path))}: {escaped(checked_by(material.ledger.run))}"]
    )
    writer.lines(["---"])
    _Typesetter(key, writer, {note.index: note for note in said}).group(key.key.tree)
    writer.footnotes()
    return writer.text


def _fault(fault: str) -> list[str]:
    return ["**This key could not be graded.**", *code_block(fault)]


@dataclass
class _Container:
    """A quotation or a list item: the prefixes of its first line and of all others."""

    first: str
    rest: str
    begun: bool = False


@dataclass
class _Writer:
    """Writes blocks of lines with the prefixes of their containers, separated by blank lines."""

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
            begun = [container.rest for container in self.containers if container.begun]
            self._written.append("".join(begun).rstrip())
        for line in block:
            prefix = "".join(
                container.rest if container.begun else container.first
                for container in self.containers
            )
            for container in self.containers:
                container.begun = True
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
            # Without support for footnotes, a single word would be read as the address of a link.
            self.lines([f"{mark}: {text}" if " " in text else f"{mark}: {text} {ZERO_WIDTH_SPACE}"])


class _Typesetter:
    """Walks the tree of a key and writes each block as Markdown, with its notes below."""

    def __init__(self, key: GradedKey, writer: _Writer, notes: Mapping[int, ShortNote]) -> None:
        self._writer = writer
        self._notes = notes
        self._findings: dict[int, list[Finding]] = {}
        for finding in key.code.findings:
            self._findings.setdefault(finding.position.line, []).append(finding)
        self._statements = iter(key.key.statements)
        self._last_sign = ""  # the list that has just ended

    def group(self, group: Group) -> None:
        """Write a group and everything in it."""
        match group.kind:
            case "table":
                self._table(group)
            case "rule":
                self._writer.lines(["---"])
            case "bullets" | "numbers":
                self._list(group)
            case "quotation":
                self._contained(group, "> ", "> ")
            case _:
                self._children(group)

    def _children(self, group: Group) -> None:
        for child in group.children:
            if isinstance(child, Block):
                self._last_sign = ""
                self._block(child)
            else:
                self.group(child)

    def _contained(self, group: Group, first: str, rest: str) -> None:
        container = _Container(first, rest)
        self._writer.containers.append(container)
        self._children(group)
        if not container.begun:
            self._writer.lines([""])  # an empty item
        self._writer.containers.pop()

    def _list(self, group: Group) -> None:
        signs = "-*" if group.kind == "bullets" else ".)"
        # A list right after another would continue it, unless its sign differs.
        sign = signs[1] if self._last_sign == signs[0] else signs[0]
        for number, item in enumerate(group.children, group.first):
            assert isinstance(item, Group)
            marker = f"{sign} " if group.kind == "bullets" else f"{number}{sign} "
            self._contained(item, marker, " " * len(marker))
        self._last_sign = sign

    def _block(self, block: Block) -> None:
        if block.kind in ("code", "formula"):
            of_block = [self._next_note() for _ in block.spans]
            self._writer.lines(code_block(block.text, block.language))
            self._below([note for note in of_block if note], with_lines=True)
            findings = [found for line in block.lines for found in self._findings.get(line, ())]
            self._quoted(map(as_markdown, findings))
            return
        words, said = self._words(block)
        words = words.strip()
        if block.kind == "heading":  # below the title of the document
            # Number signs at the end of a heading would be read as its closing sequence.
            words = re.sub(r"(#+)$", r"\\\1", single_spaced(words))
            self._writer.lines([f"{'#' * min(block.level + 1, 6)} {words}"])
        elif words:
            self._writer.lines([opened(words)])
        self._below(said)

    def _words(self, block: Block) -> tuple[str, list[ShortNote]]:
        """The text of a block with its marks, and the notes that need attention."""
        words, loud = "", list[ShortNote]()
        for start, end, states in block.stretches():
            note = self._next_note() if states else None
            words = joined((words, inline(block, start, end)))
            if note is None:
                continue
            if note.loud:
                words += f" **({note.mark}, {note.number})**"
                loud.append(note)
            else:
                words += f" ({note.mark}{self._writer.footnote(note.number, note.text)})"
        return words, loud

    def _next_note(self) -> ShortNote | None:
        return self._notes.get(next(self._statements).index)

    def _below(self, said: list[ShortNote], *, with_lines: bool = False) -> None:
        """Write notes on statements as a quotation."""
        where = [f", {note.lines}" if with_lines else "" for note in said]
        self._quoted(
            f"**{note.number}: {note.mark}{at}.** {note.text}"
            for note, at in zip(said, where, strict=True)
        )

    def _quoted(self, paragraphs: Iterable[str]) -> None:
        lines = [line for text in paragraphs for line in ("", text)]
        if not lines:
            return
        self._writer.containers.append(_Container("> ", "> "))
        self._writer.lines(lines[1:])
        self._writer.containers.pop()

    def _table(self, table: Group) -> None:
        rows: list[list[str]] = []
        loud: list[ShortNote] = []
        for part in table.children:
            assert isinstance(part, Group)
            for row in part.children:
                assert isinstance(row, Group)
                rows.append([])
                for cell in row.blocks():
                    words, said = self._words(cell)
                    rows[-1].append(words.replace("|", "\\|").strip())  # in code
                    loud += said
        width = max(map(len, rows))  # cells beyond the header would not be shown
        rows[0] += [""] * (width - len(rows[0]))
        head, *body = [f"| {' | '.join(row)} |" for row in rows]
        self._writer.lines([head, "|" + " --- |" * width, *body])
        self._below(loud)
