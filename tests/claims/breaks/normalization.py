"""Normalization and what it needs: batch normalization, SELU's inputs, skips and paddings."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn
from torch.nn import functional

from refute.lab.batch_normalization.biases import NormalizedLayer
from refute.lab.batch_normalization.few_samples import FewSamples
from refute.lab.batch_normalization.momentum import SeenMinibatches
from refute.lab.batch_normalization.shifts import Shifting
from refute.lab.bench import signals
from refute.lab.bench.data import Digits
from refute.lab.bench.networks import Network
from refute.lab.bench.stack.normalization import BatchNorm
from refute.lab.self_normalization.topologies import SkippingSignals
from tests.claims.breaks import changes


@changes("bn/bias-redundant", {"in training": "fails", "training never moves it": "fails"})
def batch_normalization_hands_on_what_it_gets(patch):
    patch.setattr(NormalizedLayer, "_norm", lambda self: nn.Identity())


@changes("bn/initialization-irrelevant", {"a tenth of He's weights": "fails"}, dear=True)
@changes("bn/better-model", {"2 ReLU layers, rate 0.1": "fails"})
@changes("bn/higher-learning-rates", {"2 ReLU layers, rate 0.3": "fails"})
@changes("bn/fewer-epochs", {"10 ELU layers, the same rate": "fails"}, dear=True)
@changes("bn/mitigates-vanishing-gradients", {"20 sigmoid layers, Glorot's weights": "fails"})
def batch_normalization_does_nothing_in_training(patch):
    patch.setattr(BatchNorm, "normalize", lambda self, z: z.clone())
    patch.setattr(BatchNorm, "backward", lambda self, gradient: gradient)
    patch.setattr(BatchNorm, "forward", lambda self, z, *, training: z)


@changes("bn/mean-beta-deviation-gamma", {"in training": "fails"})
@changes("mc/training-flag-only-dropout", {
    "the rest of the network, batch normalization": "holds",
    "later predictions, batch normalization": "holds",
})  # fmt: skip
def batch_normalization_always_uses_running_statistics(patch):
    patch.setattr(
        nn.BatchNorm1d,
        "forward",
        lambda self, x: functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias
        ),
    )


@changes("cifar/c-bn-placement", {"rebuilt in torch": "fails"})
def torch_has_no_batch_normalization(patch):
    patch.setattr(nn, "BatchNorm1d", lambda width: nn.Identity())


@changes("selu/needs-sequential", {"layers added to their inputs": "fails"})
def sums_are_divided_by_the_root_of_two(patch):
    usual = SkippingSignals._next_input
    patch.setattr(
        SkippingSignals,
        "_next_input",
        lambda self, *signals: usual(
            replace(self, topology="scaled sums") if self.topology == "sums" else self, *signals
        ),
    )


@changes("selu/needs-sequential", {"inputs handed on beside the output": "holds"})
def inputs_are_added_to_the_output(patch):
    patch.setattr(SkippingSignals, "_next_input", lambda self, inputs, signal, out: signal + out)


@changes("selu/solves-unstable-gradients", {"skip connections": "holds"})
def skip_connections_are_left_out(patch):
    patch.setattr(Network, "skips", property(lambda network: (False,) * len(network.hidden)))


@changes("selu/needs-standardized-inputs", {"inputs between 0 and 1": "fails"}, dear=True)
def pixels_are_standardised_unasked(patch):
    usual = Digits.draw
    patch.setattr(
        Digits,
        "draw",
        lambda self, replicates: usual(replace(self, scaling="standardised"), replicates),
    )


@changes(
    "selu/convolutions-lose-normalization",
    {"padded with zeros, at the corners": "fails"},
    dear=True,
)
def images_are_padded_with_noise(patch):
    usual = functional.conv2d

    def conv2d(signal, filters, padding):
        if padding:
            images, channels, height, width = signal.shape
            around = torch.randn(images, channels, height + 2 * padding, width + 2 * padding)
            around[:, :, padding:-padding, padding:-padding] = signal
            signal = around
        return usual(signal, filters)

    patch.setattr(functional, "conv2d", conv2d)


@changes("init/relu-halves-variance", {"digits, first hidden layer": "holds"})
def variances_are_taken_about_zero(patch):
    def moments(h: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        square = h.double().square().mean(1)
        return torch.zeros_like(square), square

    patch.setattr(signals, "_moments", moments)


@changes("bn/covariate-shift", {"10 ELU layers": "fails"}, dear=True)
def no_shift_is_put_back_in(patch):
    usual = Shifting.__init__
    patch.setattr(
        Shifting,
        "__init__",
        lambda self, norm, units, size, generators: usual(self, norm, units, 0.0, generators),
    )


@changes("bn/moving-averages-at-inference", {"predicting": "fails"})
def batch_normalization_predicts_by_the_minibatch(patch):
    patch.setattr(nn.BatchNorm1d, "train", lambda self, mode=True: self)


@changes("bn/works-with-one-sample", {
    "a dense layer in training": "holds",
    "a dense layer in training, by the formula": "holds",
})  # fmt: skip
def every_minibatch_has_seven_more_samples(patch):
    usual = FewSamples._minibatches
    patch.setattr(
        FewSamples, "_minibatches", lambda self: usual(replace(self, samples=self.samples + 7))
    )


@changes("bn/torch-momentum-is-keras-complement", {"moving means, 0.1 and 0.9": "fails"})
def keras_counts_momentum_as_torch_does(patch):
    usual = SeenMinibatches.in_keras
    patch.setattr(
        SeenMinibatches,
        "in_keras",
        lambda self, statistic, *, momentum, unbiased=False: usual(
            self, statistic, momentum=1 - momentum, unbiased=unbiased
        ),
    )
