"""Dropout and alpha dropout: which activations are dropped, and how the others are scaled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from math import sqrt
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor, nn

from refute.experiment import Replicates
from refute.lab.bench.conformance.points import (
    Check,
    as_array,
    difference,
    duplicates,
    first_reason,
    share_difference,
)
from refute.lab.bench.networks import Network
from refute.lab.bench.stack.masks import dropout_masks

SAMPLES, UNITS, RATE = 200, 300, 0.3


class Values(NamedTuple):
    """The output for an activation of 1, if kept and if dropped, and the slope if kept."""

    kept: float
    dropped: float
    slope: float


STANDARD = Values(1 / (1 - RATE), 0.0, 1 / (1 - RATE))
"""Srivastava et al. 2014, section 10: divided by the keep probability."""

LIMIT = -1.0507009873554804934193349852946 * 1.6732632423543772848170429916717
A = 1 / sqrt((LIMIT**2 * RATE + 1) * (1 - RATE))
ALPHA = Values(A - A * LIMIT * RATE, A * LIMIT * (1 - RATE), A)
"""Klambauer et al. 2017, "New dropout technique": a (x kept + limit dropped) + b, where a and b
restore mean 0 and variance 1, and b = -a limit rate."""


def dropouts() -> Iterator[Check]:
    """Check torch's modules and function, and the bench's masks."""
    for name, values in (("Dropout", STANDARD), ("AlphaDropout", ALPHA)):
        yield Check(f"nn.{name}", "in training", partial(_check_in_training, name, values))
        yield Check(f"nn.{name}", "in evaluation", partial(_check_in_evaluation, name))
        yield Check(f"nn.{name}", "gradient", partial(_check_gradient, name, values))
    yield Check("functional.dropout", "in training", partial(_check_drops, _function, STANDARD))
    yield Check("functional.dropout", "in evaluation", _check_function_in_evaluation)
    for network, values in (
        (Network(UNITS, (UNITS,), 2, dropout=RATE), STANDARD),
        (Network(UNITS, (UNITS,), 2, dropout=RATE, dropout_kind="alpha"), ALPHA),
    ):
        part = f"bench: {network.dropout_kind} dropout"
        yield Check(part, "masks", partial(_check_masks, network, values))
        yield Check(part, "forward and backward", partial(_check_in_place, network, values))


def _module(name: str) -> nn.Module:
    module: nn.Module = getattr(nn, name)(RATE)
    return module


def _function(inputs: Tensor) -> Tensor:
    return F.dropout(inputs, RATE)


def _check_in_training(name: str, values: Values) -> str:
    return _check_drops(_module(name).train(), values)


def _check_in_evaluation(name: str) -> str:
    inputs = torch.linspace(-1, 1, UNITS)
    return difference(_module(name).eval()(inputs), inputs, 0)


def _check_function_in_evaluation() -> str:
    inputs = torch.linspace(-1, 1, UNITS)
    return difference(F.dropout(inputs, RATE, training=False), inputs, 0)


def _check_drops(layer: Callable[[Tensor], Tensor], values: Values) -> str:
    """Check that activations of 1 are kept or dropped independently, and anew in every pass."""
    ones = torch.ones(SAMPLES, UNITS)
    once, again = layer(ones), layer(ones)
    kept, dropped = (as_array(torch.isclose(once, torch.tensor(value))) > 0 for value in values[:2])
    if not (kept ^ dropped).all():
        neither = as_array(once)[~(kept ^ dropped)][0]
        return f"{neither:.6g} instead of {values.kept:.6g} or {values.dropped:.6g}"
    return first_reason(
        share_difference(float(dropped.mean()), RATE, dropped.size),
        *(share_difference(float(row.mean()), RATE, row.size) for row in dropped),
        *(share_difference(float(column.mean()), RATE, column.size) for column in dropped.T),
        duplicates(dropped),
        "the same mask twice" if torch.equal(once, again) else "",
    )


def _check_gradient(name: str, values: Values) -> str:
    """Check that gradients are scaled like kept activations, and 0 for dropped ones."""
    layer = _module(name).train()
    with torch.enable_grad():
        inputs = torch.linspace(1, 2, SAMPLES * UNITS, requires_grad=True)
        (gradient,) = torch.autograd.grad(layer(inputs).sum(), inputs)
    neither = ~(torch.isclose(gradient, torch.tensor(values.slope)) | (gradient == 0))
    if neither.any():
        return f"{float(gradient[neither][0]):.6g} instead of {values.slope:.6g} or 0"
    return share_difference(float((gradient == 0).double().mean()), RATE, gradient.numel())


def _check_masks(network: Network, values: Values) -> str:
    steps = dropout_masks(network, Replicates(0, 1), SAMPLES)

    def layer(ones: Tensor) -> Tensor:
        drops = next(steps)
        assert drops is not None
        return drops[0](ones[None])[0].clone()

    return _check_drops(layer, values)


def _check_in_place(network: Network, values: Values) -> str:
    """Check that both ways to apply a mask agree, and that the gradient is their slope."""
    drops = next(dropout_masks(network, Replicates(0, 1), SAMPLES))
    assert drops is not None
    h = torch.linspace(-1, 1, SAMPLES * UNITS).view(1, SAMPLES, UNITS)
    in_place = drops[0].forward(h.mT.contiguous(), torch.empty(1, UNITS, SAMPLES)).mT
    gradient = drops[0].backward(torch.ones(1, UNITS, SAMPLES)).mT
    kept = torch.isclose(drops[0](torch.ones_like(h)), torch.tensor(values.kept))
    return first_reason(
        difference(in_place, drops[0](h), 1e-6),
        difference(gradient, values.slope * kept.float(), 1e-6),
    )
