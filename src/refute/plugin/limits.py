"""What a claim's code must not do to pytest's own process: run forever, or end it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from types import FrameType
from typing import Any

from refute.engine.state import own_state
from refute.plugin.interrupts import INTERRUPTS

AGAIN = 1.0
"""Seconds after which the timer rings again."""


class TookTooLong(BaseException):
    """Work took too long.  A claim's ``except Exception`` does not catch this."""


class Ended(BaseException):
    """A claim's code tried to end the process."""


@contextmanager
def guarded(seconds: float | None = None) -> Iterator[Timer]:
    """Run a claim's code: it cannot end this process, and what it sets is restored.

    Args:
        seconds: how long it may take, if limited; the timer that is given restarts the count.

    Raises:
        KeyboardInterrupt: a person interrupted it, even if the code caught that.
    """
    exit_before, heard_before = os._exit, INTERRUPTS.heard

    def refused(code: int) -> None:
        raise Ended(f"called os._exit({code}): a check must not end the process that runs it")

    os._exit = refused  # type: ignore[assignment]
    timer = Timer(seconds)
    try:
        with INTERRUPTS.heeded(), own_state():
            timer.start()
            yield timer
    except KeyboardInterrupt as error:
        if INTERRUPTS.heard == heard_before and (INTERRUPTS.listening or INTERRUPTS.ignored):
            raise Ended("raised KeyboardInterrupt: a check must not end the run") from error
        raise
    finally:
        timer.stop()
        os._exit = exit_before


class Timer:
    """Raises :class:`TookTooLong` in the main thread after some seconds.

    Code that never returns to Python is not interrupted.  If another timer runs, such as
    pytest-timeout's, or there are no timers, as on Windows, nothing is.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._before: Any = None
        self._report: Any = None
        self._usable = (
            seconds is not None
            and hasattr(signal, "setitimer")
            and threading.current_thread() is threading.main_thread()
            and signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        )

    def start(self, seconds: float = inf) -> None:
        """Count from now on, up to these seconds if they are fewer.

        Raises:
            KeyboardInterrupt: somebody interrupted, and Python dropped it.
        """
        INTERRUPTS.raise_again()
        if self._usable:
            if self._before is None:
                self._before = signal.signal(signal.SIGALRM, self._ring)
                self._report, sys.unraisablehook = sys.unraisablehook, self._dropped
            assert self._seconds is not None
            # It rings more than once, because Python drops what is raised in a finalizer or in
            # the callback of a weak reference.
            signal.setitimer(signal.ITIMER_REAL, min(seconds, self._seconds), AGAIN)

    def stop(self) -> None:
        """Stop counting."""
        if self._before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
            sys.unraisablehook = self._report
            self._before = None

    def _ring(self, _: int, frame: FrameType | None) -> None:
        raise TookTooLong(f"took longer than {self._seconds:g} s (--refute-timeout)")

    def _dropped(self, dropped: sys.UnraisableHookArgs) -> None:
        """Report what Python dropped, unless it was the timer: pytest would call that an error of
        the check, which may have been over in time."""
        if not isinstance(dropped.exc_value, TookTooLong):
            self._report(dropped)
