"""Whether the units of a layer are still copies of one another after training.

They stay copies because the gradient treats exchangeable units alike (Goodfellow et al. 2016, 8.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from refute.lab.symmetry.small_training import Trained

COPIES = 1e-5
"""Relative spread up to which units count as copies.

Matrix products may add the terms of neighbouring units in different orders, which makes a
difference of 1e-16 in float64.  Adam divides a gradient that consists of such round-off by its own
size plus 1e-8, which at learning rate 0.1 moves weights of 0.01 by about 1e-7 of their size.  (In
1,500 networks of equal weights the largest spread was 4e-9 under Adam and 2e-14 under SGD; in 1,500
nudged networks the smallest was 0.04.)
"""

ROUND_OFF = 1e-9
"""Relative distance beyond which units trained by gradient descent differ by more than round-off.

(In 1,500 networks of random weights a millionth of He's, the closest two units were 3e-8 apart.)
"""

CANCELLED = 1e-12
"""Share of a network's largest gradient below which a difference between gradients is round-off.

It is relative to the whole network because equal outgoing weights make a layer's own gradient of
the cross-entropy cancel, and only round-off is left.
"""

Layers = Literal["first hidden", "later hidden", "output"]


def units_identical(trained: Trained) -> bool:
    """Whether the units of every hidden layer are copies of one another, up to round-off.

    Copies agree in incoming weights and bias, outgoing weights, and activations.
    """
    incoming = trained.weights[:-1]
    outgoing = [weights[:, :-1].T for weights in trained.weights[1:]]
    activations = [layer.T for layer in trained.activations]
    return all(spread(units) <= COPIES for units in (*incoming, *outgoing, *activations))


def outputs_identical(trained: Trained) -> bool:
    """Whether the units of the output layer are copies of one another, up to round-off."""
    return spread(trained.weights[-1]) <= COPIES and spread(trained.outputs.T) <= COPIES


def units_told_apart(trained: Trained) -> bool:
    """Whether no two units of a hidden layer agree: initially, in first gradient, or finally.

    Units that start differently and receive different gradients learn different features.
    """
    layers = (*trained.started[:-1], *trained.gradients[:-1], *trained.weights[:-1])
    return all(smallest_distance(layer) > ROUND_OFF for layer in layers)


def gradients_identical(trained: Trained) -> bool:
    """Whether all units of each hidden layer received the same first gradient, up to round-off.

    The gradient is that of their incoming weights and bias, and of their outgoing weights.
    """
    incoming = trained.gradients[:-1]
    outgoing = [gradients[:, :-1].T for gradients in trained.gradients[1:]]
    limit = CANCELLED * _largest(trained.gradients)
    return all(_range(units) <= limit for units in (*incoming, *outgoing))


def weights_alike(trained: Trained, layers: Layers) -> bool:
    """Whether all weights of a layer have the same first gradient and final value, up to round-off.

    A layer's weights are its incoming weights, without biases.

    Raises:
        ValueError: the network has no such layer.
    """
    places = {"first hidden": slice(0, 1), "later hidden": slice(1, -1), "output": slice(-1, None)}
    gradients = [layer[:, :-1].reshape(-1, 1) for layer in trained.gradients[places[layers]]]
    weights = [layer[:, :-1].reshape(-1, 1) for layer in trained.weights[places[layers]]]
    if not weights:
        raise ValueError(f"a network of {len(trained.weights)} layers has no {layers} one")
    limit = CANCELLED * _largest(trained.gradients)
    return all(_range(layer) <= limit for layer in gradients) and all(
        spread(layer) <= COPIES for layer in weights
    )


def no_weight_moved(trained: Trained) -> bool:
    """Whether every weight, biases left out, still has its initial value."""
    return all(
        torch.equal(before[:, :-1], after[:, :-1])
        for before, after in zip(trained.started, trained.weights, strict=True)
    )


def every_layer_moved(trained: Trained) -> bool:
    """Whether training changed some weight or bias of every layer."""
    return all(
        not torch.equal(before, after)
        for before, after in zip(trained.started, trained.weights, strict=True)
    )


def outputs_agree(left: Trained, right: Trained) -> bool:
    """Whether two networks have the same outputs on the fresh inputs, up to a relative 1e-6."""
    largest = max(float(left.outputs.abs().max()), float(right.outputs.abs().max()))
    return float((left.outputs - right.outputs).abs().max()) <= 1e-6 * largest


def spread(rows: Tensor) -> float:
    """The largest difference between two rows in one column, relative to the largest entry."""
    largest = float(rows.abs().max())
    return _range(rows) / largest if largest else 0.0


def smallest_distance(rows: Tensor) -> float:
    """Distance of the two closest rows in the maximum norm, relative to the largest entry."""
    apart = (rows[:, None] - rows[None]).abs().amax(-1)
    apart.fill_diagonal_(torch.inf)
    largest = float(rows.abs().max())
    return float(apart.min()) / largest if largest else 0.0


def _range(rows: Tensor) -> float:
    """The largest difference between two rows in one column."""
    return float((rows.amax(0) - rows.amin(0)).max())


def _largest(layers: Sequence[Tensor]) -> float:
    return max(float(layer.abs().max()) for layer in layers)
