"""Programs that a test interrupts as a terminal does: with all the processes that they started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ended:
    """How a program ended, and what it had written."""

    code: int
    output: str
    errors: str


def interrupted(
    *arguments: str, where: Path, ready: Callable[[], bool], first_only: bool = False
) -> Ended:
    """Run Python with these arguments, and interrupt it as soon as it is ``ready``.

    With ``first_only``, the processes that it started hear nothing, as if ``kill`` sent the signal.

    Raises:
        TimeoutError: it is never ready, or it left a process behind.
        subprocess.TimeoutExpired: it went on after the interrupt.
    """
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=where,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            wait_until(ready)
            (os.kill if first_only else os.killpg)(process.pid, signal.SIGINT)
            output, errors = process.communicate(timeout=60)
            wait_until(lambda: not _runs(process.pid))
        finally:
            if _runs(process.pid):
                os.killpg(process.pid, signal.SIGKILL)
    return Ended(process.returncode, output, errors)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds.

    Raises:
        TimeoutError: it does not within a minute.
    """
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.05)


def _runs(group: int) -> bool:
    """Whether any process of a group is left, other than as an entry that nobody has read yet."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True
    )
    processes = (line.split() for line in listed.stdout.splitlines())
    return any(int(of) == group and not state.startswith("Z") for of, state in processes)
