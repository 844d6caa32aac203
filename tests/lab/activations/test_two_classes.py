"""Softmax of two scores is the sigmoid of their difference only."""

import pytest

from refute.lab.activations.two_classes import ROUNDING, TwoScores


@pytest.mark.parametrize(
    ("first", "second"), [(0.0, 0.0), (3.0, -1.5), (-480.0, 500.0), (7.0, 7.0)]
)
def test_two_classes_agree(first, second):
    assert TwoScores(first, second).disagreement() <= ROUNDING


def test_a_third_class_takes_a_share_of_the_probability():
    assert TwoScores(0.0, 0.0, (0.0,)).disagreement() == pytest.approx(1 / 2 - 1 / 3)


def test_the_sigmoid_of_one_score_ignores_the_other():
    scores = TwoScores(2.0, 1.0)
    expected = 1 / (1 + 2.718281828459045**-1) - 1 / (1 + 2.718281828459045)
    assert scores.disagreement("second score") == pytest.approx(expected)


def test_scores_in_words():
    assert TwoScores(1.0, -2.5).said == "scores 1, −2.5"
