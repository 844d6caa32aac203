"""The CIFAR-10 practice: what code like that of the answer does."""

from refute import claim, control, reading, refuted_by
from refute.lab.mc_function import by_batch, by_output_shape, classifiers, mean_and_spread


@claim(
    "cifar/e-mc-function-runs",
    "gal2016, 4",
    correction="It stops at its first line of work, for instance on "
    "{results sized by output shape:counterexample}: a model's output shape starts with None, the "
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
