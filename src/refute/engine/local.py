"""Runners compute chunks of replicates: in this process, or on worker processes beside it.

Every chunk is computed by one thread from its own seeds, so the numbers do not depend on who runs
it, nor on what else runs.

Workers are processes because threads would wait for Python's lock half of the time
(``benchmarks/README.md``).  Starting them takes a second or two, so work that is done sooner than
that is done at once; once they run, they never wait: what will be asked for is begun.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from time import perf_counter

from refute.engine.jobs import Job, run_job
from refute.engine.pool import Pool
from refute.quantity import Record

WORTH_WORKERS = 1.0
"""Seconds of remaining work for which worker processes are started."""

MANY = 64
"""Foreseen chunks that are worth worker processes whatever they turn out to cost."""


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
        self._pool: Pool | None = None
        self._foreseen: dict[Job, None] = {}

    def begin(self, jobs: Sequence[Job]) -> None:
        if not self._shared(jobs):
            return
        if self._pool is None:
            self._foreseen |= dict.fromkeys(jobs)
            if len(self._foreseen) >= MANY:
                self._start()
        else:
            self._pool.add(jobs)

    def ended(self, job: Job) -> bool:
        return self._pool is not None and self._pool.has(job) and self._pool.future(job).done()

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Record]]:
        here = 0
        while here < len(jobs) and self._pool is None:
            started = perf_counter()
            self._foreseen.pop(jobs[here], None)
            yield here, run_job(*jobs[here])
            here += 1
            to_come = len(self._foreseen.keys() | set(jobs[here:]))
            left = (perf_counter() - started) * to_come
            if self._shared(jobs) and left > WORTH_WORKERS:
                self._start()
        if here < len(jobs):
            yield from ((here + place, record) for place, record in self._pooled(jobs[here:]))

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()

    def _shared(self, jobs: Sequence[Job]) -> bool:
        return self._workers > 1 and all(replicates.device == "cpu" for _, replicates in jobs)

    def _start(self) -> None:
        self._pool = Pool(self._workers)
        self._pool.add(self._foreseen)
        self._foreseen.clear()

    def _pooled(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Record]]:
        assert self._pool is not None
        self._pool.add(jobs, urgent=True)
        places = {self._pool.future(job): place for place, job in enumerate(jobs)}
        try:
            for future in as_completed(places):
                yield places[future], future.result()
        finally:
            for job in jobs:
                self._pool.forget(job)
