"""torch's dense layers with their default initialization."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from torch import nn

from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural
from refute.lab.bench.small_networks import torch_seeded


@dataclass(frozen=True)
class LinearLayer(Description):
    """``torch.nn.Linear(inputs, outputs)``, drawn with torch seeded by ``seed``.

    Args:
        inputs: input features of the layer.
        outputs: units of the layer.
        seed: of torch's global generator.
        zeroed: whether ``nn.init.zeros_`` is then applied to the biases.
    """

    inputs: Count
    outputs: Count
    seed: Natural
    zeroed: bool = False

    @property
    def said(self) -> str:
        return f"torch.nn.Linear({self.inputs}, {self.outputs})"

    def build(self) -> nn.Linear:
        with torch_seeded(self.seed):
            linear = nn.Linear(self.inputs, self.outputs)
        if self.zeroed:
            nn.init.zeros_(linear.bias)
        return linear


def linear_layers(*, zeroed: bool = False) -> SearchStrategy[LinearLayer]:
    """Draw layers of up to 64 inputs and units."""
    sizes = st.integers(1, 64)
    return st.builds(LinearLayer, sizes, sizes, st.integers(0, 2**16), st.just(zeroed))


def biases_are_zero(layer: LinearLayer) -> bool:
    """Whether every bias of the layer is 0."""
    return not layer.build().bias.any()
