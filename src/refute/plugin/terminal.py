"""What the terminal shows: verdicts, not dots."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import indent, wrap

import pytest

from refute.characters import cut_short, printable
from refute.decision.verdict import Verdict
from refute.ledger import ClaimRecord, Ledger, ReadingRecord
from refute.plugin.columns import cut
from refute.plurals import counted
from refute.prose.evidence import in_words
from refute.prose.marks import shown
from refute.prose.results import outcome, result_in_words

WIDTH = 80
"""The least number of columns of a terminal."""

INDENT = "  "

LONGEST = 2000
"""The most characters of one text; the ledger has all of it."""


class Terminal:
    """Writes through pytest's terminal reporter, with its verbosity."""

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._reporter = reporter

    def claim(self, claim: ClaimRecord) -> None:
        """One line for a complete claim; nothing with ``-q``."""
        if self._reporter.verbosity < 0:
            return
        verdict = claim.final_verdict
        mark = shown(verdict)
        decisive = claim.deciding
        found = "" if decisive is None else f"  {result_in_words(decisive)}"
        taken = f"  [{claim.duration:.1f} s]"
        begun = f"{mark.sign} {verdict.value:<10}"
        room = max(self._reporter._tw.fullwidth, WIDTH) - 1 - len(begun) - len(taken)
        self._reporter.ensure_newline()
        self._reporter.write(begun, **{mark.colour: True})
        self._reporter.write_line(f" {cut(printable(f'{claim.id}{found}'), room - 1)}{taken}")

    def summary(self, ledger: Ledger, notes: Iterable[str], problems: Iterable[str]) -> None:
        """The table of verdicts by question, then everything that a reader must know."""
        reporter = self._reporter
        if reporter.verbosity >= 0:
            reporter.section("verdicts")
            for line in table(ledger):
                self.line(line)
        else:
            self.line(totals(ledger))
        for note in notes:
            self.note(note, yellow=True)
        for problem in problems:
            self.note(problem, red=True)

    def end(self, ledger: Ledger) -> None:
        """The last lines: outcomes in claims that were run only in part, corrections of what is
        refuted, and the count of verdicts.
        """
        if self._reporter.verbosity >= 0:
            for claim in ledger.claims:
                for reading in _outcomes_without_verdict(claim):
                    said = f"{claim.id}: “{reading.name}”: {outcome(reading)}: {in_words(reading)}"
                    self.note(cut_short(said, LONGEST))
            for claim in ledger.claims:
                if claim.final_verdict is Verdict.REFUTED and claim.correction:
                    self.line(f"{shown(claim.final_verdict).sign} {claim.id}", red=True)
                    lines = wrap(cut_short(claim.correction, LONGEST), WIDTH - len(INDENT))
                    self.line(indent("\n".join(lines), INDENT))
            self.line(totals(ledger), bold=True)

    def note(self, text: str, **markup: bool) -> None:
        """Sentences in lines that every terminal has room for."""
        self._reporter.write_line(wrapped(printable(text)), **markup)

    def line(self, text: str, **markup: bool) -> None:
        """Separate lines, cleaned of anything that a claim or a file put into them."""
        self._reporter.write_line(printable(text), **markup)

    def export(self, text: str) -> None:
        """An export: it is clean already, and its lines may be commands of a workflow."""
        self._reporter.write_line(text)


def table(ledger: Ledger) -> list[str]:
    """Counts of claims by question and verdict, as aligned lines."""
    columns = [*Verdict]
    width = WIDTH - 1 - 11 * len(columns)
    heads = "".join(f"{verdict.value.lower():>11}" for verdict in columns)
    lines = [f"{'question':<{width}}{heads}"]
    for question in ledger.questions:
        claims = [claim for claim in ledger.claims if claim.question == question.id]
        if claims:
            lines.append(f"{cut(question.title, width):<{width}}{_counts(claims, columns)}")
    lines.append(f"{'all':<{width}}{_counts(ledger.claims, columns)}")
    return lines


def totals(ledger: Ledger) -> str:
    """The verdicts of a run in one line."""
    counts = [
        f"{number} {verdict.value.lower()}"
        for verdict in Verdict
        if (number := sum(claim.verdict == verdict for claim in ledger.claims))
    ]
    begun = sum(bool(_outcomes_without_verdict(claim)) for claim in ledger.claims)
    if begun:
        counts.append(f"{begun} incomplete")
    if missing := sum(claim.verdict is None for claim in ledger.claims) - begun:
        counts.append(f"{missing} not run")
    return f"{counted(len(ledger.claims), 'claim')}: {', '.join(counts) or 'none complete'}"


def wrapped(text: str) -> str:
    """Divide long lines, but no command, option or path, which is there to be copied."""
    lines = []
    for line in text.split("\n"):
        start = INDENT if line.startswith(INDENT) else ""
        if line.startswith(f"{INDENT}pytest "):
            lines.append(line)
        else:
            lines += wrap(
                line.strip(),
                WIDTH,
                initial_indent=start,
                subsequent_indent=start + INDENT,
                break_long_words="/" not in line,
                break_on_hyphens=False,
            )
    return "\n".join(lines)


def _outcomes_without_verdict(claim: ClaimRecord) -> list[ReadingRecord]:
    """Readings and controls that have an outcome although their claim has no verdict, because the
    others were not run.
    """
    if claim.verdict is not None:
        return []
    return [reading for reading in claim.readings if reading.outcome is not None]


def _counts(claims: Iterable[ClaimRecord], columns: Iterable[Verdict]) -> str:
    verdicts = [claim.verdict for claim in claims]
    return "".join(f"{verdicts.count(verdict.value) or '-':>11}" for verdict in columns)


def make_presentable(report: pytest.TestReport) -> None:
    """Clean and cut what pytest shows of an error: its message is text of anybody's.

    Pytest repeats the message in its summary, where it cuts nothing in CI.
    """
    for traceback, crash, _ in getattr(report.longrepr, "chain", ()):
        if crash is not None:
            crash.message = _presentable(crash.message)
        for entry in traceback.reprentries:
            entry.lines = [_presentable(line) for line in entry.lines]


def _presentable(text: str) -> str:
    return cut_short(printable(text), LONGEST)
