"""An objection to a mark, ready to send, with everything that is needed to answer it."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.grading import Graded, Mark
from refute.ledger import Run
from refute.prose.finding import finding
from refute.prose.text import one_line

OPEN_TO_OBJECTION = (Mark.REFUTED, Mark.DEPENDS)
"""Marks that say that a sentence is not right as written."""


def questions(run: Run) -> str:
    """How every objection ends: which run it is about, and what to answer."""
    version = run.environment.get("refute", "of unknown version")
    return f"""\
Refute {version}, seed {run.seed}, run of {run.started}

What is wrong with this mark? Keep what applies and say why.
- The sentence means something else: which sense, which conditions?
- The experiment does not measure that: what would?
- The region is not what the word stands for: which would be?
- The literature says otherwise: which work, and where in it?
- What is said to be true instead is wrong or unclear: what is right?"""


def objection(graded: Graded, place: str) -> str | None:
    """The report of a mark at a place such as ``003.md, line 5``; ``None`` if none is needed."""
    if graded.mark not in OPEN_TO_OBJECTION or graded.decisive is None:
        return None
    return "\n".join(_lines(graded, place))


def _lines(graded: Graded, place: str) -> Iterator[str]:
    statement, decisive = graded.statement, graded.decisive
    assert decisive is not None
    yield f"{place}: {graded.mark}"
    yield f"Sentence: {one_line(statement.text)}"
    stance = "It asserts" if decisive.link.asserts else "It denies"
    yield f"{stance} {decisive.link.claim}"
    if graded.reading is not None:
        yield f"Reading “{graded.reading.name}”: {finding(graded.reading)}"
