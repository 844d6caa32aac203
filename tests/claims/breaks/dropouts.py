"""Dropout that drops something else, or nothing, or at other times."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from refute.lab.bench import quantities
from refute.lab.bench.all_masks import scores_over_masks
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.pruning import FOUR_OF_FIVE, prune
from refute.lab.bench.stack import masks
from refute.lab.bench.training import Training
from refute.lab.dropout import overfitting, passes_of_a_step, thinned_networks
from refute.lab.dropout.formulations import FirstPublished
from refute.lab.dropout.noise import NoisyTraining
from refute.lab.dropout.updated_weights import LastStep
from refute.lab.monte_carlo import mc_predictions, modes
from refute.lab.monte_carlo.mc_predictions import MonteCarloTraining
from refute.lab.monte_carlo.spread import spread
from refute.lab.monte_carlo.training_alike import MonteCarloDropout
from tests.claims.breaks import changes


@changes("dropout/test-time-scaling", {"as first published": "fails"})
def predictions_are_not_scaled(patch):
    patch.setattr(FirstPublished, "factor", 1.0)


@changes("dropout/several-passes-per-step", {"a step with dropout": "holds"})
def a_step_takes_two_passes(patch):
    patch.setattr(passes_of_a_step, "usual_step", passes_of_a_step.step_of_two_passes)


@changes("dropout/off-at-inference", {"dropout layers, evaluation mode": "fails"})
@changes("dropout/no-inference-cost", {"each layer hands on its input": "fails"})
def dropout_never_rests(patch):
    patch.setattr(nn.Dropout, "forward", lambda self, x: functional.dropout(x, self.p))


@changes("dropout/off-at-inference", {"two passes while training": "fails"})
@changes("mc/active-at-inference", {"dropout layers on": "fails"})
def dropout_never_works(patch):
    patch.setattr(nn.Dropout, "forward", lambda self, x: x)


@changes("dropout/scaling-is-exact-average", {"scores, one hidden layer": "fails"})
def every_thinned_network_is_as_likely(patch):
    def all_alike(network):
        scores, chances = scores_over_masks(network)
        return scores, torch.full_like(chances, 1 / len(chances))

    patch.setattr(thinned_networks, "scores_over_masks", all_alike)


@changes("dropout/updates-part-of-weights", {"128 examples": "holds"})
def all_examples_of_a_minibatch_share_a_mask(patch):
    usual = LastStep._masks
    patch.setattr(
        LastStep, "_masks", lambda self, given: usual(replace(self, one_mask=self.rate > 0), given)
    )


@changes("dropout/updates-part-of-weights", {"a single example": "fails"})
@changes("sparse/dropout-zeroes-activations", {"rate 0.5": "fails", "rate 0.2": "fails"})
def no_unit_is_ever_dropped(patch):
    patch.setattr(masks, "draw_keep", lambda generator, rate, shape: np.ones(shape, np.bool_))


@changes("dropout/raises-training-loss", {"rate 0.5": "fails", "rate 0.2": "fails"}, dear=True)
@changes("dropout/reduces-capacity-in-training", {"rate 0.5": "fails"}, dear=True)
@changes(
    "selu/plain-dropout-incompatible", {"dropout 0.5": "fails", "dropout 0.1": "fails"}, dear=True
)
@changes("dropout/slow-because-computation", {"number of steps, rate 0.5": "holds"}, dear=True)
@changes("dropout/better-generalization", {"test loss, rate 0.2": "fails"}, dear=True)
@changes(
    "dropout/needs-more-epochs", {"to a training loss, in steps, rate 0.5": "fails"}, dear=True
)
@changes("dropout/left-on-less-accurate", {"100 training images, rate 0.5": "fails"}, dear=True)
@changes("dropout/prevents-overfitting", {"less of it, rate 0.5": "fails"}, dear=True)
def dropout_does_nothing(patch):
    patch.setattr(masks, "_set", lambda drop, keep, network: drop.scale.fill_(1))


@changes("dropout/better-generalization", {"networks that underfit, rate 0.2": "holds"}, dear=True)
def no_network_is_too_small(patch):
    patch.setattr(overfitting, "LARGE_TASKS", overfitting.TASKS)
    patch.setattr(overfitting, "SMALL_WIDTH", overfitting.WIDTH)


@changes("dropout/scales-up-in-training", {"torch.nn.Dropout": "fails"})
def dropout_scales_nothing(patch):
    patch.setattr(
        nn.Dropout,
        "forward",
        lambda self, x: functional.dropout(x, self.p, self.training) * (1 - self.p),
    )


@changes("sparse/dropout-zeroes-activations", {"any layer and rate": "fails"})
def dropout_multiplies_by_noise(patch):
    patch.setattr(nn.Dropout, "forward", lambda self, x: x * (1 + torch.randn_like(x)))


@changes("selu/alpha-dropout-keeps-moments", {"variance, rate 0.5, 20 layers": "fails"}, dear=True)
def alpha_dropout_is_ordinary_dropout(patch):
    patch.setattr(
        nn.AlphaDropout, "forward", lambda self, x: functional.dropout(x, self.p, self.training)
    )


@changes("mc/training-identical-to-dropout", {"same weights, data and masks": "fails"})
def monte_carlo_dropout_has_half_the_rate(patch):
    patch.setattr(MonteCarloDropout, "forward", lambda self, x: functional.dropout(x, self.p / 2))


@changes("mc/active-at-inference", {"batch normalization off": "fails"})
def batch_normalization_is_switched_on_with_dropout(patch):
    patch.setattr(modes, "dropout_only", modes.whole_network)


@changes("mc/averages-passes", {"class probabilities, own masks": "fails"})
def dropout_drops_a_fifth_more(patch):
    patch.setattr(nn.Dropout, "forward", lambda self, x: functional.dropout(x, 1.2 * self.p))


@changes("mc/more-passes-less-uncertainty", {"rate 0.5": "holds"}, dear=True)
def the_spread_is_that_of_the_average(patch):
    patch.setattr(mc_predictions, "spread", lambda passes: spread(passes) / sqrt(len(passes)))


@changes("mc/estimates-uncertainty", {"mistakes, 100 training images": "fails"}, dear=True)
@changes(
    "mc/averaging-more-accurate", {"a hundred passes, 100 training images": "fails"}, dear=True
)
@changes("mc/as-accurate-as-ordinary", {"100 training images, rate 0.5": "fails"}, dear=True)
@changes(
    "mc/slightly-better-than-ordinary",
    {"log loss, 100 training images, rate 0.2": "fails"},
    dear=True,
)
@changes(
    "mc/ten-passes-for-better-predictions",
    {"100 training images, ten passes against one": "fails"},
    dear=True,
)
def all_passes_have_one_mask(patch):
    usual = MonteCarloTraining._passes

    def passes(self, net, x, replicates, purpose, count):
        first = usual(self, net, x, replicates, purpose, 1)
        return first.expand(count, *first.shape[1:])

    patch.setattr(MonteCarloTraining, "_passes", passes)


@changes("cifar/e-mc-improves-accuracy", {"300 images, rate 0.5": "holds"}, dear=True)
def the_ordinary_prediction_is_a_single_pass(patch):
    usual = mc_predictions.score
    patch.setattr(
        mc_predictions, "score", lambda of, passes, **setting: usual(of, passes or 1, **setting)
    )


@changes(
    "dropout/slow-because-random",
    {"noise as large as that of dropout 0.2, no unit dropped, Adam": "fails"},
    dear=True,
)
def noise_is_none(patch):
    usual = NoisyTraining.masks

    def masks(self, replicates):
        for drops in usual(self, replicates):
            for drop in drops:
                drop.scale.fill_(1)
            yield drops

    patch.setattr(NoisyTraining, "masks", masks)


@changes("dropout/saves-computation", {"number of steps, rate 0.5": "holds"}, dear=True)
def the_learning_rate_is_doubled_instead_of_dropout(patch):
    usual = quantities.training_of

    def training_of(network=None, *, dropout=0.0, **settings):
        return usual(network, **settings | ({"optimizer": SGD(lr=0.02)} if dropout else {}))

    patch.setattr(quantities, "training_of", training_of)


@changes("sparse/dropout-yields-sparse-network", {"rate 0.5": "holds"}, dear=True)
def networks_with_dropout_are_pruned(patch):
    usual = Training.train

    def train(self, replicates):
        run = usual(self, replicates)
        if self.network.dropout:
            prune(run.net, FOUR_OF_FIVE, replicates)
        return run

    patch.setattr(Training, "train", train)
