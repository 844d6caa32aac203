"""Batch normalization of stacked replicates (Ioffe & Szegedy 2015)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from refute.lab.bench.gradients import gradient_of


class BatchNorm(nn.Module):
    """The same layer of R replicates, as one layer of R * units features.

    Tensors are (R, units, B), so that the samples of a feature are contiguous.
    """

    def __init__(self, replicates: int, units: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(replicates * units)
        self._shape = (replicates, units, 1)
        self._workspace: _Workspace | None = None

    def forward(self, z: Tensor, *, training: bool) -> Tensor:
        """Normalize as torch's module does, running statistics included; differentiable."""
        self.norm.training = training
        replicates, units, batch = z.shape
        normalized: Tensor = self.norm(z.reshape(1, replicates * units, batch))
        return normalized.view(replicates, units, batch)

    def normalize(self, z: Tensor) -> Tensor:
        """Normalize in training mode without autograd; z must not change until ``backward``."""
        if self._workspace is None:
            self._workspace = _Workspace(self.norm, z, self._shape)
        work = self._workspace
        work.z = z.view(work.flat)
        torch.sum(z, 2, keepdim=True, out=work.mean).mul_(work.per_sample)
        torch.sub(z, work.mean, out=work.out)
        torch.mul(work.out, work.out, out=work.squares)
        torch.sum(work.squares, 2, keepdim=True, out=work.variance).mul_(work.per_sample)
        torch.add(work.variance, work.eps, out=work.scale).rsqrt_()
        work.running_mean.lerp_(work.mean, work.momentum)
        work.running_variance.lerp_(work.variance * work.unbiased, work.momentum)
        return work.out.mul_(work.scale * work.weight).add_(work.bias)

    def backward(self, gradient: Tensor) -> Tensor:
        """Return the gradient of z; the gradients of weight and bias are written to ``grad``."""
        work, norm = self._workspace, self.norm
        assert work is not None
        z_gradient, weight_gradient, bias_gradient = (
            torch.ops.aten.native_batch_norm_backward.default(
                gradient.view(work.flat), work.z,
                norm.weight, norm.running_mean, norm.running_var,
                work.flat_mean, work.flat_scale, True, norm.eps, (True, True, True),
            )
        )  # fmt: skip
        gradient_of(norm.weight).copy_(weight_gradient)
        gradient_of(norm.bias).copy_(bias_gradient)
        shaped: Tensor = z_gradient.view(gradient.shape)
        return shaped


class _Workspace:
    """Tensors that every pass overwrites, views of them, and numbers as tensors.

    torch would convert a Python number at every step.
    """

    def __init__(self, norm: nn.BatchNorm1d, z: Tensor, shape: tuple[int, int, int]) -> None:
        assert norm.momentum is not None
        assert norm.running_mean is not None
        assert norm.running_var is not None
        batch = z.shape[2]
        self.out, self.squares = torch.empty_like(z), torch.empty_like(z)
        self.mean, self.variance, self.scale = (z.new_empty(shape) for _ in range(3))
        self.per_sample, self.eps = z.new_tensor(1 / batch), z.new_tensor(norm.eps)
        self.weight, self.bias = norm.weight.detach().view(shape), norm.bias.detach().view(shape)
        self.running_mean, self.running_variance = (
            running.view(shape) for running in (norm.running_mean, norm.running_var)
        )
        self.momentum = norm.momentum
        # The running variance estimates the population's, as in torch.
        self.unbiased = z.new_tensor(batch / (batch - 1))
        self.flat = (1, -1, batch)
        self.z = z.view(self.flat)  # the input of the current pass
        self.flat_mean, self.flat_scale = self.mean.view(-1), self.scale.view(-1)
