"""The mark that the verdict on a statement gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from refute.decision.verdict import Link, Results, StatementVerdict, Verdict, verdict_of_statement
from refute.keys.graded import Graded, Mark
from refute.ledger import Ledger

_MARKS = {
    Verdict.NONE: Mark.NO_VERDICT,
    Verdict.REFUTED: Mark.REFUTED,
    Verdict.DEPENDS: Mark.DEPENDS,
    Verdict.UNDECIDED: Mark.UNDECIDED,
    Verdict.SUPPORTED: Mark.SUPPORTED,
}


def results_of(ledger: Ledger) -> dict[str, Results | None]:
    """Return the results of every claim by its id; ``None`` for a claim that is not complete."""
    return {claim.id: claim.results for claim in ledger.claims}


def mark_by(
    graded: Graded,
    results: Mapping[str, Results | None],
    changed: Callable[[Link], Link] = lambda link: link,
) -> Mark | None:
    """Return the mark that a graded statement would get from another run or with changed links.

    ``None`` if that is unknown: the statement rests on no claim, or on a claim or a reading that
    the run lacks.
    """
    links = [changed(linked.link) for linked in graded.claims]
    for each in links:
        if each.claim not in results:
            return None
        result = results[each.claim]
        if result is not None and not result.has(each.readings):
            return None
    verdict = verdict_of_statement(links, results, len(graded.not_encoded))
    return None if verdict is None else mark_of(verdict)


def mark_of(verdict: StatementVerdict) -> Mark:
    """Return the mark of a statement with this verdict."""
    mark = _MARKS[verdict.verdict]
    return Mark.PARTLY if mark is Mark.SUPPORTED and verdict.partly else mark
