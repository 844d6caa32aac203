"""Jobs, and whoever runs them: what engine, local workers and clusters agree on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from refute.decision.samples import MeasurementError
from refute.engine.state import own_state
from refute.quantity import Experiment, Record, Replicates


class Job(NamedTuple):
    """One chunk: an experiment, and the replicates of it to run.

    ``again`` marks the second run of a chunk, which shows whether its numbers come out alike.
    """

    experiment: Experiment
    replicates: Replicates
    again: bool = False


class RunnerError(Exception):
    """Nothing more can be computed in this run; the message says what, where and what to do."""


class Unfinished(MeasurementError):
    """A chunk that has no result: its worker died, or it took too long."""


class Runner(Protocol):
    """Whoever computes chunks."""

    @property
    def alike(self) -> bool:
        """Whether a chunk run twice must give the same bits: not on processors that differ."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """Jobs that will be asked for later: whoever has workers to spare may start on them.

        Raises:
            RunnerError: there is nobody left to compute anything.
        """

    def ended(self, job: Job) -> bool:
        """Whether a job that was begun has ended, so that nobody need wait for it."""

    def finished(self) -> list[Job]:
        """The jobs that have ended since this was last asked."""

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Record]]:
        """Each job's place among ``jobs`` and its record, as they are done, in any order.

        Raises:
            RunnerError: there is nobody left to compute anything.
            Exception: what a job raised; jobs that are not done by then may never be.
        """

    def close(self) -> None:
        """Let go of what was started, and of whatever still computes."""


def run_job(experiment: Experiment, replicates: Replicates, again: bool = False) -> Record:
    """Run one chunk, ``again`` like the first time.

    The global generators of Python, numpy and torch are seeded from its replicates: chunks that
    draw from them are no copies of each other, wherever they are run.

    Raises:
        MeasurementError: it recorded more or fewer replicates than asked for; one left out would
            pair those after it with the wrong partners.
    """
    seed = int(replicates.generator(replicates.first, "global generators").integers(1 << 32))
    with own_state(seed):
        record = experiment.run(replicates)
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
    return record
