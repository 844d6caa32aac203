"""A key typeset in its own structure, with marked statements and notes beside each block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from markupsafe import Markup

from refute.keys import tree
from refute.keys.graded import GradedKey
from refute.keys.html import Html
from refute.keys.tree import Block, Group, Key
from refute.prose.marks import Shown
from refute.report.code_notes import CodeNote
from refute.report.formulas import typeset_formula
from refute.report.markup import raised
from refute.report.notes import Note, referred

_STATEMENT = Markup(
    '<span class="statement {css}" id="{id}"{concerns}>{html}{flag}{instead}</span>'
)
_FLAG = Markup(
    '<a class="flag" href="#{id}--note"><span class="hidden">{word} </span>{sign}\u202f{number}</a>'
)
_PLAIN_FLAG = Markup('<i class="flag">{sign}\u202f{number}</i>')
_CODE_FLAG = Markup(
    '<a class="code-flag {css}" id="{id}" href="#{id}--note" data-code="{kinds}"{concerns}>'
    '<span class="hidden"> {word} in this line </span>{sign}\u202fc{number}</a>'
)
_CODE_FLAGS = '<span class="code-flags">{}</span>'
_CONCERNS = Markup(' data-question="{}"')
_DELETED = Markup("<del>{}</del>")
_INSTEAD = Markup("<ins> {}</ins>")


@dataclass(frozen=True)
class Beside:
    """A block of the key, the notes on its statements, and those on its code."""

    html: Markup
    notes: tuple[Note, ...]
    code: tuple[CodeNote, ...] = ()

    @property
    def judged(self) -> list[Note]:
        return [note for note in self.notes if note.mark.judged]

    @property
    def others(self) -> list[tuple[Shown, list[Note]]]:
        """The notes without a measurement, by mark; each mark takes one line."""
        found: dict[Shown, list[Note]] = {}
        for note in self.notes:
            if not note.mark.judged:
                found.setdefault(note.mark, []).append(note)
        return list(found.items())


def typeset(
    key: GradedKey, notes: Mapping[int, Note], code: Sequence[CodeNote]
) -> tuple[tuple[Markup | Beside, ...], tuple[str, ...]]:
    """The key's structure with its blocks and their notes, and the addresses that it links to.

    Args:
        key: the key.
        notes: the notes by the index of their statement.
        code: the notes on its code, by line.
    """
    typesetter = _Typesetter(key.key, notes, code)
    return tuple(typesetter.parts(key.key.tree)), tuple(typesetter.addresses)


class _Typesetter(Html):
    """The key's own structure, with each block of text put beside its notes.

    The cells of a table cannot be separated, so its notes are beside the whole table.  The heading
    that is the key's title is left out if it is not a statement: the page has printed it.
    """

    def __init__(self, key: Key, notes: Mapping[int, Note], code: Sequence[CodeNote]) -> None:
        self.addresses: dict[str, int] = {}
        """Links to the web, numbered for print in the order of the text."""
        self._notes = notes
        self._code: dict[int, list[CodeNote]] = {}
        for note in code:
            self._code.setdefault(note.line, []).append(note)
        self._statements = iter(key.statements)
        self._title = next((block for block in key.blocks if block.kind == "heading"), None)
        self._levels = _Levels()

    def parts(self, group: Group) -> Iterator[Markup | Beside]:
        """The group's tags, and each of its blocks beside its notes."""
        opening, closing = self.group(group)
        yield Markup(opening)
        for child in group.children:
            if isinstance(child, Group) and child.kind != "table":
                yield from self.parts(child)
            else:
                numbered = dict(self.addresses) if child is self._title else self.addresses
                html, said = self._text(child)
                if child is self._title and not said:
                    self._levels, self.addresses = _Levels(), numbered
                else:
                    of_code = self._on_code(child) if isinstance(child, Block) else ()
                    yield Beside(Markup(html), tuple(referred(said)), tuple(of_code))
        yield Markup(closing)

    def block(self, block: Block) -> tuple[str, str]:
        """The tags around a block: headings rank below the key's title, and code can scroll."""
        if block.kind == "heading":
            block = replace(block, level=self._levels.shifted(block.level))
        opening, closing = super().block(block)
        # The keyboard can scroll only what it can focus.
        return opening.replace("<pre>", '<pre tabindex="0">'), closing

    def _on_code(self, block: Block) -> Iterator[CodeNote]:
        """The notes on the lines of a block of code."""
        if block.kind == "code":
            for line in block.lines:
                yield from self._code.get(line, ())

    def inline(self, block: Block, start: int, end: int) -> str:
        """The HTML of a stretch; lines of code with findings end with a flag for each."""
        if block.kind != "code":
            return super().inline(block, start, end)
        html = ""
        first = block.line + block.text.count("\n", 0, start)
        for line, part in enumerate(block.text[start:end].splitlines(keepends=True), start=first):
            ends = part.endswith("\n") or start + len(part) == len(block.text)
            flags = [_code_flag(note) for note in self._code.get(line, ()) if ends]
            code = part.removesuffix("\n")
            html += f"{escape(code)}{_CODE_FLAGS.format(''.join(flags)) if flags else ''}"
            html += part[len(code) :]
        return html

    def formula(self, text: str) -> str:
        return typeset_formula(text) or super().formula(text)

    def link(self, markup: tree.Markup, inner: str) -> str:
        html = super().link(markup, inner)
        number = self.addresses.setdefault(markup.address, len(self.addresses) + 1)
        return f'{html}<sup class="paper">[{number}]</sup>'

    def _text(self, child: Group | Block) -> tuple[str, list[Note]]:
        """The HTML of a block or a table, and the notes on its statements in order."""
        if isinstance(child, Block):
            return self._marked(child)
        opening, closing = self.group(child)
        texts = [self._text(part) for part in child.children]
        html = "".join(html for html, _ in texts)
        return opening + html + closing, [note for _, said in texts for note in said]

    def _marked(self, block: Block) -> tuple[str, list[Note]]:
        html, closing = self.block(block)
        beside = list[Note]()
        said = set[str]()
        for start, end, states in block.stretches():
            inline = self.inline(block, start, end)
            note = self._notes.get(next(self._statements).index) if states else None
            if note is None:
                html += inline
                continue
            corrections = note.graded.corrections if note.corrected else ()
            new = [correction for correction in corrections if correction not in said]
            html += _statement(inline, note, " ".join(new))
            said.update(new)
            beside.append(note)
        return html + closing, beside


class _Levels:
    """Levels for a key's headings: below its title on the page (h3), without gaps."""

    def __init__(self) -> None:
        self._shift: int | None = None
        self._last = 3

    def shifted(self, level: int) -> int:
        if self._shift is None:
            self._shift = 4 - level
        self._last = max(4, min(level + self._shift, self._last + 1, 6))
        return self._last


def _code_flag(note: CodeNote) -> str:
    mark = note.mark
    return str(
        _CODE_FLAG.format(
            css=mark.css,
            id=note.id,
            kinds=" ".join(note.kinds),
            concerns=_concerns(note.questions),
            word=mark.word,
            sign=mark.sign,
            number=note.number,
        )
    )


def _concerns(questions: Sequence[str]) -> str:
    return _CONCERNS.format(" ".join(questions)) if questions else ""


def _statement(inline: str, note: Note, correction: str) -> str:
    """A statement with its flag, and what the corrected key says in its place."""
    html = Markup(inline)
    flag = (_FLAG if note.mark.judged else _PLAIN_FLAG).format(
        id=note.id, word=note.mark.word, sign=note.mark.sign, number=note.number
    )
    marked = _STATEMENT.format(
        css=f"judged {note.mark.css}" if note.mark.judged else note.mark.css,
        id=note.id,
        concerns=_concerns(note.questions),
        html=_DELETED.format(html) if note.corrected else html,
        flag=flag,
        instead=_INSTEAD.format(raised(correction)) if correction else "",
    )
    return str(marked)  # a Markup would escape the HTML that it is added to
