"""Collects the claims of a folder with pytest, and says in one line why something could not be."""

from __future__ import annotations

import contextlib
import io
import shlex
import tempfile
import traceback
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from refute.characters import cut_short, one_line
from refute.files import from_here
from refute.plugin.collecting import ClaimClass
from refute.plugin.payloads import SkippedFile, unpack

_LONGEST = 400
"""The most characters of a stranger's exception that are shown."""


class Collected:
    """A pytest plugin that keeps what was collected.

    Attributes:
        claims: the collected claims.
        errors: what could not be collected, a line or more each.
        skipped: one line about each file that skips itself.
    """

    def __init__(self, folder: Path) -> None:
        self.claims: list[ClaimClass] = []
        self.errors: list[str] = []
        self.skipped: list[str] = []
        self._folder = folder
        self._said = dict[str, str]()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        parents = (item.parent for item in session.items)
        self.claims = list(dict.fromkeys(node for node in parents if isinstance(node, ClaimClass)))

    def pytest_exception_interact(
        self, node: pytest.Collector, call: pytest.CallInfo[Any], report: pytest.CollectReport
    ) -> None:
        if call.excinfo is not None and not isinstance(node, ClaimClass):
            error = call.excinfo.value
            cause = getattr(error, "cause", None) or error.__cause__  # pytest wraps most of them
            if cause is not None or not isinstance(error, node.CollectError):
                self._said[report.nodeid] = _why_not(cause or error, node.path, self._folder)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(self._said.get(report.nodeid, report.longreprtext))
        elif (skipped := getattr(report, "refute_skipped", None)) is not None:
            self.skipped.append(unpack(skipped, SkippedFile).line)

    @pytest.hookimpl(wrapper=True)
    def pytest_load_initial_conftests(self) -> Generator[None]:
        try:
            return (yield)
        except Exception as error:
            if (cause := getattr(error, "cause", None)) is not None:
                path = getattr(error, "path", self._folder / "conftest.py")
                self.errors.append(_why_not(cause, path, self._folder))
            raise


def collect(folder: Path) -> Collected:
    """Collect the claims of a folder; if they cannot be, at least one error says why."""
    collected, said = Collected(folder), io.StringIO()
    quietly = ["--collect-only", "-p", "no:terminal", "-W", "ignore::pytest.PytestWarning"]
    with contextlib.redirect_stderr(said), tempfile.TemporaryDirectory() as cache:
        # In a cache of its own, pytest does not note here which files could not be collected.
        arguments = [str(folder), *quietly, "-o", f"cache_dir={cache}"]
        status = pytest.main(arguments, plugins=[collected])
    if not collected.errors and status not in (
        pytest.ExitCode.OK,
        pytest.ExitCode.NO_TESTS_COLLECTED,
    ):
        reason = next((line for line in said.getvalue().splitlines() if line.strip()), "")
        collected.errors.append(
            f"{folder}: cannot be collected{f' ({one_line(reason)})' if reason else ''}: "
            f"`pytest --collect-only {shlex.quote(str(folder))}` shows why"
        )
    return collected


def _why_not(error: BaseException, path: Path, folder: Path) -> str:
    """Say in one line why a file cannot be imported, with the author's own line that led to it."""
    file, line = _place(error, folder.resolve()) or (path, None)
    said = f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
    where = from_here(file) + (f":{line}" if line is not None else "")
    return f"{where}: cannot be imported ({cut_short(one_line(said), _LONGEST)}): fix it"


def _place(error: BaseException, folder: Path) -> tuple[Path, int | None] | None:
    """The file and line of the folder where an error arose."""
    if isinstance(error, SyntaxError) and error.filename is not None:
        return Path(error.filename), error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
    return (Path(own[-1].filename), own[-1].lineno) if own else None
