"""Activations that are not what they are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import nn
from torch.nn import functional

from refute.lab.activations import calibration, shapes
from refute.lab.activations.centring import MovedTanh
from refute.lab.activations.silent_units import SilentUnit
from refute.lab.bench.activations import ACTIVATIONS
from refute.lab.bench.signals import Signals
from refute.lab.bench.stack import elementwise
from refute.lab.initialization import symmetric_laws
from refute.lab.self_normalization import centring, moment_map
from tests.claims.breaks import changes


class Of(nn.Module):
    """An activation made of a function."""

    def __init__(self, function: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self._function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self._function(x)


def module(patch: pytest.MonkeyPatch, name: str, build: Callable[[], nn.Module]) -> None:
    """Another module goes by an activation's name."""
    patch.setitem(ACTIVATIONS, name, ACTIVATIONS[name]._replace(module=build))


def everywhere(patch: pytest.MonkeyPatch, name: str, build: Callable[[], nn.Module]) -> None:
    """The same, also where networks are trained by hand-written back-propagation."""
    module(patch, name, build)
    for special in (elementwise._FROM_OUTPUT, elementwise._IN_PLACE, elementwise._FROM_INPUT):
        patch.delitem(special, name, raising=False)
    if name == "elu":
        patch.setattr(elementwise, "_ELU", lambda spare: elementwise._ByAutograd(build()))


# --- ReLU and leaky ReLU -------------------------------------------------------------------


@changes("act/relu-discontinuous", {"the function": "holds"})
def relu_jumps_to_1_at_0(patch):
    module(patch, "relu", lambda: Of(lambda x: (x > 0) * (x + 1)))


@changes("act/relu-never-negative", {"any float32": "fails", "any float64": "fails"})
@changes("act/relu-exact-zero", {"float32 inputs up to 0": "fails"})
@changes("act/relu-units-can-die", {"first layer, below 0 on every sample": "fails"})
def relu_leaks_a_thousandth(patch):
    module(patch, "relu", partial(nn.LeakyReLU, 1e-3))


@changes("act/relu-half-of-outputs-zero", {"at the start": "fails"})
def relu_is_zero_up_to_one(patch):
    everywhere(patch, "relu", lambda: Of(lambda x: (x - 1).clamp_min(0)))


@changes(
    "act/large-learning-rate-kills-relu",
    {"Adam at thirty times its default rate": "fails"},
    dear=True,
)
def relu_leaks_in_training(patch):
    everywhere(patch, "relu", partial(nn.LeakyReLU, 0.1))


@changes("act/leaky-small-negative-gradient", {"float32 inputs below 0": "fails"})
@changes("act/leaky-fixes-dying", {"torch's slope, 0.01": "fails"})
@changes("act/leaky-drop-in-for-relu", {"where outputs must not be negative": "holds"})
def leaky_relu_does_not_leak(patch):
    patch.setattr(nn, "LeakyReLU", lambda slope: nn.ReLU())


@changes("act/dead-relu-never-recovers", {"second hidden layer": "holds"})
def what_feeds_a_silent_unit_never_changes(patch):
    patch.setattr(SilentUnit, "below_held", property(lambda self: True, lambda self, to: None))


@changes("init/relu-halves-variance", {"any symmetric law": "holds"})
def relu_leaves_a_mean_of_0(patch):
    patch.setattr(symmetric_laws, "_MEAN_SIZE", dict.fromkeys(symmetric_laws._MEAN_SIZE, 0.0))


@changes("init/relu-halves-second-moment", {"digits, first hidden layer": "fails"})
@changes("init/relu-halves-variance", {"pre-activations of the next layer": "fails"})
def relu_lets_everything_pass(patch):
    everywhere(patch, "relu", nn.Identity)


@changes("act/relu-does-not-saturate", {"float32 inputs above 0": "fails"})
def relu_stops_rising_at_6(patch):
    module(patch, "relu", nn.ReLU6)


@changes("bias/gives-fitting-flexibility", {"without biases, any small network of ReLU": "fails"})
def relu_is_no_straight_line_above_0(patch):
    module(patch, "relu", nn.ELU)


@changes("dropout/scaling-is-exact-average", {"scores, two hidden layers": "holds"})
def relu_changes_nothing(patch):
    module(patch, "relu", nn.Identity)


# --- softmax, sigmoid, GELU and Swish --------------------------------------------------------


@changes("act/softmax-shift-invariant", {
    "any number": "fails",
    "the largest score subtracted": "fails",
})  # fmt: skip
def softmax_leaves_a_share_to_no_class(patch):
    module(patch, "softmax", lambda: Of(lambda x: x.exp() / (1 + x.exp().sum(-1, keepdim=True))))


@changes("act/softmax-scale-invariant", {"any factor": "holds"})
def softmax_divides_by_the_largest_score(patch):
    def divided(x: torch.Tensor) -> torch.Tensor:
        return (x / x.abs().max().clamp_min(1e-300)).softmax(-1)

    module(patch, "softmax", lambda: Of(divided))


@changes("act/temperature-keeps-class", {"any temperature": "fails"})
def softmax_turns_over_where_scores_are_large(patch):
    def turned(x: torch.Tensor) -> torch.Tensor:
        return torch.where(x.abs().max() > 10, -x, x).softmax(-1)

    module(patch, "softmax", lambda: Of(turned))


@changes("act/linear-layers-collapse", {"no activation": "fails"})
def no_activation_is_leaky_relu(patch):
    module(patch, "identity", nn.LeakyReLU)


@changes("act/gelu-swish-monotone", {"GELU": "holds", "Swish": "holds"})
def gelu_and_swish_are_0_below_0(patch):
    for name in ("gelu", "silu"):
        module(patch, name, nn.ReLU)


@changes(
    "act/sigmoid-gradients-shrink-with-depth",
    {"20 layers, Glorot's weights": "fails"},
    dear=True,
)
def sigmoid_is_tanh(patch):
    everywhere(patch, "sigmoid", nn.Tanh)


# --- ELU and SELU --------------------------------------------------------------------------


@changes("act/negative-slope-sign", {"ELU": "holds"})
def elu_rises_again_below_0(patch):
    module(patch, "elu", partial(nn.LeakyReLU, -0.1))


@changes("act/elu-cannot-die", {"input down to -5": "fails", "short of underflow": "fails"})
def elu_is_0_below_0(patch):
    module(patch, "elu", nn.ReLU)


@changes("act/elu-unbounded-below", {"float32": "holds", "α from 0.1 to 5": "holds"})
def elu_goes_down_without_end(patch):
    patch.setattr(shapes, "_module", lambda activation, alpha: nn.LeakyReLU(alpha))


@changes("act/elu-smooth", {"any other α": "holds"})
def elu_has_no_other_alpha_than_1(patch):
    patch.setattr(shapes, "_module", lambda activation, alpha: nn.ELU())


@changes("act/elu-mean-nearer-zero", {"inputs around zero": "fails"})
def elu_goes_down_to_minus_10(patch):
    module(patch, "elu", partial(nn.ELU, 10.0))


@changes("cifar/d-self-normalizes", {"ELU, standardised inputs": "holds"}, dear=True)
@changes(
    "cifar/e-alpha-dropout-keeps-stats", {"1 ELU layer, standardised inputs": "holds"}, dear=True
)
def elu_is_selu(patch):
    module(patch, "elu", nn.SELU)


@changes("selu/smooth-everywhere", {"slopes": "holds"})
def selu_has_no_kink(patch):
    module(patch, "selu", nn.ELU)


@changes("selu/takes-negative-values", {"float32 inputs below 0": "fails"})
@changes("selu/always-nonzero-derivative", {"float32, short of underflow": "fails"})
@changes("selu/produces-sparsity", {"some input other than 0 gives 0": "holds"})
@changes("selu/no-dead-units", {"input down to -5": "fails"})
def selu_is_0_below_0(patch):
    module(patch, "selu", nn.ReLU)


@changes("selu/self-normalizes", {"20 layers": "fails", "any wide plain stack": "fails"}, dear=True)
def selu_is_not_scaled(patch):
    module(patch, "selu", partial(nn.ELU, elementwise.SELU_ALPHA))


@changes(
    "selu/converges-to-zero-mean-unit-variance", {"moments of wide layers, by theory": "fails"}
)
def selu_is_not_scaled_in_theory(patch):
    patch.setattr(moment_map, "SELU", (elementwise.SELU_ALPHA, 1.0))


@changes(
    "selu/centering-alleviates-vanishing",
    {"SELU with ReLU's mean": "fails", "sigmoid without its mean": "fails"},
    dear=True,
)
def means_stay_where_they_are(patch):
    patch.setattr(centring.ShiftedSignals, "start", Signals.start)


# --- outputs -------------------------------------------------------------------------------


@changes("act/softmax-for-multilabel", {"softmax": "holds"})
@changes(
    "act/softmax-exclusive-classes", {"softmax": "fails", "no two classes likely together": "fails"}
)
def softmax_takes_each_score_by_itself(patch):
    module(patch, "softmax", nn.Sigmoid)


@changes("act/softmax-two-classes-is-sigmoid", {"two classes": "fails"})
def sigmoid_is_made_of_straight_lines(patch):
    module(patch, "sigmoid", nn.Hardsigmoid)


@changes("act/sigmoid-not-zero-centred", {"inputs symmetric about 0": "fails"})
def sigmoid_is_moved_down(patch):
    module(patch, "sigmoid", lambda: Of(lambda x: torch.sigmoid(x) - 0.5))


@changes("act/tanh-for-binary-output", {"torch's cross-entropy": "holds"})
def tanh_goes_from_0_to_1(patch):
    module(patch, "tanh", lambda: Of(lambda x: (1 + torch.tanh(x)) / 2))


@changes("act/tanh-zero-centred", {"inputs symmetric about 0": "fails"})
@changes("act/tanh-bounded-output", {"any float32": "fails"})
def tanh_is_moved_up(patch):
    module(patch, "tanh", lambda: Of(lambda x: torch.tanh(x) + 0.1))


@changes("act/glu-as-pointwise-activation", {"any width": "holds", "layers twice as wide": "fails"})
def glu_keeps_the_width(patch):
    module(patch, "glu", nn.SiLU)


@changes("act/softplus-always-positive", {"any float32": "holds", "any float16": "holds"})
def softplus_adds_a_small_constant(patch):
    module(patch, "softplus", lambda: Of(lambda x: nn.functional.softplus(x) + 1e-6))


@changes("act/sigmoid-outputs-probability", {"fitted by log loss": "fails"})
def log_loss_is_of_softened_labels(patch):
    patch.setitem(
        calibration._LOSSES,
        "log loss",
        lambda scores, labels: calibration._log_loss(scores, 0.8 * labels + 0.1),
    )


@changes(
    "init/output-layer-std-matches-input-layer", {"Glorot, tanh, inputs of unit variance": "holds"}
)
def tanh_is_linear(patch):
    everywhere(patch, "tanh", nn.Identity)


# --- in networks that are trained ----------------------------------------------------------


@changes("act/tanh-suits-feedforward", {"digits, 5 hidden layers": "fails"}, dear=True)
def tanh_is_the_sigmoid(patch):
    everywhere(patch, "tanh", nn.Sigmoid)


@changes("act/smooth-gates-better-on-hard-tasks", {"GELU": "fails"}, dear=True)
def gelu_is_the_sigmoid(patch):
    everywhere(patch, "gelu", nn.Sigmoid)


@changes(
    "act/leaky-can-improve-quality", {"slope 0.18, 10 hidden layers of 10": "fails"}, dear=True
)
def relu_leaks_and_leaky_relu_does_not(patch):
    leaky = nn.LeakyReLU
    everywhere(patch, "relu", lambda: leaky(0.18))
    patch.setattr(nn, "LeakyReLU", lambda slope: nn.ReLU())
    patch.setattr(functional, "leaky_relu_", lambda z, negative_slope: z.clamp_min_(0))
    patch.setattr(elementwise, "_leaky_relu_backward", lambda slope: elementwise._relu_backward)


@changes("act/zero-centred-converges-faster", {"each at its best rate": "fails"}, dear=True)
def tanh_is_not_moved(patch):
    usual = MovedTanh.measure
    patch.setattr(
        MovedTanh, "measure", lambda self, given: usual(replace(self, moved_by=0.0), given)
    )


@changes(
    "act/relu-outperformed-by-selu-and-leaky", {"SELU, 20 plain layers, digits": "fails"}, dear=True
)
@changes("selu/better-than-bn", {"than ReLU, 20 plain layers, digits": "fails"}, dear=True)
def selu_is_relu_in_training(patch):
    everywhere(patch, "selu", nn.ReLU)


@changes("selu/mean-closer-to-zero", {"inputs around 0": "fails"})
def selu_goes_down_to_minus_10(patch):
    module(patch, "selu", partial(nn.ELU, 10.0))


# --- saturation and slopes -----------------------------------------------------------------


@changes("act/sigmoid-tanh-saturate", {"tanh": "fails"})
@changes("act/tanh-slope-at-most-one", {"any float32": "fails", "at 0": "fails"})
def tanh_rises_forever(patch):
    module(patch, "tanh", lambda: Of(lambda x: x.tanh() + x / 10))


@changes("act/sigmoid-slope-at-most-quarter", {"any float32": "fails", "at 0": "fails"})
def the_sigmoid_is_twice_as_steep(patch):
    module(patch, "sigmoid", lambda: Of(lambda x: (2 * x).sigmoid()))


@changes("act/gradient-is-prediction-minus-target", {"softmax": "fails"})
def labels_are_smoothed(patch):
    patch.setattr(
        functional, "cross_entropy", partial(functional.cross_entropy, label_smoothing=0.1)
    )
