"""How long the first check of a student's notebook takes in a fresh clone.

    python -m benchmarks.fresh [--repeats N]

Clones this repository, and runs ``refute check`` on ``student.ipynb`` there: first with nothing
compiled and nothing learned, then again.  Prints wall and processor seconds of the whole process,
and how many findings it has.  The notebook was written for this, in the manner of a student.  Its
code has six faults: lr= and the test set as validation data (cell 9), dropout between SELU layers
and pixels that are only divided (11), passes of Monte Carlo dropout by predict and (N,) compared
with (N, 1) (13).  Five of its sentences are false or depend: a factor of two, less uncertainty with
more passes (3), dropout prunes, l2 gives zeros (4), SGD never converges (5).
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
NOTEBOOK = Path(__file__).with_name("student.ipynb")


@dataclass(frozen=True)
class Check:
    """One run of the command: seconds, and the lines that it printed."""

    wall: float
    processor: float
    lines: tuple[str, ...]


def checked(clone: Path, cache: Path) -> Check:
    """Check the notebook once; ``cache`` is where models are kept."""
    environment = {**os.environ, "PYTHONPATH": str(clone / "src"), "XDG_CACHE_HOME": str(cache)}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "refute", "check", "student.ipynb"],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 1:  # 1: something was found
        raise SystemExit(f"refute check: exit {done.returncode}: {done.stderr}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Check(wall, processor, tuple(done.stdout.splitlines()))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=5)
    checks: dict[str, list[Check]] = {"the first": [], "after it": []}
    for _ in range(parser.parse_args().repeats):
        with tempfile.TemporaryDirectory() as temporary:
            clone = Path(temporary) / "refute"
            subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
            shutil.copy(NOTEBOOK, clone)
            for found in checks.values():
                found.append(checked(clone, Path(temporary) / "cache"))
    print("| check | wall, s, median (largest) | processor, s | faults in code | possibly |")
    print("| --- " * 5 + "|")
    for name, found in checks.items():
        wall, processor = ([getattr(each, of) for each in found] for of in ("wall", "processor"))
        faults = sum("(code/" in line for line in found[0].lines)
        hints = sum(": possibly " in line for line in found[0].lines)
        print(
            f"| {name} | {median(wall):.2f} ({max(wall):.2f}) "
            f"| {median(processor):.2f} ({max(processor):.2f}) | {faults} | {hints} |"
        )


if __name__ == "__main__":
    main()
