"""Chunks handed to the workers of an existing Dask cluster."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from uuid import uuid4

from distributed import Client, Future, as_completed
from distributed.scheduler import KilledWorker

from refute.engine.dask.greeting import greets
from refute.engine.dask.shipping import pack
from refute.engine.dask.worker import (
    Differs,
    differences,
    fault_of_bench,
    lacks,
    makings,
    run_packed,
)
from refute.engine.jobs import Job, RunnerError, drain
from refute.experiment import Record
from refute.reuse.surroundings import cpu

CONNECT = 5.0
"""Seconds within which a scheduler must answer."""

PATIENCE = 30.0
"""Seconds within which a cluster must have its first worker."""


class Cluster:
    """The workers of a Dask cluster, all with the same versions as this process.

    If a worker dies, another gets its chunk.  A chunk that raised an exception is not tried again,
    since it would raise it again.

    Args:
        address: the scheduler's, as ``tcp://HOST:PORT``.
        home: the project whose modules are sent along, since the workers do not have them.
        device: where the workers compute.
        bench: whether they use the lab's bench, which every worker then checks once.

    Raises:
        RunnerError: there is no scheduler or no worker, or a worker computes with other versions,
            or with a bench that is wrong.
    """

    def __init__(
        self,
        address: str,
        home: Path,
        device: str = "cpu",
        *,
        bench: bool = False,
        connect: float = CONNECT,
        patience: float = PATIENCE,
    ) -> None:
        self._address, self._home, self._bench = address, home, bench
        self._begun: dict[Job, Future[Record]] = {}
        self._ended: SimpleQueue[Job] = SimpleQueue()
        self._later = 0
        # No other run has these keys, so this one reports only what it has measured.  They are one
        # group, because Dask holds back the tasks of a large group until a worker is free.
        self._group, self._count = f"chunk-{uuid4().hex}", count()
        no_answer = RunnerError(f"{address}: no Dask scheduler answers there within {connect:g} s")
        if not greets(address, connect):
            raise no_answer
        try:
            self._client = Client(address, timeout=connect, set_as_default=False, name="refute")
        except Exception:  # workers of Dask greet as a scheduler does, and then say anything
            raise no_answer from None
        try:
            self._wait(patience)
            self._check(device)
            self._processors = sorted(self._on_workers(cpu).values())
        except BaseException:
            self._client.close()
            raise

    @property
    def workers(self) -> int:
        """The number of workers at the start."""
        return len(self._processors)

    @property
    def description(self) -> str:
        """The workers and their processors, for readers of the ledger."""
        kinds = ", ".join(f"{many} of {name}" for name, many in Counter(self._processors).items())
        return f"{self.workers} Dask workers of {self._address}: {kinds}"

    def begin(self, jobs: Sequence[Job]) -> None:
        self._later -= 1  # in the order in which they will be asked for
        self._begin(jobs, self._later)

    def ended(self, job: Job) -> bool:
        return job in self._begun and self._begun[job].done()

    @property
    def alike(self) -> bool:
        return len(set(self._processors)) == 1

    def finished(self) -> list[Job]:
        return drain(self._ended)

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Record]]:
        self._begin(jobs, 0)
        futures = [self._begun[job] for job in jobs]
        places = {future: place for place, future in enumerate(futures)}
        try:
            for future, result in as_completed(
                futures, self._client.loop, with_results=True, raise_errors=False
            ):
                yield places.pop(future), self._record(future, result)
        finally:
            for job in jobs:
                self._begun.pop(job, None)
            if places and self._client.status == "running":
                self._client.cancel(list(places))

    def close(self) -> None:
        self._client.close()

    def _begin(self, jobs: Sequence[Job], priority: int) -> None:
        new = [job for job in dict.fromkeys(jobs) if job not in self._begun]
        begun = dict(zip(new, self._submit(new, priority), strict=True))
        self._begun |= begun
        for job, future in begun.items():
            future.add_done_callback(lambda _, job=job: self._ended.put(job))

    def _submit(self, jobs: Sequence[Job], priority: int) -> list[Future[Record]]:
        if not jobs:
            return []
        keys = [(self._group, next(self._count)) for _ in jobs]
        return self._client.map(
            run_packed, pack(jobs, self._home), expected=makings(), key=keys, pure=False,
            priority=priority, bench=self._bench,
        )  # fmt: skip

    def _record(self, future: Future[Record], result: Any) -> Record:
        if future.status == "finished":
            assert isinstance(result, Record)
            return result
        if future.status != "error":
            # This one line replaces what Dask would log, with tracebacks.
            for name in ("distributed", "distributed.client"):
                logging.getLogger(name).setLevel(logging.CRITICAL)
            raise RunnerError(f"{self._address}: the connection to the scheduler was lost")
        _, error, traceback = result
        if isinstance(error, KilledWorker):
            raise RunnerError(
                f"{self._address}: {error.allowed_failures + 1} workers died one after another "
                "with the same chunk of replicates: their logs say why, often a lack of memory"
            )
        if isinstance(error, Differs):
            raise RunnerError(f"{self._address}: a worker that joined during the run has {error}")
        raise error.with_traceback(traceback)

    def _wait(self, patience: float) -> None:
        try:
            self._client.wait_for_workers(1, timeout=patience)
        except TimeoutError:
            raise RunnerError(
                f"{self._address}: the cluster has no workers after {patience:g} s: "
                f"start some with `dask worker {self._address} --nthreads 1`"
            ) from None

    def _check(self, device: str) -> None:
        faults = {
            worker: differences(theirs, makings())
            for worker, theirs in self._on_workers(makings).items()
        }
        faults = {worker: fault for worker, fault in faults.items() if fault}
        if faults:
            raise self._refusal(
                "has", faults, "its numbers would differ: install the same version, and restart it"
            )
        if self._bench:
            wrong = {w: fault for w, fault in self._on_workers(fault_of_bench).items() if fault}
            if wrong:
                raise self._refusal(
                    "has", wrong, "its numbers would prove nothing: install torch again there"
                )
        if device != "cpu":
            lacking = {w: why for w, why in self._on_workers(lacks, device).items() if why}
            if lacking:
                raise self._refusal("says", lacking, "choose workers that can, or another device")

    def _refusal(self, verb: str, faults: Mapping[str, str], advice: str) -> RunnerError:
        worker, fault = next(iter(faults.items()))
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        return RunnerError(f"{self._address}: worker {worker}{more} {verb} {fault}: {advice}")

    def _on_workers(self, function: Any, *args: object) -> dict[str, Any]:
        """Each worker's answer."""
        answers: dict[str, Any] = self._client.run(function, *args, on_error="return")
        for worker, answer in answers.items():
            if isinstance(answer, Exception):
                raise RunnerError(
                    f"{self._address}: worker {worker} cannot run the same refute as here "
                    f"({answer}): install the same there"
                )
        return answers
