"""What the images of a Keras model go through before a part of it gets them."""

from __future__ import annotations

from refute.keys.code.facts import Facts
from refute.keys.code.values import Made, Method, Sequence, Term, Value, members

_PIXELS_KEPT = (
    "keras.Input", "keras.layers.Resizing", "keras.layers.CenterCrop", "keras.layers.RandomFlip",
    "keras.layers.RandomRotation", "keras.layers.RandomZoom", "keras.layers.RandomTranslation",
    "keras.layers.RandomContrast", "keras.layers.RandomBrightness", "keras.layers.RandomCrop",
    "keras.layers.RandomHeight", "keras.layers.RandomWidth",
)  # fmt: skip
"""Layers that keep the range of pixels."""


def gets_input_unscaled(facts: Facts, part: Made, model: Value) -> bool:
    """Whether a part of a model certainly gets the pixels of the model's input as they are.

    Layers that only move, crop or flip the images may come before it.
    """
    if not isinstance(model, Made) or "input_tensor" in part.kwargs or model.escaped:
        return False
    calls = facts.events(part, "()")
    if calls:
        return all(len(call.args) == 1 and _is_unscaled(call.args[0]) for call in calls)
    layers = model.attributes.get("layers")
    if isinstance(layers, Sequence) and any(layer is part for layer in layers.items):
        at = next(index for index, layer in enumerate(layers.items) if layer is part)
        return layers.complete and all(map(_keeps_pixels, layers.items[:at]))
    inputs = model.argument("inputs", 0)
    return isinstance(inputs, Method) and inputs.owner is part and inputs.name == "input"


def _is_unscaled(value: Value) -> bool:
    while isinstance(value, Term) and value.operation == "call" and len(value.operands) == 2:
        layer, value = value.operands
        if not _keeps_pixels(layer):
            return False
    return isinstance(value, Made) and value.is_a("keras.Input")


def _keeps_pixels(layer: Value) -> bool:
    if isinstance(layer, Made) and layer.is_a("keras.Sequential"):
        inner = members(layer.attributes.get("layers"))
        return inner is not None and not layer.escaped and all(map(_keeps_pixels, inner))
    return isinstance(layer, Made) and layer.is_a(*_PIXELS_KEPT)
