"""Readings make a claim's verdict, claims make a statement's: the whole table, exhaustively.

What is expected is written from the prose of the design, case by case, and not from the code.
"""

from itertools import chain, combinations, combinations_with_replacement, product

import pytest

from refute.decision.outcome import Outcome
from refute.decision.verdict import (
    WORST_FIRST,
    ClaimVerdict,
    Fault,
    Judged,
    Link,
    LinkVerdict,
    Results,
    Verdict,
    control_flips,
    verdict_of_claim,
    verdict_of_link,
    verdict_of_statement,
)

HOLDS, FAILS, UNDECIDED = Outcome
OUTCOMES = (HOLDS, FAILS, UNDECIDED, None)
OPPOSITE = {HOLDS: FAILS, FAILS: HOLDS}
FORCES = ("plain", "always", "not always", "can")


def cases(role: str, outcomes, check: str = "test_it", of=None) -> tuple[Judged, ...]:
    kinds = of or ["sense"] * len(outcomes)
    return tuple(
        Judged(f"{role} {at}", check, outcome, kind)
        for at, (outcome, kind) in enumerate(zip(outcomes, kinds, strict=True))
    )


def results(readings, controls=(), of=None) -> Results:
    return Results(cases("reading", readings, of=of), cases("control", controls))


def verdict(readings, controls=(), of=None) -> Verdict:
    return verdict_of_claim(results(readings, controls, of)).verdict


# --- the independent table -----------------------------------------------------------------


def ruined(readings, controls, of) -> bool:
    """Something broke, nothing was read in its sense, or a control came out the wrong way."""
    if None in (*readings, *controls) or "sense" not in of:
        return True
    return any(control is not UNDECIDED and set(readings) == {control} for control in controls)


def proven(readings, controls) -> bool:
    """Every control is opposite to a reading of the check, both decided."""
    return all(OPPOSITE.get(control) in readings for control in controls)


def table(readings, controls, of, asserts=True, force="plain", named=()) -> str:
    """The verdict of a claim of one check, or of a statement linked to it so."""
    if ruined(readings, controls, of):
        return "NO VERDICT"
    seen = list(readings)
    if not proven(readings, controls):
        seen = [UNDECIDED] * len(seen)
    if not asserts:
        seen = [OPPOSITE.get(outcome, outcome) for outcome in seen]
    if named:
        judge = [seen[at] for at in named]
    elif force in ("always", "not always"):
        judge = seen
    else:
        judge = [outcome for outcome, kind in zip(seen, of, strict=True) if kind == "sense"]
    holding = [outcome for outcome in judge if outcome is HOLDS]
    failing = [outcome for outcome in judge if outcome is FAILS]
    if force in ("can", "not always"):
        if holding:
            return "SUPPORTED"
        return "REFUTED" if len(failing) == len(judge) else "UNDECIDED"
    if force == "always":
        if failing:
            return "REFUTED"
        return "SUPPORTED" if len(holding) == len(judge) else "UNDECIDED"
    if holding and failing:
        return "DEPENDS"
    if len(holding) == len(judge):
        return "SUPPORTED"
    return "REFUTED" if len(failing) == len(judge) else "UNDECIDED"


def subsets(count: int):
    return chain.from_iterable(combinations(range(count), size) for size in range(count + 1))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_verdict_of_every_combination_of_readings_and_controls_of_one_check(count):
    seen = set()
    for readings in product(OUTCOMES, repeat=count):
        for of in product(("sense", "letter"), repeat=count):
            for controls in (c for k in (0, 1, 2) for c in product(OUTCOMES, repeat=k)):
                found = verdict(readings, controls, of)
                assert found == table(readings, controls, of), (readings, controls, of)
                seen.add(found)
    assert seen == set(Verdict) - (set() if count > 1 else {Verdict.DEPENDS})


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("force", FORCES)
@pytest.mark.parametrize("asserts", [True, False])
def test_the_verdict_of_every_statement_of_one_claim(count, force, asserts):
    for readings in product(OUTCOMES, repeat=count):
        for of in product(("sense", "letter"), repeat=count):
            for controls in ((), *product(OUTCOMES, repeat=1)):
                for named in subsets(count):
                    link = Link("q/c", asserts, force, tuple(f"reading {at}" for at in named))
                    found = verdict_of_link(link, results(readings, controls, of))
                    expected = table(readings, controls, of, asserts, force, named)
                    assert found.verdict == expected, (readings, of, controls, link)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_strictly_marks_what_is_supported_though_a_reading_of_the_letter_fails(count):
    for readings in product((HOLDS, FAILS, UNDECIDED), repeat=count):
        for of in product(("sense", "letter"), repeat=count):
            for controls in ((), (HOLDS,), (FAILS,), (UNDECIDED,)):
                here = results(readings, controls, of)
                supported = table(readings, controls, of) == "SUPPORTED"
                fails = (FAILS, "letter") in zip(readings, of, strict=True)
                assert verdict_of_claim(here).strictly == (supported and fails)
                assert verdict_of_link(Link("q/c"), here).strictly == (supported and fails)
                denied = verdict_of_link(Link("q/c", asserts=False), here)
                assert denied.strictly == (
                    table(readings, controls, of, asserts=False) == "SUPPORTED"
                    and (HOLDS, "letter") in zip(readings, of, strict=True)
                )


def test_nothing_is_said_strictly_of_what_speaks_of_every_case_one_case_or_named_ones():
    here = results([HOLDS, FAILS], [FAILS], ["sense", "letter"])
    assert verdict_of_link(Link("q/c"), here) == LinkVerdict(
        Verdict.SUPPORTED, ("reading 0",), strictly=True
    )
    for link in (Link("q/c", force="can"), Link("q/c", readings=("reading 0",))):
        assert verdict_of_link(link, here) == LinkVerdict(Verdict.SUPPORTED, ("reading 0",))
    always = verdict_of_link(Link("q/c", force="always"), here)
    assert always == LinkVerdict(Verdict.REFUTED, ("reading 0", "reading 1"))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_refutes_always_supports_not_always_and_the_reverse(count):
    for readings in product((HOLDS, FAILS, UNDECIDED), repeat=count):
        for of in product(("sense", "letter"), repeat=count):
            here = results(readings, (), of)
            for asserts in (True, False):
                always = verdict_of_link(Link("q/c", asserts, "always"), here).verdict
                not_always = verdict_of_link(Link("q/c", not asserts, "not always"), here).verdict
                assert {always, not_always} in (
                    {Verdict.SUPPORTED, Verdict.REFUTED},
                    {Verdict.UNDECIDED},
                    {Verdict.NONE},
                )


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
        ([HOLDS, FAILS], [UNDECIDED], "UNDECIDED"),
        ([HOLDS], [HOLDS], "NO VERDICT"),
        ([FAILS], [FAILS], "NO VERDICT"),
        ([HOLDS, FAILS], [UNDECIDED, None], "NO VERDICT"),
        ([None, HOLDS], [FAILS], "NO VERDICT"),
        ([HOLDS], [UNDECIDED, HOLDS], "NO VERDICT"),
        ([HOLDS], [HOLDS, UNDECIDED], "NO VERDICT"),
        # The reading that the control would flip is undecided: no fault of the control's.
        ([HOLDS, UNDECIDED], [HOLDS], "UNDECIDED"),
    ],
)
def test_the_verdict_of_cases_worth_reading(readings, controls, found):
    assert verdict(readings, controls) == found


def test_a_control_is_judged_against_readings_of_its_own_check_only():
    readings = (Judged("steps", "test_steps", HOLDS), Judged("time", "test_time", FAILS))
    like_its_own = Results(readings, (Judged("control", "test_steps", HOLDS),))
    assert verdict_of_claim(like_its_own).verdict is Verdict.NONE
    unlike_its_own = Results(readings, (Judged("control", "test_steps", FAILS),))
    assert verdict_of_claim(unlike_its_own).verdict is Verdict.DEPENDS
    undecided = Results(readings, (Judged("control", "test_steps", UNDECIDED),))
    assert verdict_of_claim(undecided).verdict is Verdict.UNDECIDED  # of what is left, one fails


def test_a_control_may_flip_a_reading_of_the_letter():
    assert verdict([HOLDS, FAILS], [HOLDS], ["sense", "letter"]) is Verdict.SUPPORTED
    assert verdict([HOLDS, HOLDS], [HOLDS], ["sense", "letter"]) is Verdict.NONE


def test_an_undecided_control_of_a_check_of_the_letter_leaves_the_sense_alone():
    here = Results(
        (Judged("usual", "test_usual", HOLDS), Judged("odd", "test_odd", FAILS, "letter")),
        (Judged("other", "test_usual", FAILS), Judged("even", "test_odd", UNDECIDED)),
    )
    assert verdict_of_claim(here).verdict is Verdict.SUPPORTED
    assert not verdict_of_claim(here).strictly
    assert verdict_of_link(Link("q/c", force="always"), here).verdict is Verdict.UNDECIDED


def test_a_claim_without_a_reading_of_the_sense_is_not_refuted():
    assert verdict([]) is Verdict.NONE
    assert verdict([], [FAILS]) is Verdict.NONE
    assert verdict([FAILS], [HOLDS], ["letter"]) is Verdict.NONE


def test_a_verdict_names_the_readings_and_controls_that_it_rests_on():
    def found(readings, controls, of=None):
        return verdict_of_claim(results(readings, controls, of))

    depends = found([HOLDS, FAILS], [FAILS])
    assert (depends.holding, depends.failing) == (("reading 0",), ("reading 1",))
    assert found([HOLDS], [FAILS, HOLDS]).fault.control.name == "control 1"
    assert found([HOLDS], [UNDECIDED]).open_controls == ("control 0",)
    assert found([HOLDS, None], [FAILS]).fault.broken == ("reading 1",)
    assert found([], []).fault == Fault()
    for control in (FAILS, HOLDS):
        unsettled = found([HOLDS, UNDECIDED], [control])
        assert (unsettled.open_controls, unsettled.open_readings) == ((), ("reading 1",))
    assert found([FAILS, HOLDS], [HOLDS], ["sense", "letter"]).failing == ("reading 0",)
    # No reading of the sense is open: the control waits for one of the letter.
    waits = found([HOLDS, UNDECIDED], [HOLDS], ["sense", "letter"])
    assert (waits.verdict, waits.open_readings) == (Verdict.UNDECIDED, ("reading 1",))


def test_a_control_flips_between_decided_opposites_and_is_open_while_a_reading_is():
    for control, reading in product(Outcome, repeat=2):
        opposite = {control, reading} == {HOLDS, FAILS}
        still_open = UNDECIDED in (control, reading)
        expected = True if opposite else None if still_open else False
        assert control_flips(control, [reading]) is expected
    assert control_flips(FAILS, [UNDECIDED, None, HOLDS]) is True
    assert control_flips(FAILS, [UNDECIDED, FAILS]) is None
    assert control_flips(FAILS, [FAILS, None]) is None
    assert control_flips(FAILS, []) is None


def test_a_control_that_flips_only_what_differs_on_this_machine_leaves_the_claim_undecided():
    # Published: "wide" holds.  On this machine, it is timed as the opposite.
    wide = Judged("wide", "test_time", FAILS, differs=True)
    narrow, idle = Judged("narrow", "test_time", FAILS), Judged("full", "test_time", FAILS)
    here = verdict_of_claim(Results((narrow, wide), (idle,)))
    assert here == ClaimVerdict(
        Verdict.UNDECIDED, failing=(), open_readings=(), idle_controls=("full",)
    )
    assert verdict_of_claim(Results((narrow,), (idle,))).verdict is Verdict.NONE
    flipping = Judged("empty", "test_time", HOLDS)
    assert verdict_of_claim(Results((narrow, wide), (flipping,))).verdict is Verdict.REFUTED
    # A reading that differs in one check excuses no control of another.
    other = Judged("full", "test_steps", FAILS)
    steps = Judged("steps", "test_steps", FAILS)
    assert verdict_of_claim(Results((steps, wide), (other,))).verdict is Verdict.NONE


# --- statements ----------------------------------------------------------------------------

ORDER = ("NO VERDICT", "REFUTED", "DEPENDS", "UNDECIDED", "SUPPORTED")
HAS = {
    Verdict.SUPPORTED: results([HOLDS], [FAILS]),
    Verdict.REFUTED: results([FAILS], [HOLDS]),
    Verdict.DEPENDS: results([HOLDS, FAILS], [HOLDS]),
    Verdict.UNDECIDED: results([UNDECIDED], [HOLDS]),
    Verdict.NONE: results([None]),
}
"""What a claim of each verdict came to."""


def of_statement(*verdicts: Verdict, denies: bool = False, unencoded: int = 0):
    links = [Link(f"q/c{at}", asserts=not denies) for at in range(len(verdicts))]
    found = {link.claim: HAS[verdict] for link, verdict in zip(links, verdicts, strict=True)}
    return verdict_of_statement(links, found, unencoded)


def test_a_statement_takes_the_worst_verdict_of_its_claims_and_names_the_link():
    assert tuple(WORST_FIRST) == ORDER
    for verdicts in combinations_with_replacement(Verdict, 3):
        found = of_statement(*verdicts)
        assert found.verdict == min(verdicts, key=ORDER.index)
        assert verdicts[int(found.decisive.claim[-1])] is found.verdict


def test_a_statement_that_denies_its_claim_takes_the_verdict_turned_round():
    turned = {verdict: of_statement(verdict, denies=True).verdict for verdict in Verdict}
    assert turned == {
        Verdict.SUPPORTED: Verdict.REFUTED,
        Verdict.REFUTED: Verdict.SUPPORTED,
        Verdict.DEPENDS: Verdict.DEPENDS,
        Verdict.UNDECIDED: Verdict.UNDECIDED,
        Verdict.NONE: Verdict.NONE,
    }


def test_denying_comes_before_taking_the_worst():
    found = {"q/true": HAS[Verdict.SUPPORTED], "q/false": HAS[Verdict.REFUTED]}
    links = [Link("q/true"), Link("q/false", asserts=False)]
    assert verdict_of_statement(links, found).verdict is Verdict.SUPPORTED
    links = [Link("q/false"), Link("q/true", asserts=False)]
    worst = verdict_of_statement(links, found)
    assert (worst.verdict, worst.decisive) == (Verdict.REFUTED, links[0])


def test_a_link_to_a_claim_not_encoded_yet_leaves_the_statement_partly_checked():
    assert of_statement(Verdict.SUPPORTED, unencoded=1).partly
    assert not of_statement(Verdict.SUPPORTED).partly
    assert verdict_of_statement([], {}, unencoded=2) is None


def test_what_the_ledger_has_not_leaves_no_verdict():
    assert verdict_of_statement([Link("q/gone")], {}).verdict is Verdict.NONE
    assert verdict_of_statement([Link("q/c")], {"q/c": None}).verdict is Verdict.NONE
    gone = Link("q/c", readings=("reading 0", "reading 9"))
    assert verdict_of_link(gone, HAS[Verdict.SUPPORTED]).verdict is Verdict.NONE
