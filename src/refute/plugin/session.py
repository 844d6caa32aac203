"""One run of pytest over claims: its settings, resources and output."""

from __future__ import annotations

import shlex
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest

from refute.engine.engine import Archive, Engine
from refute.engine.jobs import Runner, RunnerError
from refute.engine.local import WorkerProcesses
from refute.ledger import Bench, LedgerError, Run
from refute.plugin.collecting import claim_of, name_of
from refute.plugin.gathering import Gathering
from refute.plugin.interrupts import INTERRUPTS
from refute.plugin.lookahead import Lookahead
from refute.plugin.payloads import Missing, Payload, SkippedFile
from refute.plugin.progress import Progress, line_for
from refute.plugin.racing import RaceSchedule
from refute.plugin.reusing import Reusing
from refute.plugin.settings import Settings
from refute.plugin.steadiness import Steadiness
from refute.plugin.terminal import Terminal
from refute.reuse.surroundings import environment, now
from refute.suite import Suite, suite_of

if TYPE_CHECKING:
    from refute.engine.dask.client import Cluster

TIMED_HERE = "timed claims ran on this machine, not on the cluster"


class Session:
    """What the hooks share.  Engine and gathering are made when a claim needs them."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.config, self.settings = config, settings
        self.gathering: Gathering | None = None
        self.rejected: list[Missing] = []
        """Claims that are not run because of mistakes, as far as they are known."""
        self.skipped: list[SkippedFile] = []
        """Files with claims that skip themselves."""
        self.failure: str | None = None
        self.cluster: Cluster | None = None
        self.notes: list[str] = []
        self.bench: Bench | None = None
        self.reusing = Reusing(
            settings, config.rootpath, _name_of_run(config), self._cache, self._note
        )
        self.steadiness = Steadiness(self.reusing.kind, fresh=settings.fresh)
        self._engine: Engine | None = None
        self._places: dict[pytest.Item, int] = {}
        self.progress = Progress()

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            self._engine = Engine(
                seed=self.settings.seed,
                device=self.settings.device,
                runner=self._runner(),
                steadiness=self.steadiness,
            )
        return self._engine

    def _note(self, text: str) -> None:
        """Keep a line for the end of the run, once if it occurs twice."""
        if text not in self.notes:
            self.notes.append(text)

    @cached_property
    def lookahead(self) -> Lookahead:
        return Lookahead(self.engine, self.settings.table)

    def archive_of(self, item: pytest.Item) -> Archive | None:
        """Where the item's measurements are kept; nowhere on a cluster of differing workers."""
        claim = claim_of(item)
        return None if claim is None or self.cluster is not None else self.reusing.archive(claim)

    @cached_property
    def races(self) -> RaceSchedule:
        settings = self.settings
        return RaceSchedule(settings.table, self.progress, self.engine, settings.timeout)

    @cached_property
    def terminal(self) -> Terminal | None:
        """The terminal; a worker process has none."""
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        return None if reporter is None else Terminal(reporter)

    def close(self) -> None:
        """Release the workers and the terminal."""
        self.progress.close()
        if self._engine is not None:
            self._engine.close()

    def connect(self) -> None:
        """Connect to the cluster that was asked for, if any, before anything is run or written.

        Raises:
            pytest.UsageError: it cannot be reached, or would compute different numbers.
        """
        if self.settings.scheduler is not None:
            try:
                _ = self.engine
            except RunnerError as error:
                raise pytest.UsageError(f"--refute-engine: {error}") from None

    def _runner(self) -> Runner:
        if self.settings.scheduler is None:
            # Only one process at a time should use an accelerator.
            workers = self.settings.workers if self.settings.device == "cpu" else 1
            return WorkerProcesses(workers, self.settings.timeout)
        try:
            from refute.engine.dask.client import Cluster
        except ModuleNotFoundError as error:
            raise RunnerError(
                f"{error.name} is not installed: pip install 'refute[dask]'"
            ) from None
        self.cluster = Cluster(
            self.settings.scheduler,
            self.config.rootpath,
            self.settings.device,
            bench=self.bench is not None,
        )
        return self.cluster

    def begin(self, suite: Suite) -> None:
        """Open the ledger.

        Raises:
            pytest.UsageError: the reports folder cannot be written.
        """
        if self.gathering is not None:
            return
        run = _run(self.config, self.settings, self.cluster)
        missing = [*self.rejected, *(claim for file in self.skipped for claim in file.claims)]
        gathering = Gathering(run, suite, self.settings.reports, missing)
        try:
            gathering.open()
        except LedgerError as error:
            raise pytest.UsageError(str(error)) from None
        self.gathering = gathering

    def hear(self, payload: Payload) -> None:
        """Receive the report of an item; print the claim's verdict when the claim is complete."""
        self.begin(suite_of(payload.outline.file))
        assert self.gathering is not None
        for note in payload.notes:
            self._note(note)
        try:
            claim = self.gathering.hear(payload)
        except LedgerError as error:
            self.failure = str(error)
            claim = self.gathering.complete(payload.outline.id)
        if claim is not None and self.terminal is not None:
            self.terminal.claim(claim)

    def listen(self) -> None:
        """Count interrupts from now on, unless a debugger does."""
        if not INTERRUPTS.listening and not self.config.getoption("usepdb", False):
            first = not hasattr(self.config, "workerinput")  # of all processes of pytest-xdist
            INTERRUPTS.listen(lambda: self.progress.end(), says=first)

    def watch(self) -> None:
        """Show progress, if a person is watching."""
        self.progress = Progress(line_for(self.config))

    def running(self, item: pytest.Item) -> AbstractContextManager[Progress]:
        """Show the progress of this item."""
        items = item.session.items
        if not self._places:
            self._places = {each: place for place, each in enumerate(items, 1)}
        return self.progress.of(name_of(item), f"check {self._places[item]} of {len(items)}")

    def _cache(self) -> Path | None:
        """Where measurements are kept: in pytest's cache."""
        cache: pytest.Cache | None = getattr(self.config, "cache", None)
        return None if cache is None else cache.mkdir("refute")


def _name_of_run(config: pytest.Config) -> str:
    """A name shared by all processes of a run, and different for every run."""
    worker: dict[str, str] = getattr(config, "workerinput", {})
    return worker.get("testrunuid") or token_hex(8)


def _run(config: pytest.Config, settings: Settings, cluster: Cluster | None) -> Run:
    measuring = environment()
    if cluster is not None:
        measuring["cluster"] = f"{cluster.description}; {TIMED_HERE}"
    return Run(
        started=now(),
        finished=None,
        partial=True,
        seed=settings.seed,
        effort=settings.effort,
        device=settings.device,
        workers=settings.workers if cluster is None else cluster.workers,
        command=shlex.join(["pytest", *map(str, config.invocation_params.args)]),
        environment=measuring,
    )
