"""A stranger's claims folder: sample claims, and a repository to run them in."""

from pathlib import Path

import pytest

from refute import ledger as ledgers
from refute.ledger import Ledger

QUESTIONS = 'draws = "About draws"\nwhole = "About whole numbers"\n'
SOURCES = (
    "@book{gauss1809, author={Gauss, C. F.}, title={Theoria motus}, publisher={P}, year={1809}}\n"
)

BENCH = """
from dataclasses import dataclass

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record
from refute.quantity import Recorded


@dataclass(frozen=True)
class Draw(Experiment):
    centre: float
    spread: float = 0.1
    chunk: int = 16
    stream: int = 0

    def run(self, replicates):
        draws = [replicates.generator(k, "draw").normal(0, self.spread) for k in replicates]
        return Record({"draw": Sample.exactly(self.centre * np.exp(np.array(draws)))})


def drawn(centre, spread=0.1):
    return Recorded(Draw(centre, spread), "draw", f"draw around {centre}")
"""

MEASURED = '''
from bench import drawn
from refute import claim, control, reading
from refute.wording import roughly


@claim(
    "draws/twice",
    "gauss1809, 3",
    depends="holds for four, not for ten",
    correction="It is {ten} times as many.",
)
class TestTwice:
    """A draw is roughly twice a draw around two."""

    @reading("four", centre=4.0)
    @reading("ten", centre=10.0, published="fails")
    @control("a draw against itself", centre=2.0)
    def test_ratio(self, measure, centre):
        measure(drawn(centre) / drawn(2.0), claimed=roughly(2))
'''

SEARCHED = '''
from hypothesis import strategies as st

from refute import claim, control, reading


@claim("whole/positive", correction="Not so for {every integer:counterexample}.")
class TestPositive:
    """Whole numbers are positive."""

    @reading("every integer", x=st.integers(), published="fails")
    @control("one more than a square", x=st.integers().map(lambda x: x * x + 1))
    def test_positive(self, x):
        assert x > 0
'''

TIMED = '''
from refute import claim, control, reading
from refute.timing import Contender
from refute.wording import slower


@claim("draws/slower")
class TestSlower:
    """Twice the work takes longer."""

    @reading("twice", times=2)
    @control("once", times=1)
    def test_time(self, race, times):
        race(work(times), work(1), claimed=slower())


def work(times):
    return Contender(f"{times} x", lambda: sum(range(5000 * times)))
'''


class Stranger:
    """A repository that only installed Refute."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.claims = pytester.mkdir("claims")
        (self.claims / "questions.toml").write_text(QUESTIONS)
        (self.claims / "sources.bib").write_text(SOURCES)
        (self.claims / "bench.py").write_text(BENCH)

    def write(self, name: str, text: str) -> Path:
        path = self.claims / f"test_{name}.py"
        path.write_text(text)
        return path

    def run(self, *args: str) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess("claims", *args)

    def ledger(self, *, partial: bool = False) -> Ledger:
        reports = self.pytester.path / "reports"
        return ledgers.read((reports / "partial" if partial else reports) / "verdicts.json")


def unwrapped(result: pytest.RunResult) -> str:
    """What a run printed, without its line breaks."""
    return " ".join(result.stdout.str().split())
