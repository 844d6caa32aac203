"""Notes on the statements of a key, short enough to be printed below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from refute.export.markdown_text import code_span, escaped
from refute.keys.graded import Graded, GradedKey, Mark
from refute.keys.tree import Position
from refute.ledger import Cited, Evidence, Measured, ReadingRecord, Searched
from refute.prose.marks import shown
from refute.prose.results import count, result_in_words
from refute.prose.statements import about_statement, found_by
from refute.spacing import single_spaced

LOUD = (Mark.NO_VERDICT, Mark.REFUTED, Mark.DEPENDS, Mark.UNDECIDED, Mark.PARTLY)
"""Marks that need attention."""

LONGEST_EXAMPLE = 400
"""The most characters of a counterexample; the page has longer ones."""


@dataclass(frozen=True)
class ShortNote:
    """A statement's mark as sign and word, and its evidence, as Markdown.

    ``number`` is the statement's number on the page.
    """

    index: int
    number: int
    graded: Graded
    position: Position

    @property
    def mark(self) -> str:
        return marked(self.graded.mark)

    @property
    def loud(self) -> bool:
        return self.graded.mark in LOUD

    @property
    def lines(self) -> str:
        """``line 3`` or ``lines 3–5``; of a notebook ``cell 2, line 3``."""
        if self.position.cell is not None:
            return str(self.position)
        first, last = self.graded.statement.line, self.graded.statement.end_line
        return f"line {first}" if first == last else f"lines {first}–{last}"

    @property
    def text(self) -> str:
        return " ".join(_sentences(self.graded))


def notes(key: GradedKey) -> list[ShortNote]:
    """A note for each statement that asserts something."""
    return [
        ShortNote(graded.statement.index, number, graded, key.key.position(graded.statement.line))
        for number, graded in key.numbered
        if graded.mark is not Mark.NOT_A_CLAIM
    ]


def marked(mark: Mark) -> str:
    """A mark as sign and word: ``✗ refuted``."""
    return f"{shown(mark).sign} {mark.value}"


def score(said: Iterable[ShortNote]) -> str:
    """How many statements have each mark, worst first."""
    counted = Counter(note.graded.mark for note in said)
    tallies = [f"{marked(mark)} {counted[mark]}" for mark in Mark if counted[mark]]
    return ", ".join(tallies) or "no statements"


def found(reading: ReadingRecord) -> str:
    """What a reading measured with the count that decided, or what it cites, as Markdown."""
    if isinstance(reading.evidence, Cited):
        return escaped(found_by(reading, result_in_words(reading)))
    words, counted = result_in_words(reading), count(reading)
    if counted == words or _counts_cases(reading.evidence):
        words = counted
    else:
        words = f"{words}; {counted}"
    return f"Measured: {escaped(f'{reading.name}: {words}')}{_example(reading)}."


def _counts_cases(evidence: Evidence | None) -> bool:
    """Whether a claim is about a share of cases, which the count that decided gives already."""
    return isinstance(evidence, Measured) and evidence.region.of == "proportion"


def _sentences(graded: Graded) -> list[str]:
    reason, decisive = about_statement(graded), graded.decisive
    sentences = [] if reason is None else [escaped(reason)]
    if decisive is None:
        return sentences
    if graded.correction:
        sentences.insert(0, f"Instead: {escaped(graded.correction)}")
    if graded.reading is not None:
        sentences.append(found(graded.reading))
    if graded.not_encoded:
        sentences.append(f"Not encoded yet: {', '.join(map(code_span, graded.not_encoded))}.")
    stance = "Asserts" if decisive.link.asserts else "Denies"
    return [*sentences, f"{stance} {code_span(decisive.link.claim)}."]


def _example(reading: ReadingRecord) -> str:
    """The code of an example that has no words of its own; page and ledger have all of them."""
    evidence = reading.evidence
    if not isinstance(evidence, Searched) or evidence.said is not None:
        return ""
    if evidence.found is None or len(evidence.found) > LONGEST_EXAMPLE:
        return ""
    return f": {code_span(single_spaced(evidence.found))}"
