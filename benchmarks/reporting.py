"""How long the report takes to make and to open, how large it is, and how both grow.

    python -m benchmarks.reporting [--rounds 5]

Generates a run and keys of 150 claims and 500 statements, and of twice as many, with the shape of
a run of the project's own claims.  Times ``refute report`` as a whole process, starting included,
and the first paint of its page in Chromium, each time in a fresh window.  Growth is that of the
time above what a run without claims takes.  That the work grows in proportion is counted, not
timed, by ``tests/report/test_growth.py``: a busy machine could not tell 2.0 from 2.2.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from tests.browser import chromium
from tests.report.generated import claim_ids, generated_ledger, write_keys

from refute.ledger import write

CLAIMS, STATEMENTS = 150, 500
REFUTE = Path(sys.executable).with_name("refute")

_FIRST_PAINT = """() => new Promise((seen) => new PerformanceObserver((list) => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (paint) seen(paint.startTime);
}).observe({type: "paint", buffered: true}))"""


@dataclass(frozen=True)
class Taken:
    """What was measured of one size: seconds to make and to paint, and bytes."""

    made: list[float]
    painted: list[float]
    size: int


def prepare(folder: Path, times: int) -> Path:
    """A ledger and keys of so many times the size that is promised."""
    folder.mkdir()
    ids = claim_ids(CLAIMS * times)
    write(generated_ledger(ids), folder / "verdicts.json")
    write_keys(folder / "answers", STATEMENTS * times, ids, keys=5 * times)
    return folder


def made(folder: Path) -> float:
    """Seconds that ``refute report`` takes, from start to end of its process."""
    command = [str(REFUTE), "report", "verdicts.json", "--answers", "answers"]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    elapsed = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
    return elapsed


def painted(browser: Browser, page: Path) -> float:
    """Seconds from opening a page to its first words on the screen."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        opened = context.new_page()
        opened.goto(page.as_uri(), wait_until="commit")
        milliseconds: float = opened.evaluate(_FIRST_PAINT)
    return milliseconds / 1000


def measure(browser: Browser, folders: Sequence[Path], rounds: int) -> list[Taken]:
    """Every size once a round, so that all meet the same weather."""
    taken = [Taken([], [], 0) for _ in folders]
    for _ in range(rounds):
        for at, folder in enumerate(folders):
            taken[at].made.append(made(folder))
            taken[at].painted.append(painted(browser, folder / "index.html"))
    return [
        Taken(times.made, times.painted, (folder / "index.html").stat().st_size)
        for times, folder in zip(taken, folders, strict=True)
    ]


def growth(nothing: Taken, once: Taken, twice: Taken) -> float:
    """How many times the time above an empty run's, for twice the claims."""
    start, single, double = (statistics.median(taken.made) for taken in (nothing, once, twice))
    return (double - start) / (single - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    path = chromium.find()
    if path is None:
        raise SystemExit(chromium.MISSING)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.QUIET)
        folders = [prepare(Path(home) / str(times), times) for times in (0, 1, 2)]
        nothing, once, twice = measure(browser, folders, arguments.rounds)
        browser.close()
    _print(nothing, once, twice)


def _print(nothing: Taken, once: Taken, twice: Taken) -> None:
    print("| claims, statements | `refute report`, s | first paint, s | size, bytes |")
    print("| --- | --- | --- | --- |")
    for times, taken in enumerate((nothing, once, twice)):
        print(
            f"| {CLAIMS * times}, {STATEMENTS * times} | {_spread(taken.made)} | "
            f"{_spread(taken.painted)} | {taken.size:,} |"
        )
    print(f"| growth | {growth(nothing, once, twice):.2f} | | {twice.size / once.size:.2f} |")


def _spread(taken: Sequence[float]) -> str:
    return f"{statistics.median(taken):.2f} ({min(taken):.2f} to {max(taken):.2f})"


if __name__ == "__main__":
    main()
