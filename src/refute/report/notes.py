"""The note beside a statement: the number that decided, the conditions, what is true instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from refute.keys.graded import Graded, GradedKey, LinkedClaim, Mark
from refute.keys.tree import Position
from refute.ledger import ClaimRecord, ReadingRecord, question_of
from refute.prose.marks import Shown, shown
from refute.prose.reasons import about_claim, on_what_it_depends
from refute.prose.results import claimed, result_in_words
from refute.prose.statements import explains
from refute.report.claims import ClaimView

MOST_NAMED = 3
"""The most readings named in a note; the claim has them all."""


@dataclass(frozen=True)
class ClaimLink:
    """A claim that a statement makes, and where it is on the page."""

    claim: str
    href: str | None
    stance: str
    verdict: Shown


@dataclass(frozen=True)
class Note:
    """The note beside a statement; one that would repeat the note ``like`` refers to it instead."""

    id: str
    number: int
    position: Position
    mark: Shown
    graded: Graded
    links: tuple[ClaimLink, ...]

    found: str | None = None
    reading: ReadingRecord | None = None
    questions: tuple[str, ...] = ()
    like: Note | None = None

    @property
    def corrected(self) -> bool:
        """Whether the corrected key strikes it out: it is refuted, or needs a condition."""
        mark = self.graded.mark
        return mark is Mark.REFUTED or (mark is Mark.DEPENDS and bool(self.graded.correction))

    @property
    def claimed(self) -> str | None:
        return None if self.reading is None else claimed(self.reading)

    @property
    def denied(self) -> ClaimRecord | None:
        """The claim that it denies, if that decided its mark."""
        return self.graded.denied

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """Where a claim that depends holds and where it fails, if no sentence says so.

        Two pairs of a word and the names of readings.
        """
        decisive = self.graded.decisive
        if self.graded.mark is not Mark.DEPENDS or decisive is None or decisive.record is None:
            return []
        record, counting = decisive.record, decisive.link_verdict.readings
        if decisive.link.readings or on_what_it_depends(record) is not None:
            return []
        readings = [reading for reading in record.role("reading") if reading.name in counting]
        sides = ("Holds", "holds"), ("Fails", "fails")
        return [
            (word, _some([case.name for case in readings if case.outcome == outcome]))
            for word, outcome in sides
        ]

    @property
    def why(self) -> str | None:
        """The reason for its mark, if number, conditions and correction do not give it."""
        graded = self.graded
        said = not explains(graded) or bool(self.conditions)
        return None if graded.decisive is None or said else about_claim(graded.why)


def _some(names: Sequence[str]) -> str:
    shown = "; ".join(names[:MOST_NAMED])
    return f"{shown}; {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else shown


def notes_of(key: GradedKey, id: str, claims: Mapping[str, ClaimView]) -> Iterator[Note]:
    """A numbered note for every statement except headings that claim nothing."""
    for number, graded in key.numbered:
        yield Note(
            id=f"{id}--{number}",
            number=number,
            position=key.key.position(graded.statement.line),
            mark=shown(graded.mark),
            graded=graded,
            links=tuple(_link(linked, claims) for linked in graded.claims),
            found=None if graded.reading is None else result_in_words(graded.reading),
            reading=graded.reading,
            questions=_questions(graded),
        )


def _questions(graded: Graded) -> tuple[str, ...]:
    """The questions of all claims that it makes, encoded or not."""
    claims = (*(linked.link.claim for linked in graded.claims), *graded.not_encoded)
    return tuple(dict.fromkeys(question_of(claim) for claim in claims))


def _link(linked: LinkedClaim, claims: Mapping[str, ClaimView]) -> ClaimLink:
    view = claims.get(linked.link.claim)
    return ClaimLink(
        claim=linked.link.claim,
        href=None if view is None else view.id,
        stance=linked.link.stance,
        verdict=shown("no verdict" if view is None else view.verdict),
    )


def referred(notes: Sequence[Note]) -> Iterator[Note]:
    """The notes of a block; a note that would repeat another refers to it instead."""
    firsts: dict[tuple[Mark, str, tuple[str, ...]], Note] = {}
    for note in notes:
        decisive = note.graded.decisive
        said = note.graded.corrections
        same = None if decisive is None else (note.graded.mark, decisive.link.claim, said)
        first = None if same is None else firsts.setdefault(same, note)
        yield note if first is None or first is note else replace(note, like=first)
