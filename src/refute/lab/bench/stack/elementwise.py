"""Activations and their gradients in place, for hand-written back-propagation.

``forward`` maps pre-activations z to h = f(z), and ``backward`` maps the gradient with respect to h
to the gradient with respect to z.  Both overwrite their argument, because at these sizes new memory
costs more than the arithmetic.  torch's own kernels compute the derivative: from h if it is a
function of h (ReLU, tanh, SELU, ...), from z for GELU, SiLU and Mish.  Autograd does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

import torch
from torch import Tensor, nn

from refute.lab.bench.gradients import gradient_of
from refute.lab.bench.networks import Network

SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
"""Klambauer et al. 2017, equation 2; the constants of ``torch.nn.SELU``."""


class Elementwise(Protocol):
    """The activation of one layer; the forward pass stores what the backward pass needs."""

    def forward(self, z: Tensor) -> Tensor:
        """Return h = f(z), of the same shape; z may be overwritten."""

    def backward(self, gradient: Tensor) -> Tensor:
        """Return the gradient with respect to z from the one with respect to h.

        ``gradient`` may be overwritten.
        """


def elementwise(network: Network, modules: Iterable[nn.Module]) -> list[Elementwise]:
    """Return the activations of all hidden layers; ``modules`` are torch's modules for them."""
    spare: dict[torch.Size, Tensor] = {}
    return [_elementwise(network, module, spare) for module in modules]


def _elementwise(
    network: Network, module: nn.Module, spare: dict[torch.Size, Tensor]
) -> Elementwise:
    name, slope = network.activation, network.slope
    if name == "elu":
        return _ELU(spare)
    if name == "leaky relu" and slope > 0:  # otherwise the output does not determine the slope
        return _FromOutput(
            lambda z: torch.nn.functional.leaky_relu_(z, slope), _leaky_relu_backward(slope)
        )
    if name in _FROM_OUTPUT:
        return _FROM_OUTPUT[name]()
    if name in _FROM_INPUT:
        return _FromInput(*_FROM_INPUT[name])
    return _ByAutograd(module)


def in_place_activation(network: Network) -> Callable[[Tensor], Tensor] | None:
    """Return the activation as one of torch's in-place functions, or ``None`` if it has none."""
    if network.activation == "leaky relu":
        return partial(torch.nn.functional.leaky_relu_, negative_slope=network.slope)
    return _IN_PLACE.get(network.activation)


class _FromOutput:
    """An activation whose derivative is a function of its output."""

    def __init__(
        self,
        forward: Callable[[Tensor], Tensor],
        backward: Callable[[Tensor, Tensor], Tensor],
    ) -> None:
        self._forward, self._backward = forward, backward

    def forward(self, z: Tensor) -> Tensor:
        self._h = self._forward(z)
        return self._h

    def backward(self, gradient: Tensor) -> Tensor:
        return self._backward(gradient, self._h)


class _FromInput:
    """An activation whose derivative is a function of its input, which is not overwritten."""

    def __init__(
        self,
        forward: Callable[[Tensor], Tensor],
        backward: Callable[[Tensor, Tensor], Tensor],
    ) -> None:
        self._forward, self._backward = forward, backward

    def forward(self, z: Tensor) -> Tensor:
        self._z = z
        return self._forward(z)

    def backward(self, gradient: Tensor) -> Tensor:
        return self._backward(gradient, self._z)


class _ELU:
    """ELU with alpha 1: max(z, exp(min(z, 0)) - 1), whose derivative is exp(min(z, 0)).

    It agrees with ``torch.nn.ELU`` to within the round-off of a float near 1.  torch uses
    ``expm1``, which costs six times as much as ``exp``; computed twice, it takes a third of a deep
    network's time.
    """

    def __init__(self, spare: dict[torch.Size, Tensor]) -> None:
        self._spare = spare  # shared by all layers, because only ``forward`` needs it
        self._slope: Tensor | None = None

    def forward(self, z: Tensor) -> Tensor:
        if self._slope is None:
            self._slope, self._one = torch.empty_like(z), z.new_ones(())
            self._spare.setdefault(z.shape, torch.empty_like(z))
        below = self._spare[z.shape]
        torch.clamp_max(z, 0, out=self._slope).exp_()
        torch.sub(self._slope, self._one, out=below)
        return torch.maximum(z, below, out=z)

    def backward(self, gradient: Tensor) -> Tensor:
        assert self._slope is not None
        return gradient.mul_(self._slope)


class _ByAutograd:
    """Any activation, differentiated by autograd, also with respect to its own parameters."""

    def __init__(self, module: nn.Module) -> None:
        self._module = module

    def forward(self, z: Tensor) -> Tensor:
        self._z = z.detach().requires_grad_()
        with torch.enable_grad():
            self._h: Tensor = self._module(self._z)
        h: Tensor = self._h.detach()
        return h

    def backward(self, gradient: Tensor) -> Tensor:
        parameters = list(self._module.parameters())
        z_gradient, *parameter_gradients = torch.autograd.grad(
            self._h, [self._z, *parameters], gradient
        )
        for parameter, parameter_gradient in zip(parameters, parameter_gradients, strict=True):
            gradient_of(parameter).copy_(parameter_gradient)
        return z_gradient


def _relu_backward(gradient: Tensor, h: Tensor) -> Tensor:
    z_gradient: Tensor = torch.ops.aten.threshold_backward.grad_input(
        gradient, h, 0, grad_input=gradient
    )
    return z_gradient


def _leaky_relu_backward(slope: float) -> Callable[[Tensor, Tensor], Tensor]:
    def backward(gradient: Tensor, h: Tensor) -> Tensor:
        z_gradient: Tensor = torch.ops.aten.leaky_relu_backward.grad_input(
            gradient, h, slope, True, grad_input=gradient
        )
        return z_gradient

    return backward


def _selu_backward(gradient: Tensor, h: Tensor) -> Tensor:
    z_gradient: Tensor = torch.ops.aten.elu_backward.grad_input(
        gradient, SELU_ALPHA, SELU_SCALE, 1, True, h, grad_input=gradient
    )
    return z_gradient


def _tanh_backward(gradient: Tensor, h: Tensor) -> Tensor:
    z_gradient: Tensor = torch.ops.aten.tanh_backward.grad_input(gradient, h, grad_input=gradient)
    return z_gradient


def _sigmoid_backward(gradient: Tensor, h: Tensor) -> Tensor:
    z_gradient: Tensor = torch.ops.aten.sigmoid_backward.grad_input(
        gradient, h, grad_input=gradient
    )
    return z_gradient


_IN_PLACE: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu_,
    "elu": torch.nn.functional.elu_,
    "selu": torch.selu_,
    "tanh": torch.tanh_,
    "sigmoid": torch.sigmoid_,
}

_FROM_OUTPUT: dict[str, Callable[[], Elementwise]] = {
    "identity": lambda: _FromOutput(lambda z: z, lambda gradient, _: gradient),
    "relu": lambda: _FromOutput(lambda z: z.clamp_min_(0), _relu_backward),
    "selu": lambda: _FromOutput(torch.selu_, _selu_backward),
    "selu in place": lambda: _FromOutput(torch.selu_, _selu_backward),
    "tanh": lambda: _FromOutput(torch.tanh_, _tanh_backward),
    "sigmoid": lambda: _FromOutput(torch.sigmoid_, _sigmoid_backward),
}

_FROM_INPUT: dict[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor, Tensor], Tensor]]] = {
    "gelu": (torch.nn.functional.gelu, torch.ops.aten.gelu_backward.default),
    "silu": (torch.nn.functional.silu, torch.ops.aten.silu_backward.default),
    "mish": (torch.nn.functional.mish, torch.ops.aten.mish_backward.default),
}
