"""Hypothesis strategies for networks whose units start alike, or differently.

Each draws a frozen specification, a line of code that can be run again.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from refute.lab.bench.initializers import (
    ZEROS,
    Constant,
    Initializer,
    Nudged,
    OneValue,
    Shifted,
    VarianceScaling,
)
from refute.lab.bench.networks import Network
from refute.lab.bench.optimizers import SGD, Adam
from refute.lab.bench.small_networks import SmallNetwork
from refute.lab.symmetry.exact_training import ExactNetwork
from refute.lab.symmetry.small_training import SmallTraining

SEEDS = st.integers(0, 2**16)

HUNDREDTHS = st.integers(1, 100).map(lambda n: n / 100)
SIGNED = st.tuples(st.sampled_from((1, -1)), HUNDREDTHS).map(lambda drawn: drawn[0] * drawn[1])
"""From 0.01 to 1, of either sign."""
ZERO = st.just(0.0)
SEVERAL_INPUTS = st.integers(2, 8)
ONE_INPUT = st.just(1)
HE_SCALE = st.just(1.0)
"""The standard deviation of He's weights, in units of itself."""

RATES = (0.01, 0.03, 0.1)
DESCENTS = st.builds(SGD, st.sampled_from(RATES), st.sampled_from((0.0, 0.9)))
RESCALING = st.builds(Adam, st.sampled_from(RATES))
CONTINUOUS: tuple[Literal["normal", "uniform", "laplace"], ...] = ("normal", "uniform", "laplace")
SMOOTH = ("tanh", "sigmoid")
NEVER_SILENT = ("tanh", "leaky relu")
"""Activations with a gradient everywhere; a ReLU unit that is silent on all samples has none."""


@st.composite
def equal_weight_networks(
    draw: DrawFn,
    *,
    nudged: bool = False,
    dropout: float = 0.0,
    rescaling: bool = True,
    loss: Literal["cross entropy", "squared error"] = "cross entropy",
    same_targets: bool = False,
    inputs: SearchStrategy[int] = SEVERAL_INPUTS,
    hidden_layers: int = 1,
) -> SmallTraining:
    """Draw a small dense network with one value for all weights, or one for each layer.

    All biases start at one value other than 0: a ReLU unit with zero bias above a silent layer has
    pre-activation 0, where round-off would choose its slope.  With the squared error, whose
    gradient is unbounded, activations are smooth and bounded.

    Args:
        draw: passed by Hypothesis.
        nudged: whether one weight of one unit differs by 0.1 to 1.
        dropout: dropout rate in training.
        rescaling: whether the optimizer may be one that rescales gradients (Adam).
        loss: the training loss.
        same_targets: with squared error, whether all outputs have the same targets.
        inputs: the number of inputs.
        hidden_layers: the least number of hidden layers.
    """
    activations = ("relu", "leaky relu", *SMOOTH) if loss == "cross entropy" else SMOOTH
    widths = draw(_widths(inputs, hidden_layers))
    network = Network(
        *_layer_sizes(widths),
        activation=draw(st.sampled_from(activations)),
        weights=draw(_equal_weights(widths, SIGNED, nudged)),
        biases=draw(SIGNED.map(Constant)),
        dropout=dropout,
    )
    return draw(
        _trainings(
            network,
            optimizer=DESCENTS | RESCALING if rescaling else DESCENTS,
            loss=st.just(loss),
            same_targets=st.just(same_targets),
        )
    )


@st.composite
def moving_networks(draw: DrawFn, *, zero: bool = False, nudged: bool = False) -> SmallTraining:
    """Draw a network of equal weights and zero biases whose hidden layers get a gradient.

    This takes an activation with a gradient everywhere and at least two steps: in the first, equal
    outgoing weights make the gradient of the cross-entropy cancel exactly.

    Args:
        draw: passed by Hypothesis.
        zero: whether the weights' value is 0, in which case hidden layers get no gradient.
        nudged: whether one weight of one unit differs by 0.1 to 1.
    """
    widths = draw(_widths())
    network = Network(
        *_layer_sizes(widths),
        activation=draw(st.sampled_from(NEVER_SILENT)),
        weights=draw(_equal_weights(widths, ZERO if zero else SIGNED, nudged)),
    )
    return draw(_trainings(network, steps=st.integers(2, 20)))


@st.composite
def random_weight_networks(
    draw: DrawFn,
    *,
    scales: SearchStrategy[float] = HUNDREDTHS,
    means: SearchStrategy[float] = ZERO,
    biases: SearchStrategy[float] = ZERO,
) -> SmallTraining:
    """Draw a small dense network with independently drawn weights, trained by gradient descent.

    Args:
        draw: passed by Hypothesis.
        scales: standard deviation of the weights, in units of He's.
        means: mean of the weights.
        biases: value at which all biases start.
    """
    law = draw(st.sampled_from(CONTINUOUS))
    weights: Initializer = VarianceScaling(2 * draw(scales) ** 2, law=law)
    if mean := draw(means):
        weights = Shifted(weights, mean)
    network = Network(
        *_layer_sizes(draw(_widths())),
        activation=draw(st.sampled_from(NEVER_SILENT)),
        weights=weights,
        biases=Constant(draw(biases)),
    )
    return draw(_trainings(network))


@st.composite
def he_networks(draw: DrawFn, *, one_value: bool) -> SmallTraining:
    """Draw a small dense network with He's weights.

    Args:
        draw: passed by Hypothesis.
        one_value: whether all weights of a layer are one number drawn from He's distribution,
            instead of one number each.
    """
    he = VarianceScaling(law=draw(st.sampled_from(("normal", "uniform", "truncated"))))
    network = Network(
        *_layer_sizes(draw(_widths())),
        activation=draw(st.sampled_from(("relu", "leaky relu", *SMOOTH))),
        weights=OneValue(he) if one_value else he,
        biases=draw(SIGNED.map(Constant)),
    )
    return draw(_trainings(network, optimizer=DESCENTS | RESCALING))


@st.composite
def zero_networks(
    draw: DrawFn,
    *,
    activations: tuple[str, ...] = ("relu", "tanh"),
    hidden: bool = True,
    weights: Initializer = ZEROS,
) -> SmallTraining:
    """Draw a small dense network whose biases, and by default weights, start at zero.

    Args:
        draw: passed by Hypothesis.
        activations: possible activations of the hidden layers.
        hidden: whether there are hidden layers.
        weights: initializer of the weights.
    """
    inputs, *layers, outputs = draw(_widths())
    network = Network(
        inputs,
        tuple(layers) if hidden else (),
        outputs,
        activation=draw(st.sampled_from(activations)),
        weights=weights,
    )
    return draw(_trainings(network, optimizer=DESCENTS | RESCALING))


def scales_other_than_he() -> SearchStrategy[float]:
    """Draw standard deviations from a ten-thousandth of He's to twice He's, except He's own."""
    tenths_of_decades = st.integers(-40, 3).filter(bool)
    return tenths_of_decades.map(lambda n: round(10 ** (n / 10), 6))


def scales_up_to_he() -> SearchStrategy[float]:
    """Draw standard deviations from a millionth of He's to He's own."""
    return st.integers(-6, 0).map(lambda n: 10.0**n)


@st.composite
def two_valued_networks(draw: DrawFn) -> SmallTraining:
    """Draw networks whose weights take two values, so that some units must be equal.

    With one or two inputs a unit's weights have at most four values; there are at least five units.
    """
    widths = (draw(st.integers(1, 2)), draw(st.integers(5, 24)), draw(st.integers(2, 5)))
    network = Network(
        *_layer_sizes(widths),
        activation=draw(st.sampled_from(NEVER_SILENT)),
        weights=VarianceScaling(law="coin"),
    )
    return draw(_trainings(network))


@st.composite
def exact_networks(draw: DrawFn, *, nudged: bool = False) -> ExactNetwork:
    """Draw a tiny rectifier network of equal weights, in fractions, with a few training steps.

    Args:
        draw: passed by Hypothesis.
        nudged: whether one weight of one unit differs.
    """
    hidden = draw(st.lists(st.integers(2, 4), min_size=1, max_size=2))
    widths = (draw(st.integers(1, 3)), *hidden, draw(st.integers(1, 3)))
    eighths = st.integers(-16, 16).filter(bool).map(lambda n: Fraction(n, 8))
    return ExactNetwork(
        widths,
        values=draw(st.tuples(*[eighths] * (len(widths) - 1))),
        seed=draw(SEEDS),
        nudge=draw(eighths) if nudged else Fraction(0),
        slope=draw(st.sampled_from((Fraction(0), Fraction(1, 4)))),
        momentum=draw(st.sampled_from((Fraction(0), Fraction(1, 2)))),
        steps=draw(st.integers(1, 3)),
    )


def _widths(
    inputs: SearchStrategy[int] = SEVERAL_INPUTS, hidden_layers: int = 1
) -> SearchStrategy[tuple[int, ...]]:
    """Draw numbers of inputs, of units in ``hidden_layers`` or one more layers, and of outputs."""
    hidden = st.lists(st.integers(2, 24), min_size=hidden_layers, max_size=hidden_layers + 1)
    return st.tuples(inputs, hidden, st.integers(2, 5)).map(
        lambda drawn: (drawn[0], *drawn[1], drawn[2])
    )


def _layer_sizes(widths: tuple[int, ...]) -> tuple[int, tuple[int, ...], int]:
    """Inputs, hidden layers and outputs: the first arguments of a network."""
    return widths[0], widths[1:-1], widths[-1]


@st.composite
def _equal_weights(
    draw: DrawFn, widths: tuple[int, ...], values: SearchStrategy[float], nudged: bool
) -> Initializer | tuple[Initializer, ...]:
    """Draw an initializer with one value for all weights, or one for each layer."""
    count = len(widths) - 1
    shared = values.map(lambda value: (value,) * count)
    first, *others = (Constant(value) for value in draw(shared | st.tuples(*[values] * count)))
    if nudged:
        return (Nudged(first, draw(st.sampled_from((0.1, 0.3, 1.0)))), *others)
    return first if all(other == first for other in others) else (first, *others)


def _trainings(network: Network, **drawn: SearchStrategy[Any]) -> SearchStrategy[SmallTraining]:
    usual: dict[str, SearchStrategy[Any]] = {"optimizer": DESCENTS, "steps": st.integers(1, 20)}
    small = st.builds(SmallNetwork, st.just(network), SEEDS)
    return st.builds(SmallTraining, small, **usual | drawn)
