"""Updates have the numbers of torch's optimizers, bit for bit where they call the same kernel."""

import pytest
import torch

from refute.lab.bench.optimizers import Adam
from refute.lab.bench.stack.updates import FusedAdam, TorchUpdate, update_of

SHAPES = [(3, 7, 5), (3, 2, 7)]
STEPS = 50


def trained(kind, *, decay, l1):
    """Parameters after some steps along made-up gradients."""
    generator = torch.Generator().manual_seed(1)

    def drawn(*shape):
        return torch.randn(shape, generator=generator)

    weights, others = [drawn(*shape) for shape in SHAPES], drawn(11)
    others.grad = torch.zeros_like(others)
    update = kind(Adam(lr=0.01), weights, others, decay=decay, l1=l1)
    with torch.no_grad():
        for _ in range(STEPS):
            for at in reversed(range(len(weights))):
                update.sums[at].mul_(update.beta).add_(drawn(*SHAPES[at]), alpha=update.alpha)
                update.layer(at)
            others.grad.copy_(drawn(11))
            update.finish()
    return [*weights, others]


@pytest.mark.parametrize(("decay", "l1"), [(0.0, 0.0), (0.1, 0.0), (0.0, 0.01)])
def test_adam_has_the_numbers_of_torchs_optimizer(decay, l1):
    ours, torchs = (trained(kind, decay=decay, l1=l1) for kind in (FusedAdam, TorchUpdate))
    start = trained(lambda *_, **__: Nothing(), decay=decay, l1=l1)

    for mine, theirs, before in zip(ours, torchs, start, strict=True):
        assert torch.equal(mine, theirs)
        assert not torch.equal(mine, before)


class Nothing:
    """Changes nothing."""

    beta, alpha = 0.0, 1.0

    def __init__(self):
        self.sums = [torch.zeros(shape) for shape in SHAPES]

    def layer(self, at):
        pass

    def finish(self):
        pass


def test_adam_is_updated_by_the_kernel():
    weights, others = [torch.ones(1, 2, 2)], torch.ones(3)
    others.grad = torch.zeros(3)
    assert isinstance(update_of(Adam(), weights, others, decay=0.0, l1=0.0), FusedAdam)
