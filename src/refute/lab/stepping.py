"""One gradient step of every stacked replicate: loss, penalty, optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)

from refute.lab.masks import Drop
from refute.lab.optimizers import Optimizer
from refute.lab.stacked import StackedNetwork


@dataclass(frozen=True)
class Penalty:
    """``strength`` times the sum of |w| (norm 1) or of w² (norm 2) over the weights, not biases.

    With ``proximal`` the l1 penalty is not part of the gradient: after each step the weights are
    soft-thresholded by learning rate times strength (Beck & Teboulle 2009), which minimises the
    same sum for plain SGD only: momentum would outweigh it.
    """

    norm: Literal[1, 2]
    strength: float
    proximal: bool = False

    def __post_init__(self) -> None:
        if self.proximal and self.norm != 1:
            raise ValueError("a proximal step is the l1 penalty's: choose norm 1")

    @property
    def words(self) -> str:
        kind = "proximal l1" if self.proximal else f"l{self.norm}"
        return f"{kind} penalty {self.strength:g}"


class Stepper:
    """One gradient step of every replicate."""

    def __init__(
        self,
        net: StackedNetwork,
        optimizer: Optimizer,
        penalty: Penalty | None = None,
        *,
        keep_zeros: bool = False,
    ) -> None:
        self.net, self.penalty = net, penalty
        # torch's weight decay d adds d w to the gradient: that of a penalty of (d / 2) w².
        decay = 2 * self.penalty.strength if self.penalty and self.penalty.norm == 2 else 0.0
        self.optimizer = optimizer.build(_groups(net, decay))
        self.threshold = optimizer.lr * self.penalty.strength if self.penalty else 0.0
        self.kept = (
            [(weight != 0).to(weight.dtype) for weight in net.weights] if keep_zeros else None
        )
        # The mean over all samples of all replicates, times their number, is the sum of the
        # replicates' own mean losses: each replicate gets the gradient of its own.
        self.scale = torch.tensor(float(net.replicates), device=net.weights[0].device)

    def __call__(self, x: torch.Tensor, y: torch.Tensor, masks: Sequence[Drop] | None) -> None:
        logits = self.net.forward(x, masks, training=True)
        loss = F.cross_entropy(logits.transpose(1, 2), y)
        self.optimizer.zero_grad()
        loss.backward(self.scale)  # type: ignore[no-untyped-call]
        if self.penalty is not None and self.penalty.norm == 1 and not self.penalty.proximal:
            for weight in self.net.weights:
                assert weight.grad is not None
                weight.grad.add_(weight.detach().sign(), alpha=self.penalty.strength)
        self.optimizer.step()
        if self.penalty is not None and self.penalty.proximal:
            with torch.no_grad():
                for weight in self.net.weights:
                    weight.copy_(F.softshrink(weight, self.threshold))
        if self.kept is not None:
            with torch.no_grad():
                for weight, kept in zip(self.net.weights, self.kept, strict=True):
                    weight.mul_(kept)


def _groups(net: StackedNetwork, decay: float) -> list[dict[str, Any]]:
    """The parameters, the weights apart where only they decay."""
    if not decay:
        return [{"params": list(net.parameters())}]
    weights = {id(weight) for weight in net.weights}
    others = [one for one in net.parameters() if id(one) not in weights]
    groups: list[dict[str, Any]] = [{"params": net.weights, "weight_decay": decay}]
    return [*groups, {"params": others}] if others else groups
