"""What pytest shows of an error in a check: the author's own lines, without Refute's."""

from __future__ import annotations

import concurrent.futures
import re
from pathlib import Path

import pytest
from _pytest._code.code import ReprEntry, ReprTraceback

from refute.reuse.imports import REFUTE

_OWN_ERROR = re.compile(r"^(E\s+|)refute\.(?:[a-z_0-9]+\.)*(?=[A-Z]\w*(?:: |$))")
_WAITING = Path(concurrent.futures.__file__).parent
"""Through it, the engine waits for its workers."""


def hide_own_frames(report: pytest.TestReport, started_in: Path) -> None:
    """Leave Refute's frames and modules out of the tracebacks of a report, and keep what the error
    says.

    The line that called Refute is the one to mend.  The lab's frames stay, since an experiment may
    be what is wrong.  ``--full-trace`` shows everything.

    Args:
        report: the report of a check that failed.
        started_in: the folder that paths in the report are relative to.
    """
    for traceback, crash, _ in getattr(report.longrepr, "chain", ()):
        if crash is not None:
            crash.message = _shortened(crash.message)
        _shorten(traceback, started_in)


def _shorten(traceback: ReprTraceback, started_in: Path) -> None:
    entries = [entry for entry in traceback.reprentries if isinstance(entry, ReprEntry)]
    kept = [entry for entry in entries if not _is_own(entry, started_in)]
    if not entries or len(entries) < len(traceback.reprentries):
        return  # in the style of Python's own
    last = entries[-1]
    last.lines = [_shortened(line) for line in last.lines]
    said = [line for line in last.lines if line.startswith("E")]
    if not kept:
        last.lines, last.reprfuncargs, kept = said, None, [last]
    shown = kept[-1]
    if shown is not last:
        shown.lines = [*shown.lines, *said]
        if shown.reprfileloc is not None and last.reprfileloc is not None:
            shown.reprfileloc.message = last.reprfileloc.message
    traceback.reprentries = kept


def _shortened(line: str) -> str:
    """A line of an error, with Refute's own exceptions named without their modules."""
    return _OWN_ERROR.sub(r"\1", line)


def _is_own(entry: ReprEntry, started_in: Path) -> bool:
    if entry.reprfileloc is None:
        return False
    path = (started_in / entry.reprfileloc.path).resolve()
    own = path.is_relative_to(REFUTE) and not path.is_relative_to(REFUTE / "lab")
    return own or path.is_relative_to(_WAITING)
