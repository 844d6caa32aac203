"""One run of pytest over claims: what it was asked, what it has, what it hears and says."""

from __future__ import annotations

import platform
import shlex
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from refute.engine import Engine
from refute.evidence_text import in_words
from refute.ledger import ClaimRecord, Ledger, LedgerError, Measured, ReadingRecord, Run
from refute.plugin.racing import Meeting
from refute.plugin.recording import Payload, Recording, suite_of_payload
from refute.plugin.settings import Settings
from refute.plugin.terminal import Terminal
from refute.runners import Local, Runner, RunnerError
from refute.suite import Suite

if TYPE_CHECKING:
    from refute.cluster.client import Cluster

TIMED_HERE = "what is timed was timed on this machine, not on the cluster"

LIBRARIES = ("refute", "torch", "numpy", "scipy", "scikit-learn", "hypothesis", "pytest")


class Session:
    """What the hooks share.  Engine and recording exist once a claim asks for them."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.config, self.settings = config, settings
        self.recording: Recording | None = None
        self.failure: str | None = None
        self.cluster: Cluster | None = None
        self._engine: Engine | None = None
        self._meeting: Meeting | None = None
        self._now = ""

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            self._engine = Engine(
                seed=self.settings.seed, device=self.settings.device, runner=self._runner()
            )
        return self._engine

    @property
    def meeting(self) -> Meeting:
        if self._meeting is None:
            self._meeting = Meeting(self.settings.looks, self._show_timing)
        return self._meeting

    @cached_property
    def terminal(self) -> Terminal | None:
        """Where to talk to a person; a worker process has none."""
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        return None if reporter is None else Terminal(reporter)

    def close(self) -> None:
        """Let the workers go."""
        if self._engine is not None:
            self._engine.close()

    def connect(self) -> None:
        """Reach the cluster that was asked for, if any: before anything is run or written.

        Raises:
            pytest.UsageError: it cannot be reached, or would not compute the same numbers.
        """
        if self.settings.scheduler is not None:
            try:
                _ = self.engine
            except RunnerError as error:
                raise pytest.UsageError(f"--refute-engine: {error}") from None

    def _runner(self) -> Runner:
        if self.settings.scheduler is None:
            return Local(self.settings.workers)
        try:
            from refute.cluster.client import Cluster
        except ModuleNotFoundError as error:
            raise RunnerError(
                f"{error.name} is not installed: pip install 'refute[dask]'"
            ) from None
        self.cluster = Cluster(self.settings.scheduler, self.config.rootpath, self.settings.device)
        return self.cluster

    def begin(self, suite: Suite) -> None:
        """Open the ledger.

        Raises:
            pytest.UsageError: the reports folder cannot be written.
        """
        if self.recording is not None:
            return
        self.recording = Recording(_run(self.config, self.settings, self.cluster), suite)
        try:
            self.recording.open()
        except LedgerError as error:
            raise pytest.UsageError(str(error)) from None

    def hear(self, payload: Payload) -> None:
        """Take the report of an item; say the claim's verdict once it is complete."""
        self.begin(suite_of_payload(payload))
        assert self.recording is not None
        try:
            claim = self.recording.hear(payload)
        except LedgerError as error:
            self.failure = str(error)
            return
        if claim is not None and self.terminal is not None:
            self.terminal.claim(claim)

    def running(self, name: str) -> None:
        """Note what runs now, for the line of progress."""
        self._now = name

    def show_replicates(self, n: int, done: int, of: int) -> None:
        """Progress of a measurement: on a terminal only."""
        if self.terminal is not None:
            self.terminal.progress(f"{self._now}: {n} replicates, {done / of:.0%}")

    def _show_timing(self, look: int, done: int, of: int) -> None:
        if self.terminal is not None:
            self.terminal.progress(f"timing: look at {look} replicates, {done / of:.0%}")


def problems(ledger: Ledger) -> list[str]:
    """What makes a run fail: broken checks, controls that do not flip, changed outcomes."""
    return [
        *(
            f"NO VERDICT: {claim.id}: {claim.why}\n  {claim.command}"
            for claim in ledger.claims
            if claim.verdict == "NO VERDICT"
        ),
        *(
            f"CHANGED: {claim.id}: “{reading.name}” is published as {reading.published} and "
            f"{reading.outcome} here: {in_words(reading)}\n  {reading.command}"
            for claim, reading in _readings(ledger)
            if contradicts(reading)
        ),
    ]


def doubts(ledger: Ledger) -> list[str]:
    """What a reader must hear of, and fails only a strict run."""
    return [
        *(
            f"UNDECIDED: {claim.id}: “{reading.name}” is published as {reading.published}: "
            f"{in_words(reading)}"
            for claim, reading in _readings(ledger)
            if reading.outcome == "undecided" and reading.published not in (None, "undecided")
        ),
        *(
            f"UNDECIDED CONTROL: {claim.id}: “{control.name}”: {in_words(control)}"
            for claim in ledger.claims
            for control in claim.role("control")
            if control.outcome == "undecided"
        ),
        *(
            f"DECIDED: {claim.id}: “{reading.name}” is published as undecided and "
            f"{reading.outcome}: {in_words(reading)}"
            for claim, reading in _readings(ledger)
            if reading.published == "undecided" and reading.outcome in ("holds", "fails")
        ),
        *(
            f"DIFFERS ON THIS MACHINE: {claim.id}: “{reading.name}” is published as "
            f"{reading.published} and {reading.outcome} here: {in_words(reading)}"
            for claim, reading in _readings(ledger)
            if differs_here(reading)
        ),
    ]


def contradicts(reading: ReadingRecord) -> bool:
    """Whether a reading measured the opposite of what is published."""
    return _opposite(reading) and not _timed(reading)


def differs_here(reading: ReadingRecord) -> bool:
    """Whether a timed reading came out otherwise on this machine: no change of verdict."""
    return _opposite(reading) and _timed(reading)


def timed_readings(ledger: Ledger) -> bool:
    """Whether anything was timed."""
    return any(_timed(reading) for _, reading in _readings(ledger))


def _opposite(reading: ReadingRecord) -> bool:
    return {reading.published, reading.outcome} == {"holds", "fails"}


def _timed(reading: ReadingRecord) -> bool:
    return isinstance(reading.evidence, Measured) and reading.evidence.timed


def _readings(ledger: Ledger) -> Iterator[tuple[ClaimRecord, ReadingRecord]]:
    for claim in ledger.claims:
        for reading in claim.role("reading"):
            yield claim, reading


def now() -> str:
    """The time, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _run(config: pytest.Config, settings: Settings, cluster: Cluster | None) -> Run:
    environment = _environment()
    if cluster is not None:
        environment["cluster"] = f"{cluster.description}; {TIMED_HERE}"
    return Run(
        started=now(),
        finished=None,
        partial=True,
        seed=settings.seed,
        effort=settings.effort,
        device=settings.device,
        workers=settings.workers if cluster is None else cluster.workers,
        command=shlex.join(["pytest", *map(str, config.invocation_params.args)]),
        environment=environment,
    )


def _environment() -> dict[str, str]:
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # a library that a stranger's suite does not need
    return {
        "python": platform.python_version(),
        **versions,
        "platform": platform.platform(),
        "cpu": _cpu(),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or sys.platform
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]} ({len(names)} cores)" if names else platform.machine()
