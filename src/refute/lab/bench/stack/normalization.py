"""Batch normalization of stacked replicates (Ioffe & Szegedy 2015)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class BatchNorm(nn.Module):
    """The layers of R replicates at once: their R * units features are those of one layer.

    Tensors are (R, units, B), so that a feature's samples lie side by side.
    """

    def __init__(self, replicates: int, units: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(replicates * units)
        self._shape = (replicates, units, 1)
        self._memory: _Memory | None = None

    def forward(self, z: Tensor, *, training: bool) -> Tensor:
        """As torch's module does it, running statistics included; differentiable."""
        self.norm.training = training
        replicates, units, batch = z.shape
        normalized: Tensor = self.norm(z.reshape(1, replicates * units, batch))
        return normalized.view(replicates, units, batch)

    def normalize(self, z: Tensor) -> Tensor:
        """The same in training, without autograd; z must be left as it is until ``backward``."""
        if self._memory is None:
            self._memory = _Memory(self.norm, z, self._shape)
        it = self._memory
        it.z = z.view(it.flat)
        torch.sum(z, 2, keepdim=True, out=it.mean).mul_(it.share)
        torch.sub(z, it.mean, out=it.out)
        torch.mul(it.out, it.out, out=it.spare)
        torch.sum(it.spare, 2, keepdim=True, out=it.variance).mul_(it.share)
        torch.add(it.variance, it.eps, out=it.scale).rsqrt_()
        it.running_mean.lerp_(it.mean, it.momentum)
        it.running_variance.lerp_(it.variance * it.unbiased, it.momentum)
        return it.out.mul_(it.scale * it.weight).add_(it.bias)

    def backward(self, gradient: Tensor) -> Tensor:
        """The gradient of z; those of weight and bias go to their ``grad``."""
        it, norm = self._memory, self.norm
        assert it is not None
        assert norm.weight.grad is not None
        assert norm.bias.grad is not None
        of_z, of_weight, of_bias = torch.ops.aten.native_batch_norm_backward.default(
            gradient.view(it.flat), it.z, norm.weight, norm.running_mean, norm.running_var,
            it.flat_mean, it.flat_scale, True, norm.eps, (True, True, True),
        )  # fmt: skip
        norm.weight.grad.copy_(of_weight)
        norm.bias.grad.copy_(of_bias)
        found: Tensor = of_z.view(gradient.shape)
        return found


class _Memory:
    """Tensors that every pass writes over, views of them, and numbers that torch would convert."""

    def __init__(self, norm: nn.BatchNorm1d, z: Tensor, shape: tuple[int, int, int]) -> None:
        assert norm.momentum is not None
        assert norm.running_mean is not None
        assert norm.running_var is not None
        batch = z.shape[2]
        self.out, self.spare = torch.empty_like(z), torch.empty_like(z)
        self.mean, self.variance, self.scale = (z.new_empty(shape) for _ in range(3))
        self.share, self.eps = z.new_tensor(1 / batch), z.new_tensor(norm.eps)
        self.weight, self.bias = norm.weight.detach().view(shape), norm.bias.detach().view(shape)
        self.running_mean, self.running_variance = (
            running.view(shape) for running in (norm.running_mean, norm.running_var)
        )
        self.momentum = norm.momentum
        # The running variance is that of the population, as torch has it.
        self.unbiased = z.new_tensor(batch / (batch - 1))
        self.flat = (1, -1, batch)
        self.z = z.view(self.flat)  # of the pass at hand
        self.flat_mean, self.flat_scale = self.mean.view(-1), self.scale.view(-1)
