"""What Monte Carlo dropout does, what it gains, and what it costs."""

from refute import claim, control, reading
from refute.lab.bench.small_networks import identical, passes
from refute.lab.bench.timing import TimedStack, prediction
from refute.lab.dropout.networks import dropout_networks
from refute.lab.monte_carlo.averages import (
    average_of_one_mask,
    average_of_passes,
    is_average_over_masks,
    ordinary_prediction,
    softmax_of_average_scores,
    tiny_dropout_networks,
)
from refute.lab.monte_carlo.mc_predictions import score
from refute.lab.monte_carlo.modes import (
    dropout_only,
    nothing,
    running_statistics,
    whole_network,
)
from refute.lab.monte_carlo.timing import monte_carlo_prediction, one_pass
from refute.wording import better, noticeably_less, or_more

NORMALIZED = dropout_networks(batch_norm=True)
TINY = tiny_dropout_networks()
CLASSIFIER = TimedStack((784, 300, 100, 10), dropout=0.5)
TEN = 10

ALL_DIGITS = {"rate": 0.5}
FEW_DIGITS = {"rate": 0.5, "train_count": 100}
"""A setting far from the ceiling of accuracy."""

FEW_DIGITS_LOW_RATE = {"rate": 0.2, "train_count": 100}
"""The best dropout rate for training on such a small set."""


@claim("mc/active-at-inference", "gal2016, 4")
class TestDropoutStaysOnForPredictions:
    """Monte Carlo dropout keeps dropout, and only dropout, switched on for predictions."""

    @reading("dropout layers on", network=NORMALIZED, on=dropout_only)
    @control("nothing on", network=NORMALIZED, on=nothing)
    def test_two_predictions_differ(self, network, on):
        first, second = passes(on(network.build()), network.inputs(), 2, network.seed)
        assert not identical(first, second)

    @reading("batch normalization off", network=NORMALIZED, on=dropout_only)
    @control("whole network in training mode", network=NORMALIZED, on=whole_network)
    def test_predicting_leaves_the_network_as_it_was(self, network, on):
        predicting = on(network.build())
        before = running_statistics(predicting)
        passes(predicting, network.inputs(), 2, network.seed)
        assert all(map(identical, before, running_statistics(predicting)))


@claim(
    "mc/slowdown-equals-number-of-passes",
    "gal2016, 4",
    correction=(
        "For one image, ten passes in turn take {one image, in turn, against one of them} times as "
        "long as one of them, and {one image, in turn, against an ordinary prediction} times as "
        "long as an ordinary prediction, because drawing masks takes time as well ({32 images, in "
        "turn, against an ordinary prediction} times for 32 images). Strictly speaking, the passes "
        "need not be made in turn (Gal and Ghahramani 2016, 4): as ten copies of one image in a "
        "single batch, they take {one image, as one batch, against an ordinary prediction} times "
        "as long as an ordinary prediction."
    ),
)
class TestPredictionsTakeTenTimesAsLong:
    """Predictions from ten passes of Monte Carlo dropout take ten times as long or longer."""

    @reading(
        "one image, in turn, against one of them",
        images=1,
        schedule="one after the other",
        against=one_pass,
    )
    @reading(
        "one image, in turn, against an ordinary prediction",
        images=1,
        schedule="one after the other",
        against=prediction,
    )
    @reading(
        "32 images, in turn, against an ordinary prediction",
        images=32,
        schedule="one after the other",
        against=prediction,
    )
    @reading(
        "one image, as one batch, against an ordinary prediction",
        of="letter",
        images=1,
        schedule="as one batch",
        against=prediction,
        published="fails",
    )
    @control(
        "one image, what precedes the first dropout computed once",
        images=1,
        schedule="first layers once",
        against=one_pass,
    )
    def test_time(self, race, images, schedule, against):
        ten_passes = monte_carlo_prediction(CLASSIFIER, images, TEN, schedule)
        race(ten_passes, against(CLASSIFIER, images), claimed=or_more(TEN))


@claim(
    "mc/ten-passes-for-better-predictions",
    "gal2016, 4",
    "srivastava2014, 7.5",
    "gneiting2007",
    correction=(
        "Ten passes beat a single one: by {ten passes against one:points} of test accuracy on all "
        "digits, by {100 training images, ten passes against one:points} with only 100 training "
        "images, and with a log loss {log loss, ten passes against one} times as large. Strictly "
        "speaking, ten is no threshold (compared with five, the accuracy of ten is the same within "
        "{ten passes against five:within}), and the passes need not beat the ordinary prediction "
        "with dropout off: compared with it, the log loss of ten passes is {log loss, ten passes "
        "against the ordinary prediction:range} times as large on all digits, and that of fifty "
        "passes {log loss, 100 training images, fifty passes against the ordinary prediction} "
        "times as large with 100 training images (Srivastava et al. 2014, 7.5, needed about "
        "fifty)."
    ),
)
class TestTenPassesPredictBetter:
    """Monte Carlo dropout uses ten passes or more because its predictions are better then."""

    @reading("ten passes against one", passes=10, against=1, one_mask=False, setting=ALL_DIGITS)
    @reading(
        "100 training images, ten passes against one",
        passes=10,
        against=1,
        one_mask=False,
        setting=FEW_DIGITS,
    )
    @reading(
        "ten passes against five",
        of="letter",
        passes=10,
        against=5,
        one_mask=False,
        setting=ALL_DIGITS,
        published="fails",
    )
    @reading(
        "ten passes against the ordinary prediction",
        of="letter",
        passes=10,
        against=None,
        one_mask=False,
        setting=ALL_DIGITS,
        published="fails",
    )
    @reading(
        "a hundred passes against the ordinary prediction",
        of="letter",
        passes=100,
        against=None,
        one_mask=False,
        setting=ALL_DIGITS,
        published="fails",
    )
    @control(
        "ten passes with one mask against one",
        passes=10,
        against=1,
        one_mask=True,
        setting=ALL_DIGITS,
    )
    def test_more_accurate(self, measure, passes, against, one_mask, setting):
        several = score("test accuracy", passes, one_mask=one_mask, **setting)
        measure(several - score("test accuracy", against, **setting), claimed=better())

    @reading(
        "log loss, ten passes against one",
        passes=10,
        against=1,
        one_mask=False,
        setting=ALL_DIGITS,
    )
    @reading(
        "log loss, 100 training images, ten passes against one",
        passes=10,
        against=1,
        one_mask=False,
        setting=FEW_DIGITS,
    )
    @reading(
        "log loss, ten passes against the ordinary prediction",
        of="letter",
        passes=10,
        against=None,
        one_mask=False,
        setting=ALL_DIGITS,
        published="fails",
    )
    @reading(
        "log loss, 100 training images, fifty passes against the ordinary prediction",
        of="letter",
        passes=50,
        against=None,
        one_mask=False,
        setting=FEW_DIGITS_LOW_RATE,
    )
    @control(
        "log loss, 100 training images, fifty passes with one mask against the ordinary prediction",
        passes=50,
        against=None,
        one_mask=True,
        setting=FEW_DIGITS_LOW_RATE,
    )
    def test_better_probabilities(self, measure, passes, against, one_mask, setting):
        several = score("log loss", passes, one_mask=one_mask, **setting)
        measure(several / score("log loss", against, **setting), claimed=noticeably_less())


@claim("mc/averages-passes", "gal2016, 4")
class TestPassesAreAveraged:
    """Monte Carlo dropout averages the results of several stochastic passes."""

    @reading("class probabilities, own masks", network=TINY, predict=average_of_passes)
    @control("one mask for all passes", network=TINY, predict=average_of_one_mask)
    @control("scores averaged before the softmax", network=TINY, predict=softmax_of_average_scores)
    @control("one ordinary prediction", network=TINY, predict=ordinary_prediction)
    def test_the_average_tends_to_the_mean_over_all_masks(self, network, predict):
        assert is_average_over_masks(predict(network), network)
