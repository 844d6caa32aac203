"""An objection to a mark or a code fault, ready to send, with all that is needed to answer it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from itertools import groupby

from refute.keys.checked_code import CodeFault, Effect, Finding
from refute.keys.graded import Graded, LinkedClaim, Mark
from refute.ledger import Run
from refute.prose.code_faults import begun
from refute.prose.results import result_in_words
from refute.prose.runs import objected_to
from refute.prose.text import capitalized
from refute.spacing import single_spaced

OPEN_TO_OBJECTION = (Mark.REFUTED, Mark.DEPENDS)
"""Marks that call a sentence wrong, or incomplete, as written."""


def questions_about_marks(run: Run) -> str:
    """The end of every objection to a mark: the run, and the questions to answer."""
    return f"""\
{objected_to(run)}

What is wrong with this mark? Keep what applies and say why.
- The sentence means something else: what does it mean, and under which conditions?
- The experiment does not measure that: what would?
- The region is not what the word stands for: which region would be?
- The literature says something else: which work, and where in it?
- The correction is wrong or unclear: what would be right?"""


def questions_about_code(run: Run) -> str:
    """The end of every objection to a code fault.

    The rules are those of the Refute that writes this; another version may have measured.
    """
    return f"""\
Rules from Refute {metadata.version("refute")}; evidence from {objected_to(run)}

What is wrong with this finding? Keep what applies and say why.
- The code does something else: what does it do, and which lines show that?
- It works anyway: with which libraries, and which versions of them?
- The exercise does not ask for that: what does it ask for?
- The evidence does not show what this code does: what evidence would?
- The fix is wrong or unclear: what would be right?"""


def objection(found: Graded | Finding, place: str) -> str | None:
    """A report of the mark or code fault at ``place``, such as ``003.md, line 5``.

    ``None`` if the page does not call it wrong.
    """
    match found:
        case CodeFault():
            lines = _of_fault(found, place)
        case Graded(mark=mark, decisive=LinkedClaim() as decisive) if mark in OPEN_TO_OBJECTION:
            lines = _of_mark(found, decisive, place)
        case _:
            return None
    return "\n".join(lines)


def _of_mark(graded: Graded, decisive: LinkedClaim, place: str) -> Iterator[str]:
    yield f"{place}: {graded.mark}"
    yield f"Sentence: {single_spaced(graded.statement.text)}"
    stance = "It asserts" if decisive.link.asserts else "It denies"
    yield f"{stance} {decisive.link.claim}"
    if graded.reading is not None:
        yield f"Reading “{graded.reading.name}”: {result_in_words(graded.reading)}"


def _of_fault(fault: CodeFault, place: str) -> Iterator[str]:
    yield f"{place}: code fault, {fault.severity}"
    yield f"Code: {fault.line}"
    yield f"Rule {fault.rule.id}: {fault.rule.title}"
    yield f"Alleged fault: {begun(fault.why)}."
    yield f"Fix: {fault.rule.fix}"
    if not fault.effects:
        yield "Evidence: no claim measures what this does"
    for claim, effects in groupby(fault.effects, key=lambda effect: effect.claim):
        yield from _evidence(claim, list(effects))


def _evidence(claim: str, effects: list[Effect]) -> Iterator[str]:
    """A claim that measures what a fault does, and what its cases found."""
    record = effects[0].record
    if record is None:
        yield f"Evidence {claim}: not measured in this run"
        return
    yield f"Evidence {claim}: {single_spaced(record.statement)}"
    for effect in effects:
        if effect.reading is None:
            yield capitalized(single_spaced(record.why))
        else:
            case = effect.reading
            yield f"{capitalized(case.role)} “{case.name}”: {result_in_words(case)}"
