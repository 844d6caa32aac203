"""A small suite with one key; docs/report.md shows what every format makes of it."""

from __future__ import annotations

from pathlib import Path

QUESTIONS = 'dropout = "What does dropout do to a layer?"\n'
SOURCES = (
    "@article{srivastava2014, author={Srivastava, Nitish and Hinton, Geoffrey}, "
    "title={Dropout}, journal={JMLR}, volume={15}, year={2014}, "
    "url={https://jmlr.org/papers/v15/srivastava14a.html}}\n"
)

BENCH = '''
from dataclasses import dataclass

import numpy as np

from refute.decision.samples import Sample
from refute.experiment import Experiment, Record
from refute.quantity import Recorded


@dataclass(frozen=True)
class Layer(Experiment):
    """Fifty units under dropout at a rate; ``pruned`` drops small weights instead."""

    rate: float
    pruned: bool = False
    chunk: int = 16
    stream: int = 0

    def run(self, replicates):
        weights, activations = [], []
        for k in replicates:
            generator = replicates.generator(k, "layer")
            drawn = generator.normal(size=(50, 50))
            kept = generator.random(50) >= self.rate
            if self.pruned:
                drawn[np.abs(drawn) < 1] = 0
            weights.append(np.mean(drawn == 0))
            activations.append(np.mean(kept * drawn.sum(1) == 0))
        return Record(
            {
                "weights": Sample.exactly(np.array(weights)),
                "activations": Sample.exactly(np.array(activations)),
            }
        )


def zeros(of, rate, pruned=False):
    return Recorded(Layer(rate, pruned), of, f"share of {of} that are 0")
'''

CLAIMS = '''
from bench import zeros
from hypothesis import strategies as st

from refute import claim, control, reading
from refute.wording import roughly, sparse


@claim(
    "dropout/halves-activations",
    "srivastava2014, 4",
    depends="holds at rate 0.5, not at 0.1",
    correction="Its rate decides: {rate 0.5} of them at 0.5, {rate 0.1} at 0.1.",
)
class TestDropoutHalvesActivations:
    """Dropout sets roughly half of the activations to zero."""

    @reading("rate 0.5", rate=0.5)
    @reading("rate 0.1", rate=0.1, published="fails")
    @control("no dropout", rate=0.0)
    def test_share_of_zeros(self, measure, rate):
        measure(zeros("activations", rate), claimed=roughly(0.5))


@claim("dropout/keeps-signs")
class TestDropoutKeepsSigns:
    """Dropout never turns a positive activation into a negative one."""

    @reading("any activation and rate", x=st.floats(0, 9), rate=st.floats(0, 0.9), shift=st.just(0))
    @control("noise added instead", x=st.floats(0, 9), rate=st.just(0.5), shift=st.just(-1))
    def test_sign(self, x, rate, shift):
        assert x / (1 - rate) + shift >= 0


@claim(
    "dropout/sparse-network",
    "srivastava2014, 7",
    correction="Dropout sets no weight to zero: {rate 0.5} of them are.",
)
class TestDropoutLeavesASparseNetwork:
    """Dropout leaves a network most of whose weights are zero."""

    @reading("rate 0.5", rate=0.5, pruned=False, published="fails")
    @control("small weights pruned", rate=0.5, pruned=True)
    def test_share_of_zeros(self, measure, rate, pruned):
        measure(zeros("weights", rate, pruned), claimed=sparse())
'''

KEY = """# Dropout, in brief

Dropout sets roughly half of the activations to zero. It never turns a sign
around, and it *leaves a sparse network*. Start with a rate of one half.
"""

LINKS = """
[[statement]]
quote = "Dropout sets roughly half of the activations to zero."
asserts = ["dropout/halves-activations"]

[[statement]]
quote = "It never turns a sign around"
asserts = ["dropout/keeps-signs"]

[[statement]]
quote = "and it leaves a sparse network."
asserts = ["dropout/sparse-network"]

[[statement]]
quote = "Start with a rate of one half."
advice = "names no task on which it would be best"
"""


def write(folder: Path) -> None:
    """Write the suite into an empty folder."""
    for name, text in {
        "claims/questions.toml": QUESTIONS,
        "claims/sources.bib": SOURCES,
        "claims/bench.py": BENCH,
        "claims/test_dropout.py": CLAIMS,
        "answers/dropout.md": KEY,
        "answers/dropout.toml": LINKS,
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
