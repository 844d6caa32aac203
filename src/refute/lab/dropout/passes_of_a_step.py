"""How often a training step sends its minibatch forward and back through the layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from refute.lab.bench.device import one_thread
from refute.lab.bench.small_networks import SmallNetwork, torch_seeded

Step = Callable[[nn.Module, Tensor, Tensor], None]


def usual_step(network: nn.Module, inputs: Tensor, labels: Tensor) -> None:
    """A usual step of SGD: one forward and one backward pass."""
    _step(network, inputs, labels, passes=1)


def step_of_two_passes(network: nn.Module, inputs: Tensor, labels: Tensor) -> None:
    """A step on the sum of the gradients of two passes, each with its own masks."""
    _step(network, inputs, labels, passes=2)


def _step(network: nn.Module, inputs: Tensor, labels: Tensor, passes: int) -> None:
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    optimizer.zero_grad()
    for _ in range(passes):
        torch.autograd.backward(functional.cross_entropy(network(inputs), labels))
    optimizer.step()


def fewest_passes(small: SmallNetwork, step: Step) -> tuple[int, int]:
    """How often a step runs the layer that it runs least often, forward and backward.

    A backward run is counted when a gradient arrives at the layer's outputs.
    """
    network = small.build().train()
    forward: Counter[nn.Module] = Counter()
    back: Counter[nn.Module] = Counter()

    def count(layer: nn.Module, inputs: object, outputs: Tensor) -> None:
        forward.update([layer])
        outputs.register_hook(  # type: ignore[no-untyped-call]
            lambda gradient: back.update([layer])
        )

    for layer in network:
        layer.register_forward_hook(count)
    labels = torch.arange(small.samples) % small.network.outputs
    with one_thread(), torch_seeded(small.seed):
        step(network, small.inputs(), labels)
    return min(forward[layer] for layer in network), min(back[layer] for layer in network)
