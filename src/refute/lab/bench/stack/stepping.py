"""Gradient steps of stacked replicates: loss, penalty, optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import NonNegative
from refute.lab.bench.optimizers import Optimizer
from refute.lab.bench.stack.backpropagation import Backpropagation
from refute.lab.bench.stack.masks import Drop
from refute.lab.bench.stack.network import StackedNetwork
from refute.lab.bench.stack.updates import Descent, update_of


@dataclass(frozen=True)
class Penalty(Description):
    """``strength`` times the sum of |w| (norm 1) or w² (norm 2) over the weights, without biases.

    With ``proximal``, the l1 penalty is not part of the gradient.  Instead, each step ends by
    soft-thresholding the weights by learning rate times strength (Beck & Teboulle 2009).  This
    minimises the same sum only for plain SGD, because momentum would outweigh the threshold.

    Raises:
        ValueError: a proximal penalty of norm 2.
    """

    norm: Literal[1, 2]
    strength: NonNegative
    proximal: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.proximal and self.norm != 1:
            raise ValueError("only the l1 penalty has a proximal step here: choose norm 1")

    @property
    def words(self) -> str:
        kind = "proximal l1" if self.proximal else f"l{self.norm}"
        return f"{kind} penalty {self.strength:g}"


class Stepper:
    """Takes gradient steps of every replicate.

    Args:
        net: the networks.
        optimizer: a description of one of torch's optimizers.
        batch: samples in a minibatch.
        penalty: an l1 or l2 penalty on the weights.
        keep_zeros: whether weights that are zero now are set to zero after each step.
        gradient_factors: factors of the replicates' gradients, (R,).  With SGD at learning rate 1,
            they are the replicates' own learning rates.
    """

    def __init__(
        self,
        net: StackedNetwork,
        optimizer: Optimizer,
        batch: int,
        penalty: Penalty | None = None,
        *,
        keep_zeros: bool = False,
        gradient_factors: torch.Tensor | None = None,
    ) -> None:
        self.net = net
        self._optimizer, self._batch, self._factors = optimizer, batch, gradient_factors
        self._weights = net.transposed_weights
        strength = penalty.strength if penalty else 0.0
        proximal, norm = (penalty.proximal, penalty.norm) if penalty else (False, None)
        self._update = update_of(
            optimizer,
            net.transposed_weights,
            net.other_parameters,
            # torch's weight decay d adds d w to the gradient, like a penalty of (d / 2) w².
            decay=2 * strength if norm == 2 else 0.0,
            l1=strength if norm == 1 and not proximal else 0.0,
        )
        self._backpropagate = Backpropagation(net, batch, self._update, gradient_factors)
        self._threshold = optimizer.lr * strength if proximal else None
        self._not_zero = (
            [(weight != 0).to(weight.dtype) for weight in self._weights] if keep_zeros else None
        )

    def of_rows(self, rows: torch.Tensor) -> Stepper:
        """Return a stepper of copies of the networks in these rows, which goes on where they are.

        Only for SGD with momentum, without a penalty and without normalization.
        """
        assert isinstance(self._update, Descent)
        factors = None if self._factors is None else self._factors[rows]
        with torch.no_grad():
            copies = Stepper(
                self.net.of_rows(rows), self._optimizer, self._batch, gradient_factors=factors
            )
            assert isinstance(copies._update, Descent)
            copies._update.continue_rows(self._update, self.net, rows)
        return copies

    def __call__(self, x: torch.Tensor, y: torch.Tensor, masks: Sequence[Drop] | None) -> None:
        """Take the step.

        Args:
            x: inputs, (R, batch, inputs).
            y: labels, (R, batch).
            masks: dropout of every hidden layer.
        """
        with torch.no_grad():
            self._backpropagate(x, y, masks)
            if self._threshold is not None:
                for weight in self._weights:
                    weight.copy_(F.softshrink(weight, self._threshold))
            if self._not_zero is not None:
                for weight, not_zero in zip(self._weights, self._not_zero, strict=True):
                    weight.mul_(not_zero)
