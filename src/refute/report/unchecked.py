"""Everything that the run did not check, and why; shown as prominently as verdicts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from refute.decision.verdict import Verdict
from refute.keys.graded import Mark
from refute.ledger import Measured, NotMeasured
from refute.prose.marks import shown
from refute.prose.statements import reason
from refute.report.claims import ClaimView, ReadingView
from refute.report.code_notes import CodeNote
from refute.report.keys import KeyView
from refute.report.notes import Note

SHOWN_LENGTH = 90
"""Characters of a statement in a list; its key has the whole text."""


@dataclass(frozen=True)
class Unchecked:
    """Something that was not checked: where it is, and what it is."""

    where: str
    text: str
    href: str | None


@dataclass(frozen=True)
class UncheckedGroup:
    """A reason for not having checked something, and everything that it concerns."""

    title: str
    meaning: str
    items: tuple[Unchecked, ...]


def unchecked(claims: Iterable[ClaimView], keys: Sequence[KeyView]) -> list[UncheckedGroup]:
    """All reasons, including those that apply to nothing."""
    views = list(claims)
    undecided = [view for view in views if view.verdict is Verdict.UNDECIDED]
    unsaid = [view for view in views if not view.said]
    return [
        *_of_statements(keys),
        *_of_code(keys),
        UncheckedGroup(
            "Claims left undecided",
            "The replicates did not settle them, or nothing could be measured.",
            tuple(Unchecked(view.record.id, view.why, view.id) for view in undecided),
        ),
        *_of_readings(views),
        UncheckedGroup(
            "Claims that no key makes",
            "They were checked, but no statement of these keys makes them.",
            tuple(Unchecked(view.record.id, view.record.statement, view.id) for view in unsaid),
        ),
    ]


def _of_statements(keys: Sequence[KeyView]) -> Iterator[UncheckedGroup]:
    """Statements of the keys, by why they have no verdict."""
    yield UncheckedGroup(
        "Advice",
        "Statements that no experiment decides.",
        tuple(_statements(keys, Mark.ADVICE)),
    )
    yield UncheckedGroup(
        "Not run",
        "Statements whose claims this run left out or did not reach.",
        tuple(_not_run(keys)),
    )
    yield UncheckedGroup(
        "Not encoded yet",
        "Statements that an experiment could decide, but nobody has written one.",
        tuple(_not_encoded(keys)),
    )
    yield UncheckedGroup(
        "Partly checked",
        "Statements that also make claims that are not encoded yet.",
        tuple(_partly(keys)),
    )
    yield from _proposed(keys)
    yield UncheckedGroup(
        "Unlinked",
        "Statements that nobody has linked to a claim, or marked as advice or as no claim.",
        tuple(_statements(keys, Mark.UNLINKED)),
    )
    yield UncheckedGroup(
        "No claim",
        "Statements that assert nothing: questions, greetings, preparatory code.",
        tuple(_statements(keys, Mark.NOT_A_CLAIM)),
    )


def _proposed(keys: Sequence[KeyView]) -> Iterator[UncheckedGroup]:
    """Marks and links that nobody has confirmed, if there are any."""
    for title, meaning, marks in (
        (
            "Possibly wrong",
            "Statements that seem to make a claim that is refuted, or that depends. Nobody has "
            "confirmed that they make it, so this is not a verdict.",
            (Mark.POSSIBLY_REFUTED, Mark.POSSIBLY_DEPENDS),
        ),
        (
            "Proposed",
            "Statements for which a claim is proposed that nobody has confirmed.",
            (Mark.PROPOSED,),
        ),
    ):
        if items := tuple(item for mark in marks for item in _statements(keys, mark)):
            yield UncheckedGroup(title, meaning, items)


def _of_code(keys: Sequence[KeyView]) -> Iterator[UncheckedGroup]:
    """The code of keys that was not checked; nothing if no key has code."""
    if not any(key.code.has_code for key in keys):
        return
    for title, meaning, word in (
        (
            "Code that rules cannot judge",
            "Something suggests a fault, but too little is known about the code: it may be right.",
            "cannot tell",
        ),
        ("Code that was not parsed", "Blocks that cannot be parsed.", "not parsed"),
    ):
        mark = shown(f"code: {word}")
        yield UncheckedGroup(
            title,
            meaning,
            tuple(
                Unchecked(f"{key.file}, {note.place}", _of_rule(note), note.id)
                for key in keys
                for note in key.code_notes
                if note.mark == mark
            ),
        )
    if cut := [key for key in keys if key.code.cut]:
        meaning = "Keys whose code is too long to be read to the end."
        yield UncheckedGroup(
            "Code cut off", meaning, tuple(Unchecked(key.file, key.title, key.id) for key in cut)
        )


def _of_readings(views: Iterable[ClaimView]) -> Iterator[UncheckedGroup]:
    """Readings and controls, by why they decide nothing or not everything."""
    readings = [(view, reading) for view in views for reading in view.readings]
    yield UncheckedGroup(
        "Readings left undecided",
        "With the number of replicates that would settle them, if there is one.",
        tuple(
            _of(view, reading, reading.words)
            for view, reading in readings
            if reading.record.outcome == "undecided"
            and not isinstance(reading.record.evidence, NotMeasured)
        ),
    )
    yield UncheckedGroup(
        "Not measured",
        "Readings and controls for which nothing was measured.",
        tuple(
            _of(view, reading, reading.words)
            for view, reading in readings
            if reading.kind in ("not-measured", "none")
        ),
    )
    yield UncheckedGroup(
        "Broken",
        "Readings and controls whose check raised an error: never a verdict.",
        tuple(
            _of(view, reading, reading.words)
            for view, reading in readings
            if reading.kind == "broke"
        ),
    )
    yield UncheckedGroup(
        "Runs stopped by their budget",
        "Some replicates needed more than their budget. How much more is unknown: they count "
        "against every answer that this leaves open.",
        tuple(
            _of(view, reading, f"{evidence.capped} of {evidence.n} replicates")
            for view, reading in readings
            if isinstance(evidence := reading.record.evidence, Measured) and evidence.capped
        ),
    )


def _of_rule(note: CodeNote) -> str:
    words = note.words
    return words.why if words.rule is None else f"{words.why} ({words.rule})"


def _statements(keys: Iterable[KeyView], mark: Mark) -> Iterator[Unchecked]:
    for key, note in _notes(keys):
        if note.graded.mark is mark:
            yield _statement(key, note, reason(note.graded))


def _not_run(keys: Iterable[KeyView]) -> Iterator[Unchecked]:
    for key, note in _notes(keys):
        if note.graded.mark is Mark.NOT_RUN and note.graded.decisive is not None:
            yield _statement(key, note, f"{note.graded.decisive.link.claim} {note.graded.why}")


def _not_encoded(keys: Iterable[KeyView]) -> Iterator[Unchecked]:
    for key, note in _notes(keys):
        if note.graded.mark is Mark.NOT_ENCODED:
            yield _statement(key, note, ", ".join(note.graded.not_encoded))


def _partly(keys: Iterable[KeyView]) -> Iterator[Unchecked]:
    for key, note in _notes(keys):
        if note.graded.claims and note.graded.not_encoded:
            yield _statement(key, note, f"not encoded: {', '.join(note.graded.not_encoded)}")


def _notes(keys: Iterable[KeyView]) -> Iterator[tuple[KeyView, Note]]:
    return ((key, note) for key in keys for note in key.notes)


def _statement(key: KeyView, note: Note, reason: str) -> Unchecked:
    short = textwrap.shorten(note.graded.statement.text, SHOWN_LENGTH, placeholder=" …")
    return Unchecked(f"{key.file}, {note.position}", f"“{short}” ({reason})", note.id)


def _of(view: ClaimView, reading: ReadingView, text: str) -> Unchecked:
    return Unchecked(f"{view.record.id}, “{reading.record.name}”", text, reading.id)
