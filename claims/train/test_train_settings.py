"""How inputs are scaled, which learning rate Adam gets, and what weight decay is."""

from refute import claim, control, reading
from refute.lab.bench.optimizers import Adam
from refute.lab.bench.quantities import accuracy
from refute.lab.bench.tuning import at_rates, least
from refute.lab.practice.scaling import accuracy_scaled
from refute.lab.practice.weight_decay import regressions, same_path
from refute.wording import better, little_difference

TESTED, UNTESTED = "training and test samples", "training and untested samples"
WITH_LABELS = "training and test samples and their labels"


@claim(
    "train/scaler-on-all-data-inflates",
    "hastie2009, 7.10.2",
    "kaufman2012",
    "moscovich2022",
    correction=(
        "The mean and standard deviation of the test samples make the test accuracy no better than "
        "those of as many samples that are never tested: it is the same within {digits, 100 "
        "training images:within} with 100 training images, and within {digits, 20 training "
        "images:within} with 20. (With 20 images, more samples do give better statistics, wherever "
        "they come from.) It is bad practice all the same: what you test on should take no part in "
        "training (Kaufman et al. 2012), and a step that uses labels, such as choosing features, "
        "does inflate the accuracy (Hastie et al. 2009, 7.10.2). With few samples and many "
        "features, scaling can bias an estimate too, in either direction (Moscovich and Rosset "
        "2022)."
    ),
)
class TestScalerOnAllDataInflates:
    """Computing the mean and standard deviation from all samples, test samples included, makes the
    test accuracy too good."""

    # More samples give better statistics.  What the test samples give away shows in comparison with
    # as many samples that are never tested.
    @reading(
        "digits, 1000 training images",
        task="digits", samples=1000, statistics=TESTED, than=UNTESTED, published="fails",
    )  # fmt: skip
    @reading(
        "digits, 100 training images",
        task="digits", samples=100, statistics=TESTED, than=UNTESTED, published="fails",
    )  # fmt: skip
    @reading(
        "digits, 20 training images",
        task="digits", samples=20, statistics=TESTED, than=UNTESTED, published="fails",
    )  # fmt: skip
    @reading(
        "breast cancer, 50 patients",
        task="breast cancer", samples=50, statistics=TESTED, than=UNTESTED, published="fails",
    )  # fmt: skip
    @control(
        "digits, 100 training images, labels used too",
        task="digits", samples=100, statistics=WITH_LABELS, than=UNTESTED,
    )  # fmt: skip
    def test_more_accurate_than_with_other_statistics(
        self, measure, task, samples, statistics, than
    ):
        accuracies = (
            accuracy_scaled(taken_from, of=task, train_count=samples)
            for taken_from in (statistics, than)
        )
        measure(next(accuracies) - next(accuracies), claimed=better())


@claim(
    "train/adam-needs-no-learning-rate",
    "kingma2015, 2.1",
    "goodfellow2016, 8.5.3",
    correction=(
        "Adam adapts the proportions of a step; the learning rate still sets its length (Kingma "
        "and Ba 2015, 2.1). Compared with the default, the test accuracy after 15 epochs is the "
        "same within {twice the default:within} at twice the default, {a tenth of the default, ten "
        "times it:range} at a tenth or at ten times the default (whichever is worse), {a hundredth "
        "of the default:way} at a hundredth, and {a hundred times the default:way} at a hundred "
        "times."
    ),
)
class TestAdamNeedsNoLearningRate:
    """Adam adapts the learning rate by itself, so its initial value does not matter."""

    # A value that does not matter may be chosen freely: the worst of several must do as well.
    @reading("a tenth of the default, ten times it", rates=(1e-4, 0.01), published="fails")
    @reading("a hundredth of the default", rates=(1e-5,), published="fails")
    @reading("a hundred times the default", rates=(0.1,), published="fails")
    @control("twice the default", rates=(0.002,))
    def test_as_accurate_as_at_the_default(self, measure, rates):
        at_the_worst = least(at_rates(Adam(), rates), accuracy)
        measure(at_the_worst - accuracy(optimizer=Adam()), claimed=little_difference())


@claim(
    "train/weight-decay-is-l2",
    "loshchilov2019, 2",
    "goodfellow2016, 7.1.1",
    depends="holds for plain SGD, not for Adam, nor, at the same strength, for SGD with momentum",
    correction=(
        "In plain SGD they take the same steps, if the penalty is half the strength times the "
        "squared weights. With momentum, the penalty's gradient adds up over steps, and Adam "
        "divides it by the size of past gradients; weights that simply decay escape both. In Adam "
        "no other strength makes the two equal (Loshchilov and Hutter 2019, 2): the weight decay "
        "of PyTorch's Adam is an l2 penalty, that of AdamW is not."
    ),
)
class TestWeightDecayIsL2Regularization:
    """Weight decay and l2 regularization are the same."""

    @reading("plain SGD", regression=regressions(), kind="plain SGD", times=1)
    @control("plain SGD, twice the penalty", regression=regressions(), kind="plain SGD", times=2)
    @reading(
        "SGD with momentum",
        regression=regressions(), kind="SGD with momentum", times=1, published="fails",
    )  # fmt: skip
    @reading("Adam", regression=regressions(), kind="Adam", times=1, published="fails")
    def test_both_take_the_same_steps(self, regression, kind, times):
        assert same_path(regression.penalised(kind, times=times), regression.decayed(kind))
