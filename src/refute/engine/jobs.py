"""Jobs, and whoever runs them: what engine, local workers and clusters agree on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from refute.decision.samples import MeasurementError
from refute.quantity import Experiment, Record, Replicates

Job = tuple[Experiment, Replicates]
"""One chunk: an experiment, and the replicates of it to run."""


class RunnerError(Exception):
    """Nothing more can be computed in this run; the message says what, where and what to do."""


class Runner(Protocol):
    """Whoever computes chunks."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """Jobs that will be asked for later: whoever has workers to spare may start on them.

        Raises:
            RunnerError: there is nobody left to compute anything.
        """

    def ended(self, job: Job) -> bool:
        """Whether a job that was begun has ended, so that nobody need wait for it."""

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Record]]:
        """Each job's place among ``jobs`` and its record, as they are done, in any order.

        Raises:
            RunnerError: there is nobody left to compute anything.
            Exception: what a job raised; jobs that are not done by then may never be.
        """

    def close(self) -> None:
        """Let go of whatever was started."""


def run_job(experiment: Experiment, replicates: Replicates) -> Record:
    """Run one chunk.

    Raises:
        MeasurementError: it recorded more or fewer replicates than asked for; one left out would
            pair those after it with the wrong partners.
    """
    record = experiment.run(replicates)
    rows = {name: len(sample) for name, sample in record.samples.items()}
    rows |= {one.name: len(one.values) for one in record.series}
    for name, found in rows.items():
        if found != replicates.count:
            raise MeasurementError(
                f"{experiment!r} recorded {found} of {replicates.count} replicates of {name!r}"
            )
    return record
