"""The rule about weights that all start at one value."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from refute.keys.code.facts import Facts
from refute.keys.code.layers import Layer
from refute.keys.code.models import Model
from refute.keys.code.rules.answers import Answer, Evidence, Faulty, Fine, Unsure, rule
from refute.keys.code.values import known
from refute.keys.code.weights import InitialWeights, Starts

_ON_PURPOSE = r"symmetr|on purpose|deliberate|demonstration|demonstrate|illustrate|what happens"


@rule(
    "code/equal-initial-weights",
    "all weights of a hidden layer start at the same value",
    severity="wrong",
    fix="Draw the kernel of every hidden layer at random, as by default; biases may start at zero.",
    evidence=(
        Evidence("init/same-value-keeps-symmetry"),
        Evidence("init/all-zero-learns-nothing", "ReLU or tanh, no weight moves"),
        Evidence("init/constant-cannot-reach-good-solution", "digits"),
    ),
)
def equal_initial_weights(facts: Facts) -> Iterator[Answer]:
    initial = InitialWeights(facts)
    for model in facts.models:
        dense = [layer for layer in model.layers if layer.kind == "dense"]
        for layer, following in pairwise(dense):
            starts, behind = initial.of(layer), initial.of(following)
            if starts.kernel == "random" and layer.initializer is not None:
                yield Fine(layer.place)
            if not isinstance(starts.kernel, float) or layer.units == 1:
                continue
            if why := _why_unsure(facts, model, layer, starts):
                yield Unsure(layer.place, why)
            elif initial.replaced:
                yield Unsure(layer.place, "other weights may replace these")
            else:
                yield _judged(model, layer, starts, behind)


def _why_unsure(facts: Facts, model: Model, layer: Layer, starts: Starts) -> str | None:
    if not (model.complete and known(layer.units) and isinstance(starts.bias, float)):
        return "the units start equal, but biases or unknown layers may make them differ"
    if facts.mentions(_ON_PURPOSE):
        return "the weights may be equal on purpose, to show the effect"
    return None


def _judged(model: Model, layer: Layer, starts: Starts, behind: Starts) -> Answer:
    """Judge a layer whose units start alike, by what is behind it."""
    dead = starts.kernel == starts.bias == 0 and model.activation_of(layer) == "relu"
    if dead:
        return Faulty(
            layer.place, "with all weights at zero, ReLU outputs zero and passes no gradient back"
        )
    if not isinstance(behind.kernel, float):
        return Unsure(
            layer.place,
            "the units start equal, until the weights of the next layer make them differ",
        )
    if any("dropout" in other.kind for other in model.layers):
        return Unsure(layer.place, "the units start equal, until dropout makes them differ")
    return Faulty(
        layer.place,
        f"the {layer.units} units of this layer start equal and get the same gradient, "
        "so they stay copies of one unit",
    )
