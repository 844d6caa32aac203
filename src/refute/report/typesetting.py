"""A key typeset: its own structure, every statement marked, each block beside its notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape

from markupsafe import Markup

from refute.keys.grading import GradedKey
from refute.keys.reader import Block, Statement
from refute.prose.text import raised
from refute.report.formulas import with_formulas
from refute.report.marks import Shown
from refute.report.notes import Note, referred

_HEADING = re.compile(r"(</?h)([1-6])\b")
_WEB_LINK = re.compile(r'<a href="(https?:[^"]*)"[^>]*>.*?</a>', re.DOTALL | re.IGNORECASE)
_STATEMENT = Markup(
    '<span class="statement {css}" id="{id}"{concerns}>{html}{flag}{instead}</span>'
)
_FLAG = Markup(
    '<a class="flag" href="#{id}--note"><span class="hidden">{word} </span>{sign}\u202f{number}</a>'
)
_PLAIN_FLAG = Markup('<i class="flag">{sign}\u202f{number}</i>')
_CONCERNS = Markup(' data-question="{}"')
_DELETED = Markup("<del>{}</del>")
_INSTEAD = Markup("<ins> {}</ins>")


@dataclass(frozen=True)
class Beside:
    """A block of the key and the notes on its statements."""

    html: Markup
    notes: tuple[Note, ...]

    @property
    def judged(self) -> list[Note]:
        return [note for note in self.notes if note.mark.judged]

    @property
    def others(self) -> list[tuple[Shown, list[Note]]]:
        """Those that nothing was measured of, by mark: one line says it of all."""
        found: dict[Shown, list[Note]] = {}
        for note in self.notes:
            if not note.mark.judged:
                found.setdefault(note.mark, []).append(note)
        return list(found.items())


def typeset(
    key: GradedKey, notes: Mapping[int, Note]
) -> tuple[tuple[Markup | Beside, ...], tuple[str, ...]]:
    """The key's structure and its blocks with their notes; and the addresses that it links to.

    Args:
        key: the key; its HTML is the reader's, and safe.
        notes: the notes by the index of their statement.
    """
    return _footnoted(_parts(key, notes))


def _parts(key: GradedKey, notes: Mapping[int, Note]) -> Iterator[Markup | Beside]:
    """The key's own structure, with each block of text put beside its notes.

    The reader gives a block's own tags (a paragraph's, a heading's, a code block's) as the pieces
    right before and after it; they go to its side.  The cells of a table cannot be parted from
    it: the notes of a table stand beside it whole.  The heading that is the key's title, and no
    statement, has been printed already.
    """
    pieces, layout = key.key.pieces, key.key.layout()
    title = next((one for one in key.key.blocks if one.kind == "heading"), None)
    levels = _Levels()
    left, beside = "", list[Note]()
    in_table = False
    for at, piece in enumerate(pieces):
        if isinstance(piece, Block):
            html, said = _block(piece, layout, notes)
            left, beside = left + html, beside + said
            if piece is title and not said:
                left = ""
            continue
        html = _focusable(levels.shifted(str(next(layout))))
        in_table = in_table or piece.startswith("<table")
        opens = at + 1 < len(pieces) and isinstance(pieces[at + 1], Block)
        closes = at > 0 and isinstance(pieces[at - 1], Block)
        untitled = closes and pieces[at - 1] is title and not left
        if untitled:
            levels = _Levels()
        elif in_table or opens or closes:
            left += html
        else:
            yield Markup(html)
        if piece.startswith("</table") or (closes and not in_table and not untitled):
            yield Beside(Markup(left), tuple(referred(beside)))
            left, beside, in_table = "", [], False


def _footnoted(
    parts: Iterable[Markup | Beside],
) -> tuple[tuple[Markup | Beside, ...], tuple[str, ...]]:
    """Links to the web numbered, for paper: each address once, in the order of the text."""
    numbers: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        number = numbers.setdefault(unescape(found[1]), len(numbers) + 1)
        return f'{found[0]}<sup class="paper">[{number}]</sup>'

    footnoted = tuple(
        replace(part, html=Markup(_WEB_LINK.sub(numbered, part.html)))
        if isinstance(part, Beside)
        else part
        for part in parts
    )
    return footnoted, tuple(numbers)


class _Levels:
    """A key's headings moved below its title on the page (h3), none more than one level down."""

    def __init__(self) -> None:
        self._shift: int | None = None
        self._last = 3
        self._now = 3

    def shifted(self, html: str) -> str:
        return _HEADING.sub(self._one, html)

    def _one(self, found: re.Match[str]) -> str:
        if found[1] == "<h":
            level = int(found[2])
            if self._shift is None:
                self._shift = 4 - level
            self._now = max(4, min(level + self._shift, self._last + 1, 6))
            self._last = self._now
        return f"{found[1]}{self._now}"


def _block(
    block: Block, layout: Iterator[str | Statement], notes: Mapping[int, Note]
) -> tuple[str, list[Note]]:
    """The HTML of one block, and the notes on its statements in order."""
    html, beside = "", list[Note]()
    corrections: set[str | None] = set()
    for _ in block.spans:  # for each span: what is before it, the statement, what is after
        before, statement, after = next(layout), next(layout), next(layout)
        assert isinstance(before, str)
        assert isinstance(statement, Statement)
        assert isinstance(after, str)
        html += before
        note = notes.get(statement.index)
        if note is None:
            html += with_formulas(statement.html)
        else:
            correction = note.graded.correction if note.corrected else None
            html += _statement(statement, note, None if correction in corrections else correction)
            corrections.add(correction)
            beside.append(note)
        html += after
    return html, beside


def _statement(statement: Statement, note: Note, correction: str | None) -> str:
    """A statement with its flag, and what the corrected key says in its place."""
    html = Markup(with_formulas(statement.html))  # the reader's: safe inline HTML
    flag = (_FLAG if note.mark.judged else _PLAIN_FLAG).format(
        id=note.id, word=note.mark.word, sign=note.mark.sign, number=note.number
    )
    marked = _STATEMENT.format(
        css=f"judged {note.mark.css}" if note.mark.judged else note.mark.css,
        id=note.id,
        concerns=_CONCERNS.format(" ".join(note.questions)) if note.questions else "",
        html=_DELETED.format(html) if note.corrected else html,
        flag=flag,
        instead=_INSTEAD.format(raised(correction)) if correction else "",
    )
    return str(marked)  # plain, because a Markup would escape the HTML that it is added to


def _focusable(html: str) -> str:
    """A code block can be scrolled from the keyboard where it is wider than its place."""
    return html.replace("<pre>", '<pre tabindex="0">')
