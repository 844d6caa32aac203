"""Ledgers and keys for tests of the report, with one of everything that a run can leave."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from refute.decision.counts import decide
from refute.decision.regions import Region
from refute.decision.samples import Sample
from refute.keys.grading import GradedKey, grade
from refute.keys.links import parse_links
from refute.keys.reader import parse_key
from refute.ledger import (
    Citation,
    Cited,
    ClaimRecord,
    Evidence,
    Ledger,
    Measured,
    NotMeasured,
    Question,
    ReadingRecord,
    Run,
    Searched,
    SeriesRecord,
    Source,
)
from refute.ledger_version_1 import condition, quantity
from refute.plugin.evidence import measured as evidence_of
from refute.wording import far_better, most, roughly, slower

CODE = """@reading("rate 0.5", rate=0.5)
def test_steps(self, measure, rate):
    measure(steps_to_loss(dropout=rate) / steps_to_loss(dropout=0), claimed=roughly(2))
"""


def measured(
    region: Region, centre: float, *, n: int = 64, spread: float = 0.1, capped: int = 0, **more: str
) -> tuple[str, Measured]:
    """Outcome and evidence of ``n`` lognormal replicates (zeros and ones for a proportion)."""
    generator = np.random.default_rng(n)
    lower: NDArray[Any]
    if region.of == "proportion":
        lower = (generator.random(n) < centre).astype(np.int64)
    else:
        lower = centre * np.exp(spread * generator.standard_normal(n))
    upper = lower.astype(np.float64)
    upper[:capped] = np.inf
    sample = Sample(lower, upper if capped else lower)
    decision = decide(sample, region)
    name = more.get("quantity", "steps to loss with dropout 0.5 / steps to loss without dropout")
    record = evidence_of(quantity(name), region, decision, sample)
    return decision.outcome.value, record


def series(kind: str = "curve", points: int = 200, name: str = "training loss") -> SeriesRecord:
    """Falling curves, rising layers or a histogram with many zeros."""
    if kind == "histogram":
        x = np.linspace(-1, 1, 41)
        middle = np.exp(-8 * x**2) + 3.0 * (np.abs(x) < 0.01)
    else:
        x = np.arange(1, points + 1, dtype=float)
        middle = np.exp(-x / points * 4) if kind == "curve" else np.exp(x / 8)
    factors = (0.7, 0.85, 1.0, 1.2, 1.5)
    return SeriesRecord(
        name=name,
        kind=kind,
        x_label={"curve": "step", "layers": "layer", "histogram": "weight"}[kind],
        y_label={"curve": "loss", "layers": "standard deviation", "histogram": "density"}[kind],
        x=[float(f"{one:.6g}") for one in x],
        levels=[0.1, 0.25, 0.5, 0.75, 0.9],
        quantiles=[[float(f"{y:.6g}") for y in middle * factor] for factor in factors],
        log_y=kind != "histogram",
    )


def reading(
    name: str,
    outcome: str | None,
    evidence: Evidence | None,
    *,
    role: str = "reading",
    published: str | None = None,
    check: str = "test_steps",
    error: str | None = None,
    code: str = CODE,
) -> ReadingRecord:
    node = f"claims/test_dropout.py::TestX::{check}[{name}]"
    return ReadingRecord(
        name=name,
        check=check,
        role=role,
        conditions={"rate": condition("0.5")},
        published=(published or outcome) if role == "reading" else None,
        outcome=outcome,
        evidence=evidence,
        error=error,
        duration=3.2,
        nodeid=node,
        location="claims/test_dropout.py:12",
        command=f"pytest '{node}' --refute-seed 0",
        code=code,
    )


def claim(
    id: str,
    verdict: str | None,
    readings: Sequence[ReadingRecord],
    *,
    statement: str = "Dropout slows training down by roughly a factor of two.",
    why: str = "holds for “rate 0.5”.",
    correction: str | None = None,
    complete: bool = True,
) -> ClaimRecord:
    return ClaimRecord(
        id=id,
        question=id.split("/")[0],
        statement=statement,
        verdict=verdict,
        why=why,
        complete=complete,
        correction=correction,
        citations=[Citation("srivastava2014", "10")],
        location="claims/test_dropout.py:9",
        nodeid="claims/test_dropout.py::TestX",
        command="pytest claims/test_dropout.py::TestX --refute-seed 0",
        readings=list(readings),
    )


def ledger(
    claims: Sequence[ClaimRecord], *, partial: bool = False, finished: bool = True
) -> Ledger:
    return Ledger(
        run=Run(
            started="2026-03-01T12:30:10.5+00:00",
            finished="2026-03-01T12:33:40+00:00" if finished else None,
            partial=partial,
            seed=0,
            effort="default",
            device="cpu",
            workers=4,
            command="pytest claims/",
            environment={"python": "3.12.1", "torch": "2.13.0", "cpu": "A Processor (4 cores)"},
        ),
        questions=[
            Question("dropout", "Does dropout slow down training?"),
            Question("init", "Is one value for all weights fine?"),
        ],
        sources=[
            Source(
                "srivastava2014",
                "N. Srivastava et al. Dropout. JMLR 15, 2014.",
                "https://jmlr.org/papers/v15/srivastava14a.html",
            )
        ],
        claims=list(claims),
    )


def one_of_everything() -> list[ClaimRecord]:
    """Every verdict, every kind of evidence, every kind of series."""
    two, two_evidence = measured(roughly(2), 2.05)
    one, one_evidence = measured(roughly(2), 1.2, n=32)
    flat, flat_evidence = measured(roughly(2), 1.0, spread=0.05, n=32)
    open_, open_evidence = measured(slower(), 1.1, n=512)
    late, late_evidence = measured(slower(), 40.0, n=64, spread=2.0, capped=5)
    near, near_evidence = measured(slower(), 1.0, n=32, spread=0.01)
    often, often_evidence = measured(most(), 0.9, quantity="share of networks that diverge")
    never, never_evidence = measured(most(), 0.02, quantity="share of networks that diverge")
    gap, gap_evidence = measured(far_better(), 0.85, quantity="accuracy − accuracy", spread=0.01)
    no_gap, no_gap_evidence = measured(far_better(), 0.01, quantity="accuracy − accuracy")
    with_series = [series(), series("layers", 20, "signal by depth"), series("histogram")]
    two_evidence.series.extend(with_series)
    one_evidence.series.extend(with_series[:1])
    found = Searched("every", 37, 1, counterexample="Network(sizes=(3, 2, 1),\n        seed=7)")
    sought = Searched("every", 200, 0)
    return [
        claim(
            "dropout/factor-of-two",
            "DEPENDS",
            [
                reading("two hidden layers", two, two_evidence),
                reading("one hidden layer", one, one_evidence),
                reading("no dropout, other seeds", flat, flat_evidence, role="control"),
            ],
            why="holds for “two hidden layers”; fails for “one hidden layer”.",
            correction="The factor grows with depth: 1.2 with one hidden layer, 2.05 with two.",
        ),
        claim(
            "dropout/slows-training",
            "SUPPORTED",
            [
                reading("rate 0.5", late, late_evidence),
                reading("rate 0.05", near, near_evidence, role="control"),
            ],
            statement="Dropout slows training down.",
        ),
        claim(
            "dropout/often-diverges",
            "SUPPORTED",
            [
                reading("rate 0.9", often, often_evidence),
                reading("rate 0.1", never, never_evidence, role="control"),
            ],
            statement="Most networks diverge.",
        ),
        claim(
            "dropout/no-inference-cost",
            "UNDECIDED",
            [
                reading(
                    "seconds",
                    "undecided",
                    NotMeasured("timing was switched off"),
                    published="holds",
                ),
                reading("steps", open_, open_evidence, check="test_other"),
            ],
            statement="Dropout costs nothing at inference.",
            why="undecided: “seconds”; “steps”.",
        ),
        claim(
            "init/same-value",
            "REFUTED",
            [
                reading("any network", "fails", found, check="test_find"),
                reading("one weight nudged", "holds", sought, role="control", check="test_find"),
            ],
            statement="Weights that start equal drift apart.",
            why="fails for “any network”.",
            correction="They stay equal.",
        ),
        claim(
            "init/far-better",
            "SUPPORTED",
            [
                reading("digits", gap, gap_evidence, published="fails"),
                reading("no hidden layer", no_gap, no_gap_evidence, role="control"),
            ],
            statement="Random weights give far better accuracy.",
        ),
        claim(
            "init/purpose",
            "SUPPORTED",
            [reading("the paper", "holds", Cited("“the aim is to keep the variance”"))],
            statement="He initialization was designed to keep the variance.",
            why="by its sources; intent is cited, not measured.",
        ),
        claim(
            "init/crashes",
            "NO VERDICT",
            [reading("any", None, None, error="Traceback:\n  line 1\nZeroDivisionError: by zero")],
            statement="This check breaks.",
            why="broke: “any”.",
        ),
        claim(
            "init/interrupted",
            None,
            [reading("first", two, two_evidence)],
            statement="This one did not finish.",
            why="not run: “second”.",
            complete=False,
        ),
    ]


KEY = """# Chapter 11

1. **Does dropout slow training down?** Yes, by a factor of two. It costs nothing at inference.

   - Weights that start equal *stay* equal.
   - It is a good default, see `nn.Dropout` and $p = 0.5$.

| layer | rate |
|---|---|
| first | most diverge here |

> It is used everywhere.

```python
model = Sequential()
model.add(Dropout(0.5))
```

He initialization keeps the variance, and helps. Nobody linked this sentence.
"""

LINKS = """
[[statement]]
quote = "Does dropout slow training down?"
not_a_claim = "the question"
[[statement]]
quote = "Yes, by a factor of two."
asserts = ["dropout/factor-of-two"]
[[statement]]
quote = "It costs nothing at inference."
asserts = ["dropout/no-inference-cost"]
[[statement]]
quote = "Weights that start equal stay equal."
denies = ["init/same-value"]
[[statement]]
quote = "It is a good default … p = 0.5$."
advice = "good for what is not said"
[[statement]]
quote = "most diverge here"
asserts = ["dropout/often-diverges"]
[[statement]]
quote = "It is used everywhere."
not_encoded = ["dropout/used-everywhere"]
[[statement]]
quote = "model.add(Dropout(0.5))"
asserts = ["init/crashes"]
[[statement]]
quote = "He initialization keeps the variance"
asserts = ["init/purpose"]
not_encoded = ["init/variance"]
[[statement]]
quote = "and helps."
denies = ["init/far-better"]
"""


def key(
    text: str, links: str, ledger: Ledger, path: Path = Path("answers/chapter-11.md")
) -> GradedKey:
    linked = parse_links(links, path.with_suffix(".toml"), parse_key(text, path))
    return grade(linked, ledger)
