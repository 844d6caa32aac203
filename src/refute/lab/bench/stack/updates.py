"""Parameter updates: SGD in the memory of the gradients, or any of torch's optimizers.

Back-propagation passes on the gradients of a layer's weights as soon as they are computed, while
they and the weights are still in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from refute.lab.bench.gradients import gradient_of
from refute.lab.bench.optimizers import SGD, Adam, Optimizer
from refute.lab.bench.stack.network import StackedNetwork


class Update(Protocol):
    """Receives gradients and updates the parameters.

    Back-propagation replaces each layer's sum by ``beta * sum + alpha * gradient``.

    Attributes:
        sums: a tensor (R, fan_out, fan_in) for each layer.
        beta: factor of the old sum; 0 overwrites it.
        alpha: factor of the gradient of the weights.
    """

    sums: list[Tensor]
    beta: float
    alpha: float

    def layer(self, at: int) -> None:
        """Update layer ``at``, if possible: its sum is complete, its weights are free to change."""

    def finish(self) -> None:
        """Update all other parameters: all gradients are complete."""


class PlainDescent:
    """SGD without momentum: w <- (1 - lr * decay) * w - lr * gradient.

    The weights are their own sums: the matrix product that computes the gradient subtracts it from
    them directly.  The arguments are those of :class:`Descent`.
    """

    def __init__(self, sgd: SGD, weights: Sequence[Tensor], others: Tensor, decay: float) -> None:
        self._others, self._lr = others, sgd.lr
        self.sums, self.beta, self.alpha = list(weights), 1 - sgd.lr * decay, -sgd.lr

    def layer(self, at: int) -> None:
        """Do nothing: the weights are updated already."""

    def finish(self) -> None:
        self._others.add_(gradient_of(self._others), alpha=-self._lr)


class Descent:
    """SGD with momentum but not Nesterov's, in the form of ``torch.optim.SGD``.

    v <- momentum * v + gradient, w <- w - lr * v.  The matrix product that computes the gradient
    adds it to the velocity directly, so that gradients need no memory of their own.

    Args:
        sgd: learning rate and momentum.
        weights: the weights by layer, (R, fan_out, fan_in).
        others: all other parameters in one tensor, with their gradient in its ``grad``.
        decay: weight decay of ``weights``.
        l1: factor of the sign of each weight that is added to its gradient.
    """

    alpha = 1.0

    def __init__(
        self, sgd: SGD, weights: Sequence[Tensor], others: Tensor, decay: float, l1: float
    ) -> None:
        self._weights, self._others = weights, others
        self._lr, self.beta = sgd.lr, sgd.momentum
        self._decay, self._l1 = decay, l1
        self.sums = [torch.zeros_like(weight) for weight in weights]
        self._velocity = torch.zeros_like(others)
        self._sign = [torch.empty_like(weight) for weight in weights] if l1 else []
        # As a tensor, because torch would convert a Python number at every step.
        self._momentum = torch.tensor(sgd.momentum, dtype=others.dtype, device=others.device)

    def layer(self, at: int) -> None:
        weight, velocity = self._weights[at], self.sums[at]
        if self._decay:
            velocity.add_(weight, alpha=self._decay)
        if self._l1:
            velocity.add_(torch.sign(weight, out=self._sign[at]), alpha=self._l1)
        weight.add_(velocity, alpha=-self._lr)

    def continue_rows(self, of: Descent, net: StackedNetwork, rows: Tensor) -> None:
        """Take over the velocities of these rows from the update of ``net``."""
        for velocity, before in zip(self.sums, of.sums, strict=True):
            velocity.copy_(before[rows])
        self._velocity.copy_(net.others_of_rows(of._velocity, rows))

    def finish(self) -> None:
        self._velocity.mul_(self._momentum).add_(gradient_of(self._others))
        self._others.add_(self._velocity, alpha=-self._lr)


class _OfGradients:
    """Collects gradients for an optimizer; the arguments are those of :class:`Descent`."""

    beta, alpha = 0.0, 1.0

    def __init__(self, weights: Sequence[Tensor], l1: float) -> None:
        self.sums = [torch.zeros_like(weight) for weight in weights]
        self._weights, self._l1 = weights, l1

    def layer(self, at: int) -> None:
        if self._l1:
            self.sums[at].add_(self._weights[at].sign(), alpha=self._l1)


class FusedAdam(_OfGradients):
    """Adam by the kernel that ``torch.optim.Adam(fused=True)`` calls; same arguments and numbers.

    The optimizer takes as long to prepare the call as a small network takes for its whole step.
    """

    def __init__(
        self, adam: Adam, weights: Sequence[Tensor], others: Tensor, decay: float, l1: float
    ) -> None:
        super().__init__(weights, l1)
        self._call = partial(
            torch._fused_adam_,
            lr=adam.lr,
            beta1=0.9,
            beta2=0.999,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )
        groups = [([*weights], self.sums, decay), ([others], [gradient_of(others)], 0.0)]
        if not decay:  # one group, and one call
            groups = [([*weights, others], [*self.sums, gradient_of(others)], 0.0)]
        self._groups = [
            _AdamGroup(parameters, gradients, decay) for parameters, gradients, decay in groups
        ]

    def finish(self) -> None:
        for group in self._groups:
            torch._foreach_add_(group.steps, 1)
            self._call(
                group.parameters,
                group.gradients,
                group.means,
                group.squares,
                [],
                group.steps,
                weight_decay=group.decay,
            )


class _AdamGroup:
    """Parameters with one weight decay, and the state of each."""

    def __init__(self, parameters: list[Tensor], gradients: list[Tensor], decay: float) -> None:
        self.parameters, self.gradients, self.decay = parameters, gradients, decay
        self.means = [torch.zeros_like(parameter) for parameter in parameters]
        self.squares = [torch.zeros_like(parameter) for parameter in parameters]
        self.steps = [
            torch.zeros((), dtype=torch.float32, device=parameter.device)
            for parameter in parameters
        ]


class TorchUpdate(_OfGradients):
    """Any of torch's optimizers; the other arguments are those of :class:`Descent`."""

    def __init__(
        self,
        optimizer: Optimizer,
        weights: Sequence[Tensor],
        others: Tensor,
        decay: float,
        l1: float,
    ) -> None:
        super().__init__(weights, l1)
        parameters = [nn.Parameter(weight) for weight in weights]
        for parameter, gradient in zip(parameters, self.sums, strict=True):
            parameter.grad = gradient
        other = nn.Parameter(others)
        other.grad = others.grad
        groups: list[dict[str, Any]] = [
            {"params": parameters, "weight_decay": decay},
            {"params": [other]},
        ]
        self._optimizer = optimizer.build(groups)

    def finish(self) -> None:
        self._optimizer.step()


def update_of(
    optimizer: Optimizer, weights: Sequence[Tensor], others: Tensor, *, decay: float, l1: float
) -> Update:
    """Return the update of an optimizer; the other arguments are those of :class:`Descent`."""
    if isinstance(optimizer, SGD) and optimizer.momentum == 0 and not l1:
        return PlainDescent(optimizer, weights, others, decay)
    if isinstance(optimizer, SGD) and not optimizer.nesterov:
        return Descent(optimizer, weights, others, decay, l1)
    if isinstance(optimizer, Adam):
        return FusedAdam(optimizer, weights, others, decay, l1)
    return TorchUpdate(optimizer, weights, others, decay, l1)
