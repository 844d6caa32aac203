"""This machine computes: on worker processes beside this one, or in this process.

Every chunk is computed by one process from its own seeds, so the numbers do not depend on who runs
it, nor on what else runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed

from refute.engine.jobs import Job, run_job
from refute.engine.pool import Pool
from refute.quantity import Record


class Here:
    """This process: for a few replicates, of experiments that can be trusted not to end it."""

    alike = True

    def begin(self, jobs: Sequence[Job]) -> None:
        """Nobody is there to spare."""

    def ended(self, job: Job) -> bool:
        return False

    def finished(self) -> list[Job]:
        return []

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Record]]:
        for place, job in enumerate(jobs):
            yield place, run_job(*job)

    def close(self) -> None:
        """Nothing was started."""


class Local:
    """Worker processes of this machine.

    Nothing is run in this process: an experiment may crash, end or never return.  Experiments are
    sent to worker processes: their classes must be importable there, as those of any module in a
    claims folder are.  Workers are processes because threads would wait for Python's lock half of
    the time (``benchmarks/README.md``).

    Args:
        workers: how many processes.
        limit: seconds that one chunk may take; ``None`` for as many as it needs.

    Raises:
        ValueError: there are no workers to run anything.
    """

    alike = True

    def __init__(self, workers: int = 1, limit: float | None = None) -> None:
        if workers < 1:
            raise ValueError(f"{workers} workers can run nothing: ask for at least 1")
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
