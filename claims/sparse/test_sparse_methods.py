"""More ways to a sparse model: an l1 or l2 penalty alone, criteria, other solvers."""

from refute import claim, control, reading
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.pruning import FOUR_OF_FIVE, RANDOM_FOUR_OF_FIVE
from refute.lab.bench.quantities import accuracy
from refute.lab.bench.stack.stepping import Penalty
from refute.lab.sparsity.compressed import LARGEST, LEAST_IMPORTANT, accuracy_after
from refute.lab.sparsity.dual_averaging import zeros_by
from refute.lab.sparsity.minimisers import zero_weights_of_minimiser
from refute.lab.sparsity.shares import FORTY_EPOCHS, share_below, zero_share
from refute.wording import at_least_one, better, sparse, visibly_more

L1, L2 = Penalty(norm=1, strength=1e-3), Penalty(norm=2, strength=1e-3)
STRONG_L2 = Penalty(norm=2, strength=0.05)
"""A weight decay of 0.1 in the terms of torch's and Keras' optimizers."""

AVERAGE_PENALTY = 0.01


@claim(
    "sparse/l1-alone-is-a-method",
    "tibshirani1996, 2",
    "langford2009",
    depends=(
        "holds for solvers that threshold, and if the weights that are nearly zero are cleared, "
        "not for the weights as gradient descent leaves them"
    ),
    correction=(
        "On the penalized loss, SGD and Adam bring many weights close to zero, but hardly any to "
        "exactly zero ({SGD with momentum, as trained:percent} with SGD and {Adam, as "
        "trained:percent} with Adam). After SGD, clearing those below a thousandth zeroes {SGD "
        "with momentum, the tiny weights cleared:percent}. Solvers that threshold need no "
        "clearing: {minimiser of a convex problem:percent} of the weights that minimize a convex "
        "problem are zero."
    ),
)
class TestL1AloneGivesASparseModel:
    """An l1 penalty by itself is a way to get a sparse model."""

    @reading(
        "SGD with momentum, as trained",
        zeros=zero_share(optimizer=SGD(), penalty=L1, steps=FORTY_EPOCHS), published="fails",
    )  # fmt: skip
    @reading(
        "Adam, as trained",
        zeros=zero_share(optimizer=Adam(), penalty=L1, steps=FORTY_EPOCHS), published="fails",
    )  # fmt: skip
    @reading(
        "SGD with momentum, the tiny weights cleared",
        zeros=share_below(0.001, optimizer=SGD(), penalty=L1, steps=FORTY_EPOCHS),
    )
    @control("no penalty, the tiny weights cleared", zeros=share_below(0.001, steps=FORTY_EPOCHS))
    @reading("minimiser of a convex problem", zeros=zero_weights_of_minimiser("lasso"))
    @control("minimiser with an l2 penalty", zeros=zero_weights_of_minimiser("ridge"))
    def test_most_weights_are_zero(self, measure, zeros):
        measure(zeros, claimed=sparse())


@claim("sparse/pruning-by-magnitude-or-importance", "lecun1990", "molchanov2019, 3", "han2015, 3")
class TestWeightsArePrunedByMagnitudeOrImportance:
    """After training, weights can be pruned by their magnitude or their importance."""

    @reading("four of five, the smallest", pruned=accuracy(pruning=FOUR_OF_FIVE))
    @reading("four of five, the least important", pruned=accuracy_after(LEAST_IMPORTANT))
    @control("four of five, the largest", pruned=accuracy_after(LARGEST))
    def test_more_accurate_than_pruned_at_random(self, measure, pruned):
        measure(pruned - accuracy(pruning=RANDOM_FOUR_OF_FIVE), claimed=better())


@claim(
    "sparse/l2-gives-zeros",
    "tibshirani1996, 2",
    "hastie2015, 2",
    "han2015, 3.1",
    "mehta2019",
    correction=(
        "It shrinks weights in proportion to their size, so its pull fades before they reach zero: "
        "{strength 0.001:percent} of a network's weights are below a thousandth at strength 0.001, "
        "and {strength 0.05:percent} at 0.05 (a weight decay of 0.1). The penalty for zeros is l1, "
        "whose pull does not fade (Tibshirani 1996, 2); for pruning with retraining, l2 is the "
        "better of the two (Han et al. 2015, 3.1). (Together with batch normalization, ReLU and "
        "Adam, l2 can empty whole filters of a convolutional network: Mehta et al. 2019.)"
    ),
)
class TestL2GivesZeros:
    """l2 regularization, or weight decay, makes a model sparse: it drives unimportant weights to
    zero."""

    @reading("strength 0.001", penalty=L2, published="fails")
    @reading("strength 0.05", penalty=STRONG_L2, published="fails")
    @control("an l1 penalty of strength 0.001", penalty=L1)
    def test_most_weights_are_below_a_thousandth(self, measure, penalty):
        measure(share_below(0.001, penalty=penalty, steps=FORTY_EPOCHS), claimed=sparse())

    @reading("more tiny weights than without, strength 0.001", penalty=L2, published="fails")
    @control("more tiny weights than without, l1 penalty", penalty=L1)
    def test_more_weights_below_a_thousandth(self, measure, penalty):
        measure(
            share_below(0.001, penalty=penalty, steps=FORTY_EPOCHS)
            - share_below(0.001, steps=FORTY_EPOCHS),
            claimed=visibly_more(),
        )

    @reading("minimiser of a convex problem", penalty="ridge", published="fails")
    @control("minimiser with an l1 penalty", penalty="lasso")
    def test_some_weights_of_the_minimiser_are_zero(self, measure, penalty):
        measure(zero_weights_of_minimiser(penalty), claimed=at_least_one())


@claim("sparse/ftrl-exact-zeros", "mcmahan2013, 3", "xiao2010")
class TestDualAveragingGivesExactZeros:
    """An l1 penalty with dual averaging, such as FTRL or RDA, gives weights that are exactly
    zero."""

    @reading("FTRL, softmax regression", solver="FTRL", strength=AVERAGE_PENALTY)
    @reading("RDA, softmax regression", solver="RDA", strength=AVERAGE_PENALTY)
    @control("SGD on the penalised loss", solver="SGD", strength=AVERAGE_PENALTY)
    @control("FTRL without a penalty", solver="FTRL", strength=0.0)
    def test_more_weights_are_zero_than_with_sgd(self, measure, solver, strength):
        measure(
            zeros_by(solver, strength=strength) - zeros_by("SGD", strength=AVERAGE_PENALTY),
            claimed=visibly_more(),
        )
