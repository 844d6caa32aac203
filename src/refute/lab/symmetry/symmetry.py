"""Whether the units of a layer are still copies of one another after training.

A layer of copies stays one because the gradient treats units that are exchangeable alike
(Goodfellow et al. 2016, 8.4).
"""

from __future__ import annotations

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
    return float((rows.amax(0) - rows.amin(0)).max()) / largest if largest else 0.0


def smallest_distance(rows: Tensor) -> float:
    """The largest entry by which the two closest rows differ, relative to the largest entry."""
    apart = (rows[:, None] - rows[None]).abs().amax(-1)
    apart.fill_diagonal_(torch.inf)
    largest = float(rows.abs().max())
    return float(apart.min()) / largest if largest else 0.0
