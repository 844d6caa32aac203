"""One line of the terminal that comes and goes, and of which no log sees a byte."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest._io import TerminalWriter

BETWEEN = 0.1
"""Seconds between two drawings, at least."""

ERASE = "\r\x1b[K"
UP = "\x1b[A"
RIGHT = "\x1b[{}C"

Text = Callable[[int], str]
"""What the line says in a terminal of so many columns."""


class Line:
    """A line below what pytest has written, drawn again and again and then erased.

    While a check runs pytest captures what is written, and its own writer counts columns: this
    line goes to the terminal past both, and the cursor comes back to where pytest left it.
    """

    def __init__(self, terminal: int, writer: TerminalWriter) -> None:
        self._terminal, self._writer = terminal, writer
        self._drawn_at = 0.0
        self._back: str | None = None

    @property
    def due(self) -> bool:
        """Whether it is time to draw again."""
        return perf_counter() - self._drawn_at >= BETWEEN

    def draw(self, text: Text) -> None:
        """Show the text in place of the last one."""
        columns = self._columns()
        below = ""
        if self._back is None:
            column = self._writer.width_of_current_line
            # At the margin what pytest writes next begins a line anyhow: this one.
            self._back = UP + RIGHT.format(column % columns) if column % columns else ""
            below = "\n" if column else ""
        self._write(below + ERASE + text(columns - 1))
        self._drawn_at = perf_counter()

    def clear(self) -> None:
        """Erase it, if it is there."""
        if self._back is not None:
            self._write(ERASE + self._back)
            self._back = None

    def close(self) -> None:
        """Give the terminal back."""
        self.clear()
        os.close(self._terminal)

    def _columns(self) -> int:
        # Asked each time: a window changes its size.
        try:
            return os.get_terminal_size(self._terminal).columns or 80
        except OSError:
            return 80

    def _write(self, text: str) -> None:
        data = text.encode(sys.__stdout__.encoding if sys.__stdout__ else "utf-8", "replace")
        try:
            os.write(self._terminal, data)
        except OSError:  # the window was closed: the run goes on
            self._back = None


def line_for(config: pytest.Config) -> Line | None:
    """A line where a person is watching: nowhere else, and not where something else draws.

    To be asked before the run begins, while what is written is not captured.
    """
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    watched = (
        type(reporter) is pytest.TerminalReporter
        and reporter.verbosity >= 0
        and config.getoption("capture") != "no"  # the check's own output would run into it
        and os.environ.get("TERM", "dumb") != "dumb"
        and not any(os.environ.get(name) for name in ("CI", "BUILD_NUMBER"))
        and sys.stdout.isatty()
    )
    if not watched:
        return None
    return Line(os.dup(sys.stdout.fileno()), config.get_terminal_writer())
