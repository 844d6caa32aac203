"""Momentum that is none, or another; steps that do nothing."""

from __future__ import annotations

from dataclasses import replace

import torch

from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.stack.stepping import Stepper
from refute.lab.bench.stack.updates import Descent as StackedDescent
from refute.lab.bench.stack.updates import FusedAdam
from refute.lab.initialization.intercepts import Intercepts
from refute.lab.momentum import lasting, trajectory
from refute.lab.momentum.averaging import Descent
from refute.lab.momentum.sgd_step import step_matrices
from refute.lab.momentum.shaking import Shaking
from refute.lab.practice.weight_decay import Regression
from tests.claims.breaks import changes


def given(patch, **settings):
    """Torch's SGD takes these settings, whatever it was given."""
    usual = torch.optim.SGD.step

    def step(self, closure=None):
        for group in self.param_groups:
            group.update({name: of(group) for name, of in settings.items()})
        return usual(self, closure)

    patch.setattr(torch.optim.SGD, "step", step)


@changes("momentum/slow-to-turn", {"a gradient that reverses, momentum 0.99": "fails"})
@changes("momentum/overshoots", {"quadratics, along every axis": "fails"})
@changes("momentum/picks-up-speed", {"down a slope": "fails"})
@changes("momentum/constant-gradient-multiplies-step", {"momentum 0.9": "fails"})
@changes("momentum/past-updates-weigh-more", {"any smaller momentum": "fails"})
@changes("momentum/escapes-local-minima", {"rolling in from above the barrier, 0.99": "fails"})
@changes(
    "momentum/ema-form-same",
    {"a learning rate 1 / (1 - momentum) times as large": "fails"},
    dear=True,
)
def sgd_forgets_its_momentum(patch):
    given(patch, momentum=lambda group: 0.0)


@changes(
    "momentum/traps-in-local-minima",
    {"shaken by gradient noise, 0.99 against 0.9": "holds"},
    dear=True,
)
def momentum_close_to_1_is_forgotten(patch):
    given(patch, momentum=lambda group: 0.0 if group["momentum"] > 0.95 else group["momentum"])


@changes("momentum/ten-times-faster", {"condition number 1e4": "fails"})
@changes("momentum/reaches-minimum-fast", {"long bowls, against no momentum": "fails"})
@changes("momentum/repeated-oscillation", {"condition number up to 1e4": "fails"})
@changes("momentum/nesterov-faster", {"condition number 10, momentum 0.9": "fails"})
@changes("momentum/damps-oscillations", {"at plain SGD's best rate": "fails"})
@changes("momentum/speeds-up-along-ravine", {"momentum 0.9": "fails"})
@changes("momentum/slower-than-smaller", {"condition number up to 1e4, 0.9999": "fails"})
@changes("momentum/slightly-smaller-is-much-faster", {"condition number up to 1e4": "fails"})
def bowls_are_descended_without_momentum(patch):
    patch.setattr(
        trajectory,
        "step_matrices",
        lambda stiffness, momentum, nesterov: step_matrices(stiffness, 0.0),
    )


@changes("momentum/nesterov-overshoots-less", {"momentum 0.9": "fails"})
def nesterov_momentum_does_not_look_ahead(patch):
    patch.setattr(
        trajectory,
        "step_matrices",
        lambda stiffness, momentum, nesterov: step_matrices(stiffness, momentum),
    )


@changes("momentum/never-converges", {"quadratics, learning rates that are stable": "holds"})
def swings_lose_nothing(patch):
    patch.setattr(
        lasting, "step_matrices", lambda stiffness, momentum: step_matrices(stiffness, 1.0)
    )


@changes("momentum/ema-form-same", {"the same learning rate, momentum from 0.5 on": "holds"})
def the_form_that_averages_sums(patch):
    patch.setattr(
        Descent,
        "averaging",
        lambda self, *, learning_rate: replace(self, learning_rate=learning_rate).summing(),
    )


@changes("momentum/instability", {"gradient noise": "fails"})
def learning_rates_are_lowered_as_momentum_is_raised(patch):
    usual = Shaking.run
    patch.setattr(Shaking, "run", lambda self, given: usual(replace(self, slowed=True), given))


# --- steps ---------------------------------------------------------------------------------


@changes("init/all-zero-learns-nothing", {"logistic units, no weight moves": "holds"})
@changes("init/nonzero-constant-still-symmetric", {"any value but zero": "fails"})
def optimizers_do_nothing(patch):
    for kind in (torch.optim.SGD, torch.optim.Adam):
        patch.setattr(kind, "step", lambda self, closure=None: None)


@changes("bias/learned-from-zero", {"the intercept of linear data": "fails"})
def a_bias_is_never_stepped(patch):
    usual = Intercepts._bias_over_intercept
    patch.setattr(
        Intercepts,
        "_bias_over_intercept",
        lambda self, generator: usual(replace(self, learned=False), generator),
    )


@changes("init/std-guarantee-only-at-start", {"after 15 epochs, SGD": "fails"})
@changes("init/instability-worst-at-start", {"weights too small, N(0, 0.05 squared)": "fails"})
@changes("sparse/sparse-init-yields-sparse-model", {"ReLU": "holds"})
@changes("selu/stable-stats-during-training", {"20 layers, plain SGD": "undecided"}, dear=True)
@changes("bias/learned-from-zero", {"a circle to be told from its surroundings": "fails"})
@changes("selu/suited-to-deep-nets", {"plain SGD": "fails"}, dear=True)
@changes("bias/zero-init-ok", {"zero weights as well": "holds"})
@changes("bias/weight-like-init-ok", {"drawn from N(0, 10 squared)": "holds"})
@changes("act/softmax-calibrated", {"digits": "fails"})
def no_network_is_trained(patch):
    patch.setattr(Stepper, "__call__", lambda self, x, y, masks: None)


@changes("train/adam-needs-no-learning-rate", {"a hundredth of the default": "holds"}, dear=True)
def adam_has_one_learning_rate(patch):
    usual = FusedAdam.__init__
    patch.setattr(FusedAdam, "__init__", lambda self, adam, *rest: usual(self, Adam(), *rest))


@changes("train/too-high-rate-diverges", {"digits, learning rate 1": "fails"})
@changes("train/too-low-rate-slow", {"digits, a tenth of the usual rate": "fails"})
def sgd_has_one_learning_rate(patch):
    usual = StackedDescent.__init__
    patch.setattr(StackedDescent, "__init__", lambda self, sgd, *rest: usual(self, SGD(), *rest))


@changes("train/weight-decay-is-l2", {"Adam": "holds", "SGD with momentum": "holds"})
def every_optimizer_is_plain_sgd(patch):
    usual = Regression._optimizer
    patch.setattr(
        Regression, "_optimizer", lambda self, kind, *rest: usual(self, "plain SGD", *rest)
    )


@changes("train/clipping-fixes-vanishing", {"clipped by norm": "holds"})
@changes("train/clipping-by-norm-keeps-direction", {"the norm of all gradients": "fails"})
def clipping_gives_every_layer_the_same_norm(patch):
    def clip(parameters, norm):
        for parameter in parameters:
            parameter.grad.mul_(norm / parameter.grad.norm())

    patch.setattr(torch.nn.utils, "clip_grad_norm_", clip)
