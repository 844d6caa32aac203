"""Activations of the output layer: one label, two classes, several labels."""

from refute import claim, control, no, reading
from refute.lab.activations.numbers import probabilities, scores
from refute.lab.activations.two_classes import ROUNDING, two_scores


@claim(
    "act/softmax-for-multilabel",
    "goodfellow2016, 6.2.2.3",
    "mahajan2018, 2",
    correction=(
        "Softmax is for classes that exclude one another: its outputs sum to one, so that at most "
        "one label is more likely than not. Several labels take one sigmoid each. (Mahajan et al. "
        "train on several labels with a softmax to learn features; its outputs are shares of one "
        "there, and not the probabilities of the labels.)"
    ),
)
class TestSoftmaxSuitsSeveralLabels:
    """A softmax output suits tasks in which one sample can have several labels."""

    @reading("softmax", activation="softmax", scored=no(scores()), published="fails")
    @control("a sigmoid for each label", activation="sigmoid", scored=no(scores()))
    def test_two_labels_can_both_be_likely(self, activation, scored):
        assert sum(share > 1 / 2 for share in probabilities(activation, scored)) >= 2


@claim("act/softmax-two-classes-is-sigmoid", "bridle1990, 2", "goodfellow2016, 6.2.2.3")
class TestSoftmaxOfTwoClassesIsASigmoid:
    """For two classes softmax is the sigmoid of the difference of the two scores."""

    @reading("two classes", sigmoid_of="difference", scored=two_scores())
    @control("three classes", sigmoid_of="difference", scored=two_scores(further=1))
    @control("the second score alone", sigmoid_of="second score", scored=two_scores())
    def test_shares_agree(self, sigmoid_of, scored):
        assert scored.disagreement(sigmoid_of) <= ROUNDING
