"""Gradient clipping: does the gradient keep its direction?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from refute.lab.bench.description import Description
from refute.lab.bench.device import one_thread
from refute.lab.bench.gradients import gradient_of
from refute.lab.bench.initializers import HE_NORMAL
from refute.lab.bench.kinds import Limit
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.practice.clipping import with_gradients

By = Literal["norm", "norm of each layer", "value"]

Part = Annotated[float, Limit("above 0 and below 1", lambda number: 0 < number < 1)]

ROUND_OFF = 1e-9
"""Above float64's round-off in a cosine."""


@dataclass(frozen=True, repr=False)
class Shortened(Description):
    """A network at initialization, whose gradients are clipped for certain.

    Args:
        small: the network, its inputs and the seed of the classes.
        by: what is clipped: the norm of all gradients together, that of the gradient of each
            weight matrix and bias vector by itself (Keras's ``clipnorm``), or each value.
        to: the bound, relative to the largest norm or value that is to be clipped.
    """

    small: SmallNetwork
    by: By
    to: Part

    @property
    def said(self) -> str:
        """The network and the clipping in words."""
        return f"{self.small.said}, clipped by {self.by} to {self.to:.2g} of the largest"

    def keeps_direction(self) -> bool:
        """Whether the clipped gradient, of all parameters together, points where it did."""
        with one_thread():
            parameters = list(with_gradients(self.small).parameters())
            before = _together(parameters)
            self._clip(parameters)
            after = _together(parameters)
        cosine = (before @ after) / (before.norm() * after.norm())
        return bool(1 - cosine <= ROUND_OFF)

    def _clip(self, parameters: Sequence[nn.Parameter]) -> None:
        gradients = [gradient_of(parameter) for parameter in parameters]
        norms = torch.stack([gradient.norm() for gradient in gradients])
        if self.by == "norm":
            nn.utils.clip_grad_norm_(parameters, self.to * float(norms.norm()))
        elif self.by == "value":
            largest = max(float(gradient.abs().max()) for gradient in gradients)
            nn.utils.clip_grad_value_(parameters, self.to * largest)
        else:
            for parameter in parameters:
                nn.utils.clip_grad_norm_([parameter], self.to * float(norms.max()))


def _together(parameters: Sequence[nn.Parameter]) -> Tensor:
    return torch.cat([gradient_of(parameter).flatten() for parameter in parameters])


def shortened(by: By) -> st.SearchStrategy[Shortened]:
    """Draw one to four layers of 20 ReLU units with He's weights, clipped to 0.01 to 0.5."""
    networks = st.integers(1, 4).map(
        lambda depth: Network(
            inputs=20, hidden=(20,) * depth, outputs=10, activation="relu", weights=HE_NORMAL
        )
    )
    small = st.builds(SmallNetwork, networks, st.integers(0, 2**31))
    return st.builds(Shortened, small, st.just(by), st.floats(0.01, 0.5))
