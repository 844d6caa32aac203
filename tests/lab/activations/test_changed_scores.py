"""Class scores that are changed alike, against the formula of softmax."""

from math import exp

import pytest
from hypothesis import given, settings

from refute.lab.activations.changed_scores import (
    ChangedScores,
    changed_scores,
    class_stays,
    outputs_stay,
    reversed_scores,
    scores_less_the_largest,
)


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ("added to all", [1.0, 3.0]),
        ("added to the first", [1.0, 1.0]),
        ("multiplied", [-2.0, 2.0]),
    ],
)
def test_scores_are_changed_as_described(change, after):
    changed = ChangedScores((-1.0, 1.0), change, 2.0)
    assert changed.before().tolist() == [-1.0, 1.0]
    assert changed.after().tolist() == after
    assert eval(repr(changed)) == changed


@pytest.mark.parametrize("change", ["added to all", "added to the first", "multiplied"])
def test_outputs_stay_where_the_formula_gives_the_same(change):
    changed = ChangedScores((0.5, -1.0, 2.0), change, 3.0)
    before, after = (
        [exp(score) / sum(map(exp, scores)) for score in scores]
        for scores in (changed.before().tolist(), changed.after().tolist())
    )
    assert outputs_stay("softmax", changed) == (before == pytest.approx(after))


@settings(max_examples=30, deadline=None, database=None)
@given(scores_less_the_largest())
def test_the_largest_score_becomes_0(changed):
    assert changed.after().max() == 0


@settings(max_examples=30, deadline=None, database=None)
@given(reversed_scores())
def test_a_negative_factor_reverses_the_order(changed):
    assert changed.before().argmax() in changed.after().eq(changed.after().min()).nonzero()


@settings(max_examples=30, deadline=None, database=None)
@given(changed_scores("multiplied"))
def test_factors_are_positive(changed):
    assert changed.by > 0


def test_a_change_describes_itself():
    assert ChangedScores((0.0, 1.0), "multiplied", 2.0).said == "scores 0, 1 multiplied by 2"
    assert ChangedScores((0.0,), "added to all", -1.0).said == "scores 0 with −1 added to each"


@pytest.mark.parametrize(
    ("change", "by", "stays"),
    [
        ("multiplied", 0.1, True),
        ("added to the first", 1.0, True),
        ("added to the first", 4.0, False),
    ],
)
def test_the_class_is_the_one_with_the_largest_score(change, by, stays):
    assert class_stays(ChangedScores((0.0, 3.0, 1.0), change, by)) is stays


@pytest.mark.parametrize("scores", [(0.0, 4e-17), (0.1, 0.10000000000000002), (4e-17, 0.0)])
def test_a_difference_of_round_off_decides_no_class(scores):
    assert class_stays(ChangedScores(scores, "multiplied", 10.0))
