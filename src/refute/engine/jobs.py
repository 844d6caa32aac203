"""Jobs and runners: the interface between the engine and local workers or clusters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import NamedTuple, Protocol

from refute.decision.samples import MeasurementError
from refute.engine.state import drawn_from_global, own_state
from refute.experiment import ASKED, Experiment, Record, Replicates


class Job(NamedTuple):
    """One chunk: an experiment and the replicates to run.

    ``again`` marks the second run of a chunk, which shows whether its numbers are repeatable.
    """

    experiment: Experiment
    replicates: Replicates
    again: bool = False


class RunnerError(Exception):
    """Nothing more can be computed in this run; the message says what, where and what to do."""


class Unfinished(MeasurementError):
    """A chunk that has no result: its worker died, or it took too long."""


class Runner(Protocol):
    """Something that computes chunks."""

    @property
    def alike(self) -> bool:
        """Whether running a chunk twice must give the same bits; not so on different processors."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """Jobs that will be needed later: a runner with free workers may start them.

        Raises:
            RunnerError: no worker is left.
        """

    def ended(self, job: Job) -> bool:
        """Whether a started job has ended."""

    def finished(self) -> list[Job]:
        """The jobs that have ended since the last call."""

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Record]]:
        """Each job's position among ``jobs`` and its record, in the order in which they finish.

        Raises:
            RunnerError: no worker is left.
            Exception: what a job raised; the other jobs may then never finish.
        """

    def close(self) -> None:
        """Drop everything that was started, even if it is still computing."""


def drain(queue: SimpleQueue[Job]) -> list[Job]:
    """Remove and return everything that is in a queue now."""
    jobs = []
    try:
        while True:
            jobs.append(queue.get_nowait())
    except Empty:
        return jobs


@contextmanager
def _generators_asked_for() -> Iterator[set[int]]:
    """Collect the replicates whose own generators the enclosed code asks for."""
    asked: set[int] = set()
    token = ASKED.set(asked)
    try:
        yield asked
    finally:
        ASKED.reset(token)


def run_job(experiment: Experiment, replicates: Replicates, again: bool = False) -> Record:
    """Run one chunk, ``again`` like the first time.

    The global generators of Python, numpy and torch are seeded from its replicates, so that chunks
    that draw from them are never copies of each other.

    Raises:
        MeasurementError: it recorded more or fewer replicates than asked for; a missing one would
            pair the following ones with the wrong partners.
    """
    seed = int(replicates.generator(replicates.first, "global generators").integers(1 << 32))
    with own_state(seed), _generators_asked_for() as asked:
        record = experiment.run(replicates)
        looked = replicates.device == "cpu" and asked.isdisjoint(replicates)
        shared = drawn_from_global(seed) if looked else None
    if not isinstance(record, Record):
        raise MeasurementError(
            f"{experiment!r} returned {type(record).__name__}: run returns a Record"
        )
    rows = {name: len(sample) for name, sample in record.samples.items()}
    rows |= {series.name: len(series.values) for series in record.series}
    for name, found in rows.items():
        if found != replicates.count:
            raise MeasurementError(
                f"{experiment!r} recorded {found} of {replicates.count} replicates of {name!r}"
            )
    noted = replace(record)
    object.__setattr__(noted, "shared", shared)  # no author gives it
    return noted
