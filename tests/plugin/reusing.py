"""A stranger's claims that are run again and again.

Their experiments note every chunk that they run in a file, and so do the bodies of searches.
"""

from tests.plugin.stranger import MEASURED

BENCH = """
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record, Series
from refute.quantity import Recorded

LOG = Path(os.environ["LOG"])


def note(text):
    with LOG.open("a") as file:
        file.write(text + "\\n")


@dataclass(frozen=True)
class Draw(Experiment):
    centre: float
    data: str | None = None
    chunk = int(os.environ.get("CHUNK", 16))  # no field, so that the repr does not tell
    stream: int = 0

    @property
    def files(self):
        return () if self.data is None else (self.data,)

    def run(self, replicates):
        note(f"{self.centre} {self.stream} {replicates.first}")
        if os.environ.get("STOP") == f"{self.centre} {replicates.first}":
            raise KeyboardInterrupt
        exec(os.environ.get("MEANWHILE", ""))
        draws = np.array([replicates.generator(k, "draw").normal(0, 0.1) for k in replicates])
        gaps = np.where(draws[:, None] > np.array([0.0, 1.0]), np.nan, draws[:, None])
        series = Series("draws", "curve", "x", "y", np.arange(2.0), gaps)
        counts = Sample.exactly((draws > 0).astype(int), per=1)
        return Record({"draw": Sample.exactly(self.centre * np.exp(draws)), "k": counts}, (series,))


def drawn(centre, data=None):
    return Recorded(Draw(centre, data), "draw", f"draw around {centre}")
"""

CLAIM = (
    MEASURED
    + '''

@claim("draws/thrice")
class TestThrice:
    """Six is roughly twice three."""

    @reading("six", centre=6.0)
    @control("three", centre=3.0)
    def test_ratio(self, measure, centre):
        measure(drawn(centre) / drawn(3.0), claimed=roughly(2))
'''
)

SEARCH = '''
from bench import note
from hypothesis import strategies as st
from refute import claim, control, reading


@claim("whole/squares")
class TestSquares:
    """Squares are not negative."""

    @reading("every integer", x=st.integers().map(lambda x: x * x))
    @control("less one", x=st.integers().map(lambda x: x * x - 1))
    def test_squares(self, x):
        note(f"search {x >= 0}")
        assert x >= 0
'''

ALL = 2 * 5 + 2  # chunks: two for each of five draws, and two more of 2.0 (3.0) with other seeds


class Runs:
    """A stranger's claims, run again and again."""

    def __init__(self, stranger, folder):
        self.stranger, self.log = stranger, folder / "log"
        (stranger.claims / "bench.py").write_text(BENCH)
        self.claim = stranger.write("draws", CLAIM)

    def __call__(self, *args):
        """Run; return the lines that experiments and searches have noted, in one order.

        Workers note them in any.  Not those of a first chunk that was run again, to see whether
        it comes out alike.
        """
        self.log.write_text("")
        self.result = self.stranger.pytester.runpytest_inprocess(
            "claims", *args, no_reraise_ctrlc=True
        )
        lines = self.log.read_text().splitlines()
        again = {at for at, line in enumerate(lines) if line in lines[:at] and line[0] != "s"}
        return sorted(line for at, line in enumerate(lines) if at not in again)

    @property
    def numbers(self):
        """All that was decided, and all numbers that it was decided on."""
        return [
            (
                claim.id,
                claim.verdict,
                claim.correction,
                reading.name,
                reading.outcome,
                reading.evidence,
            )
            for claim in self.stranger.ledger().claims
            for reading in claim.readings
        ]

    @property
    def reused(self):
        readings = [
            reading for claim in self.stranger.ledger().claims for reading in claim.readings
        ]
        return [
            reading.reused and (reading.reused.number, reading.reused.of) for reading in readings
        ]

    @property
    def entries(self):
        return sorted((self.stranger.pytester.path / ".pytest_cache/d/refute").glob("*.npz"))
