"""What a prediction with Monte Carlo dropout costs: each pass, and that there are several."""

from refute import claim, control, reading
from refute.lab.bench.timing import TimedStack, prediction
from refute.lab.monte_carlo.timing import monte_carlo_prediction, one_pass
from refute.wording import slightly_slower, slower

WIDTHS, SIXTH_WIDER = (784, 300, 100, 10), (784, 342, 114, 10)
WIDE = (784, 1024, 1024, 10)

PLAIN = TimedStack(WIDTHS)
CLASSIFIER = TimedStack(WIDTHS, dropout=0.5)
LAST_LAYER_DROPPED = TimedStack(WIDTHS, dropout=0.5, behind="the last")
TEN = 10


@claim(
    "mc/per-pass-slightly-slower",
    "goodfellow2016, 7.12",
    depends="holds where dropout follows the last hidden layer only, not where it follows every "
    "layer, at least on a processor such as this one",
    correction="With dropout behind every layer a pass takes {every layer, 32 images} times as "
    "long as an ordinary prediction on this processor (with 1024 units a layer {every layer of "
    "1024, 32 images} times), and with dropout behind the last one {last layer, 32 images} times. "
    "(Goodfellow et al. 2016, 7.12, call the cost negligible, as it is where matrix products take "
    "most of the time.)",
)
class TestPassIsSlightlySlower:
    """Each single pass of Monte Carlo dropout is slightly slower than an ordinary prediction."""

    @reading("last layer, 32 images", passing=LAST_LAYER_DROPPED, plain=PLAIN)
    @reading("every layer, 32 images", passing=CLASSIFIER, plain=PLAIN, published="fails")
    @reading("every layer of 1024, 32 images", passing=TimedStack(WIDE, dropout=0.5),
             plain=TimedStack(WIDE), published="fails")  # fmt: skip
    @control("no dropout on either side", passing=PLAIN, plain=PLAIN)
    @control("no dropout, a sixth more units", passing=TimedStack(SIXTH_WIDER), plain=PLAIN)
    def test_time_of_a_pass(self, race, passing, plain):
        race(one_pass(passing, 32), prediction(plain, 32), claimed=slightly_slower())


@claim("mc/multiple-passes-slow-inference", "gal2016, 4")
class TestSeveralPassesSlowPredictionsDown:
    """Predictions with Monte Carlo dropout are slower because they take several passes."""

    @reading("one image, in turn", images=1, passes=TEN, schedule="one after the other")
    @reading("one image, as one batch", images=1, passes=TEN, schedule="as one batch")
    @reading("32 images, in turn", images=32, passes=TEN, schedule="one after the other")
    @control("32 images, a single pass", images=32, passes=1, schedule="one after the other")
    def test_time_against_a_single_pass(self, race, images, passes, schedule):
        several = monte_carlo_prediction(CLASSIFIER, images, passes, schedule)
        race(several, one_pass(CLASSIFIER, images), claimed=slower())
