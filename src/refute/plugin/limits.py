"""What a claim's code must not do to pytest's own process: run forever, or end it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from refute.engine.state import own_state


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
        KeyboardInterrupt: somebody interrupted meanwhile, whatever became of it in the code.
    """
    exit_of_system, before = os._exit, INTERRUPTS.heard

    def refused(code: int) -> None:
        raise Ended(f"called os._exit({code}): a check must not end the process that runs it")

    os._exit = refused  # type: ignore[assignment]
    alarm = Alarm(seconds)
    try:
        with own_state():
            alarm.start()
            yield alarm
    except KeyboardInterrupt as error:
        if INTERRUPTS.heard == before and (INTERRUPTS.listening or INTERRUPTS.ignored):
            raise Ended("raised KeyboardInterrupt: a check must not end the run") from error
        raise
    except BaseException:
        INTERRUPTS.raise_again()
        raise
    finally:
        alarm.stop()
        os._exit = exit_of_system
    INTERRUPTS.raise_again()


class Interrupts:
    """How often somebody has interrupted this process.  A ``KeyboardInterrupt`` that a claim's code
    raises does not count.  One that Python drops where nothing can be raised, as in a finalizer,
    does.
    """

    def __init__(self) -> None:
        self.heard = 0
        self._before: Any = None

    @property
    def listening(self) -> bool:
        """Whether interrupts are counted."""
        return self._before is not None

    @property
    def ignored(self) -> bool:
        """Whether there are none: processes of pytest-xdist leave interrupts to the first one."""
        return signal.getsignal(signal.SIGINT) == signal.SIG_IGN

    def listen(self) -> None:
        """Count from now on, if this is the main thread and interrupts have an effect."""
        before = signal.getsignal(signal.SIGINT)
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and callable(before) and before != self._hear:
            self.heard, self._before = 0, before
            signal.signal(signal.SIGINT, self._hear)

    def stop(self) -> None:
        """Restore the previous handler of interrupts."""
        if self.listening and signal.getsignal(signal.SIGINT) == self._hear:
            signal.signal(signal.SIGINT, self._before)
        self._before = None

    def raise_again(self, known: int = 0) -> None:
        """Raise the interrupt that was dropped, if more than the ``known`` ones were heard.

        Raises:
            KeyboardInterrupt: there was one.
        """
        if self.listening and self.heard > known:
            raise KeyboardInterrupt

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.heard += 1
        self._before(number, frame)


INTERRUPTS = Interrupts()
"""The interrupts of this process."""


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
            signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def stop(self) -> None:
        """Stop counting."""
        if self._before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
            self._before = None

    def _ring(self, _: int, frame: FrameType | None) -> None:
        raise TookTooLong(f"took longer than {self._seconds:g} s (--refute-timeout)")
