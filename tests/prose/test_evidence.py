"""Evidence in words says the number, its interval, the region and the count that decided."""

import pytest
from msgspec.structs import replace

from refute.ledger import (
    Cited,
    EdgeRecord,
    Evidence,
    Measured,
    NotMeasured,
    ReadingRecord,
    Reused,
    Searched,
)
from refute.prose.evidence import in_words, reused_in_words
from tests import make


def reading(
    evidence: Evidence | None,
    outcome: str | None = "holds",
    *,
    name: str = "rate 0.5",
    role: str = "reading",
    error: str | None = None,
) -> ReadingRecord:
    return make.reading(name, outcome, evidence, role=role, error=error)


def edge(
    at: float, side: str, wrong: int, within: int, settled: str | None, *, open: bool = False
) -> EdgeRecord:
    return make.edge(at, side, wrong, within, settled, open=open, allowed=37)


def measured(
    edge: EdgeRecord, *, words: str = "roughly 2", of: str = "median", timed: bool = False
) -> Measured:
    """Evidence of 128 pairs against a region with this edge."""
    is_low = edge.side == "low"
    low, high = (edge.edge, None) if is_low else (None, edge.edge)
    opened = {"low_open" if is_low else "high_open": edge.open}
    region = make.region(low, high, words, **opened, of=of)
    pairs = make.by_hand(1.9, 2.1, 2.3, [], quantity=make.STEPS)
    return replace(pairs, region=region, n=128, edges=[edge], timed=timed)


@pytest.mark.parametrize(
    ("side", "open_", "beside"),
    [
        ("low", False, "5 of 128 pairs reach 1"),
        ("low", True, "5 of 128 pairs exceed 1"),
        ("high", False, "5 of 128 pairs are at most 1"),
        ("high", True, "5 of 128 pairs are below 1"),
    ],
)
def test_a_replicate_on_an_edge_is_worded_by_the_side_where_it_counts(
    side: str, open_: bool, beside: str
) -> None:
    beyond = measured(edge(1, side, 123, 5, "beyond", open=open_))
    assert f"only {beside}; 37 or fewer refute the claim" in in_words(reading(beyond, "fails"))
    inside = measured(edge(1, side, 123, 5, "inside", open=open_))
    assert f"{beside}; 37 exceptions are allowed" in in_words(reading(inside, "holds"))


@pytest.mark.parametrize(
    ("of", "side", "outcome", "rule"),
    [
        ("median", "low", "holds", "no exceptions are allowed"),
        ("median", "low", "fails", "only 0 refute the claim"),
        ("median", "low", "undecided", "all 16 would support the claim; only 0 would refute it"),
        ("proportion", "high", "holds", "only 0 are allowed"),
        ("proportion", "high", "fails", "all 16 refute the claim"),
        ("proportion", "high", "undecided", "only 0 would support the claim; all 16 would refute"),
    ],
)
def test_a_count_that_allows_no_exception_is_worded_so(
    of: str, side: str, outcome: str, rule: str
) -> None:
    settled = {"holds": "inside", "fails": "beyond"}.get(outcome)
    evidence = measured(edge(0.5, side, 0, 0, settled), of=of)
    strict = replace(evidence.edges[0], allowed_wrong=0, allowed_within=0)
    assert f"; {rule}" in in_words(reading(replace(evidence, n=16, edges=[strict]), outcome))


def test_words_that_say_their_bounds_are_not_repeated() -> None:
    evidence = measured(
        edge(1.1, "low", 2, 126, "inside"), words="noticeably slower (at least 1.1 times)"
    )
    assert "claimed noticeably slower (at least 1.1 times): 126 of" in in_words(reading(evidence))


def test_a_one_sided_region_without_bounds_in_its_words_gets_them() -> None:
    evidence = measured(edge(0.01, "high", 2, 126, "inside", open=True), words="none")
    assert "claimed none (less than 0.01)" in in_words(reading(evidence))


def test_a_timing_says_that_it_was_taken_here() -> None:
    evidence = measured(edge(1.1, "low", 0, 128, "inside"), timed=True)
    assert "128 pairs, timed on this machine)" in in_words(reading(evidence))


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (Searched("every", 200, 0), "no counterexample in 200 examples"),
        (Searched("every", 1, 0), "no counterexample in 1 example"),
        (Searched("every", 9, 1, counterexample="net(\n  2)"), "counterexample: net( 2)"),
        (
            Searched("every", 9, 1, counterexample="x=0", message="0 is not above 0"),
            "counterexample: x=0 (0 is not above 0)",
        ),
        (Searched("some", 9, 8, witness="x=1"), "witness: x=1"),
        (Searched("no", 9, 8, witness="x=1"), "witness: x=1"),
        (Searched("some", 9, 9), "no witness in 9 examples"),
        (Searched("no", 9, 0), "no witness in 9 examples"),
        (NotMeasured("timing was\nswitched off"), "not measured: timing was switched off"),
        (Cited("the paper says so"), "cited, not measured: the paper says so"),
    ],
)
def test_other_evidence_in_words(evidence: Evidence, words: str) -> None:
    assert in_words(reading(evidence)) == words


def test_a_crash_shows_the_line_that_says_what_was_raised() -> None:
    error = "Traceback ...\n  File ...\nZeroDivisionError: division by zero\n"
    assert (
        in_words(reading(None, None, error=error)) == "broke: ZeroDivisionError: division by zero"
    )


def test_a_reading_that_has_not_run_says_so() -> None:
    assert in_words(reading(None, None)) == "not measured: it has not run"


def test_what_an_earlier_run_measured_says_so_and_when():
    then = Reused(100, 100, "2026-02-28T09:15:00+00:00", "a machine")
    fresh = reading(make.searched("holds"))
    words = in_words(replace(fresh, reused=then))
    assert in_words(fresh) == "no counterexample in 100 examples"
    assert words == f"{in_words(fresh)}; measured 2026-02-28 09:15 UTC by an earlier run"


def test_reuse_in_part_says_how_much_and_stays_one_line():
    part = Reused(48, 128, "then\nor later", "a machine")
    searched = replace(reading(make.searched("holds", examples=128)), reused=part)
    words = "48 of 128 measured by earlier runs, the oldest then or later"
    assert reused_in_words(searched) == words


def test_of_a_race_only_the_counts_are_reused():
    timed = reading(measured(edge(1.1, "low", 0, 128, "inside"), timed=True))
    then = Reused(256, 256, "2026-02-28T09:15:00+00:00", "a machine")
    words = in_words(replace(timed, reused=then))
    assert words.endswith("; counts measured 2026-02-28 09:15 UTC by an earlier run")
    part = replace(timed, reused=replace(then, number=48))
    assert reused_in_words(part).startswith("48 of 256 counts measured by earlier runs, ")
