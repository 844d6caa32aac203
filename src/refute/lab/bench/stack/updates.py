"""What becomes of a gradient: SGD's step in the gradient's own memory, or torch's optimizer's.

Back-propagation hands over the gradients of a layer's weights as soon as it has them, while they
and the weights are still in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from refute.lab.bench.optimizers import SGD, Optimizer


class Update(Protocol):
    """Where gradients go.

    Attributes:
        sums: per layer a tensor (R, fan_out, fan_in); the gradient of the weights makes it
            ``kept * sum + share * gradient``.
        kept: see there; 0 overwrites.
        share: see there.
    """

    sums: list[Tensor]
    kept: float
    share: float

    def layer(self, at: int) -> None:
        """The gradient of layer ``at``'s weights is in its place, and those weights are free."""

    def finish(self) -> None:
        """All gradients are in their places."""


class PlainDescent:
    """SGD without momentum: w <- (1 - lr * decay) * w - lr * gradient.

    The matrix product that computes the gradient takes it from the weights themselves: there is
    nothing else to read or write.  The arguments are those of :class:`Descent`.
    """

    def __init__(self, sgd: SGD, weights: Sequence[Tensor], others: Tensor, decay: float) -> None:
        self._others, self._lr = others, sgd.lr
        self.sums, self.kept, self.share = list(weights), 1 - sgd.lr * decay, -sgd.lr

    def layer(self, at: int) -> None:
        """Its weights are what they should be already."""

    def finish(self) -> None:
        assert self._others.grad is not None
        self._others.add_(self._others.grad, alpha=-self._lr)


class Descent:
    """SGD without Nesterov's look ahead, as ``torch.optim.SGD`` takes its steps.

    v <- momentum * v + gradient, w <- w - lr * v.  The matrix product that computes the gradient
    adds it to the velocity itself, so that gradients take no memory of their own.

    Args:
        weights: by layer, (R, fan_out, fan_in), decayed by ``decay``, with ``l1`` times the sign
            of each weight added to its gradient.
        others: all other parameters in one tensor; their gradient is its ``grad``.
    """

    share = 1.0

    def __init__(
        self, sgd: SGD, weights: Sequence[Tensor], others: Tensor, decay: float, l1: float
    ) -> None:
        self._weights, self._others = weights, others
        self._lr, self.kept = sgd.lr, sgd.momentum
        self._decay, self._l1 = decay, l1
        self.sums = [torch.zeros_like(weight) for weight in weights]
        self._velocity = torch.zeros_like(others)
        self._sign = [torch.empty_like(weight) for weight in weights] if l1 else []
        # A Python number would be converted at every step.
        self._momentum = torch.tensor(sgd.momentum, dtype=others.dtype, device=others.device)

    def layer(self, at: int) -> None:
        weight, velocity = self._weights[at], self.sums[at]
        if self._decay:
            velocity.add_(weight, alpha=self._decay)
        if self._l1:
            velocity.add_(torch.sign(weight, out=self._sign[at]), alpha=self._l1)
        weight.add_(velocity, alpha=-self._lr)

    def finish(self) -> None:
        assert self._others.grad is not None
        self._velocity.mul_(self._momentum).add_(self._others.grad)
        self._others.add_(self._velocity, alpha=-self._lr)


class TorchUpdate:
    """Any optimizer of torch's; the arguments are those of :class:`Descent`."""

    kept, share = 0.0, 1.0

    def __init__(
        self,
        optimizer: Optimizer,
        weights: Sequence[Tensor],
        others: Tensor,
        decay: float,
        l1: float,
    ) -> None:
        parameters = [nn.Parameter(weight) for weight in weights]
        self.sums = [torch.zeros_like(weight) for weight in weights]
        for parameter, gradient in zip(parameters, self.sums, strict=True):
            parameter.grad = gradient
        rest = nn.Parameter(others)
        rest.grad = others.grad
        self._weights, self._l1 = parameters, l1
        groups: list[dict[str, Any]] = [
            {"params": parameters, "weight_decay": decay},
            {"params": [rest]},
        ]
        self._optimizer = optimizer.build(groups)

    def layer(self, at: int) -> None:
        if self._l1:
            self.sums[at].add_(self._weights[at].detach().sign(), alpha=self._l1)

    def finish(self) -> None:
        self._optimizer.step()


def update_of(
    optimizer: Optimizer, weights: Sequence[Tensor], others: Tensor, *, decay: float, l1: float
) -> Update:
    """The update of an optimizer; the arguments are those of :class:`Descent`."""
    if isinstance(optimizer, SGD) and optimizer.momentum == 0 and not l1:
        return PlainDescent(optimizer, weights, others, decay)
    if isinstance(optimizer, SGD) and not optimizer.nesterov:
        return Descent(optimizer, weights, others, decay, l1)
    return TorchUpdate(optimizer, weights, others, decay, l1)
