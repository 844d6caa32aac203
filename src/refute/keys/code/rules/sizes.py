"""The rule about layers whose sizes do not fit each other."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.exercise import shape_of_input
from refute.keys.code.facts import Facts
from refute.keys.code.layers import WITH_MODES, Layer
from refute.keys.code.losses import losses
from refute.keys.code.models import Model
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.sizes import flows
from refute.keys.code.values import Made, Sequence, Term, Value, callee, walk
from refute.keys.code.widths import Widths
from refute.keys.code.windows import Size, after_window_of_keras

_KEEPING = ("activation", *WITH_MODES)
_RESHAPING = ("view", "reshape", "flatten", "repeat", "repeat_interleave")


@rule(
    "code/sizes-do-not-fit",
    "a layer gets samples of a different size from what it expects",
    severity="error",
    fix="Give each layer as many inputs as the layer before has outputs; the first linear layer "
    "after convolutions gets channels times height times width.",
)
def sizes_do_not_fit(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        yield from _dense_layers(model) if model.library == "torch" else _windows(model)
    for place, expected, got in Widths(facts.trace).read():
        if expected == got:
            yield Fine(place)
        else:
            yield Faulty(place, f"this layer expects {expected} features, and gets {got}")
    for module, flow in flows(facts):
        for misfit in flow.misfits:
            if not misfit.is_first:  # another rule is about images that do not fit the first layer
                yield Faulty(misfit.place, misfit.why)
        if flow.split and flow.end is not None and _meets_labels(facts, module):
            yield Faulty(flow.split[0], "this view splits each sample into several")
        elif flow.fitting and not flow.split and flow.end is not None:
            yield Fine(flow.fitting[-1])


def _windows(model: Model) -> Iterator[Answer]:
    """Whether the windows of a Keras model are at most as large as what is left of the images."""
    shape = shape_of_input(model)
    sides = tuple(shape.items) if isinstance(shape, Sequence) else shape
    if not isinstance(sides, tuple) or not all(type(side) is int for side in sides):
        return
    size: Size = sides
    for layer in model.layers:
        if layer.kind in ("convolution", "pooling") and layer.made is not None:
            after = after_window_of_keras(layer.made, size)
            if after is None:
                return
            if min(after) < 1:
                yield Faulty(layer.place, f"its window is larger than its input of {size}")
                return
            yield Fine(layer.place)
            size = after
        elif layer.kind not in (*_KEEPING, "input", "norm", "normalization"):
            return


def _dense_layers(model: Model) -> Iterator[Answer]:
    """What dense layers and batch normalizations get from the dense layers before them."""
    features: object = None
    for layer in model.layers:
        expected = _expected(layer)
        if isinstance(features, int) and isinstance(expected, int):
            if expected == features:
                yield Fine(layer.place)
            else:
                why = f"this layer expects {expected} features, but gets {features}"
                yield Faulty(layer.place, why)
        if layer.kind == "dense":
            features = layer.units
        elif layer.kind not in _KEEPING:
            features = None


def _expected(layer: Layer) -> object:
    """The number of features that a dense layer or a batch normalization expects, if known."""
    if layer.made is None:
        return None
    if layer.made.kind == "torch.nn.Linear":
        return layer.made.argument("in_features", 0)
    of_rows = layer.made.kind == "torch.nn.BatchNorm1d"
    return layer.made.argument("num_features", 0) if of_rows else None


def _meets_labels(facts: Facts, module: Made) -> bool:
    """Whether a loss compares outputs as they are with labels that are not put into other shape."""
    return any(
        len(loss.args) > 1
        and callee(loss.args[0]) is module
        and not any(map(_reshapes, walk(loss.args[1])))
        for loss in losses(facts)
    )


def _reshapes(part: Value) -> bool:
    return isinstance(part, Term) and part.operation == "method" and part.operands[1] in _RESHAPING
