"""Readings make a claim's verdict, claims make a statement's: the whole table, exhaustively."""

from itertools import combinations_with_replacement, product

import pytest

from refute.decision.outcome import Outcome
from refute.decision.verdict import (
    WORST_FIRST,
    Judged,
    Link,
    Verdict,
    control_flips,
    verdict_of_claim,
    verdict_of_statement,
)

HOLDS, FAILS, UNDECIDED = Outcome
OUTCOMES = (HOLDS, FAILS, UNDECIDED, None)


def judged(role: str, outcomes, check: str = "test_it") -> list[Judged]:
    return [Judged(f"{role} {at}", check, outcome) for at, outcome in enumerate(outcomes)]


def verdict(readings, controls) -> Verdict:
    return verdict_of_claim(judged("reading", readings), judged("control", controls))[0]


# Written from the definitions, in their order of precedence, not from the code.
def expected(readings: tuple, controls: tuple) -> Verdict:
    everything = {*readings, *controls}
    if None in everything:
        return Verdict.NONE
    for control in controls:
        if control is UNDECIDED:
            continue
        opposite = {HOLDS: FAILS, FAILS: HOLDS}[control]
        if set(readings) != {UNDECIDED} and opposite not in readings:
            return Verdict.NONE
    if UNDECIDED in controls or (controls and set(readings) == {UNDECIDED}):
        return Verdict.UNDECIDED
    if {HOLDS, FAILS} <= set(readings):
        return Verdict.DEPENDS
    if UNDECIDED in readings:
        return Verdict.UNDECIDED
    return Verdict.SUPPORTED if set(readings) == {HOLDS} else Verdict.REFUTED


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_verdict_of_every_combination_of_readings_and_controls_of_one_check(count):
    seen = set()
    for readings in product(OUTCOMES, repeat=count):
        for controls in (c for k in (0, 1, 2) for c in product(OUTCOMES, repeat=k)):
            found = verdict(readings, controls)
            assert found is expected(readings, controls), (readings, controls)
            seen.add(found)
    assert seen == set(Verdict) - (set() if count > 1 else {Verdict.DEPENDS})


@pytest.mark.parametrize(
    ("readings", "controls", "found"),
    [
        ([HOLDS, HOLDS], [FAILS], "SUPPORTED"),
        ([FAILS, FAILS], [HOLDS], "REFUTED"),
        ([HOLDS, FAILS], [FAILS], "DEPENDS"),
        ([HOLDS, FAILS, UNDECIDED], [FAILS], "DEPENDS"),
        ([HOLDS, UNDECIDED], [FAILS], "UNDECIDED"),
        ([UNDECIDED], [FAILS], "UNDECIDED"),
        ([HOLDS], [UNDECIDED], "UNDECIDED"),
        ([HOLDS], [HOLDS], "NO VERDICT"),
        ([FAILS], [FAILS], "NO VERDICT"),
        ([HOLDS, FAILS], [UNDECIDED, None], "NO VERDICT"),
        ([None, HOLDS], [FAILS], "NO VERDICT"),
        ([HOLDS], [UNDECIDED, HOLDS], "NO VERDICT"),
        ([HOLDS], [HOLDS, UNDECIDED], "NO VERDICT"),
    ],
)
def test_the_verdict_of_cases_worth_reading(readings, controls, found):
    assert verdict(readings, controls) == found


def test_a_control_is_judged_against_readings_of_its_own_check_only():
    readings = [Judged("steps", "test_steps", HOLDS), Judged("time", "test_time", FAILS)]
    like_its_own = [Judged("control", "test_steps", HOLDS)]
    assert verdict_of_claim(readings, like_its_own)[0] is Verdict.NONE
    unlike_its_own = [Judged("control", "test_steps", FAILS)]
    assert verdict_of_claim(readings, unlike_its_own)[0] is Verdict.DEPENDS
    of_no_check = [Judged("control", "test_else", FAILS)]
    assert verdict_of_claim(readings, of_no_check)[0] is Verdict.UNDECIDED


def test_a_claim_without_a_reading_is_not_refuted():
    assert verdict_of_claim([], [])[0] is Verdict.NONE
    assert verdict_of_claim([], judged("control", [FAILS]))[0] is Verdict.NONE


def test_the_reason_names_the_readings_and_controls_that_decided():
    def why(readings, controls):
        return verdict_of_claim(judged("reading", readings), judged("control", controls))[1]

    assert why([HOLDS, FAILS], [FAILS]) == "holds for “reading 0”; fails for “reading 1”."
    assert "“control 1”" in why([HOLDS], [FAILS, HOLDS])
    assert "“control 0”" in why([HOLDS], [UNDECIDED])
    assert why([HOLDS, None], [FAILS]) == "broke: “reading 1”."
    assert why([HOLDS, UNDECIDED], [FAILS]) == "undecided: “reading 1”."


def test_a_control_flips_only_between_decided_opposites():
    for control, reading in product(Outcome, repeat=2):
        assert control_flips(control, [reading]) == ({control, reading} == {HOLDS, FAILS})
    assert control_flips(FAILS, [UNDECIDED, None, HOLDS])
    assert not control_flips(FAILS, [UNDECIDED, None])
    assert not control_flips(FAILS, [])


# --- statements ----------------------------------------------------------------------------

ORDER = ("NO VERDICT", "REFUTED", "DEPENDS", "UNDECIDED", "SUPPORTED")


def of_statement(*verdicts: Verdict, denies: bool = False, unencoded: int = 0):
    links = [Link(f"q/c{at}", asserts=not denies) for at in range(len(verdicts))]
    return verdict_of_statement(
        links, {link.claim: one for link, one in zip(links, verdicts, strict=True)}, unencoded
    )


def test_a_statement_takes_the_worst_verdict_of_its_claims_and_names_the_claim():
    assert tuple(WORST_FIRST) == ORDER
    for verdicts in combinations_with_replacement(Verdict, 3):
        found = of_statement(*verdicts)
        assert found.verdict == min(verdicts, key=ORDER.index)
        assert verdicts[int(found.decisive[-1])] is found.verdict


def test_a_statement_that_denies_its_claim_takes_the_verdict_turned_round():
    turned = {verdict: of_statement(verdict, denies=True).verdict for verdict in Verdict}
    assert turned == {
        Verdict.SUPPORTED: Verdict.REFUTED,
        Verdict.REFUTED: Verdict.SUPPORTED,
        Verdict.DEPENDS: Verdict.DEPENDS,
        Verdict.UNDECIDED: Verdict.UNDECIDED,
        Verdict.NONE: Verdict.NONE,
    }
    assert all(verdict.denied().denied() is verdict for verdict in Verdict)


def test_denying_comes_before_taking_the_worst():
    links = [Link("q/true"), Link("q/false", asserts=False)]
    verdicts = {"q/true": Verdict.SUPPORTED, "q/false": Verdict.REFUTED}
    assert verdict_of_statement(links, verdicts).verdict is Verdict.SUPPORTED
    links = [Link("q/false"), Link("q/true", asserts=False)]
    found = verdict_of_statement(links, verdicts)
    assert (found.verdict, found.decisive) == (Verdict.REFUTED, "q/false")


def test_a_link_to_a_claim_not_encoded_yet_leaves_the_statement_partly_checked():
    assert of_statement(Verdict.SUPPORTED, unencoded=1).partly
    assert not of_statement(Verdict.SUPPORTED).partly
    assert verdict_of_statement([], {}, unencoded=2) is None


def test_a_claim_that_the_ledger_has_not_leaves_no_verdict():
    assert verdict_of_statement([Link("q/gone")], {}).verdict is Verdict.NONE
