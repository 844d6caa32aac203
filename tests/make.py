"""Records of runs made by hand, for every test that needs some; what is not told is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from refute import ledger as ledgers
from refute.decision.counts import decide
from refute.decision.regions import Region
from refute.decision.samples import Sample
from refute.grading.folder import Material, gather
from refute.grading.key import grade
from refute.keys.graded import GradedKey
from refute.keys.links import parse_links
from refute.keys.reader import parse_key
from refute.ledger import (
    ArmRecord,
    Citation,
    ClaimRecord,
    Condition,
    EdgeRecord,
    Evidence,
    Ledger,
    Measured,
    Number,
    QuantityRecord,
    Question,
    ReadingRecord,
    RegionRecord,
    Run,
    Searched,
    SeriesRecord,
    Source,
)
from refute.plugin.evidence import measured as evidence_of

CODE = """@reading("rate 0.5", rate=0.5)
def test_steps(self, measure, rate):
    measure(steps_to_loss(dropout=rate) / steps_to_loss(dropout=0), claimed=roughly(2))
"""


def quantity(kind: str, what: str, *settings: str, unit: str = "") -> QuantityRecord:
    """A quantity whose arms measure the same in these settings; a value may have none."""
    arms = [ArmRecord(f"{what} {setting}".strip(), setting) for setting in settings or ("",)]
    return QuantityRecord(kind, what, unit, arms)


STEPS = quantity("ratio", "steps to loss", "with dropout 0.5", "without dropout", unit="steps")
OUTPUTS = quantity("value", "outputs")


def region(
    low: float | None = None,
    high: float | None = None,
    words: str = "words",
    *,
    low_open: bool = False,
    high_open: bool = False,
    of: str = "median",
) -> RegionRecord:
    """A region with these edges."""
    return RegionRecord(words, low, high, low_open, high_open, of)


def edge(
    at: float,
    side: str,
    wrong: int,
    within: int,
    settled: str | None,
    *,
    open: bool = False,
    allowed: int = 3,
) -> EdgeRecord:
    """The counts at an edge, of which so many are allowed on either side."""
    return EdgeRecord(at, side, open, wrong, within, allowed, allowed, settled)


def measured(
    region: Region,
    centre: float,
    *,
    n: int = 64,
    spread: float = 0.1,
    capped: int = 0,
    seed: int | None = None,
    quantity: QuantityRecord = STEPS,
) -> tuple[str, Measured]:
    """Outcome and evidence of ``n`` lognormal replicates (zeros and ones for a proportion)."""
    generator = np.random.default_rng(n if seed is None else seed)
    lower: NDArray[Any]
    if region.of == "proportion":
        lower = (generator.random(n) < centre).astype(np.int64)
    else:
        lower = centre * np.exp(spread * generator.standard_normal(n))
    upper = lower.astype(np.float64)
    upper[:capped] = np.inf
    sample = Sample(lower, upper if capped else lower)
    decision = decide(sample, region)
    return decision.outcome.value, evidence_of(quantity, region, decision, sample)


def by_hand(
    low: Number,
    estimate: Number,
    high: Number,
    values: Sequence[Number | list[Number]],
    claimed: tuple[float | None, float | None] = (1.5, 2.7),
    *,
    quantity: QuantityRecord = OUTPUTS,
) -> Measured:
    """Evidence with these numbers, which need not agree with its count at the low edge."""
    return Measured(
        quantity=quantity,
        region=region(*claimed),
        n=len(values),
        estimate=estimate,
        low=low,
        high=high,
        edges=[edge(1.5, "low", 0, 32, "inside")],
        capped=sum(isinstance(value, list) for value in values),
        needed=None,
        values=list(values),
        series=[],
    )


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
        x=[float(f"{at:.6g}") for at in x],
        levels=[0.1, 0.25, 0.5, 0.75, 0.9],
        quantiles=[[float(f"{y:.6g}") for y in middle * factor] for factor in factors],
        log_y=kind != "histogram",
    )


_SEARCHED = {
    "holds": Searched("every", 100, 0),
    "fails": Searched("every", 9, 1, counterexample="x=0"),
    "undecided": Searched("some", 9, 0),
}


def searched(outcome: str, **more: Any) -> Searched:
    """Evidence of a search that came to this; ``more`` sets its other fields."""
    return replace(_SEARCHED[outcome], **more)


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
    **more: Any,
) -> ReadingRecord:
    """A reading or control of rate 0.5; ``more`` sets its other fields."""
    node = f"claims/test_dropout.py::TestX::{check}[{name}]"
    made = ReadingRecord(
        name=name,
        check=check,
        role=role,
        conditions={"rate": Condition("0.5", 0.5)},
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
    return replace(made, **more)


def case(name: str, outcome: str | None, **more: Any) -> ReadingRecord:
    """A reading or control of a search that came to this."""
    return reading(name, outcome, searched(outcome) if outcome else None, **more)


def claim(
    id: str,
    verdict: str | None,
    readings: Sequence[ReadingRecord],
    *,
    statement: str = "Dropout slows training down by roughly a factor of two.",
    why: str = "holds for “rate 0.5”.",
    correction: str | None = None,
    complete: bool = True,
    **more: Any,
) -> ClaimRecord:
    """A claim with these readings; ``more`` sets its other fields."""
    made = ClaimRecord(
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
    return replace(made, **more)


def ledger(
    claims: Sequence[ClaimRecord], *, partial: bool = False, finished: bool = True
) -> Ledger:
    """A run of these claims, of two questions and whichever else they belong to."""
    titles = {claim.question: claim.question.title() for claim in claims} | {
        "dropout": "Does dropout slow down training?",
        "init": "Is one value for all weights fine?",
    }
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
        questions=[Question(id, titles[id]) for id in sorted(titles)],
        sources=[
            Source(
                "srivastava2014",
                "N. Srivastava et al. Dropout. JMLR 15, 2014.",
                "https://jmlr.org/papers/v15/srivastava14a.html",
            )
        ],
        claims=list(claims),
    )


def key(
    text: str, links: str, ledger: Ledger, path: Path = Path("answers/chapter-11.md")
) -> GradedKey:
    """A key with its links, graded."""
    linked = parse_links(links, path.with_suffix(".toml"), parse_key(text, path))
    return grade(linked, ledger)


def material_at(ledger_path: Path, answers: Path) -> Material:
    """A run that lies on disk, and the keys of a folder graded against it."""
    return gather(ledgers.read(ledger_path), ledger_path, answers)
