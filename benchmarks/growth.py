"""What a claim costs beside its experiments, in a run of 60 claims and in one of 300.

    python -m benchmarks.growth [--rounds 3]

Two tables.  The ledger: milliseconds to note a claim on disk, as the last of 60 and of 300 claims
with the shape of the project's own, against writing the whole ledger each time.  The run: processor
seconds of pytest's own process (workers not counted) for a generated folder of claims whose
experiments are next to nothing, each claim with a measured and a searched check.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

from msgspec.structs import replace
from tests.report.generated import claim_ids, generated_ledger

from refute import ledger as ledgers
from refute.ledger import ClaimRecord, Ledger
from refute.ledger.growing import Growing

FEW, MANY = 60, 300
LAST = 20
"""Claims at the end of a run of which the cost is taken."""
PER_FILE = 6

BENCH = """
from dataclasses import dataclass

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record
from refute.quantity import Recorded


@dataclass(frozen=True)
class Draw(Experiment):
    centre: float
    chunk: int = 8
    stream: int = 0

    def run(self, replicates):
        draws = [replicates.generator(k, "draw").normal(0, 0.1) for k in replicates]
        return Record({"draw": Sample.exactly(self.centre * np.exp(np.array(draws)))})


def drawn(centre):
    return Recorded(Draw(centre), "draw", f"draw around {centre}")
"""

HEAD = """
from bench import drawn
from hypothesis import strategies as st

from refute import claim, control, reading
from refute.wording import roughly
"""

CLAIM = '''
@claim("draws/claim-{number}", correction="It is {{two}} times as many.")
class TestClaim{number}:
    """A draw around {number} and a half is roughly twice a draw around a half of it."""

    @reading("two", times=2.0)
    @control("one", times=1.0)
    def test_ratio(self, measure, times):
        measure(drawn(times * ({number} + 0.5)) / drawn({number} + 0.25), claimed=roughly(2))

    @reading("squares", x=st.integers(0, 9).map(lambda x: x * x))
    @control("integers", x=st.integers(-9, 9))
    def test_sign(self, x):
        assert x >= 0
'''

RUN = """
import sys, time, pytest
code = pytest.main(["claims", "-q", "--refute-workers", "1", "--refute-fresh"])
print("seconds", time.process_time(), file=sys.stderr)
sys.exit(code)
"""


def noted_in_lines(ledger: Ledger, folder: Path) -> float:
    """Seconds a claim, for the last claims of a ledger: each is added to what is there."""
    file = Growing(folder / "lines.json")
    file.begin(replace(ledger, claims=ledger.claims[:-LAST]))
    seconds = _each(ledger.claims[-LAST:], file.add)
    file.close()
    return seconds


def written_whole(ledger: Ledger, folder: Path) -> float:
    """Seconds a claim, for the last claims of a ledger: all are written each time."""

    def write(claim: ClaimRecord) -> None:
        known = ledger.claims[: ledger.claims.index(claim) + 1]
        ledgers.write(replace(ledger, claims=known), folder / "whole.json")

    return _each(ledger.claims[-LAST:], write)


def _each(claims: Sequence[ClaimRecord], note: Callable[[ClaimRecord], None]) -> float:
    started = process_time()
    for claim in claims:
        note(claim)
    return (process_time() - started) / len(claims)


def suite(folder: Path, claims: int) -> Path:
    """A folder of so many claims."""
    claims_folder = folder / "claims"
    claims_folder.mkdir(parents=True)
    (claims_folder / "questions.toml").write_text('draws = "About draws"\n')
    (claims_folder / "bench.py").write_text(BENCH)
    for first in range(1, claims + 1, PER_FILE):
        numbers = range(first, min(first + PER_FILE, claims + 1))
        text = HEAD + "\n".join(CLAIM.format(number=number) for number in numbers)
        (claims_folder / f"test_{first}.py").write_text(text)
    return folder


def run(folder: Path) -> float:
    """Processor seconds of pytest's own process."""
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"the claims of {folder} ended with {done.returncode}:\n{done.stdout}")
    return float(done.stderr.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = range(parser.parse_args().rounds)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        print(f"| ledger, ms a claim | last {LAST} of {FEW} | last {LAST} of {MANY} |")
        print("| --- | --- | --- |")
        written = [generated_ledger(claim_ids(count)) for count in (FEW, MANY)]
        for name, way in (("a line each", noted_in_lines), ("whole each time", written_whole)):
            costs = [[1000 * way(ledger, folder) for _ in rounds] for ledger in written]
            print(f"| {name} | {' | '.join(map(_spread, costs))} |")
        sizes = (PER_FILE, FEW, MANY)
        suites = [suite(folder / str(count), count) for count in sizes]
        taken = [[run(each) for each in suites] for _ in rounds]
    print("\n| claims | pytest's process, s | ms for each additional claim |\n| --- | --- | --- |")
    for at, count in enumerate(sizes):
        more = [1000 * (each[at] - each[at - 1]) / (count - sizes[at - 1]) for each in taken if at]
        print(f"| {count} | {_spread([each[at] for each in taken])} | {_spread(more)} |")


def _spread(taken: Sequence[float]) -> str:
    if not taken:
        return ""
    return f"{statistics.median(taken):.2f} ({min(taken):.2f} to {max(taken):.2f})"


if __name__ == "__main__":
    main()
