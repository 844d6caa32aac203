"""Reasons of marks: each says what decided, in the sentence and in the claim."""

import pytest
from msgspec.structs import replace

from refute.decision.deciding import deciding_of_link
from refute.decision.verdict import Link, verdict_of_claim, verdict_of_link
from refute.ledger import ClaimRecord, ReadingRecord
from refute.prose.reasons import about_claim, on_what_it_depends, why_of_claim
from refute.prose.statements import why_of_statement
from refute.wording import slower
from tests.make import claim, measured, reading, searched

SEARCHED, FOUND = searched("holds", examples=9), searched("fails")


def made(*outcomes: str, letter: str = "", depends: str | None = None) -> ClaimRecord:
    """A claim with readings "1", "2", ... of the sense, and "odd" of the letter."""
    readings = [
        reading(f"{at}", outcome, SEARCHED if outcome == "holds" else FOUND)
        for at, outcome in enumerate(outcomes, start=1)
    ]
    if letter:
        odd = reading("odd", letter, SEARCHED if letter == "holds" else FOUND)
        readings.append(replace(odd, of="letter"))
    return replace(claim("q/c", None, readings), depends=depends)


def why(record: ClaimRecord) -> str:
    assert record.results is not None
    return why_of_claim(record, verdict_of_claim(record.results))


def reason(record: ClaimRecord, text: str = "So it is.", **says: object) -> str:
    link = Link("q/c", **says)
    assert record.results is not None
    record = replace(record, why=why(record))
    deciding = record.case(deciding_of_link(link, record.results))
    return why_of_statement(text, link, verdict_of_link(link, record.results), record, deciding)


DEPENDS = "holds at the start, not after it"


def test_a_claim_says_in_its_own_words_on_what_it_depends() -> None:
    record = made("holds", "fails", depends=f"{DEPENDS}.")
    assert why(record) == f"{DEPENDS}."
    assert reason(record) == f"{DEPENDS}."
    assert about_claim(why(record)) == f"It {DEPENDS}."
    needs = made("holds", "fails", depends="needs small integers")
    assert about_claim(why(needs)) == "It needs small integers."
    assert why(made("holds", "fails")) == "holds for “1”; fails for “2”."


def test_words_written_for_other_outcomes_are_not_believed() -> None:
    record = made("holds", "fails", depends=DEPENDS)
    turned = [replace(record.readings[0], published="fails"), *record.readings[1:]]
    assert on_what_it_depends(replace(record, readings=turned)) is None
    assert why(replace(record, readings=turned)) == "holds for “1”; fails for “2”."


def test_a_reading_that_is_left_open_is_named_after_the_words_of_the_claim() -> None:
    record = made("holds", "fails", "undecided", depends=DEPENDS)
    published = replace(record.readings[2], published="fails")
    open_ = replace(record, readings=[*record.readings[:2], published])
    assert why(open_) == f"{DEPENDS}. This run leaves “3” undecided."


def test_what_fails_by_the_letter_alone_is_said_strictly() -> None:
    record = made("holds", letter="fails")
    assert why(record) == "holds for “1”. Strictly speaking, it fails for “odd”."
    assert reason(record) == why(record)
    denied = made("fails", letter="holds")
    assert reason(denied, asserts=False) == "fails for “1”. Strictly speaking, it holds for “odd”."
    assert why(denied) == "fails for “1”."


def test_a_claim_without_a_verdict_or_undecided_says_what_is_missing() -> None:
    holds, fails = reading("a", "holds", SEARCHED), reading("b", "fails", FOUND)
    control = reading("c", "holds", SEARCHED, role="control")

    def why_of(*cases: ReadingRecord) -> str:
        return why(claim("q/c", None, list(cases)))

    assert why_of(holds, replace(fails, outcome=None)) == "broke in “b”."
    assert why_of(control) == "has no reading."
    assert why_of(holds, control) == (
        "has a check that proves nothing: the control “c” came out like the reading it should flip "
        "(holds)."
    )
    assert why_of(replace(holds, outcome="undecided"), fails) == "is undecided for “a”."
    open_, second = (replace(control, outcome="undecided", name=name) for name in "cd")
    assert why_of(holds, open_) == "is left undecided by the control “c”."
    assert why_of(holds, open_, second) == "is left undecided by the controls “c” and “d”."
    outcome, evidence = measured(slower(), 2.0)
    timed = reading("a", outcome, replace(evidence, timed=True), published="fails")
    assert why_of(timed, control) == "has no reading on this machine that “c” could flip."


@pytest.mark.parametrize(
    ("record", "text", "link", "expected"),
    [
        (
            made("fails", "holds"),
            "It may do so.",
            {"force": "can"},
            "holds for “2”: the sentence says “may”, and one reading that holds is enough.",
        ),
        (
            made("fails", "fails"),
            "It can do so.",
            {"force": "can"},
            "fails in every reading: the sentence says “can”, but it holds in none.",
        ),
        (
            made("holds", letter="fails"),
            "It may not do so.",
            {"force": "can", "asserts": False},
            "holds in every reading of the sense: the sentence speaks of some cases, but it fails "
            "in none.",
        ),
        (
            made("fails", "undecided"),
            "It happens.",
            {"force": "can"},
            "is undecided: the sentence speaks of some cases, but no reading is known to hold.",
        ),
        (
            made("holds", "fails"),
            "It sometimes does not.",
            {"force": "can", "asserts": False},
            "fails for “2”: the sentence says “sometimes”, and one reading that fails is enough.",
        ),
        (
            made("holds", letter="fails"),
            "It does not always.",
            {"force": "not always", "asserts": False},
            "fails, strictly speaking, for “odd”: the sentence says “not always”, and one reading "
            "that fails is enough.",
        ),
        (
            made("holds", "fails", letter="fails"),
            "It does not always.",
            {"force": "not always", "asserts": False},
            "fails for “2”: the sentence says “not always”, and one reading that fails is enough.",
        ),
        (
            made("holds", letter="holds"),
            "It does not always.",
            {"force": "not always", "asserts": False},
            "holds in every reading: the sentence says “not always”, but it fails in none.",
        ),
        (
            made("holds", letter="holds"),
            "It always does.",
            {"force": "always"},
            "holds in every reading: the sentence says “always”, so every reading counts.",
        ),
        (
            made("holds", "fails"),
            "It always does.",
            {"force": "always"},
            "fails for “2”: the sentence says “always”, and one reading that fails is enough.",
        ),
        (
            made("holds", letter="fails"),
            "It always does.",
            {"force": "always"},
            "fails, strictly speaking, for “odd”: the sentence says “always”, so every reading "
            "counts, including those of the letter.",
        ),
        (
            made("fails", letter="holds"),
            "It never does.",
            {"force": "always", "asserts": False},
            "holds, strictly speaking, for “odd”: the sentence says “never”, so every reading "
            "counts, including those of the letter.",
        ),
        (
            made("holds", "undecided"),
            "It always does.",
            {"force": "always"},
            "is undecided: the sentence says “always”, but not every reading is known to hold.",
        ),
        (
            made("holds", "fails", depends=DEPENDS),
            "At the start it does.",
            {"readings": ("1",)},
            "holds for “1”. The sentence states its conditions: only this reading counts.",
        ),
        (
            made("holds", "fails", "fails"),
            "With two or three it does.",
            {"readings": ("2", "3")},
            "fails for “2” and “3”. The sentence states its conditions: only these readings count.",
        ),
        (
            made("holds", "fails", "fails", depends=DEPENDS),
            "With one and two it does.",
            {"readings": ("1", "2")},
            "fails for “2”, which meets the conditions that the sentence states. "
            f"In general, the claim {DEPENDS}.",
        ),
        (
            made("holds", "fails", "fails"),
            "With one and two it does.",
            {"readings": ("1", "2")},
            "holds for “1”; fails for “2”. "
            "The sentence states its conditions: only these readings count.",
        ),
        (
            made("holds", "fails", "fails"),
            "With two or one it may.",
            {"readings": ("1", "2"), "force": "can"},
            "holds for “1”: the sentence says “may”, and one reading that holds is enough. "
            "The sentence states its conditions: only “1” and “2” count.",
        ),
    ],
)
def test_a_statement_says_what_its_force_and_conditions_did(
    record: ClaimRecord, text: str, link: dict[str, object], expected: str
) -> None:
    assert reason(record, text, **link) == expected


def test_a_claim_that_never_ran_or_broke_says_so() -> None:
    link = Link("q/c", force="can")
    assert why_of_statement("", link, verdict_of_link(link, None), None, None) == "was not run."
    broken = replace(claim("q/c", "NO VERDICT", [reading("1", None, None)]), why="broke in “1”.")
    found = verdict_of_link(link, broken.results)
    assert why_of_statement("", link, found, broken, None) == "broke in “1”."
