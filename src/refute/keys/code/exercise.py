"""Whether a program answers the exercise on CIFAR-10 at all, or another one with other data."""

from __future__ import annotations

from refute.keys.code.backbones import is_backbone
from refute.keys.code.facts import Facts
from refute.keys.code.layers import Layer
from refute.keys.code.models import Model
from refute.keys.code.values import Sequence, Value, known

_OTHER_DATA = r"mnist|\biris\b|titanic|california|diabetes|breast.?cancer|\bimdb\b|reuters|read_csv"
_IMAGE = (32, 32, 3)
_SHAPES = (_IMAGE, (3, 32, 32), (3072,))
_CLASSES = 10


def is_about_other_data(facts: Facts) -> bool:
    """Whether a program names other data than CIFAR-10, and CIFAR-10 nowhere."""
    return facts.mentions(_OTHER_DATA) and not facts.mentions("cifar")


def may_classify_images(model: Model) -> bool:
    """Whether a model, as far as is known, takes images of CIFAR-10 and has ten outputs."""
    if model.output is not None and known(model.output.units) and model.output.units != _CLASSES:
        return False
    shape = _inputs_of_linear(model) if model.library == "torch" else shape_of_input(model)
    return not (isinstance(shape, tuple) and known(shape)) or shape in _SHAPES


def is_pretrained(model: Model) -> bool:
    """Whether a model is one of the usual pretrained networks, or is built on one of Keras's."""
    parts = (layer.made for layer in model.layers if layer.made is not None)
    return is_backbone(model.made) or any("applications" in part.kind for part in parts)


def shape_of_input(model: Model) -> Value:
    """Return the shape of a Keras model's input, ``None`` if no layer names it."""
    shapes = (_shape(layer) for layer in model.layers)
    return next((shape for shape in shapes if shape is not None), None)


def _shape(layer: Layer) -> Value:
    if layer.made is None:
        return None
    if layer.kind == "input":
        return layer.made.argument("shape", 0)
    shape = layer.made.kwargs.get("input_shape")
    return tuple(shape.items) if isinstance(shape, Sequence) else shape


def _inputs_of_linear(model: Model) -> Value:
    """The number of inputs of a torch model that begins with a linear layer, as a shape."""
    first = next((layer for layer in model.layers if layer.has_weights), None)
    if first is None or first.kind != "dense" or first.made is None:
        return None
    inputs = first.made.argument("in_features", 0)
    return (inputs,) if first.made.kind.endswith(".Linear") and known(inputs) else None
