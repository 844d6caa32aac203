"""The CIFAR-10 practice: what code like that of the answer does."""

from refute import claim, control, reading, refuted_by
from refute.lab.bench.synthetic import Images
from refute.lab.monte_carlo.mc_function import (
    by_batch,
    by_output_shape,
    classifiers,
    mean_and_spread,
)
from refute.lab.self_normalization.alpha_dropout import alpha_dropout_shift
from refute.lab.self_normalization.moments import at_the_start
from refute.wording import all_met, unit_variance

DIVIDED_BY_255 = Images("0 to 1")
STANDARDISED = Images("standardised")


@claim(
    "cifar/d-self-normalizes",
    "klambauer2017, 2",
    "clevert2016, 3",
    correction="ELU layers with LeCun's weights lose the variance of their signals: it falls to "
    "{ELU, inputs divided by 255} for pixels over 255 and to {ELU, standardised inputs} even for "
    "standardised ones; SELU layers on standardised inputs keep it "
    "({SELU, standardised inputs} at the worst layer).",
)
class TestEluWithLecunWeightsSelfNormalizes:
    """Twenty ELU layers of 100 units with LeCun's weights, fed pixels over 255, self-normalize."""

    @reading(
        "ELU, inputs divided by 255", activation="elu", images=DIVIDED_BY_255, published="fails"
    )
    @reading("ELU, standardised inputs", activation="elu", images=STANDARDISED, published="fails")
    @control("SELU, standardised inputs", activation="selu", images=STANDARDISED)
    def test_every_layer_has_variance_1(self, measure, activation, images):
        variance = at_the_start("variance", activation=activation, data=images)
        measure(variance, claimed=unit_variance())


@claim(
    "cifar/e-alpha-dropout-keeps-stats",
    "klambauer2017, new dropout technique",
    correction="Alpha dropout keeps the moments of SELU activations only; behind ELU layers it "
    "changes mean or variance by {20 ELU layers, inputs divided by 255} times what a tenth would "
    "be, and behind a single one on standardised inputs by {1 ELU layer, standardised inputs} "
    "times; behind SELU layers by {20 SELU layers, standardised inputs}.",
)
class TestAlphaDropoutBehindEluKeepsMoments:
    """Alpha dropout behind ELU layers keeps the mean and the variance of their outputs."""

    @reading(
        "20 ELU layers, inputs divided by 255",
        activation="elu",
        depth=20,
        images=DIVIDED_BY_255,
        published="fails",
    )
    @reading(
        "1 ELU layer, standardised inputs",
        activation="elu",
        depth=1,
        images=STANDARDISED,
        published="fails",
    )
    @control(
        "20 SELU layers, standardised inputs", activation="selu", depth=20, images=STANDARDISED
    )
    def test_moments_before_and_after(self, measure, activation, depth, images):
        measure(alpha_dropout_shift(activation, depth=depth, data=images), claimed=all_met())


@claim(
    "cifar/e-mc-function-runs",
    "gal2016, 4",
    correction="It stops before its first pass: a model's output shape starts with None, the "
    "unknown size of the batch, and no array can be given that size; sized by the batch, it runs.",
)
class TestMonteCarloFunctionRuns:
    """A prediction function that makes room for its passes by the model's output shape works."""

    @reading(
        "results sized by output shape",
        model=classifiers(),
        sized=by_output_shape,
        published="fails",
    )
    @control("results sized by the batch", model=classifiers(), sized=by_batch)
    def test_it_returns_mean_and_spread_of_the_passes(self, model, sized):
        with refuted_by(TypeError):
            mean, spread = mean_and_spread(model, model.batch(), sized)
        assert mean.shape == spread.shape == (model.samples, model.classes)
