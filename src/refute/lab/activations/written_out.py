"""Functions written out as formulas, without a kernel of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch.nn import functional

from refute.lab.bench.timing import SEED, on_one_thread
from refute.timing import Contender

Function = Literal["ReLU", "softsign"]
Written = Literal["by torch", "as a formula"]

_ZERO = torch.zeros(())
_FUNCTIONS: dict[tuple[Function, Written], Callable[[torch.Tensor], torch.Tensor]] = {
    ("ReLU", "by torch"): torch.relu,
    ("ReLU", "as a formula"): lambda z: torch.where(z > 0, z, _ZERO),
    ("softsign", "by torch"): functional.softsign,
    ("softsign", "as a formula"): lambda z: z / (z.abs() + 1),
}


def written(function: Function, how: Written, elements: int) -> Contender:
    """A function forward and backward on standard normal numbers, by torch or by a formula.

    torch has a kernel for ReLU, whose formula is ``where(z > 0, z, 0)``.  It has none for softsign,
    ``z / (|z| + 1)``: its function computes the formula, operation by operation.
    """
    apply = _FUNCTIONS[function, how]
    generator = torch.Generator().manual_seed(SEED)
    numbers = torch.randn(elements, generator=generator, requires_grad=True)
    cotangent = torch.randn(elements, generator=generator)

    def run() -> None:
        torch.autograd.grad(apply(numbers), numbers, cotangent)

    name = f"{function} {how} on {elements} elements, forward and backward"
    return Contender(name, on_one_thread(run))
