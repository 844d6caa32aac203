"""Weights and biases that are not drawn as they should be."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from torch import nn

from refute.lab.bench import initializers, quantities, training
from refute.lab.bench.initializers import Constant, Normal, OneValue, Shifted, VarianceScaling
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.bench.stack.network import stack
from refute.lab.symmetry import exact_training, small_training
from tests.claims.breaks import changes


def deviation(patch: pytest.MonkeyPatch, of) -> None:
    """Laws of a scale have another standard deviation: ``of(law, fan_in, fan_out, usual)``."""
    usual = VarianceScaling.std
    patch.setattr(
        VarianceScaling,
        "std",
        lambda law, fan_in, fan_out: of(law, fan_in, fan_out, usual(law, fan_in, fan_out)),
    )


# --- their scale ---------------------------------------------------------------------------


@changes("act/relu-prevents-vanishing", {"He's weights": "fails"})
@changes("act/tanh-no-vanishing", {"Glorot's weights": "fails"}, dear=True)
@changes(
    "init/reduces-vanishing-exploding",
    {"He with ReLU": "fails", "Glorot with tanh": "fails"},
    dear=True,
)
@changes("init/he-helps-vanishing-gradient", {"30 layers of ReLU": "fails"}, dear=True)
@changes("init/he-keeps-gradients-throughout", {"20 layers, SGD, first tenth": "fails"}, dear=True)
@changes(
    "init/he-preserves-layer-std",
    {"first ReLU layer, about zero": "fails", "ReLU, each layer over the one before": "fails"},
    dear=True,
)
@changes(
    "cifar/a-he-init-suits-elu", {"gradients of twenty layers of 100 units": "fails"}, dear=True
)
@changes("selu/solves-unstable-gradients", {"20 layers": "fails"})
@changes("init/glorot-variance-two-over-both-fans", {"up to the limit, uniform": "fails"})
def weights_are_half_as_wide(patch):
    deviation(patch, lambda law, fan_in, fan_out, usual: usual / 2)


@changes("act/relu-prevents-vanishing", {"LeCun's weights": "holds"}, dear=True)
@changes("init/lecun-variance-one-over-fan-in", {"normal": "fails", "uniform": "fails"})
def weights_have_twice_their_variance(patch):
    deviation(patch, lambda law, fan_in, fan_out, usual: usual * sqrt(2))


@changes("init/glorot-variance-two-over-both-fans", {"nothing beyond the limit, uniform": "fails"})
@changes("init/he-small-random-values", {"100 inputs": "fails"})
def weights_are_ten_times_as_wide(patch):
    deviation(patch, lambda law, fan_in, fan_out, usual: usual * 10)


@changes("init/he-uses-both-fans", {"normal": "holds", "uniform": "holds"})
def he_counts_outputs_too(patch):
    deviation(patch, lambda law, fan_in, fan_out, usual: sqrt(2 * law.scale / (fan_in + fan_out)))


@changes(
    "init/glorot-preserves-layer-std",
    {"1000 inputs, 100 linear units": "holds", "100 inputs, 1000 linear units": "holds"},
)
@changes(
    "init/glorot-variance-two-over-both-fans",
    {"cut at two standard deviations, as Keras draws it": "fails"},
)
def glorot_counts_inputs_alone(patch):
    deviation(patch, lambda law, fan_in, fan_out, usual: sqrt(law.scale / fan_in))


@changes("init/glorot-fails-with-relu", {"signal after 20 layers": "fails"}, dear=True)
def glorot_has_the_variance_of_he(patch):
    deviation(patch, lambda law, fan_in, fan_out, usual: sqrt(2 / fan_in))


@changes("selu/needs-lecun-init", {"with He's weights": "fails"})
@changes(
    "selu/self-normalization-stabilizes-training",
    {"rate 0.02, beside He's weights": "fails"},
    dear=True,
)
def he_has_the_variance_of_lecun(patch):
    deviation(patch, lambda law, fan_in, fan_out, usual: sqrt(1 / fan_in))


@changes(
    "init/he-variance-two-over-fan-in", {"normal, torch's": "fails", "uniform, torch's": "fails"}
)
def torch_takes_relu_for_linear(patch):
    patch.setattr(nn.init, "calculate_gain", lambda nonlinearity, param=None: 1.0)


@changes(
    "init/he-variance-two-over-fan-in",
    {"cut at two standard deviations, as Keras draws it": "fails"},
)
def what_a_law_loses_by_the_cut_is_not_made_up_for(patch):
    patch.setattr(initializers, "_TRUNCATED_STD", 1.0)


@changes(
    "init/glorot-variance-two-over-both-fans",
    {
        "normal, torch's": "fails",
        "uniform, torch's": "fails",
        "up to the limit, torch's": "fails",
    },
)
def torch_takes_four_times_as_many_outputs(patch):
    usual = nn.init._calculate_fan_in_and_fan_out

    def fans(tensor):
        fan_in, fan_out = usual(tensor)
        return fan_in, 4 * fan_out

    patch.setattr(nn.init, "_calculate_fan_in_and_fan_out", fans)


# --- equal, or apart -----------------------------------------------------------------------


@changes("init/same-value-source-irrelevant", {"one value of He's for each layer": "fails"})
@changes("init/constant-cannot-reach-good-solution", {"digits": "fails"}, dear=True)
@changes("init/same-value-not-ok", {"one hidden layer of ReLU": "fails"}, dear=True)
@changes("init/weights-must-be-independent", {"one value for all instead": "fails"}, dear=True)
@changes("init/randomness-necessary", {"one value for all instead": "fails"}, dear=True)
def one_value_is_drawn_for_each_weight(patch):
    patch.setattr(OneValue, "draw", lambda self, generator, *fans: self.law.draw(generator, *fans))


@changes("init/all-zero-learns-nothing", {"ReLU or tanh, no weight moves": "fails"})
def zeros_are_a_tenth(patch):
    usual = Constant.draw
    patch.setattr(Constant, "draw", lambda *given: usual(*given) + np.float32(0.1))


@changes("init/same-value-keeps-symmetry", {"any dense network, value and optimizer": "fails"})
@changes(
    "init/same-value-identical-gradients",
    {"any dense network and value, cross entropy": "fails"},
)
@changes(
    "init/constant-layer-equals-one-neuron", {"gradient descent, any network and value": "fails"}
)
def one_of_equal_weights_is_larger(patch):
    usual = Constant.draw

    def draw(*given):
        weights = usual(*given)
        weights[0, 0] += np.float32(0.3)
        return weights

    patch.setattr(Constant, "draw", draw)


@changes("init/random-sampling-breaks-symmetry", {"any continuous law, however small": "fails"})
@changes("bias/no-symmetry-problem", {"zero biases, random weights": "fails"})
@changes("init/he-purpose-symmetry-breaking", {"He's weights break it": "fails"})
def random_weights_are_one_value(patch):
    usual = VarianceScaling.draw
    patch.setattr(
        VarianceScaling, "draw", lambda *given: np.full_like(drawn := usual(*given), drawn[0, 0])
    )


@changes("init/zero-mean-needed-for-symmetry", {"any mean but zero": "holds"})
def shifted_weights_have_no_spread(patch):
    usual = Shifted.draw
    patch.setattr(Shifted, "draw", lambda self, *given: np.full_like(usual(self, *given), self.by))


@changes("init/every-weight-same-gradient", {"first hidden layer": "holds"})
def a_sample_has_the_same_number_in_every_input(patch):
    usual = SmallNetwork.inputs

    def inputs(*given, **settings):
        drawn = usual(*given, **settings)
        return drawn[:, :1].expand_as(drawn)

    patch.setattr(SmallNetwork, "inputs", inputs)


@changes("init/symmetry-in-every-layer", {"output layer too, a number for each output": "holds"})
def all_outputs_have_the_same_targets(patch):
    usual = small_training._loss
    patch.setattr(
        small_training, "_loss", lambda training: usual(replace(training, same_targets=True))
    )


@changes("init/backprop-cannot-break-symmetry", {"the algorithm, in exact arithmetic": "fails"})
def the_first_weight_gets_a_larger_gradient(patch):
    usual = exact_training._gradients

    def gradients(*given):
        found = usual(*given)
        found[0][0, 0] += 1
        return found

    patch.setattr(exact_training, "_gradients", gradients)


@changes(
    "init/constant-layer-equals-one-neuron", {"gradient descent, any network and value": "fails"}
)
def a_single_neuron_learns_at_the_rate_of_many(patch):
    usual = small_training._train
    patch.setattr(
        small_training, "_train", lambda training, module, rates=None: usual(training, module)
    )


# --- biases --------------------------------------------------------------------------------


@changes("bias/pytorch-default-zero", {"torch.nn.Linear": "holds"})
def torch_draws_biases_of_0(patch):
    patch.setattr(nn.init, "uniform_", lambda tensor, *bounds: nn.init.zeros_(tensor))


@changes("bias/gives-fitting-flexibility", {"points inside a circle from those outside": "fails"})
def a_network_without_biases_has_some(patch):
    usual = Network.draw

    def draw(network, *given):
        for weights, biases in usual(network, *given):
            yield weights, np.zeros(weights.shape[1], np.float32) if biases is None else biases

    patch.setattr(Network, "draw", draw)


@changes("bias/zero-init-ok", {"ReLU": "fails"}, dear=True)
def zero_biases_are_minus_ten(patch):
    usual = Constant.draw
    patch.setattr(Constant, "draw", lambda *given: usual(*given) - np.float32(10))


@changes("bn/must-precede-activation", {"2 ReLU layers, rate 0.1": "holds"}, dear=True)
def batch_normalization_after_is_left_out(patch):
    def unnormalized_after(network, *given):
        after = network.normalization == "batch after"
        return stack(replace(network, normalization=None) if after else network, *given)

    patch.setattr(training, "stack", unnormalized_after)


@changes(
    "bias/choice-makes-little-difference", {"accuracy, drawn like He's weights": "fails"}, dear=True
)
@changes("bias/weight-like-init-ok", {"drawn like He's weights": "fails"}, dear=True)
def biases_are_drawn_a_hundredfold(patch):
    usual = Network.draw

    def draw(network, *given):
        for weights, biases in usual(network, *given):
            yield weights, None if biases is None else biases * np.float32(100)

    patch.setattr(Network, "draw", draw)


@changes("bias/small-positive-helps-relu", {"Gaussian weights of 0.01, active": "fails"})
def every_constant_is_zero(patch):
    usual = Constant.draw
    patch.setattr(Constant, "draw", lambda *given: np.zeros_like(usual(*given)))


@changes("init/small-gaussian-suffices", {"one hidden layer": "fails"}, dear=True)
def a_gaussian_has_no_spread(patch):
    usual = Normal.draw
    patch.setattr(Normal, "draw", lambda self, *given: np.full_like(usual(self, *given), self.mean))


@changes("selu/reduces-need-for-bn", {"rate 0.01": "fails"}, dear=True)
def weights_are_twice_as_wide(patch):
    deviation(patch, lambda law, fan_in, fan_out, usual: usual * 2)


@changes("dropout/slow-because-capacity", {"half of the units, SGD": "fails"}, dear=True)
def narrow_layers_are_wide(patch):
    usual = quantities.training_of

    def training_of(network=None, **settings):
        if settings.get("hidden") == (50, 50):
            settings["hidden"] = (200, 200)
        return usual(network, **settings)

    patch.setattr(quantities, "training_of", training_of)


@changes("init/zero-weights-fatal-in-logistic-regression", {"digits, ten classes": "holds"})
def every_network_has_a_hidden_layer(patch):
    usual = quantities.training_of
    patch.setattr(
        quantities,
        "training_of",
        lambda network, **settings: usual(
            replace(network, hidden=network.hidden or (100,)), **settings
        ),
    )
