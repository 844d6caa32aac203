"""Keys as the page shows them: the whole text, every statement marked, the reasons beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from refute.keys.grading import Graded, GradedKey, LinkedClaim, Mark
from refute.keys.reader import Block, Statement
from refute.report.claims import ClaimView, Saying
from refute.report.marks import Shown, shown
from refute.report.text import anchors, visible

_HEADING = re.compile(r"(</?h)([1-6])\b")
_STATEMENT = Markup(
    '<span class="statement {judged}{css}" id="{id}">{html}'
    '<a class="flag" href="#{id}--note"><span class="hidden">{word} </span>'
    "{sign}&#8239;{number}</a>"
    "</span>"
)


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

    @property
    def needs_reason(self) -> bool:
        """Whether correction and number do not say enough: conditions, a denial, a doubt."""
        plain = (Mark.SUPPORTED, Mark.PARTLY, Mark.REFUTED)
        decisive = self.graded.decisive
        denies = decisive is not None and not decisive.link.asserts
        return decisive is not None and (self.graded.mark not in plain or denies)


@dataclass(frozen=True)
class Beside:
    """A block of the key and the notes on its statements."""

    html: Markup
    notes: tuple[Note, ...]


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
        yield Note(
            id=f"{id}--{number}",
            number=number,
            line=graded.statement.line,
            mark=shown(graded.mark),
            graded=graded,
            links=tuple(_link(one, claims) for one in graded.claims),
        )


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
    it: the notes of a table stand beside it whole.
    """
    pieces, layout = key.key.pieces, key.key.layout()
    left, beside = "", list[Note]()
    in_table = False
    for at, piece in enumerate(pieces):
        if isinstance(piece, Block):
            html, said = _block(piece, layout, notes)
            left, beside = left + html, beside + said
            continue
        html = _focusable(_demoted(visible(str(next(layout)))))
        in_table = in_table or piece.startswith("<table")
        opens = at + 1 < len(pieces) and isinstance(pieces[at + 1], Block)
        closes = at > 0 and isinstance(pieces[at - 1], Block)
        if in_table or opens or closes:
            left += html
        else:
            yield Markup(html)
        if piece.startswith("</table") or (closes and not in_table):
            yield Beside(Markup(left), tuple(beside))
            left, beside, in_table = "", [], False


def _block(
    block: Block, layout: Iterator[str | Statement], notes: Mapping[int, Note]
) -> tuple[str, list[Note]]:
    """The HTML of one block, and the notes on its statements in order."""
    html, beside = "", []
    for _ in block.spans:  # for each span: what is before it, the statement, what is after
        before, statement, after = next(layout), next(layout), next(layout)
        assert isinstance(before, str)
        assert isinstance(statement, Statement)
        assert isinstance(after, str)
        html += visible(before)
        note = notes.get(statement.index)
        html += _statement(statement, note) if note else visible(statement.html)
        html += visible(after)
        if note:
            beside.append(note)
    return html, beside


def _statement(statement: Statement, note: Note) -> str:
    judged = note.mark.css != "unchecked"
    marked = _STATEMENT.format(
        judged="judged " if judged else "",
        css=note.mark.css,
        id=note.id,
        html=Markup(visible(statement.html)),  # the reader's: safe inline HTML
        word=note.mark.word,
        sign=note.mark.sign,
        number=note.number,
    )
    return str(marked)  # plain, because a Markup would escape the HTML that it is added to


def _demoted(html: str) -> str:
    """A key's headings stand below its title on the page."""
    return _HEADING.sub(lambda found: f"{found[1]}{min(int(found[2]) + 3, 6)}", html)


def _focusable(html: str) -> str:
    """A code block can be scrolled from the keyboard where it is wider than its place."""
    return html.replace("<pre>", '<pre tabindex="0">')
