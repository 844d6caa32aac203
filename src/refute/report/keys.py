"""Keys as the page shows them: the whole text, every statement marked, the reasons beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup

from refute.evidence_text import decisive_reading
from refute.keys.grading import Graded, GradedKey, LinkedClaim, Mark
from refute.keys.reader import Block, Statement
from refute.ledger import ClaimRecord, ReadingRecord
from refute.report.claims import ClaimView, Saying
from refute.report.finding import claimed, finding
from refute.report.marks import Shown, shown
from refute.report.text import anchors

_HEADING = re.compile(r"(</?h)([1-6])\b")
_STATEMENT = Markup(
    '<span class="statement {css}" id="{id}"{concerns}>{html}{flag}{instead}</span>'
)
_FLAG = Markup(
    '<a class="flag" href="#{id}--note"><span class="hidden">{word} </span>{sign}\u202f{number}</a>'
)
_PLAIN_FLAG = Markup('<i class="flag">{sign}\u202f{number}</i>')
_CONCERNS = Markup(' data-question="{}"')
_DELETED = Markup("<del>{}</del>")
_INSTEAD = Markup("<ins> {} </ins>")
MOST_NAMED = 3
"""Readings named in a note; the claim has them all."""


@dataclass(frozen=True)
class ClaimLink:
    """A claim that a statement makes, and where it is on the page."""

    claim: str
    href: str | None
    stance: str
    verdict: Shown


@dataclass(frozen=True)
class Note:
    """What stands beside a statement."""

    id: str
    number: int
    line: int
    mark: Shown
    graded: Graded
    links: tuple[ClaimLink, ...]

    found: str | None = None
    reading: ReadingRecord | None = None
    questions: tuple[str, ...] = ()
    like: Note | None = None

    @property
    def corrected(self) -> bool:
        """Whether the corrected key strikes it: it is refuted, or there is a condition to add."""
        mark = self.graded.mark
        return mark is Mark.REFUTED or (mark is Mark.DEPENDS and bool(self.graded.correction))

    @property
    def claimed(self) -> str | None:
        return None if self.reading is None else claimed(self.reading)

    @property
    def denied(self) -> ClaimRecord | None:
        """The claim that it denies, where that decided its mark."""
        decisive = self.graded.decisive
        return None if decisive is None or decisive.link.asserts else decisive.record

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """Where a claim that depends holds and where it fails: the readings by name."""
        decisive = self.graded.decisive
        if self.graded.mark is not Mark.DEPENDS or decisive is None or decisive.record is None:
            return []
        readings = decisive.record.role("reading")
        sides = ("Holds", "holds"), ("Fails", "fails")
        return [
            (word, _some([one.name for one in readings if one.outcome == outcome]))
            for word, outcome in sides
        ]

    @property
    def doubt(self) -> str | None:
        """Why nothing was decided."""
        return self.graded.reason if self.graded.mark in (Mark.UNDECIDED, Mark.NO_VERDICT) else None


def _some(names: Sequence[str]) -> str:
    shown = "; ".join(names[:MOST_NAMED])
    return f"{shown}; {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else shown


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


@dataclass(frozen=True)
class KeyView:
    """A key as the page shows it: HTML of its own structure, and blocks with notes."""

    id: str
    title: str
    file: str
    fault: str | None
    linked: bool
    graded: GradedKey
    parts: tuple[Markup | Beside, ...]
    notes: tuple[Note, ...]

    @property
    def short(self) -> str:
        """Its name where there is little room."""
        return Path(self.file).stem

    @property
    def counts(self) -> dict[Mark, int]:
        """The marks that some statement has; headings, which are no claims, left out."""
        counts = dict.fromkeys(Mark, 0)
        for note in self.notes:
            counts[note.graded.mark] += 1
        return {mark: count for mark, count in counts.items() if count}


def key_views(
    keys: Sequence[GradedKey],
    claims: Mapping[str, ClaimView],
    faults: Mapping[Path, str] | None = None,
) -> list[KeyView]:
    """Typeset every key, and tell each claim which statements speak of it."""
    ids = anchors("key", (key.key.path.stem for key in keys))
    return [_view(key, id, claims, faults or {}) for key, id in zip(keys, ids, strict=True)]


def _view(
    key: GradedKey, id: str, claims: Mapping[str, ClaimView], faults: Mapping[Path, str]
) -> KeyView:
    notes = {note.graded.statement.index: note for note in _notes(key, id, claims)}
    for note in notes.values():
        for linked in note.graded.claims:
            if view := claims.get(linked.link.claim):
                view.said.append(Saying(key.key.path.name, note.line, note.id, linked.link.asserts))
    return KeyView(
        id=id,
        title=key.key.title,
        file=key.key.path.name,
        fault=faults.get(key.key.path),
        linked=key.links_path is not None,
        graded=key,
        parts=tuple(_parts(key, notes)),
        notes=tuple(notes.values()),
    )


def _notes(key: GradedKey, id: str, claims: Mapping[str, ClaimView]) -> Iterator[Note]:
    number = 0
    for graded in key.statements:
        if graded.statement.kind == "heading" and graded.mark is Mark.NOT_A_CLAIM:
            continue
        number += 1
        reading = _decisive_reading(graded)
        yield Note(
            id=f"{id}--{number}",
            number=number,
            line=graded.statement.line,
            mark=shown(graded.mark),
            graded=graded,
            links=tuple(_link(one, claims) for one in graded.claims),
            found=None if reading is None else finding(reading),
            reading=reading,
            questions=_questions(graded),
        )


def _decisive_reading(graded: Graded) -> ReadingRecord | None:
    record = None if graded.decisive is None else graded.decisive.record
    return None if record is None else decisive_reading(record)


def _questions(graded: Graded) -> tuple[str, ...]:
    """The questions of every claim that it makes, those included that nobody has encoded."""
    claims = (*(one.link.claim for one in graded.claims), *graded.not_encoded)
    return tuple(dict.fromkeys(claim.partition("/")[0] for claim in claims))


def _link(linked: LinkedClaim, claims: Mapping[str, ClaimView]) -> ClaimLink:
    view = claims.get(linked.link.claim)
    return ClaimLink(
        claim=linked.link.claim,
        href=None if view is None else view.id,
        stance="asserts" if linked.link.asserts else "denies",
        verdict=shown("no verdict" if view is None else view.verdict),
    )


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
            yield Beside(Markup(left), tuple(_referred(beside)))
            left, beside, in_table = "", [], False


def _referred(notes: Sequence[Note]) -> Iterator[Note]:
    """The notes of a block; one that would repeat another refers to it instead."""
    firsts: dict[tuple[Mark, str], Note] = {}
    for note in notes:
        decisive = note.graded.decisive
        same = None if decisive is None else (note.graded.mark, decisive.link.claim)
        first = None if same is None else firsts.setdefault(same, note)
        yield note if first is None or first is note else replace(note, like=first)


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
            html += statement.html
        else:
            correction = note.graded.correction if note.corrected else None
            html += _statement(statement, note, None if correction in corrections else correction)
            corrections.add(correction)
            beside.append(note)
        html += after
    return html, beside


def _statement(statement: Statement, note: Note, correction: str | None) -> str:
    """A statement with its flag, and what the corrected key says in its place."""
    html = Markup(statement.html)  # the reader's: safe inline HTML
    flag = (_FLAG if note.mark.judged else _PLAIN_FLAG).format(
        id=note.id, word=note.mark.word, sign=note.mark.sign, number=note.number
    )
    marked = _STATEMENT.format(
        css=f"judged {note.mark.css}" if note.mark.judged else note.mark.css,
        id=note.id,
        concerns=_CONCERNS.format(" ".join(note.questions)) if note.questions else "",
        html=_DELETED.format(html) if note.corrected else html,
        flag=flag,
        instead=_INSTEAD.format(correction) if correction else "",
    )
    return str(marked)  # plain, because a Markup would escape the HTML that it is added to


def _focusable(html: str) -> str:
    """A code block can be scrolled from the keyboard where it is wider than its place."""
    return html.replace("<pre>", '<pre tabindex="0">')
