"""What Monte Carlo dropout says about a network's uncertainty."""

from refute import claim, control, reading
from refute.lab.monte_carlo.mc_predictions import (
    MISTAKES,
    MISTAKES_OF_OTHERS,
    STRANGERS,
    STRANGERS_AMONG_TESTS,
    auc_of_spread,
    statistic_of_passes,
)
from refute.wording import noticeably_less, tells_apart

ALL_DIGITS = {"rate": 0.5}
FEW_DIGITS = {"rate": 0.5, "train_count": 100}
FEW_DIGITS_LOW_RATE = {"rate": 0.2, "train_count": 100}


@claim("mc/estimates-uncertainty", "gal2016, 5", "hosmer2013, 5.2.4")
class TestSpreadTellsUncertainty:
    """Monte Carlo dropout tells how uncertain a network is about its predictions: its passes
    disagree more about mistakes and about inputs of another kind."""

    @reading("mistakes", what=MISTAKES, setting=ALL_DIGITS)
    @reading("mistakes, 100 training images", what=MISTAKES, setting=FEW_DIGITS)
    @reading("mistakes, 100 training images, rate 0.2", what=MISTAKES, setting=FEW_DIGITS_LOW_RATE)
    @control("mistakes, the spread of another image", what=MISTAKES_OF_OTHERS, setting=FEW_DIGITS)
    @reading("inputs that are no digits", what=STRANGERS, setting=ALL_DIGITS)
    @control("digits of the same kind", what=STRANGERS_AMONG_TESTS, setting=ALL_DIGITS)
    def test_spread_is_larger_where_the_network_cannot_know(self, measure, what, setting):
        measure(auc_of_spread(what, **setting), claimed=tells_apart())


@claim(
    "mc/more-passes-less-uncertainty",
    "gal2016, 4",
    correction=(
        "The spread does not shrink with more passes: it is a property of the network and the "
        "rate. Ten passes underestimate it, because they miss rare outcomes: a hundred give {rate "
        "0.5} times as much. What more passes make more exact is their average."
    ),
)
class TestMorePassesLowerTheUncertainty:
    """The more passes Monte Carlo dropout makes, the smaller the uncertainty that it reports."""

    @reading("rate 0.5", what="spread", setting=ALL_DIGITS, published="fails")
    @reading("rate 0.2, 100 training images", what="spread", setting=FEW_DIGITS_LOW_RATE,
             published="fails")  # fmt: skip
    @control("error of the average, rate 0.5", what="error of the average", setting=ALL_DIGITS)
    def test_a_hundred_passes_against_ten(self, measure, what, setting):
        hundred = statistic_of_passes(what, 100, **setting)
        measure(hundred / statistic_of_passes(what, 10, **setting), claimed=noticeably_less())


@claim(
    "mc/useful-for-bayesian-nets",
    "gal2016, 3",
    "kendall2017, 2",
    "leibig2017",
    documentary="SUPPORTED",
)
class TestBayesianNetworksUseIt:
    """The uncertainty that Monte Carlo dropout estimates is useful for Bayesian neural networks and
    other work that quantifies uncertainty."""
