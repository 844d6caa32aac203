"""Findings about the code of a key on the page: a note for each, and counts for each key.

They have marks of their own: they are not verdicts, and are never counted as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from refute.keys.checked_code import CheckedCode, CodeFault, Finding
from refute.keys.code.rules.answers import SEVERITIES
from refute.ledger import question_of
from refute.prose.code_faults import FindingInWords, finding_in_words
from refute.prose.marks import Shown, shown
from refute.report.claims import ClaimView

ANY_FAULT = "fault"
"""The filter of the page for any code fault."""


@dataclass(frozen=True)
class EffectView:
    """A claim that measured what a fault does, and its address on the page."""

    claim: str
    href: str | None
    words: str


@dataclass(frozen=True)
class CodeNote:
    """A note beside a line of code; its ``mark`` is never one of a statement."""

    id: str
    number: int
    found: Finding
    mark: Shown
    words: FindingInWords
    effects: tuple[EffectView, ...]

    @property
    def line(self) -> int:
        return self.found.position.line

    @property
    def place(self) -> str:
        return str(self.found.position)

    @property
    def kinds(self) -> list[str]:
        """The filters of the page that show it."""
        fault = [ANY_FAULT] if isinstance(self.found, CodeFault) else []
        return [*fault, self.mark.slug]

    @property
    def questions(self) -> list[str]:
        """The questions of the claims that measured what it does."""
        return list(dict.fromkeys(question_of(effect.claim) for effect in self.effects))


def code_notes(code: CheckedCode, id: str, claims: Mapping[str, ClaimView]) -> list[CodeNote]:
    """Return a note for each finding, in order; ``id`` is the key's."""
    return [
        _note(finding, f"{id}--code-{number}", number, claims)
        for number, finding in enumerate(code.findings, start=1)
    ]


def _note(found: Finding, id: str, number: int, claims: Mapping[str, ClaimView]) -> CodeNote:
    words = finding_in_words(found)
    effects = tuple(
        EffectView(claim, view.id if (view := claims.get(claim)) else None, result)
        for claim, result in words.effects
    )
    return CodeNote(id, number, found, shown(f"code: {found.kind}"), words, effects)


# --- counts --------------------------------------------------------------------------------

_MEANINGS = dict[str, str](SEVERITIES.items()) | {
    "cannot tell": "something suggests a fault, but too little is known about the code to judge it",
    "not parsed": "a block that cannot be parsed, so it was not checked",
}


@dataclass(frozen=True)
class CodeCount:
    """How many findings of a kind a key has, and the address of the first."""

    number: int
    href: str | None


@dataclass(frozen=True)
class CodeRow:
    """A kind of finding with its counts, in the order of the keys that have code."""

    mark: Shown
    meaning: str
    cells: tuple[CodeCount, ...]

    @property
    def any(self) -> bool:
        return any(cell.number for cell in self.cells)


def code_rows(keys: Sequence[Sequence[CodeNote]]) -> list[CodeRow]:
    """Return a row for every kind, even without findings; ``keys`` has the notes of each key."""
    rows = []
    for name, meaning in _MEANINGS.items():
        mark = shown(f"code: {name}")
        cells = tuple(_count([note for note in notes if note.mark == mark]) for notes in keys)
        rows.append(CodeRow(mark, meaning, cells))
    return rows


def _count(notes: Sequence[CodeNote]) -> CodeCount:
    return CodeCount(len(notes), notes[0].id if notes else None)


def counted(notes: Sequence[CodeNote]) -> Iterator[tuple[Shown, int]]:
    """Yield the kinds of a key's findings, worst first, with their counts."""
    numbers = Counter(note.mark for note in notes)
    for name in _MEANINGS:
        if number := numbers[mark := shown(f"code: {name}")]:
            yield mark, number
