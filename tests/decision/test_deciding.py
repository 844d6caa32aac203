"""One reading is cited for a verdict: the same wherever the same readings count."""

import pytest

from refute.decision.deciding import deciding, deciding_of_link
from refute.decision.outcome import Outcome
from refute.decision.verdict import Judged, Link, Results, Verdict, verdict_of_claim

HOLDS, FAILS, UNDECIDED = Outcome
FAR = Judged("far", "test_it", HOLDS, closeness=0.1)
NEAR = Judged("near", "test_it", HOLDS, closeness=0.9)
FAILING = Judged("failing", "test_it", FAILS, closeness=9.0)
OPEN = Judged("open", "test_it", UNDECIDED, closeness=3.0)
BROKEN = Judged("broken", "test_it", None)
ODD = Judged("odd", "test_it", FAILS, "letter", closeness=9.0)
FLIPPING = Judged("flipping", "test_it", FAILS)
STUCK = Judged("stuck", "test_it", HOLDS)
DIFFERS = Judged("differs", "test_it", FAILS, differs=True)
OPEN_CONTROL = Judged("open control", "test_it", UNDECIDED)


@pytest.mark.parametrize(
    ("readings", "controls", "verdict", "decisive"),
    [
        ([FAR, NEAR], [FLIPPING], "SUPPORTED", "near"),
        ([FAR, NEAR, ODD], [FLIPPING], "SUPPORTED", "near"),
        ([FAILING], [STUCK], "REFUTED", "failing"),
        ([FAR, FAILING], [STUCK], "DEPENDS", "failing"),
        ([FAR, OPEN], [FLIPPING], "UNDECIDED", "open"),
        ([FAR, OPEN], [FLIPPING, OPEN_CONTROL], "UNDECIDED", "open control"),
        ([FAILING, DIFFERS], [FLIPPING], "UNDECIDED", "differs"),
        ([FAR, NEAR], [STUCK], "NO VERDICT", "stuck"),
        ([FAR, BROKEN], [STUCK], "NO VERDICT", "broken"),
    ],
)
def test_a_verdict_rests_on_a_reading_or_control(readings, controls, verdict, decisive):
    results = Results(tuple(readings), tuple(controls))
    assert verdict_of_claim(results).verdict == verdict
    assert deciding(results, Verdict(verdict)).name == decisive


def test_a_claim_that_has_not_reported_cites_what_there_is():
    assert deciding(Results((FAR,)), Verdict.NONE) is FAR
    assert deciding(Results((), (FLIPPING,)), Verdict.NONE) is FLIPPING
    assert deciding(Results(()), Verdict.NONE) is None


@pytest.mark.parametrize(
    ("readings", "controls"),
    [
        ((FAR, NEAR), (FLIPPING,)),
        ((FAILING,), (STUCK,)),
        ((FAR, NEAR, FAILING), (STUCK,)),
        ((FAR, OPEN), (FLIPPING,)),
        ((FAR, BROKEN), (FLIPPING,)),
    ],
)
@pytest.mark.parametrize("asserts", [True, False])
def test_a_plain_statement_cites_what_its_claim_cites(readings, controls, asserts):
    results = Results(readings, controls)
    of_claim = deciding(results, verdict_of_claim(results).verdict)
    assert deciding_of_link(Link("q/c", asserts), results) is of_claim


@pytest.mark.parametrize(
    ("link", "decisive"),
    [
        (Link("q/c", force="can"), "near"),  # supported
        (Link("q/c", force="always"), "failing"),  # refuted
        (Link("q/c", asserts=False, force="can"), "failing"),  # supported
        (Link("q/c", asserts=False, force="always"), "near"),  # refuted
        (Link("q/c", readings=("far",)), "far"),
        (Link("q/c", readings=("odd",)), "odd"),
        (Link("q/c", asserts=False, readings=("far",)), "far"),
    ],
)
def test_force_and_conditions_choose_among_the_readings_that_count(link, decisive):
    results = Results((FAR, NEAR, FAILING, ODD), (STUCK,))
    assert deciding_of_link(link, results).name == decisive
