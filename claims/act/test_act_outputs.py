"""Activations of the output layer: one label, two classes, several labels."""

from refute import claim, control, no, reading, refuted_by
from refute.lab.activations.binary_outputs import accuracy_with_output, cross_entropy
from refute.lab.activations.changed_scores import (
    changed_scores,
    class_stays,
    outputs_stay,
    reversed_scores,
    scores_less_the_largest,
)
from refute.lab.activations.confidence import miscalibration
from refute.lab.activations.numbers import numbers, probabilities, scores
from refute.lab.activations.two_classes import ROUNDING, two_scores
from refute.lab.bench.data import Digits
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import Adam
from refute.lab.bench.tasks import Patients
from refute.lab.practice.labels import WrongLabels
from refute.wording import as_good, little_difference


@claim(
    "act/softmax-for-multilabel",
    "goodfellow2016, 6.2.2.3",
    "mahajan2018",
    correction=(
        "Softmax is for classes that exclude one another: its outputs sum to one, so at most one "
        "label can be more likely than not. For several labels, use one sigmoid per label. "
        "(Mahajan et al. train on several labels with a softmax to learn features; there its "
        "outputs are shares of one, not the probabilities of the labels.)"
    ),
)
class TestSoftmaxSuitsSeveralLabels:
    """A softmax output suits tasks in which one sample can have several labels."""

    @reading("softmax", activation="softmax", scored=no(scores()), published="fails")
    @control("a sigmoid for each label", activation="sigmoid", scored=no(scores()))
    def test_two_labels_can_both_be_likely(self, activation, scored):
        assert sum(share > 1 / 2 for share in probabilities(activation, scored)) >= 2


@claim("act/temperature-keeps-class", "guo2017, 4.2", "hinton2015, 2")
class TestTheTemperatureKeepsTheClass:
    """The temperature of a softmax changes how sure it is, not which class it predicts."""

    @reading("any temperature", changed=changed_scores("multiplied"))
    @control("a negative temperature", changed=reversed_scores())
    def test_the_likeliest_class_stays(self, changed):
        assert class_stays(changed)

    @reading("outputs differ", changed=no(changed_scores("multiplied")))
    @control("one number added to all scores", changed=no(changed_scores("added to all")))
    def test_outputs_change(self, changed):
        assert not outputs_stay("softmax", changed)


@claim("act/softmax-two-classes-is-sigmoid", "bridle1990", "goodfellow2016, 6.2.2.3")
class TestSoftmaxOfTwoClassesIsASigmoid:
    """For two classes softmax is the sigmoid of the difference of the two scores."""

    @reading("two classes", sigmoid_of="difference", scored=two_scores())
    @control("three classes", sigmoid_of="difference", scored=two_scores(further=1))
    @control("the second score alone", sigmoid_of="second score", scored=two_scores())
    def test_shares_agree(self, sigmoid_of, scored):
        assert scored.disagreement(sigmoid_of) <= ROUNDING


@claim("act/softmax-shift-invariant", "goodfellow2016, 6.2.2.3")
class TestSoftmaxIgnoresANumberAddedToAllScores:
    """Softmax does not change if one number is added to all scores."""

    @reading("any number", activation="softmax", changed=changed_scores("added to all"))
    @reading("the largest score subtracted", activation="softmax",
             changed=scores_less_the_largest())  # fmt: skip
    @control("added to one score alone", activation="softmax",
             changed=changed_scores("added to the first"))  # fmt: skip
    @control("scores multiplied by a factor", activation="softmax",
             changed=changed_scores("multiplied"))  # fmt: skip
    @control("a sigmoid for each class", activation="sigmoid",
             changed=changed_scores("added to all"))  # fmt: skip
    def test_outputs_stay(self, activation, changed):
        assert outputs_stay(activation, changed)


@claim(
    "act/softmax-scale-invariant",
    "goodfellow2016, 6.2.2.3",
    "hinton2015, 2",
    correction=(
        "The scale of the scores matters: a factor above 1 makes softmax more certain, and one "
        "below 1 less certain, as when scores are divided by a temperature (Hinton et al. 2015, "
        "2). The outputs change, for example, with {any factor:counterexample}. What does not "
        "change them is one number added to all scores."
    ),
)
class TestSoftmaxIgnoresTheScale:
    """Softmax does not change if all scores are multiplied by one factor: it ignores their
    scale."""

    @reading("any factor", published="fails", changed=changed_scores("multiplied"))
    @control("one number added to all", changed=changed_scores("added to all"))
    def test_outputs_stay(self, changed):
        assert outputs_stay("softmax", changed)


@claim(
    "act/tanh-for-binary-output",
    "lecun1998, 4.5",
    "goodfellow2016, 6.2.2.2",
    depends="holds with labels −1 and 1 and a squared error, not with cross-entropy",
    correction=(
        "With labels −1 and 1 and a squared error, tanh classifies as well as a sigmoid (accuracy: "
        "{squared error, labels -1 and 1:way} in the median). With cross-entropy, the usual loss, "
        "it does not work: outputs below 0 have no logarithm, and torch's loss refuses them (with "
        "the loss written out, accuracy is lower by more than 2 percentage points in "
        "{cross-entropy written out:rest}). Nor is its output a probability."
    ),
)
class TestTanhSuitsBinaryOutputs:
    """A tanh output unit suits binary classification."""

    @reading("squared error, labels -1 and 1", unit="tanh, squared error")
    @reading("cross-entropy written out", unit="tanh, log loss", published="fails")
    @control("half of 1 + tanh, cross-entropy", unit="half of 1 + tanh, log loss")
    def test_accuracy_against_a_sigmoid(self, measure, unit):
        sigmoid = accuracy_with_output("sigmoid, log loss")
        measure(accuracy_with_output(unit) - sigmoid, claimed=as_good())

    @reading(
        "torch's cross-entropy",
        activation="tanh",
        number=numbers("float32", -10, 10),
        published="fails",
    )
    @control("that of a sigmoid", activation="sigmoid", number=numbers("float32", -10, 10))
    def test_the_loss_takes_its_output(self, activation, number):
        with refuted_by(RuntimeError):
            assert cross_entropy(activation, number) >= 0


DIABETES = Network(inputs=10, outputs=2)
SIXTY_EPOCHS, FIFTEEN_EPOCHS = 420, 660
RANDOM = WrongLabels(Digits(), 0.9)
"""Nine of ten wrong: of ten classes, the right label is as likely as any other."""


@claim(
    "act/softmax-calibrated",
    "guo2017, 2",
    "brocker2007",
    depends="holds where a network is nearly always right, not where it has fitted noisy labels",
    correction=(
        "On digits, a network is right as often as its confidence says, within what chance allows "
        "(expected calibration error in 15 bins). On the diabetes data, whose labels can be "
        "predicted only in part, its confidence after 60 epochs is off by {diabetes, 60 "
        "epochs:points} more than chance allows. Modern deep networks are mostly too confident; a "
        "temperature that is fitted on validation data corrects most of that (Guo et al. 2017, 3 "
        "and 4)."
    ),
)
class TestSoftmaxOutputsAreCalibrated:
    """A network's softmax outputs are calibrated: it is right as often as they say."""

    @reading("digits", error=miscalibration(steps=FIFTEEN_EPOCHS))
    @reading(
        "diabetes, 60 epochs",
        error=miscalibration(
            DIABETES, data=Patients("diabetes"), optimizer=Adam(), steps=SIXTY_EPOCHS
        ),
        published="fails",
    )
    @control("digits, random labels", error=miscalibration(data=RANDOM, steps=FIFTEEN_EPOCHS))
    def test_accuracy_at_each_confidence(self, measure, error):
        measure(error, claimed=little_difference())
