"""Worker processes, and the jobs that wait for them: the most urgent first.

The processes are loky's, which joblib brings: they import what they need by themselves, and
others are started where one has died.  loky takes jobs in the order of their arrival; here a job
that somebody waits for overtakes those that are merely foreseen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from concurrent.futures import BrokenExecutor, Future
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING

from refute.quantity import Record

if TYPE_CHECKING:
    from refute.runners import Job

AHEAD = 2
"""Jobs a worker has been given: the one it computes and the next, so that it never waits."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
"""A worker's libraries use one thread: the workers are what runs in parallel."""


class Pool:
    """Runs jobs on ``workers`` processes.

    A job whose worker dies is given to another, once: it may be what killed the worker.
    """

    def __init__(self, workers: int) -> None:
        from joblib.externals.loky import get_reusable_executor

        # An executor of loky's is shared by whoever asks for one like it, and started anew if it
        # has broken.
        self._executor = partial(
            get_reusable_executor, max_workers=workers, timeout=60, env=ONE_THREAD
        )
        self._room = AHEAD * workers
        self._waiting: deque[Job] = deque()
        self._futures: dict[Job, Future[Record]] = {}
        self._orphans: set[Job] = set()
        self._lock = Lock()
        # What ends a job may be a thread of loky's, which must not be kept, nor start anything.
        self._events: SimpleQueue[bool] = SimpleQueue()
        self._sender = Thread(target=self._serve, name="refute-pool", daemon=True)
        self._sender.start()

    def add(self, jobs: Collection[Job], *, urgent: bool = False) -> None:
        """Have these jobs run; urgent ones before all that wait, in their order."""
        with self._lock:
            new = [job for job in jobs if job not in self._futures]
            self._futures |= {job: Future() for job in new}
            self._waiting.extend(new)
            if urgent:
                self._hurry(jobs)
        self._events.put(True)

    def future(self, job: Job) -> Future[Record]:
        """What becomes of a job that was added."""
        return self._futures[job]

    def has(self, job: Job) -> bool:
        """Whether a job was added, and not forgotten."""
        return job in self._futures

    def forget(self, job: Job) -> None:
        """Drop a job, and its result if it has one; it can be added anew."""
        with self._lock:
            self._futures.pop(job, None)
            if job in self._waiting:
                self._waiting.remove(job)

    def close(self) -> None:
        """End the processes, whatever they compute."""
        self._events.put(False)
        self._sender.join()
        self._executor().shutdown(wait=True, kill_workers=True)

    def _hurry(self, jobs: Collection[Job]) -> None:
        waiting, hurried = set(self._waiting), set(jobs)
        others = [job for job in self._waiting if job not in hurried]
        self._waiting = deque([job for job in jobs if job in waiting] + others)

    def _serve(self) -> None:
        while self._events.get():
            self._send()

    def _send(self) -> None:
        """Give the workers what they have room for."""
        from refute.runners import run_job

        while True:
            with self._lock:
                if not self._room or not self._waiting:
                    return
                job = self._waiting.popleft()
                self._room -= 1
            try:
                running = self._executor().submit(run_job, *job)
            except Exception as error:
                self._end(job, None, error)
            else:
                running.add_done_callback(partial(self._ended, job))

    def _ended(self, job: Job, running: Future[Record]) -> None:
        error = running.exception()
        self._end(job, None if error else running.result(), error)
        self._events.put(True)

    def _end(self, job: Job, record: Record | None, error: BaseException | None) -> None:
        with self._lock:
            self._room += 1
            promised = self._futures.get(job)
            if promised is None:
                return
            if isinstance(error, BrokenExecutor) and job not in self._orphans:
                self._orphans.add(job)
                self._waiting.appendleft(job)
                return
        if error is not None:
            promised.set_exception(error)
        else:
            assert record is not None
            promised.set_result(record)
