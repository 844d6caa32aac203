"""A worker process: what the pool knows of it, and what it does itself."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import traceback
import unittest
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.reduction import ForkingPickler
from threading import Thread
from time import monotonic
from typing import Any

from refute.decision.samples import MeasurementError
from refute.engine.jobs import Job, run_job
from refute.engine.state import set_environment
from refute.exceptions import in_words
from refute.experiment import Record

SLOW_TO_IMPORT = ("torch", "scipy.stats", "sklearn.datasets")
"""Imports that take a second are done once for all workers, if this process has them loaded."""


class Worker:
    """A process and the jobs that it was given; it computes the first one.

    Args:
        again: whether it runs chunks for the second time, as a process of its own.
    """

    def __init__(self, again: bool) -> None:
        self.again = again
        context = _fresh_context() if again else _context()
        self.connection, other = context.Pipe()
        self._process: Any = context.Process(  # type: ignore[attr-defined]
            target=_work, args=(other, dict(os.environ)), name="refute-worker"
        )
        with _uninterrupted():
            self._process.start()
        other.close()
        self.jobs: deque[Job] = deque()
        self.since = monotonic()

    def take(self, job: Job, packed: Any) -> None:
        if not self.jobs:
            self.since = monotonic()
        self.jobs.append(job)
        with suppress(OSError):  # a dead worker is noticed when its results are read
            self.connection.send_bytes(packed)

    def result(self) -> tuple[Record | None, BaseException | None]:
        """The record or the error of its current job.

        Raises:
            EOFError: the worker has died.
            Exception: its message cannot be read.
        """
        data = self.connection.recv_bytes()
        record, error, where = pickle.loads(data)
        if error is not None:
            error.__cause__ = _Elsewhere(where)
        return record, error

    def done(self) -> Job:
        """Remove and return its current job; it continues with the next."""
        self.since = monotonic()
        return self.jobs.popleft()

    def kill(self) -> None:
        """End it now."""
        self._process.kill()

    def join(self) -> int:
        """Wait until it has ended, and return its exit code."""
        self.connection.close()
        self._process.join(1)
        self._process.kill()  # it had closed its pipe but kept running
        self._process.join()
        return int(self._process.exitcode or 0)


class _Elsewhere(Exception):
    """Where an error was raised in the worker."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


def _context() -> BaseContext:
    """Processes that inherit nothing from this one except slow imports, where possible."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([name for name in SLOW_TO_IMPORT if name in sys.modules])
    return context


def _fresh_context() -> BaseContext:
    """Processes that are started instead of forked, so that they have another hash seed."""
    return multiprocessing.get_context("spawn")


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Start processes that ignore interrupts from the beginning.  An interrupt is sent to all
    processes of a terminal; if it killed a process that does not ignore it
    yet, this process would wait forever.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # started inside the block, it would unblock it
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(other: Connection, environment: dict[str, str]) -> None:
    """In the worker: run jobs as they come, and send back their results."""
    set_environment(environment)  # the process that this was forked from may be older
    # Interrupts are handled by the process that started this one, which does not outlive it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    own = os.getpid()
    Thread(target=_end_with, args=[multiprocessing.parent_process()], daemon=True).start()
    while True:
        try:
            data = other.recv_bytes()
        except (EOFError, OSError):
            return
        outcome = _outcome(data)
        if os.getpid() != own:
            os._exit(0)  # the experiment forked, and the child returned here
        other.send_bytes(outcome)


def _outcome(data: bytes) -> bytes:
    try:
        done: tuple[Any, ...] = (run_job(*pickle.loads(data)), None, "")
        return bytes(ForkingPickler.dumps(done))
    except BaseException as error:
        where = "".join(traceback.format_exception(error))
        return bytes(ForkingPickler.dumps((None, _readable(error), where)))


def _readable(error: BaseException) -> BaseException:
    """The error, or an equivalent one if it would end processes or cannot be sent."""
    if type(error).__name__ in ("Skipped", "XFailed"):  # pytest's own, which cannot be sent
        return unittest.SkipTest(str(error))
    if not isinstance(error, SystemExit | KeyboardInterrupt | GeneratorExit):
        try:
            pickle.loads(pickle.dumps(error))
            return error
        except Exception:
            pass  # its class takes other arguments than the message
    return MeasurementError(in_words(error))


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
