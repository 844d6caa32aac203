"""Shows a person who is watching how far the current check is.

It shows four facts: which check of which claim, how much of the look is done, the time left, and
the interval that the last look left undecided.  What does not fit the terminal is left out, the
most important last.  The line comes and goes, and no log sees a byte of it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from refute.characters import one_line
from refute.decision.counts import Decision
from refute.plugin.columns import cut
from refute.prose.numbers import look_in_words

if TYPE_CHECKING:
    from _pytest._io import TerminalWriter

SHORTEST_NAME = 12
"""Columns that facts must leave for the claim's name."""

BETWEEN = 0.1
"""The least number of seconds between two updates."""

ERASE = "\r\x1b[K"
UP = "\x1b[A"
RIGHT = "\x1b[{}C"

Text = Callable[[int], str]
"""The text of the line in a terminal with this many columns."""


class Progress:
    """What the instruments of a check report while it runs; ignored if there is no line."""

    def __init__(self, line: ProgressLine | None = None) -> None:
        self._line = line
        self._name = self._place = ""
        self._begun = self._look_begun = 0.0
        self._before = self._n = 0
        self._interval: str | None = None

    @contextmanager
    def of(self, name: str, place: str) -> Iterator[Progress]:
        """Show one check while it runs, and leave the terminal as it was."""
        self.begin(name, place)
        try:
            yield self
        finally:
            self.end()

    def begin(self, name: str, place: str) -> None:
        """A check begins; ``place`` is its number among all checks."""
        self._name, self._place = one_line(name), place
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
        """Some chunks of the look have been run, each an equal share of its replicates."""
        if self._watched(done):
            replicates = self._before + (self._n - self._before) * done // of
            self._show(f"{replicates} of {self._n} replicates", done, of)

    def decided(self, decision: Decision) -> None:
        """A look has been decided; its interval is shown from now on."""
        self._interval = look_in_words(decision)

    def examples(self, done: int, of: int) -> None:
        """Some examples have been drawn."""
        if self._watched(done):
            self._show(f"{done} of {of} examples", done, of)

    def shrinking(self, done: int, of: int) -> None:
        """A counterexample was found, and smaller ones are being tried."""
        if self._watched(done):
            self._show(f"counterexample found, {done} of {of} tries to make it smaller", 0, of)

    def pairs(self, name: str, decision: Decision | None, done: int, of: int) -> None:
        """Races take turns, ``name`` among them; each has this many of its pairs."""
        if self._watched(done):
            self._name = one_line(name)
            self._interval = None if decision is None else look_in_words(decision)
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


def duration(seconds: float) -> str:
    """``12 s``, ``3 min``, ``2 h``: as exact as an estimate deserves."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5970 else f"{seconds / 3600:.0f} h"


def fitted(name: str, facts: Sequence[str], columns: int) -> str:
    """Name and facts in this many columns, where wide characters count twice.  If they do not fit,
    facts are dropped from the end, and then the name is cut.
    """
    least = min(cell_len(name), SHORTEST_NAME)
    for kept in range(len(facts), 0, -1):
        shown = ": " + " · ".join(facts[:kept])
        if least + cell_len(shown) <= columns:
            return cut(name, columns - cell_len(shown)) + shown
    return cut(name, columns)


class ProgressLine:
    """A line below pytest's output, redrawn and finally erased.  During a check, pytest captures
    output, and its writer counts columns.  This line goes directly to the terminal and puts the
    cursor back where pytest left it.
    """

    def __init__(self, terminal: int, writer: TerminalWriter) -> None:
        self._terminal, self._writer = terminal, writer
        self._drawn_at = 0.0
        self._back: str | None = None

    @property
    def due(self) -> bool:
        """Whether it is time to redraw."""
        return perf_counter() - self._drawn_at >= BETWEEN

    def draw(self, text: Text) -> None:
        """Show the text instead of the last one."""
        columns = self._columns()
        below = ""
        if self._back is None:
            column = self._writer.width_of_current_line
            # At the margin, pytest's next output starts on this line anyway.
            self._back = UP + RIGHT.format(column % columns) if column % columns else ""
            below = "\n" if column else ""
        self._write(below + ERASE + text(columns - 1))
        self._drawn_at = perf_counter()

    def clear(self) -> None:
        """Erase it, if it is shown."""
        if self._back is not None:
            self._write(ERASE + self._back)
            self._back = None

    def close(self) -> None:
        """Give the terminal back."""
        self.clear()
        os.close(self._terminal)

    def _columns(self) -> int:
        # Asked each time, because windows can be resized.
        try:
            return os.get_terminal_size(self._terminal).columns or 80
        except OSError:
            return 80

    def _write(self, text: str) -> None:
        data = text.encode(sys.__stdout__.encoding if sys.__stdout__ else "utf-8", "replace")
        try:
            os.write(self._terminal, data)
        except OSError:  # the window was closed; the run continues
            self._back = None


def line_for(config: pytest.Config) -> ProgressLine | None:
    """A line if a person is watching and nothing else draws, otherwise ``None``.  Call this before
    the run begins, while output is not captured.
    """
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    watched = (
        type(reporter) is pytest.TerminalReporter
        and reporter.verbosity >= 0
        and config.getoption("capture") != "no"  # the check's own output would mix with it
        and os.environ.get("TERM", "dumb") != "dumb"
        and not any(os.environ.get(name) for name in ("CI", "BUILD_NUMBER"))
        and sys.stdout.isatty()
    )
    if not watched:
        return None
    return ProgressLine(os.dup(sys.stdout.fileno()), config.get_terminal_writer())
