"""What the terminal shows: verdicts, not dots."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from refute.decision.verdict import Verdict
from refute.ledger import ClaimRecord, Ledger
from refute.prose.evidence import in_words
from refute.prose.marks import shown


class Terminal:
    """Writes through pytest's own terminal reporter, at its verbosity."""

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._reporter = reporter

    def claim(self, claim: ClaimRecord) -> None:
        """One line for a claim that is complete; nothing under ``-q``."""
        if self._reporter.verbosity < 0:
            return
        verdict = claim.final_verdict
        mark = shown(verdict)
        decisive = claim.deciding
        number = "" if decisive is None else in_words(decisive)
        self._reporter.ensure_newline()
        self._reporter.write(f"{mark.sign} {verdict.value:<10}", **{mark.colour: True})
        self._reporter.write_line(f" {claim.id}  {number}  [{claim.duration:.1f} s]")

    def summary(self, ledger: Ledger, notes: Iterable[str], problems: Iterable[str]) -> None:
        """The table of verdicts by question, then what a reader must not miss."""
        reporter = self._reporter
        if reporter.verbosity >= 0:
            reporter.section("verdicts")
            for line in table(ledger):
                reporter.write_line(line)
        else:
            reporter.write_line(totals(ledger))
        for note in notes:
            reporter.write_line(note, yellow=True)
        for problem in problems:
            reporter.write_line(problem, red=True)

    def line(self, text: str, **markup: bool) -> None:
        """A line of its own."""
        self._reporter.write_line(text, **markup)


def table(ledger: Ledger) -> list[str]:
    """Claims counted by question and verdict, as aligned lines."""
    columns = [*Verdict]
    width = max([len(question.title) for question in ledger.questions] + [8])
    heads = "  ".join(f"{verdict.value.lower():>10}" for verdict in columns)
    lines = [f"{'question':<{width}}  {heads}"]
    for question in ledger.questions:
        claims = [claim for claim in ledger.claims if claim.question == question.id]
        if claims:
            lines.append(f"{question.title:<{width}}  {_counts(claims, columns)}")
    lines.append(f"{'all':<{width}}  {_counts(ledger.claims, columns)}")
    return lines


def totals(ledger: Ledger) -> str:
    """The verdicts of a run in one line."""
    counts = [
        f"{number} {verdict.value.lower()}"
        for verdict in Verdict
        if (number := sum(claim.verdict == verdict for claim in ledger.claims))
    ]
    return f"{len(ledger.claims)} claims: {', '.join(counts) or 'none complete'}"


def _counts(claims: Iterable[ClaimRecord], columns: Iterable[Verdict]) -> str:
    verdicts = [claim.verdict for claim in claims]
    return "  ".join(f"{verdicts.count(verdict.value) or '-':>10}" for verdict in columns)
