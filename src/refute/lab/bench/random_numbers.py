"""Random tensors: of replicates, and of specifications that are drawn with a seed."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from refute.experiment import Replicates


def standard_normal(replicates: Replicates, purpose: str, shape: tuple[int, ...]) -> Tensor:
    """Draw standard normal numbers (R, *shape), each replicate's from its own stream."""
    drawn = [
        replicates.generator(k, purpose).standard_normal(shape, dtype=np.float32)
        for k in replicates
    ]
    return torch.from_numpy(np.stack(drawn)).to(replicates.device)


class SeededNumbers:
    """Random numbers from a torch generator of their own, one tensor after another."""

    def __init__(self, seed: int, dtype: torch.dtype = torch.float64) -> None:
        self._generator, self._dtype = torch.Generator().manual_seed(seed), dtype

    def normal(self, *shape: int) -> Tensor:
        """Draw standard normal numbers."""
        return torch.randn(shape, generator=self._generator, dtype=self._dtype)

    def uniform(self, *shape: int) -> Tensor:
        """Draw numbers that are uniform between 0 and 1."""
        return torch.rand(shape, generator=self._generator, dtype=self._dtype)
