"""ReLU from its formula, as somebody writes it who has no kernel made for it."""

from __future__ import annotations

from typing import Literal

import torch

from refute.lab.bench.timing import SEED, on_one_thread, operation
from refute.timing import Contender

Written = Literal["kernel", "formula"]


def relu(written: Written, elements: int) -> Contender:
    """ReLU forward and backward on standard normal numbers: torch's kernel, or the formula.

    The formula takes the input where it is above 0, and 0 elsewhere.
    """
    if written == "kernel":
        return operation("relu", elements)
    generator = torch.Generator().manual_seed(SEED)
    numbers = torch.randn(elements, generator=generator, requires_grad=True)
    arrived = torch.randn(elements, generator=generator)
    zero = torch.zeros(())

    def run() -> None:
        torch.autograd.grad(torch.where(numbers > 0, numbers, zero), numbers, arrived)

    name = f"ReLU written out on {elements} elements, forward and backward"
    return Contender(name, on_one_thread(run))
