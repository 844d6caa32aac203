"""What a prediction with Monte Carlo dropout costs: the passes, and each of them."""

from refute import claim, control, reading
from refute.lab.bench.timing import TimedStack, prediction
from refute.lab.monte_carlo.timing import monte_carlo_prediction, one_pass
from refute.wording import not_much_slower, slightly_slower, slower

WIDTHS, SIXTH_WIDER = (784, 300, 100, 10), (784, 342, 114, 10)
WIDE = (784, 1024, 1024, 10)

PLAIN = TimedStack(WIDTHS)
CLASSIFIER = TimedStack(WIDTHS, dropout=0.5)
LAST_LAYER_DROPPED = TimedStack(WIDTHS, dropout=0.5, behind="the last")
TEN = 10


def passes_of(network, images, count):
    """One pass, or several in sequence."""
    if count == 1:
        return one_pass(network, images)
    return monte_carlo_prediction(network, images, count, "one after the other")


@claim(
    "mc/per-pass-slightly-slower",
    "goodfellow2016, 7.12",
    correction=(
        "With dropout after the last layer, a pass takes {last layer, 32 images} times as long as "
        "an ordinary prediction on this processor, and with dropout after every layer {every "
        "layer, 32 images} times: little compared with the number of passes. Strictly speaking, a "
        "pass that takes more than a quarter longer is not slightly slower. (Goodfellow et al. "
        "2016, 7.12, call the cost negligible, as it is where matrix products take most of the "
        "time.)"
    ),
)
class TestPassIsSlightlySlower:
    """Each single pass of Monte Carlo dropout is slightly slower than an ordinary prediction."""

    @reading("last layer, 32 images", passing=LAST_LAYER_DROPPED, plain=PLAIN, count=1)
    @reading("every layer, 32 images", passing=CLASSIFIER, plain=PLAIN, count=1)
    @reading("every layer of 1024, 32 images", passing=TimedStack(WIDE, dropout=0.5),
             plain=TimedStack(WIDE), count=1)  # fmt: skip
    @control("ten passes", passing=CLASSIFIER, plain=PLAIN, count=TEN)
    def test_time_of_a_pass(self, race, passing, plain, count):
        made = passes_of(passing, 32, count)
        race(made, prediction(plain, 32), claimed=not_much_slower())

    @reading("every layer, by a quarter at most", passing=CLASSIFIER, of="letter",
             published="fails")  # fmt: skip
    @control("no dropout, a sixth more units", passing=TimedStack(SIXTH_WIDER))
    def test_slightly_to_the_letter(self, race, passing):
        race(one_pass(passing, 32), prediction(PLAIN, 32), claimed=slightly_slower())


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
