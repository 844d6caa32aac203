"""torch's optimizers as frozen descriptions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import NonNegative, Share


@dataclass(frozen=True)
class SGD(Description):
    """``torch.optim.SGD``; the defaults, with momentum 0.9, are the lab's usual optimizer.

    Raises:
        ValueError: Nesterov momentum of 0, which torch refuses too.
    """

    lr: NonNegative = 0.01
    momentum: Share = 0.9
    nesterov: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.nesterov and not self.momentum:
            raise ValueError("SGD(nesterov=True, momentum=0): give a momentum above 0")

    def build(
        self, parameters: Iterable[torch.Tensor] | Iterable[dict[str, Any]]
    ) -> torch.optim.Optimizer:
        return torch.optim.SGD(
            parameters,
            lr=self.lr,
            momentum=self.momentum,
            nesterov=self.nesterov,
            fused=True,
        )

    @property
    def differences(self) -> list[str]:
        """Differences from the lab's usual optimizer, in words."""
        words = []
        if self.momentum == 0:
            words.append("plain SGD")
        elif self.nesterov:
            words.append(f"Nesterov momentum {self.momentum:g}")
        elif self.momentum != SGD.momentum:
            words.append(f"momentum {self.momentum:g}")
        if self.lr != SGD.lr:
            words.append(f"learning rate {self.lr:g}")
        return words


@dataclass(frozen=True)
class Adam(Description):
    """``torch.optim.Adam`` (Kingma & Ba 2015)."""

    lr: NonNegative = 0.001

    def build(
        self, parameters: Iterable[torch.Tensor] | Iterable[dict[str, Any]]
    ) -> torch.optim.Optimizer:
        return torch.optim.Adam(parameters, lr=self.lr, fused=True)

    @property
    def differences(self) -> list[str]:
        """Differences from the lab's usual optimizer, in words."""
        return ["Adam" if self.lr == Adam.lr else f"Adam at learning rate {self.lr:g}"]


Optimizer = SGD | Adam

USUAL_OPTIMIZER = SGD()
"""The lab's usual optimizer."""


def is_plain(optimizer: Optimizer) -> bool:
    """Whether a step is just the learning rate times the gradient."""
    return isinstance(optimizer, SGD) and optimizer.momentum == 0
