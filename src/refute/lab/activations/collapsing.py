"""Layers in a row: are they more than one linear layer?"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from refute.lab.bench.activations import ACTIVATIONS, ActivationName, activation_module
from refute.lab.bench.description import Description
from refute.lab.bench.kinds import Count, Natural
from refute.plurals import counted

ROUND_OFF = 1e-9
"""Relative; far above float64's round-off in five layers, far below what an activation changes."""

PROBED = 20
"""Random inputs that one linear layer has to predict."""


@dataclass(frozen=True)
class InARow(Description):
    """Dense layers of torch with their default weights and biases, and activations between them.

    Args:
        sizes: of the input and of each layer; at least two layers.
        activation: between the layers, not after the last.
        seed: of weights, biases and inputs.
    """

    sizes: tuple[Count, ...]
    activation: ActivationName
    seed: Natural

    @property
    def said(self) -> str:
        """The layers in words."""
        layers = counted(len(self.sizes) - 1, "layer")
        between = ACTIVATIONS[self.activation].words
        return f"{layers}, {'-'.join(map(str, self.sizes))}, {between} between them"

    def is_one_linear_layer(self) -> bool:
        """Whether the outputs of the inputs 0 and of the unit vectors predict all others.

        They are those of one linear layer: its biases, and its weights plus its biases.
        """
        network, inputs = self._built()
        with torch.no_grad():
            biases = network(torch.zeros(1, self.sizes[0], dtype=torch.float64))
            unit_vectors = torch.zeros(self.sizes[0], self.sizes[0], dtype=torch.float64)
            weights = network(unit_vectors.fill_diagonal_(1)) - biases
            outputs = network(inputs)
            error = outputs - (inputs @ weights + biases)
        return bool(error.abs().max() <= ROUND_OFF * outputs.abs().max())

    def _built(self) -> tuple[nn.Sequential, Tensor]:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            layers: list[nn.Module] = []
            for inputs, units in zip(self.sizes, self.sizes[1:], strict=False):
                layers += [
                    nn.Linear(inputs, units, dtype=torch.float64),
                    activation_module(self.activation),
                ]
            return (
                nn.Sequential(*layers[:-1]),
                torch.randn(PROBED, self.sizes[0], dtype=torch.float64),
            )


def in_a_row(activation: ActivationName) -> st.SearchStrategy[InARow]:
    """Draw two to five layers of 1 to 30 units, on 1 to 30 inputs."""
    sizes = st.lists(st.integers(1, 30), min_size=3, max_size=6).map(tuple)
    return st.builds(InARow, sizes, st.just(activation), st.integers(0, 2**31))
