"""Ways to a sparse model, and which of them leave most weights at zero."""

from refute import claim, control, reading
from refute.lab.bench.initializers import HE_NORMAL, Sparse
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.pruning import FOUR_OF_FIVE, JUST_OVER_HALF, RANDOM_FOUR_OF_FIVE
from refute.lab.bench.quantities import accuracy
from refute.lab.bench.stack.stepping import Penalty
from refute.lab.dropout.dropped_activations import zero_activations
from refute.lab.dropout.single_passes import dropout_passes, zeroes_a_random_fraction
from refute.lab.sparsity.minimisers import zero_weights_of_minimiser
from refute.lab.sparsity.penalised_steps import (
    penalised_steps,
    weakly_pulled_weights_approach_zero,
)
from refute.lab.sparsity.retraining import accuracy_retrained
from refute.lab.sparsity.shares import FORTY_EPOCHS, share_below, zero_share
from refute.wording import as_good, at_least_one, better, equal_to, sparse, visibly_more

L1, L2 = Penalty(norm=1, strength=1e-3), Penalty(norm=2, strength=1e-3)
L1_HUNDREDTH = Penalty(norm=1, strength=1e-5)
PROXIMAL_L1 = Penalty(norm=1, strength=1e-3, proximal=True)
PLAIN_SGD = SGD(lr=0.1, momentum=0.0)
MOSTLY_ZERO = Sparse(HE_NORMAL, density=0.1)


@claim(
    "sparse/prune-tiny-weights",
    "han2015, 3",
    correction=(
        "With the smallest 51 % of the weights zeroed, that is, most of them, test accuracy is "
        "{the smallest 51 %:way}. Strictly speaking, there is a limit to what counts as tiny: with "
        "the smallest 80 % zeroed it is {the smallest 80 %:range} or, if the others are then "
        "retrained as by Han et al. (2015, 3), {the smallest 80 %, the others retrained:range}."
    ),
)
class TestPruningTinyWeights:
    """Training a network normally and then zeroing its tiny weights gives a sparse model."""

    @reading("the smallest 51 %", pruned=accuracy(pruning=JUST_OVER_HALF))
    @reading(
        "the smallest 80 %",
        of="letter",
        pruned=accuracy(pruning=FOUR_OF_FIVE),
        published="fails",
    )
    @reading("the smallest 80 %, the others retrained", pruned=accuracy_retrained())
    @control("a random 80 %", pruned=accuracy(pruning=RANDOM_FOUR_OF_FIVE))
    def test_as_accurate_as_before(self, measure, pruned):
        measure(pruned - accuracy(), claimed=as_good())


@claim("sparse/l1-pushes-toward-zero", "tibshirani1996, 2", "hastie2015, 2")
class TestL1PushesTowardZero:
    """An l1 penalty pushes weights towards zero."""

    @reading("weights pulled by less than the penalty", step=penalised_steps(norm=1))
    @control("an l2 penalty of the same strength", step=penalised_steps(norm=2))
    def test_a_step_brings_them_closer(self, step):
        assert weakly_pulled_weights_approach_zero(step)


@claim("sparse/l1-adds-sparsity", "han2015, 3.1")
class TestL1AddsSparsity:
    """An l1 penalty in training gives more sparsity than zeroing tiny weights alone."""

    @reading("SGD with momentum", optimizer=SGD(), penalty=L1)
    @reading("Adam", optimizer=Adam(), penalty=L1)
    @control("an l2 penalty of the same strength", optimizer=SGD(), penalty=L2)
    def test_more_weights_below_a_thousandth(self, measure, optimizer, penalty):
        measure(
            share_below(0.001, optimizer=optimizer, penalty=penalty, steps=FORTY_EPOCHS)
            - share_below(0.001, optimizer=optimizer, steps=FORTY_EPOCHS),
            claimed=visibly_more(),
        )

    @reading("accuracy with the smallest 80 % zeroed", penalty=L1)
    @control("accuracy so, with a hundredth of the penalty", penalty=L1_HUNDREDTH)
    def test_more_accurate_when_pruned_alike(self, measure, penalty):
        measure(
            accuracy(pruning=FOUR_OF_FIVE, penalty=penalty, steps=FORTY_EPOCHS)
            - accuracy(pruning=FOUR_OF_FIVE, steps=FORTY_EPOCHS),
            claimed=better(),
        )


@claim("sparse/l1-sparser-than-l2", "goodfellow2016, 7.1.2", "tibshirani1996, 2")
class TestL1IsSparserThanL2:
    """An l1 penalty gives a sparser model than an l2 penalty."""

    @reading("SGD with momentum", optimizer=SGD(), penalty=L1)
    @reading("Adam", optimizer=Adam(), penalty=L1)
    @control("a hundredth of the l1 penalty", optimizer=SGD(), penalty=L1_HUNDREDTH)
    def test_more_weights_below_a_thousandth(self, measure, optimizer, penalty):
        measure(
            share_below(0.001, optimizer=optimizer, penalty=penalty, steps=FORTY_EPOCHS)
            - share_below(0.001, optimizer=optimizer, penalty=L2, steps=FORTY_EPOCHS),
            claimed=visibly_more(),
        )

    @reading("minimiser of a convex problem", penalty="lasso")
    @control("minimiser with an l2 penalty", penalty="ridge")
    def test_some_weights_of_the_minimiser_are_zero(self, measure, penalty):
        measure(zero_weights_of_minimiser(penalty), claimed=at_least_one())


@claim(
    "sparse/l1-exact-zeros",
    "tibshirani1996, 2",
    "langford2009",
    depends=(
        "holds for the minimizer, and for solvers that threshold, not for gradient descent on the "
        "penalized loss"
    ),
    correction=(
        "If the penalty is only added to the loss, neither SGD nor Adam leaves a weight at exactly "
        "zero: many hover around it. If each step ends with a "
        "threshold (a proximal step), {SGD with proximal steps:percent} are zero; at the minimum "
        "of a convex problem, {minimiser of a convex problem:percent} are."
    ),
)
class TestL1GivesExactZeros:
    """An l1 penalty makes some weights exactly zero."""

    @reading("SGD", optimizer=PLAIN_SGD, penalty=L1, published="fails")
    @reading("SGD with momentum", optimizer=SGD(), penalty=L1, published="fails")
    @reading("Adam", optimizer=Adam(), penalty=L1, published="fails")
    @control("SGD with proximal steps", optimizer=PLAIN_SGD, penalty=PROXIMAL_L1)
    def test_some_weights_are_zero_after_training(self, measure, optimizer, penalty):
        measure(
            zero_share(optimizer=optimizer, penalty=penalty, steps=FORTY_EPOCHS),
            claimed=at_least_one(),
        )

    @reading("minimiser of a convex problem", penalty="lasso")
    @control("minimiser with an l2 penalty", penalty="ridge")
    def test_some_weights_of_the_minimiser_are_zero(self, measure, penalty):
        measure(zero_weights_of_minimiser(penalty), claimed=at_least_one())


@claim("sparse/dropout-zeroes-activations", "srivastava2014, 4")
class TestDropoutZeroesActivations:
    """In training, dropout sets a random fraction of a layer's activations to zero."""

    @reading("any layer and rate", dropout=dropout_passes())
    @control("evaluation mode", dropout=dropout_passes(training=False))
    @control("alpha dropout", dropout=dropout_passes("AlphaDropout"))
    def test_zeroes_some_and_scales_the_others(self, dropout):
        assert zeroes_a_random_fraction(dropout)

    @reading("rate 0.2", rate=0.2, training=True)
    @reading("rate 0.5", rate=0.5, training=True)
    @control("rate 0.5 in evaluation", rate=0.5, training=False)
    def test_the_fraction_is_the_rate(self, measure, rate, training):
        measure(zero_activations(rate=rate, training=training), claimed=equal_to(rate))


@claim(
    "sparse/dropout-yields-sparse-network",
    "han2015, 3.2",
    "srivastava2014, 7.2",
    "molchanov2017",
    correction=(
        "After training at rate 0.5, {rate 0.5:percent} of the weights are zero, and the share of "
        "weights below a thousandth is the same within {more weights near zero:within} as after "
        "training without dropout: what is dropped in training is back for predictions (Han et al. "
        "2015, 3.2). What dropout makes sparser is the activations of a layer (Srivastava et al. "
        "2014, 7.2). (Variational dropout, which learns a rate for each weight, is another method, "
        "and it does make networks sparse: Molchanov et al. 2017.)"
    ),
)
class TestDropoutPrunesTheNetwork:
    """Dropout effectively prunes the network and creates a sparse structure."""

    @reading("rate 0.5", rate=0.5, pruning=None, published="fails")
    @reading("rate 0.2", rate=0.2, pruning=None, published="fails")
    @reading("rate 0.8", rate=0.8, pruning=None, published="fails")
    @control("rate 0.5, then pruned", rate=0.5, pruning=FOUR_OF_FIVE)
    def test_most_weights_are_zero(self, measure, rate, pruning):
        measure(zero_share(pruning, dropout=rate), claimed=sparse())

    @reading("more weights near zero", settings={"dropout": 0.5}, published="fails")
    @control("an l1 penalty in its place", settings={"penalty": L1})
    def test_more_weights_below_a_thousandth(self, measure, settings):
        measure(
            share_below(0.001, **settings, steps=FORTY_EPOCHS)
            - share_below(0.001, steps=FORTY_EPOCHS),
            claimed=visibly_more(),
        )


@claim(
    "sparse/sparse-init-yields-sparse-model",
    "martens2010, 5",
    "goodfellow2016, 8.4",
    "frankle2019, 1",
    depends=(
        "holds if a mask keeps the weights at zero; weights that are only zero at the start get "
        "gradients and fill in"
    ),
    correction=(
        "If nine out of ten weights start at zero, they get gradients and fill in: after "
        "15 epochs {tanh:percent} of all weights are zero with tanh and {ReLU:percent range} with "
        "ReLU. If a fixed mask holds them at zero, as in sparse training (Frankle and Carbin "
        "2019), {held at zero by a mask:percent} stay zero."
    ),
)
class TestSparseInitializationGivesASparseModel:
    """Initializing many weights to zero produces a sparse model."""

    @reading(
        "ReLU",
        weights=MOSTLY_ZERO,
        activation="relu",
        optimizer=SGD(),
        keep_zeros=False,
        published="fails",
    )
    @reading(
        "tanh",
        weights=MOSTLY_ZERO,
        activation="tanh",
        optimizer=SGD(),
        keep_zeros=False,
        published="fails",
    )
    @reading(
        "leaky ReLU",
        weights=MOSTLY_ZERO,
        activation="leaky relu",
        optimizer=SGD(),
        keep_zeros=False,
        published="fails",
    )
    @reading(
        "ReLU, Adam",
        weights=MOSTLY_ZERO,
        activation="relu",
        optimizer=Adam(),
        keep_zeros=False,
        published="fails",
    )
    @reading(
        "held at zero by a mask",
        weights=MOSTLY_ZERO,
        activation="relu",
        optimizer=SGD(),
        keep_zeros=True,
    )
    @control(
        "held by a mask, dense from the start",
        weights=HE_NORMAL, activation="relu", optimizer=SGD(), keep_zeros=True,
    )  # fmt: skip
    def test_most_weights_are_zero_after_training(
        self, measure, weights, activation, optimizer, keep_zeros
    ):
        measure(
            zero_share(
                weights=weights,
                activation=activation,
                optimizer=optimizer,
                keep_zeros=keep_zeros,
            ),
            claimed=sparse(),
        )
