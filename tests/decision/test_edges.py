"""The rule at an edge, on plain numbers."""

from fractions import Fraction

import pytest

from refute.decision.edges import hits_counted, outcome_of, settled, share_wrong


@pytest.mark.parametrize(
    ("wrong", "within", "side"),
    [(13, 51, "inside"), (51, 13, "beyond"), (14, 50, None), (13, 13, "inside")],
)
def test_an_edge_is_settled_by_counts_up_to_those_allowed(wrong, within, side):
    assert settled(wrong, within, 13, 13) == side


@pytest.mark.parametrize(
    ("edges", "outcome"),
    [
        (["inside", "inside"], "holds"),
        (["inside", None], "undecided"),
        ([None, "beyond"], "fails"),
    ],
)
def test_one_edge_settled_beyond_fails_and_every_one_inside_holds(edges, outcome):
    assert outcome_of(edges) == outcome


def test_hits_are_wrong_above_a_region_and_misses_below_it():
    assert hits_counted(24, 20, 22, "low") == (4, 22)
    assert hits_counted(24, 20, 22, "high") == (22, 4)
    assert share_wrong(Fraction(3, 4), "low", "proportion") == Fraction(1, 4)
    assert share_wrong(Fraction(3, 4), "high", "proportion") == Fraction(3, 4)
    assert share_wrong(Fraction(3), "high", "median") == Fraction(1, 2)
