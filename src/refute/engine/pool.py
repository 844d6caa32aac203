"""Worker processes and the jobs that wait for them, the most urgent first.

The pool knows which job each process computes.  So if one dies or takes too long, only its job is
affected; :class:`concurrent.futures.ProcessPoolExecutor` cannot tell which job was responsible.
"""

from __future__ import annotations

import atexit
import multiprocessing
import signal
from collections.abc import Collection
from concurrent.futures import Future
from multiprocessing.connection import wait
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic

from refute.engine.jobs import Job, RunnerError, Unfinished, drain
from refute.engine.worker import Worker
from refute.experiment import Record

AHEAD = 2
"""Jobs that a worker is given: the current one and the next, so that it never waits."""

WORKERS_PER_REPEATER = 8
"""One extra worker, which repeats chunks, is started per this many workers."""


class Pool:
    """Runs jobs on up to ``workers`` processes, which are started when there is work for them.

    If a worker dies, another gets its job once more: the machine may have run out of memory.

    Chunks are repeated in a fresh process with another hash seed and other addresses, so that
    numbers that depend on ``hash`` or ``id`` differ.

    Args:
        workers: how many processes.
        limit: seconds that one job may take.
    """

    def __init__(self, workers: int, limit: float | None = None) -> None:
        self._sizes, self._limit = (
            {False: workers, True: -(-workers // WORKERS_PER_REPEATER)},
            limit,
        )
        self._queues = {again: _Queue() for again in self._sizes}
        self._futures: dict[Job, Future[Record]] = {}
        self._retried: set[Job] = set()
        self._finished: SimpleQueue[Job] = SimpleQueue()
        self._lock = Lock()
        self._closing = False
        self._broken: RunnerError | None = None
        self._wakeup_reader, self._wakeup_writer = multiprocessing.Pipe(duplex=False)
        self._workers: list[Worker] = []
        self._thread = Thread(target=self._run, name="refute-pool", daemon=True)
        self._thread.start()
        atexit.register(self.close)  # before Python waits for the remaining processes

    def add(self, jobs: Collection[Job], *, urgent: bool = False) -> None:
        """Run these jobs, in order; urgent ones before all that are waiting.

        Raises:
            RunnerError: no processes can be started any more.
        """
        with self._lock:
            for job in jobs:
                if self._broken is not None:
                    raise self._broken
                queue = self._queues[job.again]
                if job not in self._futures:
                    self._futures[job] = Future()
                    (queue.urgent if urgent else queue.foreseen)[job] = None
                elif urgent and job in queue.foreseen:
                    del queue.foreseen[job]
                    queue.urgent[job] = None
        if jobs:
            self._wake()

    def future(self, job: Job) -> Future[Record]:
        """The future result of a job that was added."""
        return self._futures[job]

    def ended(self, job: Job) -> bool:
        """Whether a job was added, was not forgotten, and has ended."""
        future = self._futures.get(job)
        return future is not None and future.done()

    def finished(self) -> list[Job]:
        """The jobs that have ended since the last call."""
        return drain(self._finished)

    def forget(self, job: Job) -> None:
        """Drop a job and its result, if any; it can be added again."""
        with self._lock:
            queue = self._queues[job.again]
            for jobs in (self._futures, queue.urgent, queue.foreseen):
                jobs.pop(job, None)

    def close(self) -> None:
        """End the processes at once and drop what they compute."""
        self._closing = True
        self._wake()
        self._thread.join()
        atexit.unregister(self.close)  # last: if this is interrupted, it is done then

    def _wake(self) -> None:
        self._wakeup_writer.send_bytes(b"\0")

    def _run(self) -> None:
        """Run until the pool is closed; if it ends early, waiting futures fail with the reason."""
        try:
            self._loop()
        except Exception as error:
            with self._lock:
                self._broken = RunnerError(f"worker processes cannot be run: {error!r}")
                waiting = [future for future in self._futures.values() if not future.done()]
            for future in waiting:
                future.set_exception(self._broken)
        finally:
            for worker in self._workers:
                worker.kill()
            for worker in self._workers:
                worker.join()

    def _loop(self) -> None:
        """Hand out jobs, receive results, end jobs that take too long."""
        while not self._closing:
            self._hand_out()
            ready = wait(
                [self._wakeup_reader, *(worker.connection for worker in self._workers)],
                self._next_timeout(),
            )
            if self._wakeup_reader in ready:
                while self._wakeup_reader.poll():
                    self._wakeup_reader.recv_bytes()
            for worker in [worker for worker in self._workers if worker.connection in ready]:
                self._receive(worker)
            for worker in [worker for worker in self._workers if self._left(worker) <= 0]:
                self._give_up(worker)

    def _next_timeout(self) -> float | None:
        left = min((self._left(worker) for worker in self._workers), default=float("inf"))
        return None if left == float("inf") else max(left, 0)

    def _left(self, worker: Worker) -> float:
        """Seconds that a worker's current job has left."""
        if self._limit is None or not worker.jobs:
            return float("inf")
        return worker.since + self._limit - monotonic()

    def _hand_out(self) -> None:
        """Give the workers as many jobs as they have room for, idle workers first."""
        for again, size in self._sizes.items():
            workers = [worker for worker in self._workers if worker.again == again]
            for room in range(AHEAD):
                for worker in workers:
                    if len(worker.jobs) == room and (job := self._next(again)) is not None:
                        self._send(worker, job)
                while not room and len(workers) < size and (job := self._next(again)):
                    worker = Worker(again)
                    workers.append(worker)
                    self._workers.append(worker)
                    self._send(worker, job)

    def _next(self, again: bool) -> Job | None:
        with self._lock:
            return self._queues[again].next()

    def _send(self, worker: Worker, job: Job) -> None:
        try:
            packed = ForkingPickler.dumps(job)
        except Exception as error:
            self._end(
                job, None, TypeError(f"{job.experiment!r} cannot be sent to a worker: {error}")
            )
            return
        worker.take(job, packed)

    def _receive(self, worker: Worker) -> None:
        try:
            record, error = worker.result()
        except (EOFError, OSError):
            self._handle_death(worker)
        except Exception as unreadable:
            self._end(worker.done(), None, unreadable)
        else:
            self._end(worker.done(), record, error)

    def _handle_death(self, worker: Worker) -> None:
        """A worker has died, because of its current job if it had one."""
        self._workers.remove(worker)
        code = worker.join()
        if worker.jobs:
            job = worker.jobs.popleft()
            if job not in self._retried:
                self._retried.add(job)
                self._put_back([job])
            else:
                how = f"exit code {code}" if code >= 0 else signal.strsignal(-code) or str(code)
                self._end(job, None, Unfinished(
                    f"{job.experiment!r} ended two worker processes, the last with {how}: an "
                    "experiment must neither exit nor use more memory than there is"
                ))  # fmt: skip
        self._put_back(worker.jobs)

    def _give_up(self, worker: Worker) -> None:
        """A job takes too long: end its worker, and give its waiting job to another."""
        self._workers.remove(worker)
        worker.kill()
        worker.join()
        job = worker.jobs.popleft()
        self._put_back(worker.jobs)
        self._end(job, None, Unfinished(
            f"{job.experiment!r}: a chunk of {job.replicates.count} replicates took longer than "
            f"{self._limit:g} s (--refute-timeout)"
        ))  # fmt: skip

    def _put_back(self, jobs: Collection[Job]) -> None:
        with self._lock:
            for again, queue in self._queues.items():
                back = [job for job in jobs if job in self._futures and job.again == again]
                queue.urgent = {**dict.fromkeys(back), **queue.urgent}

    def _end(self, job: Job, record: Record | None, error: BaseException | None) -> None:
        with self._lock:
            promised = self._futures.get(job)
        # A job that is forgotten while it runs, and then added again, ends twice.
        if promised is None or promised.done():
            return
        if error is not None:
            promised.set_exception(error)
        else:
            assert record is not None
            promised.set_result(record)
        self._finished.put(job)


class _Queue:
    """Jobs that wait for a worker."""

    def __init__(self) -> None:
        self.urgent: dict[Job, None] = {}
        self.foreseen: dict[Job, None] = {}

    def next(self) -> Job | None:
        """Remove and return the first of the most urgent jobs."""
        for waiting in (self.urgent, self.foreseen):
            if waiting:
                job = next(iter(waiting))
                del waiting[job]
                return job
        return None
