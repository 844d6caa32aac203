"""The wording of every kind of evidence, as a snapshot for people to read when it changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from refute.decision.regions import Region
from refute.ledger import ArmRecord, ClaimRecord, QuantityRecord, ReadingRecord, Searched
from refute.prose.evidence import in_words
from refute.prose.results import count, decided, numbers, result_in_words
from refute.wording import (
    better,
    far_better,
    little_difference,
    most,
    nearly_as_fast,
    roughly,
    slower,
    sparse,
    within_a_decade,
)
from tests import make, snapshots
from tests.make import claim, measured, reading, searched, series

SNAPSHOT = Path(__file__).parent / "snapshots" / "wording.txt"


STEPS = make.quantity(
    "ratio", "steps to loss 0.1", "with dropout 0.5", "in the usual setting", unit="steps"
)
TIME = make.quantity("ratio", "time", "of a step with dropout", "of a step without", unit="s")
LOSS = make.quantity("ratio", "log loss", "of 10 passes", "of ordinary prediction")
ACCURACY = make.quantity(
    "difference", "test accuracy", "with He weights", "with one value", unit="share"
)
GRADIENT = "gradient at the first layer over that at the last"
DECADES = make.quantity("value", GRADIENT, "with tanh", unit="decades")
SHARE = make.quantity("value", "share of zero weights", "with dropout 0.5")
DEVIATION = "standard deviation of outputs over that of inputs"
SPREAD = make.quantity("value", DEVIATION, "with tanh", unit="times")
UNLIKE = replace(ACCURACY, what="", arms=[ArmRecord("a", ""), ArmRecord("b", "")])


def of(
    quantity: QuantityRecord, region: Region, centre: float, *, n: int = 64, **more: float
) -> ReadingRecord:
    outcome, evidence = measured(region, centre, n=n, **more)
    if region.of == "proportion":
        quantity = QuantityRecord("share", quantity.what, "", quantity.arms, quantity, "slower")
    return reading("rate 0.5", outcome, replace(evidence, quantity=quantity))


def drawn(of: ReadingRecord) -> ReadingRecord:
    """The same of settings drawn at random."""
    setting = replace(series(), kind="setting")
    return replace(of, evidence=replace(of.evidence, series=[setting]))  # type: ignore[type-var]


def none() -> ReadingRecord:
    """A difference whose interval has both signs."""
    open_ = of(ACCURACY, little_difference(), 0.005)
    return replace(open_, evidence=replace(open_.evidence, low=-0.01, high=0.02))  # type: ignore[type-var]


FOUND = searched("fails", examples=13, counterexample="number=Number(-104.0)", said="x = −104")
READINGS = {
    "a ratio that holds": of(STEPS, roughly(2), 2.03),
    "a ratio, some beyond an edge": of(STEPS, roughly(2), 2.4),
    "a ratio that fails": of(STEPS, roughly(2), 1.2, n=32),
    "a ratio of times": of(TIME, slower(), 1.53),
    "a ratio below an open edge": of(TIME, nearly_as_fast(), 1.01, spread=0.02),
    "a ratio of losses": of(LOSS, slower(), 1.02, n=32, spread=0.01),
    "a ratio left open": of(STEPS, slower(), 1.1, n=512),
    "a ratio that a budget hides": of(STEPS, slower(), 40.0, spread=2.0, capped=5),
    "higher": of(ACCURACY, far_better(), 0.85),
    "lower": of(ACCURACY, far_better(), -0.85),
    "neither": none(),
    "nowhere": of(ACCURACY, better(), 0.0, spread=0.0, n=32),
    "of unlike things": of(UNLIKE, far_better(), 0.85),
    "orders of magnitude": of(DECADES, within_a_decade(), 0.01, n=32),
    "a share": of(SHARE, sparse(), 0.02, n=32),
    "a factor": of(SPREAD, roughly(1), 0.83),
    "a proportion that holds": of(STEPS, most(), 0.9),
    "a proportion that fails": of(STEPS, most(), 0.02),
    "a proportion left open": of(STEPS, most(), 0.55),
    "a proportion of drawn settings": drawn(of(STEPS, most(), 0.9)),
    "a counterexample in words": reading("any", "fails", FOUND),
    "a counterexample in code alone": reading("any", "fails", replace(FOUND, said=None)),
    "the first one": reading("any", "fails", replace(FOUND, said=None, examples=1)),
    "a witness": reading("some", "holds", Searched("some", 9, 8, witness="x=1", said="x = 1")),
    "a message": reading("any", "fails", replace(FOUND, message="0 is not above 0")),
    "an assertion": reading("any", "fails", replace(FOUND, message="assert (True and False)")),
    "no counterexample": reading("any", "holds", searched("holds")),
}


def said() -> Iterator[str]:
    for title, record in READINGS.items():
        yield f"{title}: {record.outcome}"
        yield f"  found: {result_in_words(record)}"
        if not isinstance(record.evidence, Searched):
            yield f"  beside its name: {numbers(record.evidence)}"
        yield f"  count: {count(record)}"
        yield f"  one line: {in_words(record)}"


def claims() -> dict[str, ClaimRecord]:
    held, failed = READINGS["a ratio, some beyond an edge"], READINGS["a ratio that fails"]
    far = replace(READINGS["a ratio that holds"], name="rate 0.2")
    small = replace(failed, name="rate 0.05")
    found = READINGS["no counterexample"]
    letter = replace(READINGS["a counterexample in words"], of="letter", name="any float32")
    return {
        "one holds": claim("q/c", "SUPPORTED", [held]),
        "all hold": claim("q/c", "SUPPORTED", [far, held, found]),
        "all hold alike": claim("q/c", "SUPPORTED", [found, replace(found, name="other")]),
        "strictly not": claim("q/c", "SUPPORTED", [found, letter]),
        "one fails": claim("q/c", "REFUTED", [failed]),
        "some fail": claim("q/c", "DEPENDS", [held, small]),
        "some fail, and the claim says on what": replace(
            claim("q/c", "DEPENDS", [held, small]), depends="holds at high rates, not at low ones"
        ),
        "left open": claim("q/c", "UNDECIDED", [READINGS["a ratio left open"]]),
        "none": claim("q/c", "NO VERDICT", []),
    }


def test_the_wording_of_evidence_and_verdicts_is_that_of_the_snapshot() -> None:
    lines = [*said(), ""]
    for title, record in claims().items():
        lines.append(f"{title}: {decided(record)}")
    snapshots.matches("\n".join(lines) + "\n", SNAPSHOT)
