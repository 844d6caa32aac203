"""Dropout's effect on a network's capacity, overfitting and errors on new data."""

from refute import claim, control, reading
from refute.lab.bench.data import Digits
from refute.lab.dropout.overfitting import drawn_overfitting
from refute.lab.dropout.random_labels import labels_learnt
from refute.lab.dropout.two_modes import loss_on_over_off
from refute.wording import higher, little_difference, most, noticeably_more, often, visibly_more

LONG = 600
"""Steps in which the network without dropout learns 300 random labels."""


@claim(
    "dropout/reduces-capacity-in-training",
    "goodfellow2016, 7.12",
    "arpit2017, 5",
    correction=(
        "At rate 0.5 the share of 300 random labels that a network learns is {rate 0.5:points} "
        "lower. Strictly speaking, the network has as many weights as before, and at rate 0.2 that "
        "share is lower by only {rate 0.2:points range}."
    ),
)
class TestDropoutReducesCapacity:
    """Dropout in effect gives a network less capacity during training."""

    # The network has capacity to spare for 300 labels.  A rate of 0.2, a reading of the letter,
    # takes none that they need.
    @reading("rate 0.5", dropout=0.5)
    @reading("rate 0.2", of="letter", dropout=0.2, published="fails")
    @control("rate 0.01", dropout=0.01)
    def test_fewer_random_labels_are_learnt(self, measure, dropout):
        usual = labels_learnt(steps=LONG)
        measure(usual - labels_learnt(steps=LONG, dropout=dropout), claimed=visibly_more())


LARGE_ENOUGH = {"steps": 400}
TOO_SMALL = {"steps": 1000, "underfitting": True}


@claim(
    "dropout/better-generalization",
    "srivastava2014, 6",
    "srivastava2014, 7.4",
    "goodfellow2016, 7.12",
    correction=(
        "Where networks are large enough to overfit, the test loss is lower with dropout at rate "
        "0.2 in {test loss, rate 0.2:count}, and at rate 0.5 in {test loss, rate 0.5:count}. "
        "Strictly speaking, dropout does not help a network that underfits: with 8 units a layer "
        "and 1,200 training samples, the test loss is lower at rate 0.2 in {networks that "
        "underfit, rate 0.2:count}, and at rate 0.5 in {networks that underfit, rate 0.5:count}. "
        "(Dropout costs capacity, which takes a larger network to offset: Goodfellow et al. 2016, "
        "7.12. Srivastava et al. 2014, 7.4, find no gain with very small data sets, and a gain "
        "that declines once the data set is large.)"
    ),
)
class TestDropoutOftenImprovesGeneralization:
    """Networks often generalize better with dropout."""

    # Nobody who says so means every network: dropout is a remedy for overfitting.  Networks that
    # underfit are therefore of the letter, and decide only sentences that say "always".
    @reading("test loss, rate 0.2", changed={"dropout": 0.2}, networks=LARGE_ENOUGH)
    @reading("test loss, rate 0.5", changed={"dropout": 0.5}, networks=LARGE_ENOUGH)
    @reading("networks that underfit, rate 0.2", of="letter", changed={"dropout": 0.2},
             networks=TOO_SMALL, published="fails")  # fmt: skip
    @reading("networks that underfit, rate 0.5", of="letter", changed={"dropout": 0.5},
             networks=TOO_SMALL, published="fails")  # fmt: skip
    @control("test loss, half of the training samples instead", changed={"half_the_data": True},
             networks=LARGE_ENOUGH)  # fmt: skip
    def test_loss_without_is_higher(self, measure, changed, networks):
        without = drawn_overfitting("test loss", **networks)
        loss = drawn_overfitting("test loss", **changed, **networks)
        measure((without - loss).within(higher()), claimed=often())


@claim(
    "dropout/prevents-overfitting",
    "srivastava2014, 6",
    correction=(
        "Dropout reduces overfitting: in settings drawn at random, the test loss is closer to the "
        "training loss in {less of it, rate 0.5:count} ({less of it, rate 0.2:count} at rate 0.2). "
        "Strictly speaking, it does not prevent it: at rate 0.5 networks are still {nothing of it "
        "left, rate 0.5:points range} more accurate on their training samples than on new ones."
    ),
)
class TestDropoutPreventsOverfitting:
    """Dropout prevents overfitting."""

    @reading("less of it, rate 0.5", changed={"dropout": 0.5})
    @reading("less of it, rate 0.2", changed={"dropout": 0.2})
    @control("less of it, half of the training samples instead", changed={"half_the_data": True})
    def test_gap_without_is_higher(self, measure, changed):
        gap = drawn_overfitting("gap", **changed)
        measure((drawn_overfitting("gap") - gap).within(higher()), claimed=most())

    @reading("nothing of it left, rate 0.5", of="letter", steps=400, published="fails")
    @control("nothing of it, before training", steps=0)
    def test_no_gap_is_left(self, measure, steps):
        known = drawn_overfitting("training accuracy", dropout=0.5, steps=steps)
        new = drawn_overfitting("test accuracy", dropout=0.5, steps=steps)
        measure(known - new, claimed=little_difference())


@claim("dropout/raises-training-loss", "keras_faq", "geron2019, chapter 11")
class TestDropoutRaisesTheTrainingLoss:
    """The training loss of a network is higher with dropout on than with dropout off."""

    @reading("rate 0.5", dropout=0.5, data=Digits())
    @reading("rate 0.2", dropout=0.2, data=Digits())
    @reading("rate 0.5, 500 training images", dropout=0.5, data=Digits(train_count=500))
    @control("no dropout", dropout=0.0, data=Digits())
    def test_loss_with_it_on_over_loss_with_it_off(self, measure, dropout, data):
        measure(loss_on_over_off(dropout=dropout, data=data), claimed=noticeably_more())
