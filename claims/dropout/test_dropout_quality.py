"""Dropout's effect on a network's capacity, overfitting and errors on new data."""

from refute import claim, control, reading
from refute.lab.bench.data import Digits
from refute.lab.bench.optimizers import SGD
from refute.lab.dropout.overfitting import drawn_overfitting
from refute.lab.dropout.random_labels import labels_learnt
from refute.lab.dropout.two_modes import loss_on_over_off
from refute.wording import higher, little_difference, most, noticeably_more, often, visibly_more

AT_ITS_LIMIT = {"hidden": (16, 16), "optimizer": SGD(0.03), "steps": 1200}
"""The narrowest network of 8, 16, 24, ... units a layer that learns 300 random labels."""

FOUR_TIMES_AS_LONG = AT_ITS_LIMIT | {"steps": 4800}
CAPACITY_TO_SPARE = {"steps": 600}


@claim(
    "dropout/reduces-capacity-in-training",
    "goodfellow2016, 7.12",
    "zhang2017, 2",
    "arpit2017, 5",
    correction=(
        "Networks of 16 units a layer, which learn nearly all of 300 random labels, learn "
        "{rate 0.5:points} fewer of them with dropout at rate 0.5, still {rate 0.5, four "
        "times as long:points} fewer if trained four times as long, and {rate 0.2:points} fewer at "
        "rate 0.2. Strictly speaking, the network has as many weights as before, and one with "
        "capacity to spare fits as much: with 100 units a layer, the share is lower by only {rate "
        "0.2, 100 units a layer:points range} at rate 0.2."
    ),
)
class TestDropoutReducesCapacity:
    """Dropout in effect gives a network less capacity during training."""

    # Effective capacity is what training can make a network fit (Zhang et al. 2017; Arpit et al.
    # 2017): how many random labels, at the end of training.  Training four times as long tells it
    # from the speed of fitting.  A network several times as large as its task needs can spare what
    # dropout takes, which nobody who says so denies.
    @reading("rate 0.5", dropout=0.5, setting=AT_ITS_LIMIT)
    @reading("rate 0.5, four times as long", dropout=0.5, setting=FOUR_TIMES_AS_LONG)
    @reading("rate 0.2", dropout=0.2, setting=AT_ITS_LIMIT)
    @reading("rate 0.2, 100 units a layer", of="letter", dropout=0.2, setting=CAPACITY_TO_SPARE,
             published="fails")  # fmt: skip
    @control("rate 0.01", dropout=0.01, setting=AT_ITS_LIMIT)
    def test_fewer_random_labels_are_learnt(self, measure, dropout, setting):
        usual = labels_learnt(**setting)
        measure(usual - labels_learnt(**setting, dropout=dropout), claimed=visibly_more())


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
    """Networks often generalize better with dropout: their loss on new samples is lower."""

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
