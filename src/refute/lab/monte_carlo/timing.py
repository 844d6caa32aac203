"""Predictions with dropout on, as work for timed claims."""

from __future__ import annotations

from typing import Literal

import torch
from torch import nn

from refute.lab.bench.timing import Timed, classification, module_and_inputs, on_one_thread
from refute.lab.monte_carlo.modes import dropout_only
from refute.timing import Contender

Schedule = Literal["one after the other", "as one batch", "first layers once"]


def one_pass(network: Timed, batch: int) -> Contender:
    """One forward pass with dropout on, without gradients."""
    module, features = module_and_inputs(network, batch)
    run = classification(dropout_only(module), features)
    return Contender(f"1 pass of {network.name}, batch {batch}", run)


def monte_carlo_prediction(
    network: Timed, batch: int, passes: int, schedule: Schedule = "one after the other"
) -> Contender:
    """Class probabilities averaged over passes with dropout on, without gradients.

    Args:
        network: its module is a plain sequence of layers that includes dropout.
        batch: number of samples to predict.
        passes: number of passes to average.
        schedule: "as one batch" repeats the batch for every pass; "first layers once" computes the
            layers before the first dropout layer once for all passes.
    """
    module, features = module_and_inputs(network, batch)
    layers = list(dropout_only(module).children())
    first = next(at for at, layer in enumerate(layers) if isinstance(layer, nn.Dropout))
    shared, own = nn.Sequential(*layers[:first]), nn.Sequential(*layers[first:])

    def one_after_the_other() -> None:
        with torch.no_grad():
            torch.stack([module(features).softmax(-1) for _ in range(passes)]).mean(0)

    def as_one_batch() -> None:
        with torch.no_grad():
            scores = module(features.repeat(passes, 1))
            scores.softmax(-1).view(passes, batch, -1).mean(0)

    def first_layers_once() -> None:
        with torch.no_grad():
            signal = shared(features)
            torch.stack([own(signal).softmax(-1) for _ in range(passes)]).mean(0)

    run = {
        "one after the other": one_after_the_other,
        "as one batch": as_one_batch,
        "first layers once": first_layers_once,
    }[schedule]
    name = f"{passes} passes of {network.name}, batch {batch}, {schedule}"
    return Contender(name, on_one_thread(run))
