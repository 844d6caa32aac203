"""Single units under gradient descent: can a unit be stuck for good?

A step of full-batch gradient descent is a function of the parameters alone.  If it leaves all of
them unchanged, bit for bit, so does every later step: one step proves that a unit is stuck.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from refute.lab.bench.activations import LEAKY_SLOPE, ActivationName, activation_module
from refute.lab.bench.curves import activation_curve
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Natural
from refute.lab.bench.random_numbers import SeededNumbers
from refute.lab.bench.saying import listed
from refute.sketch import sketch

SAMPLES, FEATURES = 64, 8
RATE = 0.1


@dataclass(frozen=True)
class Unit(Description):
    """A unit and its training set, both drawn from ``seed``.

    Args:
        activation: a name in :data:`refute.lab.bench.activations.ACTIVATIONS`.
        highest: the unit's largest pre-activation over the training set; it sets the bias.
        seed: of the weights (normal, variance 1/8) and of 64 samples, whose 8 features and target
            are standard normal.
        slope: of a leaky ReLU for negative inputs.
    """

    activation: ActivationName
    highest: float
    seed: Natural
    slope: float = LEAKY_SLOPE

    @property
    def said(self) -> str:
        return f"a unit whose largest pre-activation is {listed([self.highest])}"

    def after_one_step(self) -> tuple[Tensor, Tensor]:
        """Weights and bias, shape (9,), before and after one step of full-batch gradient descent.

        The loss is the mean squared error of the unit's output, the learning rate 0.1; everything
        is float32.
        """
        draw = SeededNumbers(self.seed, torch.float32).normal
        inputs, targets, weights = draw(SAMPLES, FEATURES), draw(SAMPLES), draw(FEATURES)
        weights = weights / FEATURES**0.5
        bias = self.highest - (inputs @ weights).max()
        before = torch.cat([weights, bias[None]])
        parameters = before.clone().requires_grad_()
        optimizer = torch.optim.SGD([parameters], lr=RATE)
        loss = functional.mse_loss(self._output(inputs, parameters), targets)
        torch.autograd.backward(loss)
        optimizer.step()
        return before, parameters.detach()

    def _output(self, inputs: Tensor, parameters: Tensor) -> Tensor:
        z = inputs @ parameters[:-1] + parameters[-1]
        output: Tensor = activation_module(self.activation, self.slope)(z)
        return output


def stuck(unit: Unit) -> bool:
    """Whether gradient descent never moves the unit: a step changes no bit of its parameters."""
    sketch(lambda: activation_curve(unit.activation, [unit.highest], slope=unit.slope))
    before, after = unit.after_one_step()
    return torch.equal(before, after)


def units(
    activation: str,
    low: float,
    high: float,
    slopes: st.SearchStrategy[float] = st.just(LEAKY_SLOPE),  # noqa: B008
) -> st.SearchStrategy[Unit]:
    """Draw units whose largest pre-activation lies between ``low`` and ``high``."""
    return st.builds(
        Unit,
        activation=st.just(activation),
        highest=st.floats(low, high),
        seed=st.integers(0, 2**32 - 1),
        slope=slopes,
    )
