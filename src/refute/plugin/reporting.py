"""The part of the plugin that receives the reports of all items, writes, and prints.

There is one in a run: the workers of pytest-xdist have none.
"""

from __future__ import annotations

import shlex
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from refute.difference.earlier import Earlier, named
from refute.files import from_here
from refute.ledger import Ledger, LedgerError
from refute.plugin.exporting import Exports
from refute.plugin.interrupts import INTERRUPTS
from refute.plugin.payloads import Missing, Payload, SkippedFile, unpack
from refute.plugin.session import TIMED_HERE, Session
from refute.plugin.settings import AGAINST
from refute.plugin.terminal import Terminal
from refute.prose.evidence import reuse_in_words
from refute.prose.problems import doubts, problems, timed_readings, what_to_do
from refute.reuse.surroundings import now
from refute.suite import folder_of

if TYPE_CHECKING:
    from refute.plugin.gathering import Finished
    from refute.report import Written
    from refute.suite import Suite


MOST_NOTES = 3
"""The most notes that a run prints; a damaged store would have one for each measurement."""


class Reporting:
    """Hooks of the process that writes the ledger and prints."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._against = _against(session.config)
        self._exports = Exports(session.config)
        self._finished: Finished | None = None
        self._written: Written | None = None
        self._whole = False

    @pytest.hookimpl(wrapper=True)
    def pytest_report_header(
        self, config: pytest.Config
    ) -> Generator[None, list[str | list[str]], list[str | list[str]]]:
        headers = yield
        if _benchmarks_asked_for(config) or not _only_claims(config):
            return headers
        return [header for header in headers if not str(header).startswith("benchmark: ")]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        rejected = getattr(report, "refute_rejected", None)
        if rejected is not None:
            self._session.rejected.append(unpack(rejected, Missing))
        skipped = getattr(report, "refute_skipped", None)
        if skipped is not None:
            self._session.skipped.append(unpack(skipped, SkippedFile))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        # This process collects nothing itself.
        root = self._session.config.rootpath
        if any(folder_of(root / path) for path in {id.partition("::")[0] for id in ids}):
            self._session.listen()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        payload = getattr(report, "refute", None)
        if payload is not None:
            self._session.hear(unpack(payload, Payload))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        # Before the terminal's summary is written, and with the final say on the exit status.
        known = 0
        if session.exitstatus == pytest.ExitCode.INTERRUPTED:
            known = INTERRUPTS.heard
            _do_not_wait_for_others(session.config)
        try:
            if self._session.gathering is not None:
                with INTERRUPTS.heeded(known):
                    self._finish(session)
        except KeyboardInterrupt:
            self._session.failure = self._unwritten()
            session.exitstatus = pytest.ExitCode.INTERRUPTED
        try:
            return (yield)
        except BaseException as error:
            # Pytest no longer handles interrupts; one before may have left a module half imported.
            if isinstance(error, KeyboardInterrupt) or INTERRUPTS.heard:
                raise pytest.exit.Exception("interrupted", pytest.ExitCode.INTERRUPTED) from None
            raise

    @property
    def _ledger(self) -> Ledger | None:
        return None if self._finished is None else self._finished.ledger

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self) -> Generator[None]:
        if self._session.gathering is not None:
            _without_benchmarks(self._session.config)
        yield  # Refute prints the last lines
        if (terminal := self._session.terminal) is not None:
            self._print(terminal)

    def _unwritten(self) -> str:
        """What an interrupt has left unwritten, and where the rest is."""
        if self._finished is None:
            assert self._session.gathering is not None
            rest = from_here(self._session.gathering.path)
            return f"interrupted before the ledger was written: {rest} has the complete claims"
        ledger = shlex.quote(from_here(self._finished.path))
        if self._whole:
            return "interrupted after everything was written"
        if self._written is None:
            return f"interrupted before the page was written: refute report {ledger} writes it"
        return (
            f"interrupted before all formats were written: refute report {ledger} --format FORMAT"
        )

    def _print(self, terminal: Terminal) -> None:
        if self._ledger is not None:
            terminal.summary(self._ledger, doubts(self._ledger), self._problems(self._ledger))
        for file in self._session.skipped:
            terminal.note(file.line, yellow=True)
        if self._ledger is not None:
            if self._session.cluster is not None and timed_readings(self._ledger):
                terminal.note(TIMED_HERE)
            if self._ledger.run.partial:
                terminal.note(
                    "partial run: not every claim is complete; the full ledger is unchanged"
                )
            if (reused := reuse_in_words(self._ledger)) is not None:
                terminal.note(
                    f"reused: {reused}; the others, including all times, were measured now; "
                    "--refute-fresh measures everything again"
                )
        notes = self._session.notes
        for note in notes[:MOST_NOTES]:
            terminal.note(note, yellow=True)
        if (more := len(notes) - MOST_NOTES) > 0:
            terminal.note(f"... and {more} more such notes", yellow=True)
        if self._session.failure is not None:
            terminal.note(f"ERROR: {self._session.failure}", red=True)
        if self._written is not None:
            for fault in self._written.faults.values():
                terminal.note(f"ERROR: {fault}", red=True)
            if (changes := self._written.since.changes) is not None:
                terminal.note(f"since the run of {changes.old}: {changes.summary[0]}")
        if self._ledger is not None:
            terminal.end(self._ledger)
        if self._written is not None:
            terminal.line(f"report: {from_here(self._written.page)}", bold=True)
        self._exports.print(terminal)

    def _problems(self, ledger: Ledger) -> list[str]:
        """What fails the run, and where the project says what to do about it, if anywhere."""
        assert self._session.gathering is not None
        found = problems(ledger)
        advice = what_to_do(self._session.gathering.suite.folder.parent) if found else None
        return [*found, advice] if advice else found

    def _finish(self, session: pytest.Session) -> None:
        gathering = self._session.gathering
        assert gathering is not None
        self._session.reusing.prune()
        try:
            self._finished = gathering.finish(now(), self._session.steadiness.digests)
        except LedgerError as error:
            self._session.failure = str(error)
        else:
            self._report(self._finished, gathering.suite)
        failed = self._session.failure is not None or bool(self._exports.failures)
        failed |= self._written is not None and bool(self._written.faults)
        if self._ledger is not None:
            failed |= bool(problems(self._ledger))
            doubtful = doubts(self._ledger) or self._session.skipped
            failed |= self._session.settings.strict and bool(doubtful)
        if failed and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _report(self, finished: Finished, suite: Suite) -> None:
        """Grade the keys once, and make the page and the exports that were asked for."""
        from refute.linking.likely import material
        from refute.report import ReportError, write_report

        answers = suite.answers
        graded = material(finished.ledger, finished.path, suite.folder, answers, answers)
        try:
            self._written = write_report(
                graded, finished.path.parent, self._against or finished.earlier
            )
        except ReportError as error:
            self._session.failure = str(error)
        self._exports.write(graded)
        self._whole = True


def _do_not_wait_for_others(config: pytest.Config) -> None:
    """Have pytest-xdist end its processes after a second: what they compute has nobody to hear it.

    It would wait 10 seconds for each to end by itself, and they notice after 5 or 15.
    """
    manager = getattr(config.pluginmanager.get_plugin("dsession"), "nodemanager", None)
    if manager is not None:
        manager.EXIT_TIMEOUT = 1


def _without_benchmarks(config: pytest.Config) -> None:
    """Leave out pytest-benchmark's table, 200 columns wide, unless one of its options was given."""
    benchmarks = getattr(config, "_benchmarksession", None)
    if benchmarks is not None and not _benchmarks_asked_for(config):
        benchmarks.quiet = True


def _benchmarks_asked_for(config: pytest.Config) -> bool:
    arguments = map(str, config.invocation_params.args)
    return any(argument.startswith("--benchmark") for argument in arguments)


def _only_claims(config: pytest.Config) -> bool:
    """Whether all that is to be run lies in claims folders."""
    start = config.invocation_params.dir
    paths = [start / argument.partition("::")[0] for argument in config.args]
    return all(folder_of(path / "within") is not None for path in paths)


def _against(config: pytest.Config) -> Earlier | None:
    """The ledger that the option names, read at once, because the run may replace it.

    Raises:
        pytest.UsageError: it cannot be read.
    """
    path: Path | None = config.getoption(AGAINST)
    if path is None:
        return None
    try:
        return named(path)
    except LedgerError as error:
        raise pytest.UsageError(f"{AGAINST} {error}") from None
