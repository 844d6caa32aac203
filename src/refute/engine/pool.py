"""Worker processes, and the jobs that wait for them: the most urgent first.

An executor takes jobs in the order of their arrival; here a job that somebody waits for overtakes
those that are merely foreseen, and where a worker has died, others are started.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Collection
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from functools import partial
from multiprocessing.context import BaseContext
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING

from refute.quantity import Record

if TYPE_CHECKING:
    from refute.engine.jobs import Job

AHEAD = 2
"""Jobs a worker has been given: the one it computes and the next, so that it never waits."""

SLOW_TO_IMPORT = ("torch", "scipy.stats", "sklearn.datasets")
"""What takes a second to import is imported once for all workers, if this process has it."""


class Pool:
    """Runs jobs on ``workers`` processes.

    A job whose worker dies is given to another, once: it may be what killed the worker.
    """

    def __init__(self, workers: int) -> None:
        self._workers, self._room = workers, AHEAD * workers
        self._executor: ProcessPoolExecutor | None = None
        self._waiting: deque[Job] = deque()
        self._futures: dict[Job, Future[Record]] = {}
        self._orphans: set[Job] = set()
        self._lock = Lock()
        # What ends a job may be a thread of the executor's, which must not be kept waiting.
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
        """End the processes once they have done what they compute; what waits is dropped."""
        self._events.put(False)
        self._sender.join()
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def _hurry(self, jobs: Collection[Job]) -> None:
        waiting, hurried = set(self._waiting), set(jobs)
        others = [job for job in self._waiting if job not in hurried]
        self._waiting = deque([job for job in jobs if job in waiting] + others)

    def _serve(self) -> None:
        while self._events.get():
            self._send()

    def _send(self) -> None:
        """Give the workers what they have room for."""
        from refute.engine.jobs import run_job

        while True:
            with self._lock:
                if not self._room or not self._waiting:
                    return
                job = self._waiting.popleft()
                self._room -= 1
            executor = self._running_executor()
            try:
                running = executor.submit(run_job, *job)
            except Exception as error:
                self._end(job, executor, None, error)
            else:
                running.add_done_callback(partial(self._ended, job, executor))

    def _running_executor(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(self._workers, _context(), initializer=_begin_work)
        return self._executor

    def _ended(self, job: Job, by: ProcessPoolExecutor, running: Future[Record]) -> None:
        if not running.cancelled():
            error = running.exception()
            self._end(job, by, None if error else running.result(), error)
            self._events.put(True)

    def _end(
        self,
        job: Job,
        by: ProcessPoolExecutor,
        record: Record | None,
        error: BaseException | None,
    ) -> None:
        with self._lock:
            self._room += 1
            if isinstance(error, BrokenExecutor) and self._executor is by:
                self._executor = None  # the next job starts another
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


def _context() -> BaseContext:
    """Processes that begin with nothing of this one, but for slow imports where that can be."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([name for name in SLOW_TO_IMPORT if name in sys.modules])
    return context


def _begin_work() -> None:
    """Leave an interrupt to the process that started this one, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=[multiprocessing.parent_process()], daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
