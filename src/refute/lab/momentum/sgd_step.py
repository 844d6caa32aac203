"""One step of torch's own SGD on a quadratic, as a linear map of position and velocity.

Along an axis of curvature c, a step with learning rate r is a linear map of (position, velocity)
that depends only on r·c, here called the stiffness (Goh 2017, "First steps: gradient descent" and
"Dynamics of momentum").  The map is read off ``torch.optim.SGD`` itself, by one step from each unit
state.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def sgd_step(
    gradient: Floats, position: Floats, velocity: Floats, momentum: float, *, nesterov: bool
) -> tuple[Floats, Floats]:
    """Position and velocity after one step of ``torch.optim.SGD`` at learning rate 1.

    Without momentum torch keeps no velocity, and zeros are returned for it.
    """
    parameter = torch.nn.Parameter(torch.from_numpy(position.copy()))
    optimizer = torch.optim.SGD([parameter], lr=1.0, momentum=momentum, nesterov=nesterov)
    if momentum:
        optimizer.state[parameter]["momentum_buffer"] = torch.from_numpy(velocity.copy())
    parameter.grad = torch.from_numpy(gradient.copy())
    optimizer.step()
    after = optimizer.state[parameter].get("momentum_buffer") if momentum else None
    at_rest = np.zeros_like(position)
    return parameter.detach().numpy(), at_rest if after is None else after.numpy()


def step_matrices(stiffness: Floats, momentum: float, *, nesterov: bool = False) -> Floats:
    """One SGD step along each axis, as a matrix that maps (position, velocity).

    Args:
        stiffness: learning rate times curvature, shape (axes,).
        momentum: of the optimizer, 0 or more.
        nesterov: whether it is Nesterov momentum.

    Returns:
        Shape (axes, 2, 2).
    """
    zero, unit = np.zeros_like(stiffness), np.ones_like(stiffness)
    moved = sgd_step(stiffness, unit, zero, momentum, nesterov=nesterov)
    coasted = sgd_step(zero, zero, unit, momentum, nesterov=nesterov)
    if not momentum:
        coasted = zero, zero
    return np.stack([np.stack(moved, -1), np.stack(coasted, -1)], -1)


def stable_limit(momentum: float, *, nesterov: bool = False) -> float:
    """The stiffness below which SGD converges on a quadratic, and above which it diverges.

    Found by bisection to adjacent doubles, on the spectral radius of torch's own step.  Goh (2017)
    gives 2 (1 + momentum) for the heavy ball.
    """
    low, high = 0.0, 8.0
    while low < (middle := (low + high) / 2) < high:
        matrix = step_matrices(np.array([middle]), momentum, nesterov=nesterov)[0]
        if np.abs(np.linalg.eigvals(matrix)).max() < 1:
            low = middle
        else:
            high = middle
    return low


def momentum_words(momentum: float, nesterov: bool = False) -> str:
    """The momentum in words, to follow "with"."""
    kind = "Nesterov momentum" if nesterov else "momentum"
    return f"{kind} {momentum}" if momentum else f"no {kind}"
