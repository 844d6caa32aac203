"""Runners compute chunks of replicates: in this process, or on worker processes beside it.

Every chunk is computed by one thread from its own seeds, so the numbers do not depend on who runs
it, nor on what else runs.

Workers are processes because threads would wait for Python's lock half of the time
(``benchmarks/README.md``).  Starting them takes a second or two, so work that is done sooner than
that is done at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Protocol

from refute.decision import MeasurementError
from refute.quantity import Experiment, Record, Replicates

Job = tuple[Experiment, Replicates]
"""One chunk: an experiment, and the replicates of it to run."""

WORTH_WORKERS = 1.0
"""Seconds of remaining work for which worker processes are started."""


class RunnerError(Exception):
    """Nothing more can be computed in this run; the message says what, where and what to do."""


class Runner(Protocol):
    """Whoever computes chunks."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """Jobs that will be asked for later: whoever has workers to spare may start on them.

        Raises:
            RunnerError: there is nobody left to compute anything.
        """

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Record]]:
        """Each job's place among ``jobs`` and its record, as they are done, in any order.

        Raises:
            RunnerError: there is nobody left to compute anything.
            Exception: what a job raised; jobs that are not done by then may never be.
        """

    def close(self) -> None:
        """Let go of whatever was started."""


class Local:
    """This machine: long work goes to worker processes, and all else is run in this process.

    Experiments are sent to worker processes: their classes must be importable there, as those
    of any module in a claims folder are.  With one worker, or on an accelerator, which one process
    at a time should use, nothing is sent.

    Raises:
        ValueError: there are no workers to run anything.
    """

    def __init__(self, workers: int = 1) -> None:
        if workers < 1:
            raise ValueError(f"{workers} workers can run nothing: ask for at least 1")
        self._workers = workers
        self._started = False

    def begin(self, jobs: Sequence[Job]) -> None:
        """Nothing: this machine's cores are all at work on whatever is asked for now."""

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Record]]:
        here = 0
        while here < len(jobs) and not self._started:
            started = perf_counter()
            yield here, run_job(*jobs[here])
            here += 1
            left = (perf_counter() - started) * (len(jobs) - here)
            self._started = self._shared(jobs) and left > WORTH_WORKERS
        if here < len(jobs):
            yield from enumerate(self._from_workers(jobs[here:]), here)

    def close(self) -> None:
        if self._started:
            from joblib.externals.loky import get_reusable_executor

            get_reusable_executor().shutdown(wait=True)

    def _shared(self, jobs: Sequence[Job]) -> bool:
        return self._workers > 1 and all(replicates.device == "cpu" for _, replicates in jobs)

    def _from_workers(self, jobs: Sequence[Job]) -> Iterator[Record]:
        from joblib import Parallel, delayed

        parallel = Parallel(
            n_jobs=self._workers,
            backend="loky",
            batch_size=1,
            pre_dispatch="all",
            return_as="generator",
            inner_max_num_threads=1,
        )
        results: Iterator[Record] = parallel(delayed(run_job)(*job) for job in jobs)
        yield from results


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
