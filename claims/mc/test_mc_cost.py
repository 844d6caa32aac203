"""What a prediction with Monte Carlo dropout costs: the passes, and each of them."""

from dataclasses import replace

from refute import claim, control, reading
from refute.lab.bench.timing import TimedStack, prediction
from refute.lab.monte_carlo.timing import monte_carlo_prediction, one_pass
from refute.wording import slightly_slower_at_most, slower

WIDTHS = (784, 300, 100, 10)
WIDE = (784, 1024, 1024, 10)
# The dense layers of AlexNet: dropout follows both hidden ones (Krizhevsky 2012, 3.5 and 4.2).
ALEXNET = (9216, 4096, 4096, 1000)


def dropped(widths, after="every layer"):
    """A network with dropout 0.5."""
    return TimedStack(widths, dropout=0.5, after=after)


CLASSIFIER = dropped(WIDTHS)
TEN = 10


def passes_of(network, images, count):
    """One pass, or several in sequence."""
    if count == 1:
        return one_pass(network, images)
    return monte_carlo_prediction(network, images, count, "one after the other")


@claim(
    "mc/per-pass-slightly-slower",
    "goodfellow2016, 7.12",
    "krizhevsky2012, 4.2",
    depends=(
        "holds for the dense layers of AlexNet, not for narrower layers with dropout after each "
        "of them"
    ),
    correction=(
        "The wider the layers, the less the masks matter, because most of the time goes into "
        "products of matrices. On the machine of this run, for 32 images and with dropout after "
        "every hidden layer, a pass takes {AlexNet's dense layers} times as long as an ordinary "
        "prediction in the dense layers of AlexNet, which have 4096 units, {every layer of 1024} "
        "times in layers of 1024, and {every layer of 300 and 100} times in layers of 300 and "
        "100; with dropout after the last of these alone, {the last layer, of 100} times. "
        "(Goodfellow et al. 2016, 7.12, call the cost negligible.)"
    ),
)
class TestPassIsSlightlySlower:
    """Each single pass of Monte Carlo dropout is slightly slower than an ordinary prediction."""

    @reading("AlexNet's dense layers", network=dropped(ALEXNET), count=1)
    @reading("every layer of 1024", network=dropped(WIDE), count=1, published="fails")
    @reading("every layer of 300 and 100", network=CLASSIFIER, count=1, published="fails")
    @reading("the last layer, of 100", network=dropped(WIDTHS, after="the last"), count=1,
             published="fails")  # fmt: skip
    @control("two passes, AlexNet's dense layers", network=dropped(ALEXNET), count=2)
    def test_time_of_a_pass_for_32_images(self, race, network, count):
        plain = replace(network, dropout=None, after="every layer")
        race(
            passes_of(network, 32, count), prediction(plain, 32), claimed=slightly_slower_at_most()
        )


@claim("mc/multiple-passes-slow-inference", "gal2016, 4")
class TestSeveralPassesSlowPredictionsDown:
    """Predictions with Monte Carlo dropout are slower because they take several passes."""

    @reading("one image, in turn", images=1, passes=TEN, schedule="one after the other")
    @reading("one image, as one batch", images=1, passes=TEN, schedule="as one batch")
    @reading("32 images, in turn", images=32, passes=TEN, schedule="one after the other")
    @control("32 images, a single pass", images=32, passes=1, schedule=None)
    def test_time_against_a_single_pass(self, race, images, passes, schedule):
        single = one_pass(CLASSIFIER, images)
        several = (
            monte_carlo_prediction(CLASSIFIER, images, passes, schedule) if schedule else single
        )
        race(several, single, claimed=slower())
