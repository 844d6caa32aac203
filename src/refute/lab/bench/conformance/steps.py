"""Whole training steps: the bench's stack against torch's own modules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import torch
import torch.nn.functional as F  # noqa: N812 (its usual name)
from torch import Tensor, nn

from refute.experiment import Replicates
from refute.lab.bench.conformance.points import Check, difference, normal_numbers
from refute.lab.bench.initializers import LECUN_NORMAL, FanInUniform
from refute.lab.bench.networks import Network, linear_layers
from refute.lab.bench.optimizers import SGD
from refute.lab.bench.stack.evaluation import Evaluation
from refute.lab.bench.stack.network import stack
from refute.lab.bench.stack.stepping import Penalty, Stepper

INPUTS, CLASSES, RATE = 7, 4, 0.05


def steps() -> Iterator[Check]:
    """Check a step of the stack against a step of the same network in torch's own modules."""
    wide = (INPUTS, INPUTS, 6, 6)
    for words, network in (
        ("ReLU", Network(INPUTS, (6, 5), CLASSES)),
        ("no biases", Network(INPUTS, (6,), CLASSES, biases=None)),
        ("PReLU", Network(INPUTS, (6, 5), CLASSES, activation="prelu")),
        ("SELU", Network(INPUTS, (6, 6, 5), CLASSES, "selu", weights=LECUN_NORMAL)),
        ("skip connections", Network(INPUTS, wide, CLASSES, "elu", skip=True)),
        ("batch normalization", Network(INPUTS, (6, 5), CLASSES, "tanh", normalization="batch")),
        (
            "batch normalization after",
            Network(INPUTS, (6, 5), CLASSES, "elu", normalization="batch after"),
        ),
        ("random biases", Network(INPUTS, (6, 5), CLASSES, "gelu", biases=FanInUniform())),
    ):
        yield Check("bench: step", words, partial(_check_step, network, None))
    usual = Network(INPUTS, (6, 5), CLASSES, "tanh")
    for norm in (1, 2):
        penalty = Penalty(norm, 0.05)
        yield Check("bench: step", f"l{norm} penalty", partial(_check_step, usual, penalty))


def _check_step(network: Network, penalty: Penalty | None) -> str:
    replicates = Replicates(0, 2)
    x, labels = torch.tensor(normal_numbers(2, 16, INPUTS)), torch.arange(32).view(2, 16) % CLASSES
    net = stack(network, replicates, torch.float64)
    Stepper(net, SGD(RATE, 0.0), 16, penalty)(x, labels, None)
    logits = Evaluation(net, x)().mT
    for k in replicates:
        module = network.module(replicates, k, torch.float64).train()
        linears = linear_layers(module)
        with torch.enable_grad():
            loss = F.cross_entropy(module(x[k]), labels[k]) + _penalty(penalty, linears)
            torch.autograd.backward(loss)
        torch.optim.SGD(module.parameters(), RATE).step()
        for at, linear in enumerate(linears):
            if reason := difference(net.weights[at][k].T, linear.weight):
                return f"weights of layer {at + 1}: {reason}"
        if reason := difference(logits[k], module.eval()(x[k])):
            return f"predictions after it: {reason}"
    return ""


def _penalty(penalty: Penalty | None, linears: Sequence[nn.Linear]) -> Tensor:
    if penalty is None:
        return torch.zeros(())
    norm = penalty.norm
    sizes = [(linear.weight.abs() ** norm).sum() for linear in linears]
    return penalty.strength * torch.stack(sizes).sum()
