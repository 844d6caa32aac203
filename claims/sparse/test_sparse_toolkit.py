"""Sparse models by TensorFlow's own toolkit."""

from refute import claim, control, reading
from refute.lab.sparsity.toolkit import pruned_by_the_toolkit
from refute.wording import as_good, sparse


@claim("sparse/tfmot", "zhu2017, 3", "tfmot2024, sparsity/keras")
class TestToolkitPrunesModels:
    """The TensorFlow Model Optimization Toolkit, whose pruning zeroes small weights step by step
    during training, is a way to get a sparse model."""

    @reading("pruned while it trains on", trained_on=False)
    @control("trained on after stripping, when nothing keeps the zeros", trained_on=True)
    def test_most_weights_are_zero_and_the_model_is_as_good(self, trained_on):
        model = pruned_by_the_toolkit(trained_on=trained_on)
        assert model.accuracy - model.dense_accuracy >= as_good().low
        assert model.zeros > sparse().low, f"{model.zeros:.0%} of the weights are zero"
