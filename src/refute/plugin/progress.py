"""How far the check is that runs now, told to a person who watches.

Four facts: which check of which claim, how much of the look is done, how much time that leaves,
and the interval that the last look left undecided.  What does not fit the terminal is left out,
the most important last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from rich.cells import cell_len, set_cell_size

from refute.decision.counts import Decision
from refute.ledger import number
from refute.plugin.line import Line
from refute.prose.evidence import number_in_words

SHORTEST_NAME = 12
"""Columns of the claim's name that facts must leave."""


class Progress:
    """What the instruments of a check report while it runs; without a line, to nobody."""

    def __init__(self, line: Line | None = None) -> None:
        self._line = line
        self._name = self._place = ""
        self._begun = self._look_begun = 0.0
        self._before = self._n = 0
        self._interval: str | None = None

    @contextmanager
    def of(self, name: str, place: str) -> Iterator[Progress]:
        """Tell of one check while it runs, and leave the terminal as it was."""
        self.begin(name, place)
        try:
            yield self
        finally:
            self.end()

    def begin(self, name: str, place: str) -> None:
        """A check begins: ``name`` says which, ``place`` how many the run has."""
        self._name, self._place = " ".join(name.split()), place
        self._begun = self._look_begun = perf_counter()
        self._before = self._n = 0
        self._interval = None

    def end(self) -> None:
        """The check has ended: leave the terminal as it was."""
        if self._line is not None:
            self._line.clear()

    def close(self) -> None:
        """Give the terminal back."""
        if self._line is not None:
            self._line.close()

    def look(self, n: int) -> None:
        """A look at the first ``n`` replicates begins."""
        self._before, self._n = self._n, n
        self._look_begun = perf_counter()

    def chunks(self, done: int, of: int) -> None:
        """So many chunks of the look have been run, each a share of its replicates."""
        if self._watched(done):
            replicates = self._before + (self._n - self._before) * done // of
            self._show(f"{replicates} of {self._n} replicates", done, of)

    def decided(self, decision: Decision) -> None:
        """A look has been decided: its interval is the current one."""
        self._interval = interval_in_words(decision)

    def examples(self, done: int, of: int) -> None:
        """So many examples have been drawn."""
        if self._watched(done):
            self._show(f"{done} of {of} examples", done, of)

    def shrinking(self, done: int, of: int) -> None:
        """A counterexample was found, and smaller ones are tried."""
        if self._watched(done):
            self._show(f"counterexample found, {done} of {of} tries to make it smaller", 0, of)

    def pairs(self, name: str, decision: Decision | None, done: int, of: int) -> None:
        """Races are run in turn, ``name`` among them; each has so many of its pairs."""
        if self._watched(done):
            self._name = name
            self._interval = None if decision is None else interval_in_words(decision)
            self._show(f"{done} of {of} pairs", done, of)

    def _watched(self, done: int) -> bool:
        return self._line is not None and (done == 0 or self._line.due)

    def _show(self, work: str, done: int, of: int) -> None:
        assert self._line is not None
        now = perf_counter()
        facts = [work]
        if 0 < done < of:
            left = (now - self._look_begun) * (of - done) / done
            facts.append(f"about {duration(max(left, 1))} left")
        if self._interval is not None:
            facts.append(self._interval)
        facts.append(f"{duration(now - self._begun)} so far")
        if self._place:
            facts.append(self._place)
        self._line.draw(lambda columns: fitted(self._name, facts, columns))


def interval_in_words(decision: Decision) -> str:
    """The estimate of a look with its interval: ``2.13 (1.9 to 2.4) at 64``."""
    estimate, low, high = (
        number_in_words(number(value)) for value in (decision.estimate, decision.low, decision.high)
    )
    return f"{estimate} ({low} to {high}) at {decision.n}"


def duration(seconds: float) -> str:
    """``12 s``, ``3 min``, ``2 h``: as exact as an estimate deserves."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5970 else f"{seconds / 3600:.0f} h"


def fitted(name: str, facts: Sequence[str], columns: int) -> str:
    """Name and facts within so many columns, wide characters counting two.

    Facts are left out from the last on, and then the name is cut.
    """
    least = min(cell_len(name), SHORTEST_NAME)
    for kept in range(len(facts), 0, -1):
        told = ": " + " · ".join(facts[:kept])
        if least + cell_len(told) <= columns:
            return cut(name, columns - cell_len(told)) + told
    return cut(name, columns)


def cut(text: str, columns: int) -> str:
    """The text, or as much of its beginning as fits, and an ellipsis."""
    if cell_len(text) <= columns:
        return text
    return set_cell_size(text, columns - 1) + "…" if columns > 0 else ""
