"""How inputs are scaled, which learning rate Adam gets, and what weight decay is."""

from refute import claim, control, reading
from refute.lab.bench.optimizers import Adam
from refute.lab.bench.quantities import accuracy
from refute.lab.bench.tuning import at_rates, least
from refute.lab.practice.scaling import accuracy_scaled
from refute.lab.practice.weight_decay import regressions, same_path
from refute.wording import better, higher, little_difference

ALL, WITH_LABELS = "all samples", "all samples and their labels"


@claim(
    "train/scaler-on-all-data-inflates",
    "hastie2009, 7.10.2",
    "kaufman2012",
    "moscovich2022",
    depends=(
        "holds, and then only slightly, with a handful of training samples, not with fifty or more"
    ),
    correction=(
        "The test accuracy hardly differs with 1437 training images ({digits, 1437 training "
        "images:range}), with 100 ({digits, 100 training images:range}) and, on the breast cancer "
        "data, with 50 patients ({breast cancer, 50 patients:range}). With 20 training images it "
        "is {digits, 20 training images, at all:range}, partly because statistics of more samples "
        "are better ones. It is a leak in principle and easily avoided (Kaufman et al. 2012), but "
        "one that sees no labels (Hastie et al. 2009, 7.10.2); with few samples and many features "
        "it can bias an estimate, in either direction (Moscovich and Rosset 2022)."
    ),
)
class TestScalerOnAllDataInflates:
    """Computing the mean and standard deviation from all samples, test samples included, makes the
    test accuracy too good."""

    @reading(
        "digits, 1437 training images",
        task="digits", samples=1437, statistics=ALL, published="fails",
    )  # fmt: skip
    @reading(
        "digits, 100 training images",
        task="digits", samples=100, statistics=ALL, published="fails",
    )  # fmt: skip
    @reading(
        "breast cancer, 50 patients",
        task="breast cancer", samples=50, statistics=ALL, published="fails",
    )  # fmt: skip
    @control(
        "digits, 100 training images, labels used too",
        task="digits", samples=100, statistics=WITH_LABELS,
    )  # fmt: skip
    def test_more_accurate_than_with_statistics_of_training_samples(
        self, measure, task, samples, statistics
    ):
        measure(
            accuracy_scaled(statistics, of=task, train_count=samples)
            - accuracy_scaled("training samples", of=task, train_count=samples),
            claimed=better(),
        )

    @reading("digits, 20 training images, at all", samples=20)
    @control("digits, 1437 training images, at all", samples=1437)
    def test_more_accurate_at_all(self, measure, samples):
        everything, training = (
            accuracy_scaled(statistics, of="digits", train_count=samples)
            for statistics in (ALL, "training samples")
        )
        measure(everything - training, claimed=higher())


@claim(
    "train/adam-needs-no-learning-rate",
    "kingma2015, 2.1",
    "goodfellow2016, 8.5.3",
    correction=(
        "Adam adapts the proportions of a step; the learning rate still sets its length (Kingma "
        "and Ba 2015, 2.1). Compared with the default, the test accuracy after 15 epochs is {a "
        "tenth of the default, ten times it:range} at a tenth or at ten times the default, "
        "whichever is worse, {a hundredth of the default:way} at a hundredth, {a hundred times the "
        "default:way} at a hundred times and {twice the default:range} at twice the default."
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
