"""Interrupts (Ctrl-C): the first one ends a run in order, the second at once."""

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

EXIT = os._exit
"""Ends this process; while a claim's code runs, ``os._exit`` does not."""


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

    def listen(self, clear: Callable[[], object], *, says: bool = True) -> None:
        """Count from now on, if this is the main thread and interrupts have an effect.

        Call this while output is not captured.

        Args:
            clear: erases what stands on the last line of the terminal.
            says: whether this process says that it was interrupted twice.
        """
        before = signal.getsignal(signal.SIGINT)
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and callable(before) and before != self._hear:
            self.heard, self._before, self._clear = 0, before, clear
            self._stderr = os.dup(2) if says and sys.__stderr__ is not None else None
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
