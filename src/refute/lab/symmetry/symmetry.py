"""Whether the units of a layer are still copies of one another after training.

A layer of copies stays one because the gradient treats units that are exchangeable alike
(Goodfellow et al. 2016, 8.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from refute.lab.symmetry.small_training import Trained

COPIES = 1e-5
"""Relative spread up to which units count as copies.

Matrix products may add a unit's terms in another order than its neighbour's: 1e-16 in float64.
Adam divides a gradient that is nothing but such round-off by itself plus 1e-8, which at learning
rate 0.1 moves weights of 0.01 by a share of 1e-7 or so.  (Of 1,500 networks of equal weights the
largest spread was 4e-9 under Adam and 2e-14 under SGD; of 1,500 nudged ones the least was 0.04.)
"""

ROUND_OFF = 1e-9
"""Relative distance beyond which units that descend a gradient differ by more than round-off.

(Of 1,500 networks of random weights a millionth of He's the closest two units were 3e-8 apart.)
"""

CANCELLED = 1e-12
"""Share of a network's largest gradient below which a difference between gradients is round-off.

Relative to the whole network's: equal outgoing weights make a layer's own gradient of the
cross-entropy cancel, and what is left of it is nothing but round-off.
"""

Layers = Literal["first hidden", "later hidden", "output"]


def units_identical(trained: Trained, *, within: float = COPIES) -> bool:
    """Whether the units of every hidden layer are copies of one another, up to round-off.

    They are when incoming weights and bias, outgoing weights, and activations agree.
    """
    incoming = trained.weights[:-1]
    outgoing = [weights[:, :-1].T for weights in trained.weights[1:]]
    activations = [layer.T for layer in trained.activations]
    return all(spread(units) <= within for units in (*incoming, *outgoing, *activations))


def outputs_identical(trained: Trained) -> bool:
    """Whether the units of the output layer are copies of one another, up to round-off."""
    return spread(trained.weights[-1]) <= COPIES and spread(trained.outputs.T) <= COPIES


def units_told_apart(trained: Trained) -> bool:
    """Whether no two units of a hidden layer are alike: in weights, first gradient, or at the end.

    Units that start apart and receive different gradients learn different things.
    """
    layers = (*trained.started[:-1], *trained.gradients[:-1], *trained.weights[:-1])
    return all(smallest_distance(layer) > ROUND_OFF for layer in layers)


def gradients_identical(trained: Trained) -> bool:
    """Whether all units of a hidden layer received the same first gradient, up to round-off.

    That of their incoming weights and bias, and that of their outgoing weights.
    """
    incoming = trained.gradients[:-1]
    outgoing = [gradients[:, :-1].T for gradients in trained.gradients[1:]]
    limit = CANCELLED * _largest(trained.gradients)
    return all(_range(units) <= limit for units in (*incoming, *outgoing))


def weights_alike(trained: Trained, layers: Layers) -> bool:
    """Whether all weights of a layer got one first gradient and ended equal, up to round-off.

    Biases are left out.  A layer's weights are those into it.

    Raises:
        ValueError: the network has no such layer.
    """
    places = {"first hidden": slice(0, 1), "later hidden": slice(1, -1), "output": slice(-1, None)}
    gradients = [layer[:, :-1].reshape(-1, 1) for layer in trained.gradients[places[layers]]]
    weights = [layer[:, :-1].reshape(-1, 1) for layer in trained.weights[places[layers]]]
    if not weights:
        raise ValueError(f"a network of {len(trained.weights)} layers has no {layers} one")
    limit = CANCELLED * _largest(trained.gradients)
    return all(_range(each) <= limit for each in gradients) and all(
        spread(each) <= COPIES for each in weights
    )


def no_weight_moved(trained: Trained) -> bool:
    """Whether every weight is still the number that it started from; biases are left out."""
    return all(
        torch.equal(before[:, :-1], after[:, :-1])
        for before, after in zip(trained.started, trained.weights, strict=True)
    )


def every_layer_moved(trained: Trained) -> bool:
    """Whether training changed anything in each layer."""
    return all(
        not torch.equal(before, after)
        for before, after in zip(trained.started, trained.weights, strict=True)
    )


def outputs_agree(left: Trained, right: Trained, *, within: float = 1e-6) -> bool:
    """Whether two networks compute the same outputs for the fresh samples, relative to those."""
    largest = max(float(left.outputs.abs().max()), float(right.outputs.abs().max()))
    return float((left.outputs - right.outputs).abs().max()) <= within * largest


def spread(rows: Tensor) -> float:
    """The largest difference between two rows in one column, relative to the largest entry."""
    largest = float(rows.abs().max())
    return _range(rows) / largest if largest else 0.0


def smallest_distance(rows: Tensor) -> float:
    """The largest entry by which the two closest rows differ, relative to the largest entry."""
    apart = (rows[:, None] - rows[None]).abs().amax(-1)
    apart.fill_diagonal_(torch.inf)
    largest = float(rows.abs().max())
    return float(apart.min()) / largest if largest else 0.0


def _range(rows: Tensor) -> float:
    """The largest difference between two rows in one column."""
    return float((rows.amax(0) - rows.amin(0)).max())


def _largest(layers: Sequence[Tensor]) -> float:
    return max(float(layer.abs().max()) for layer in layers)
