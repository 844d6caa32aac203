"""What a claim's code must not do to pytest's own process: run forever, or end it."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from refute.engine.state import own_state

EXIT = os._exit
"""Ends this process; while a claim's code runs, ``os._exit`` does not."""


class TookTooLong(BaseException):
    """Work took too long.  A claim's ``except Exception`` does not catch this."""


class Ended(BaseException):
    """A claim's code tried to end the process."""


@contextmanager
def guarded(seconds: float | None = None) -> Iterator[Alarm]:
    """Run a claim's code: it cannot end this process, and what it sets is restored.

    Args:
        seconds: how long it may take, if limited; the alarm that is given restarts the count.

    Raises:
        KeyboardInterrupt: somebody interrupted it, even if the code caught that.
    """
    exit_before, heard_before = os._exit, INTERRUPTS.heard

    def refused(code: int) -> None:
        raise Ended(f"called os._exit({code}): a check must not end the process that runs it")

    os._exit = refused  # type: ignore[assignment]
    alarm = Alarm(seconds)
    try:
        with INTERRUPTS.heeded(), own_state():
            alarm.start()
            yield alarm
    except KeyboardInterrupt as error:
        if INTERRUPTS.heard == heard_before and (INTERRUPTS.listening or INTERRUPTS.ignored):
            raise Ended("raised KeyboardInterrupt: a check must not end the run") from error
        raise
    finally:
        alarm.stop()
        os._exit = exit_before


class Interrupts:
    """The interrupts (Ctrl-C) that this process has heard.

    The first one raises ``KeyboardInterrupt``, as always, and the run writes its report before it
    ends.  Code may catch that exception, Python drops it in a finalizer, and C code may turn it
    into a ``SystemError``; :meth:`heeded` raises it again.  A ``KeyboardInterrupt`` that a claim's
    code raises itself does not count.  The second interrupt ends the process at once.
    """

    def __init__(self) -> None:
        self.heard = 0
        self._before: Any = None
        self._clear: Callable[[], object] = lambda: None
        self._stderr: int | None = None

    @property
    def listening(self) -> bool:
        """Whether interrupts are counted."""
        return self._before is not None

    @property
    def ignored(self) -> bool:
        """Whether there are none: processes of pytest-xdist leave interrupts to the first one."""
        return signal.getsignal(signal.SIGINT) == signal.SIG_IGN

    def listen(self, clear: Callable[[], object]) -> None:
        """Count from now on, if this is the main thread and interrupts have an effect.

        Call this while output is not captured.

        Args:
            clear: erases what stands on the last line of the terminal.
        """
        before = signal.getsignal(signal.SIGINT)
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and callable(before) and before != self._hear:
            self.heard, self._before, self._clear = 0, before, clear
            self._stderr = None if sys.__stderr__ is None else os.dup(2)
            signal.signal(signal.SIGINT, self._hear)
            # From then on, Python could only print tracebacks of its own shutdown.
            atexit.register(signal.signal, signal.SIGINT, signal.SIG_DFL)

    def stop(self) -> None:
        """Restore the previous handler of interrupts."""
        if self.listening and signal.getsignal(signal.SIGINT) == self._hear:
            signal.signal(signal.SIGINT, self._before)
        self.heard, self._before = 0, None
        if self._stderr is not None:
            os.close(self._stderr)
            self._stderr = None

    @contextmanager
    def heeded(self, known: int = 0) -> Iterator[None]:
        """Raise the interrupt when the block ends, if more than the ``known`` ones were heard by
        then: code in it may have caught it, or raised another error because of it.

        Raises:
            KeyboardInterrupt: there was one.
        """
        try:
            yield
        finally:
            self.raise_again(known)

    def raise_again(self, known: int = 0) -> None:
        """Raise the interrupt, if more than the ``known`` ones were heard.

        Raises:
            KeyboardInterrupt: there was one.
        """
        if self.listening and self.heard > known:
            raise KeyboardInterrupt

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.heard += 1
        if self.heard > 1 and not hasattr(sys, "ps1"):  # an interactive session outlives the run
            try:
                self._abandon()
            finally:
                EXIT(pytest.ExitCode.INTERRUPTED)
        if not _collects_garbage(frame):  # Python would print what is raised there, and drop it
            self._before(number, frame)

    def _abandon(self) -> None:
        """End all processes that were started, and say so in one line."""
        for process in multiprocessing.active_children():
            process.kill()
        self._clear()
        if self._stderr is not None:
            begun = "\n" if os.isatty(self._stderr) else ""  # after the terminal's own "^C"
            os.write(self._stderr, f"{begun}refute: interrupted twice: ended at once\n".encode())


def _collects_garbage(frame: FrameType | None) -> bool:
    """Whether a callback of the garbage collector, such as Hypothesis's, runs in this frame."""
    callbacks = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    while frame is not None and frame.f_code not in callbacks:
        frame = frame.f_back
    return frame is not None


INTERRUPTS = Interrupts()
"""The interrupts of this process."""


AGAIN = 1.0
"""Seconds after which an alarm rings again."""


class Alarm:
    """Raises :class:`TookTooLong` in the main thread after some seconds.

    Code that never returns to Python is not interrupted.  If another timer runs, such as
    pytest-timeout's, or there are no timers, as on Windows, nothing is.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._before: Any = None
        self._usable = (
            seconds is not None
            and hasattr(signal, "setitimer")
            and threading.current_thread() is threading.main_thread()
            and signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        )

    def start(self) -> None:
        """Count from now on.

        Raises:
            KeyboardInterrupt: somebody interrupted, and Python dropped it.
        """
        INTERRUPTS.raise_again()
        if self._usable:
            if self._before is None:
                self._before = signal.signal(signal.SIGALRM, self._ring)
            assert self._seconds is not None
            # It rings more than once, because Python drops what is raised in a finalizer.
            signal.setitimer(signal.ITIMER_REAL, self._seconds, AGAIN)

    def stop(self) -> None:
        """Stop counting."""
        if self._before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
            self._before = None

    def _ring(self, _: int, frame: FrameType | None) -> None:
        raise TookTooLong(f"took longer than {self._seconds:g} s (--refute-timeout)")
