"""ReLU written out as a formula, without a kernel of its own."""

from __future__ import annotations

from typing import Literal

import torch

from refute.lab.bench.timing import SEED, on_one_thread, operation
from refute.timing import Contender

Written = Literal["kernel", "formula"]


def relu(written: Written, elements: int) -> Contender:
    """ReLU forward and backward on standard normal numbers, by torch's kernel or the formula.

    The formula is ``where(z > 0, z, 0)``.
    """
    if written == "kernel":
        return operation("relu", elements)
    generator = torch.Generator().manual_seed(SEED)
    numbers = torch.randn(elements, generator=generator, requires_grad=True)
    cotangent = torch.randn(elements, generator=generator)
    zero = torch.zeros(())

    def run() -> None:
        torch.autograd.grad(torch.where(numbers > 0, numbers, zero), numbers, cotangent)

    name = f"ReLU written out on {elements} elements, forward and backward"
    return Contender(name, on_one_thread(run))
