"""The table of questions against keys; each cell counts the marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from refute.keys.graded import Mark
from refute.prose.marks import Shown, shown
from refute.report.keys import KeyView, questions_of
from refute.report.notes import Note


@dataclass(frozen=True)
class Count:
    """How many statements have a mark, and the anchor of the first."""

    mark: Shown
    number: int
    href: str


@dataclass(frozen=True)
class QuestionRow:
    """A question, with the counts of each key in the order of the keys."""

    title: str
    href: str | None
    cells: tuple[tuple[Count, ...], ...]


def matrix(
    keys: Sequence[KeyView], titles: Mapping[str, str], places: Mapping[str, str]
) -> list[QuestionRow]:
    """A line for every question that statements concern, and one for all other statements.

    Args:
        keys: the keys as the page shows them.
        titles: the titles of questions by id, in the order to show them; others show their id.
        places: the anchors of the questions that have claims, by id.
    """
    concerned = questions_of(keys)
    names = [name for name in titles if name in concerned]
    names += sorted(concerned - set(titles))
    lines = [
        QuestionRow(
            titles.get(name, name),
            places.get(name),
            tuple(_counts([note for note in key.notes if name in note.questions]) for key in keys),
        )
        for name in names
    ]
    others = tuple(_counts([note for note in key.notes if not note.questions]) for key in keys)
    return [*lines, QuestionRow("other statements", None, others)] if any(others) else lines


def _counts(notes: Sequence[Note]) -> tuple[Count, ...]:
    """The marks that some of these statements have, worst first."""
    by_mark: dict[Mark, list[Note]] = {}
    for note in notes:
        by_mark.setdefault(note.graded.mark, []).append(note)
    return tuple(
        Count(shown(mark), len(by_mark[mark]), by_mark[mark][0].id)
        for mark in Mark
        if mark in by_mark
    )
