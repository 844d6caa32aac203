"""Hypothesis strategies that draw networks whose units start alike, or do not.

Each draws a frozen specification, one line of code that can be run again.
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
SEVERAL = st.integers(2, 8)
"""Inputs of a network."""
ONE = st.just(1)
HE_ALONE = st.just(1.0)
"""He's own standard deviation, in units of itself."""

RATES = (0.01, 0.03, 0.1)
DESCENTS = st.builds(SGD, st.sampled_from(RATES), st.sampled_from((0.0, 0.9)))
RESCALING = st.builds(Adam, st.sampled_from(RATES))
CONTINUOUS: tuple[Literal["normal", "uniform", "laplace"], ...] = ("normal", "uniform", "laplace")
SMOOTH = ("tanh", "sigmoid")
NEVER_SILENT = ("tanh", "leaky relu")
"""Activations with a gradient everywhere: a ReLU unit silent on every sample has none."""


@st.composite
def equal_weight_networks(
    draw: DrawFn,
    *,
    nudged: bool = False,
    dropout: float = 0.0,
    rescaling: bool = True,
    loss: Literal["cross entropy", "squared error"] = "cross entropy",
    same_targets: bool = False,
    inputs: SearchStrategy[int] = SEVERAL,
    hidden_layers: int = 1,
) -> SmallTraining:
    """Any small dense network with one value for all weights, or one for each layer.

    All biases start at one value that is not 0: a ReLU unit of zero bias under a silent layer
    sits exactly on the kink, where round-off would choose its slope.  With the squared error,
    which has no bound, activations are bounded.

    Args:
        draw: Hypothesis's.
        nudged: whether one weight of one unit differs by 0.1 to 1.
        dropout: rate of dropout while training.
        rescaling: whether the optimizer may be one that rescales gradients (Adam).
        loss: what is trained for.
        same_targets: with squared error, whether all outputs are to fit the same numbers.
        inputs: how many there are.
        hidden_layers: the least number of them.
    """
    activations = ("relu", "leaky relu", *SMOOTH) if loss == "cross entropy" else SMOOTH
    widths = draw(_widths(inputs, hidden_layers))
    network = Network(
        *_described(widths),
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
    """Any network of equal weights and zero biases whose hidden layers have a gradient.

    That asks for an activation with a gradient everywhere, and for two steps at least: before
    the first, equal outgoing weights make the gradient of a cross-entropy cancel exactly.

    Args:
        draw: Hypothesis's.
        zero: whether the one value is 0, where the gradient vanishes after all.
        nudged: whether one weight of one unit differs by 0.1 to 1.
    """
    widths = draw(_widths())
    network = Network(
        *_described(widths),
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
    """Any small dense network with weights drawn independently, trained by gradient descent.

    Args:
        draw: Hypothesis's.
        scales: standard deviation of the weights, in units of He's.
        means: their mean.
        biases: the one value at which all biases start.
    """
    law = draw(st.sampled_from(CONTINUOUS))
    weights: Initializer = VarianceScaling(2 * draw(scales) ** 2, law=law)
    if mean := draw(means):
        weights = Shifted(weights, mean)
    network = Network(
        *_described(draw(_widths())),
        activation=draw(st.sampled_from(NEVER_SILENT)),
        weights=weights,
        biases=Constant(draw(biases)),
    )
    return draw(_trainings(network))


@st.composite
def he_networks(draw: DrawFn, *, one_value: bool) -> SmallTraining:
    """Any small dense network of He's weights.

    Args:
        draw: Hypothesis's.
        one_value: whether all weights of a layer are one number drawn from He's distribution, or
            each is drawn by itself.
    """
    he = VarianceScaling(law=draw(st.sampled_from(("normal", "uniform", "truncated"))))
    network = Network(
        *_described(draw(_widths())),
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
    """Any small dense network whose biases start at zero, as its weights do unless told otherwise.

    Args:
        draw: Hypothesis's.
        activations: of the hidden layers.
        hidden: whether there are any.
        weights: where the weights start.
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
    """Standard deviations from a ten-thousandth of He's to twice, but not He's own."""
    tenths_of_decades = st.integers(-40, 3).filter(bool)
    return tenths_of_decades.map(lambda n: round(10 ** (n / 10), 6))


def however_small() -> SearchStrategy[float]:
    """Standard deviations from a millionth of He's to He's own."""
    return st.integers(-6, 0).map(lambda n: 10.0**n)


@st.composite
def two_valued_networks(draw: DrawFn) -> SmallTraining:
    """Networks of one or two inputs and more units than there are ways to toss so many coins."""
    widths = (draw(st.integers(1, 2)), draw(st.integers(5, 24)), draw(st.integers(2, 5)))
    network = Network(
        *_described(widths),
        activation=draw(st.sampled_from(NEVER_SILENT)),
        weights=VarianceScaling(law="coin"),
    )
    return draw(_trainings(network))


@st.composite
def exact_networks(draw: DrawFn, *, nudged: bool = False) -> ExactNetwork:
    """Any tiny rectifier network of equal weights, in fractions, with few steps of training.

    Args:
        draw: Hypothesis's.
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
    inputs: SearchStrategy[int] = SEVERAL, hidden_layers: int = 1
) -> SearchStrategy[tuple[int, ...]]:
    """Inputs, so many hidden layers or one more of 2 to 24 units, outputs."""
    hidden = st.lists(st.integers(2, 24), min_size=hidden_layers, max_size=hidden_layers + 1)
    return st.tuples(inputs, hidden, st.integers(2, 5)).map(
        lambda drawn: (drawn[0], *drawn[1], drawn[2])
    )


def _described(widths: tuple[int, ...]) -> tuple[int, tuple[int, ...], int]:
    """Inputs, hidden layers and outputs, as a network is described."""
    return widths[0], widths[1:-1], widths[-1]


@st.composite
def _equal_weights(
    draw: DrawFn, widths: tuple[int, ...], values: SearchStrategy[float], nudged: bool
) -> Initializer | tuple[Initializer, ...]:
    """One value for all weights, or one for each layer."""
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
