"""Small networks without biases: what no weights can make them compute."""

from __future__ import annotations

import torch
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from refute.lab.bench.initializers import HE_NORMAL, HE_UNIFORM, Constant, Initializer
from refute.lab.bench.networks import Network
from refute.lab.bench.small_networks import SmallNetwork

SIGNED: SearchStrategy[float] = st.integers(1, 100).flatmap(
    lambda n: st.sampled_from((n / 100, -n / 100))
)


@st.composite
def small_relu_networks(draw: DrawFn, *, biases: bool) -> SmallNetwork:
    """Draw a small ReLU network, without biases or with all biases at one value other than 0."""
    hidden = draw(st.lists(st.integers(1, 24), min_size=1, max_size=3))
    start: Initializer | None = Constant(draw(SIGNED)) if biases else None
    network = Network(
        draw(st.integers(1, 8)),
        tuple(hidden),
        draw(st.integers(1, 5)),
        weights=draw(st.sampled_from((HE_NORMAL, HE_UNIFORM))),
        biases=start,
    )
    return SmallNetwork(network, draw(st.integers(0, 2**16)))


def doubles_with_its_inputs(small: SmallNetwork) -> bool:
    """Whether doubling the inputs doubles the outputs exactly.

    Doubling a float64 is exact, so outputs are compared bit by bit.
    """
    network, inputs = small.build(torch.float64), small.inputs(torch.float64)
    with torch.no_grad():
        return torch.equal(network(2 * inputs), 2 * network(inputs))
