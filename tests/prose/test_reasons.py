"""Why a claim has its verdict and a statement its mark, as a snapshot to read when it changes."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from refute.decision.deciding import deciding_of_link
from refute.decision.verdict import Link, verdict_of_claim, verdict_of_link
from refute.ledger import ClaimRecord, ReadingRecord
from refute.prose.reasons import about_claim, on_what_it_depends, why_of_claim
from refute.prose.statements import why_of_statement
from refute.wording import slower
from tests import snapshots
from tests.make import case, claim, measured, reading

SNAPSHOT = Path(__file__).parent / "snapshots" / "reasons.txt"
DEPENDS = "holds at the start, not after it"


def made(*outcomes: str, letter: str = "", depends: str | None = None) -> ClaimRecord:
    """A claim with readings "1", "2", ... of the sense, and "odd" of the letter."""
    readings = [case(f"{at}", outcome) for at, outcome in enumerate(outcomes, start=1)]
    if letter:
        readings.append(replace(case("odd", letter), of="letter"))
    return replace(claim("q/c", None, readings), depends=depends)


def of(*cases: ReadingRecord) -> ClaimRecord:
    return claim("q/c", None, list(cases))


def published(record: ClaimRecord, number: int) -> ClaimRecord:
    """The claim with a reading that was published to fail."""
    readings = list(record.readings)
    readings[number] = replace(readings[number], published="fails")
    return replace(record, readings=readings)


def why(record: ClaimRecord) -> str:
    assert record.results is not None
    return why_of_claim(record, verdict_of_claim(record.results))


def reason(record: ClaimRecord, text: str = "So it is.", **says: object) -> str:
    link = Link("q/c", **says)
    assert record.results is not None
    record = replace(record, why=why(record))
    deciding = record.case(deciding_of_link(link, record.results))
    return why_of_statement(text, link, verdict_of_link(link, record.results), record, deciding)


def timed() -> ReadingRecord:
    outcome, evidence = measured(slower(), 2.0)
    return reading("a", outcome, replace(evidence, timed=True), published="fails")


HOLDS, OPEN = case("a", "holds"), case("a", "undecided")
CONTROL = case("c", "holds", role="control")
OPEN_CONTROLS = [case(name, "undecided", role="control") for name in "cd"]
CLAIMS = {
    "holds": made("holds"),
    "fails": made("fails", "fails"),
    "depends": made("holds", "fails"),
    "depends, in its own words": made("holds", "fails", depends=f"{DEPENDS}."),
    "depends, with another verb": made("holds", "fails", depends="needs small integers"),
    "depends, but was published otherwise": published(made("holds", "fails", depends=DEPENDS), 0),
    "depends, and one is left open": published(
        made("holds", "fails", "undecided", depends=DEPENDS), 2
    ),
    "strictly not": made("holds", letter="fails"),
    "fails, but by its letter holds": made("fails", letter="holds"),
    "undecided": of(OPEN, case("b", "fails")),
    "undecided control": of(HOLDS, OPEN_CONTROLS[0]),
    "undecided controls": of(HOLDS, *OPEN_CONTROLS),
    "times of another machine": of(timed(), CONTROL),
    "broke": of(HOLDS, case("b", None)),
    "no reading": of(CONTROL),
    "control like its reading": of(HOLDS, CONTROL),
}
NOT_ALWAYS: dict[str, object] = {"force": "not always", "asserts": False}
DENIED = [
    made("holds", letter="fails"),
    made("holds", "fails", letter="fails"),
    made("holds", letter="holds"),
]
ALWAYS: dict[str, object] = {"force": "always"}
ASSERTED = [
    made("holds", letter="holds"),
    made("holds", "fails"),
    made("holds", letter="fails"),
    made("holds", "undecided"),
]
STATEMENTS: list[tuple[ClaimRecord, str, dict[str, object]]] = [
    (made("holds", "fails", depends=DEPENDS), "So it is.", {}),
    (made("holds", letter="fails"), "So it is.", {}),
    (made("fails", letter="holds"), "It is not so.", {"asserts": False}),
    (made("fails", "holds"), "It may do so.", {"force": "can"}),
    (made("fails", "fails"), "It can do so.", {"force": "can"}),
    (made("holds", letter="fails"), "It may not do so.", {"force": "can", "asserts": False}),
    (made("fails", "undecided"), "It happens.", {"force": "can"}),
    (made("holds", "fails"), "It sometimes does not.", {"force": "can", "asserts": False}),
    *[(record, "It does not always.", NOT_ALWAYS) for record in DENIED],
    *[(record, "It always does.", ALWAYS) for record in ASSERTED],
    (made("fails", letter="holds"), "It never does.", {"force": "always", "asserts": False}),
    (made("holds", "fails", depends=DEPENDS), "At the start it does.", {"readings": ("1",)}),
    (made("holds", "fails", "fails"), "With 2 or 3 it does.", {"readings": ("2", "3")}),
    (
        made("holds", "fails", "fails", depends=DEPENDS),
        "With 1 and 2 it does.",
        {"readings": ("1", "2")},
    ),
    (made("holds", "fails", "fails"), "With 1 and 2 it does.", {"readings": ("1", "2")}),
    (
        made("holds", "fails", "fails"),
        "With 2 or 1 it may.",
        {"readings": ("1", "2"), "force": "can"},
    ),
]


def in_short(record: ClaimRecord) -> str:
    return ", ".join(f"{case.name} {case.outcome}" for case in record.readings)


def test_the_reasons_are_those_of_the_snapshot() -> None:
    lines = [f"{title}:\n  {about_claim(why(record))}" for title, record in CLAIMS.items()]
    for record, text, says in STATEMENTS:
        given = "".join(f", {name}={value!r}" for name, value in says.items())
        lines.append(f"{text} ({in_short(record)}{given})\n  {reason(record, text, **says)}")
    snapshots.matches("\n".join(lines) + "\n", SNAPSHOT)


def test_words_written_for_other_outcomes_are_not_believed() -> None:
    assert on_what_it_depends(CLAIMS["depends, but was published otherwise"]) is None


def test_a_claim_that_never_ran_or_broke_says_so() -> None:
    link = Link("q/c", force="can")
    assert why_of_statement("", link, verdict_of_link(link, None), None, None) == "was not run."
    broken = replace(claim("q/c", "NO VERDICT", [reading("1", None, None)]), why="broke in “1”.")
    found = verdict_of_link(link, broken.results)
    assert why_of_statement("", link, found, broken, None) == "broke in “1”."
