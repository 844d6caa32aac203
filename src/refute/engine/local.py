"""This machine computes: in worker processes or in this process.

Every chunk is computed by one process from its own seeds, so the numbers depend neither on which
process that is nor on what else runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed

from refute.engine.jobs import Job, run_job
from refute.engine.pool import Pool
from refute.experiment import Record


class InProcess:
    """This process: for a few replicates of experiments that are trusted not to end it."""

    alike = True

    def begin(self, jobs: Sequence[Job]) -> None:
        """Do nothing: there are no spare workers."""

    def ended(self, job: Job) -> bool:
        return False

    def finished(self) -> list[Job]:
        return []

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Record]]:
        for place, job in enumerate(jobs):
            yield place, run_job(*job)

    def close(self) -> None:
        """Nothing was started, so there is nothing to drop."""


class WorkerProcesses:
    """Worker processes of this machine.

    Nothing is run in this process: an experiment may crash, end or never return.  Experiments are
    sent to worker processes, which must be able to import their classes; they can import every
    module in a claims folder.  Workers are processes because threads would spend half of the time
    waiting for Python's lock (``benchmarks/README.md``).

    Args:
        workers: how many processes.
        limit: seconds that one chunk may take; ``None`` for no limit.

    Raises:
        ValueError: there are no workers to run anything.
    """

    alike = True

    def __init__(self, workers: int = 1, limit: float | None = None) -> None:
        if workers < 1:
            raise ValueError(f"{workers} workers cannot run anything: ask for at least 1")
        self._pool = Pool(workers, limit)

    def begin(self, jobs: Sequence[Job]) -> None:
        self._pool.add(jobs)

    def ended(self, job: Job) -> bool:
        return self._pool.ended(job)

    def finished(self) -> list[Job]:
        return self._pool.finished()

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Record]]:
        self._pool.add(jobs, urgent=True)
        places = {self._pool.future(job): place for place, job in enumerate(jobs)}
        try:
            for future in as_completed(places):
                yield places[future], future.result()
        finally:
            for job in jobs:
                self._pool.forget(job)

    def close(self) -> None:
        self._pool.close()
