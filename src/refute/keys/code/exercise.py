"""Whether a program answers the exercise on CIFAR-10, with which step, or another exercise."""

from __future__ import annotations

import re

from refute.keys.code.backbones import is_backbone
from refute.keys.code.facts import Facts
from refute.keys.code.layers import Layer
from refute.keys.code.models import Model
from refute.keys.code.program import Step
from refute.keys.code.values import Sequence, Value, known

_OTHER_DATA = r"mnist|\biris\b|titanic|california|diabetes|breast.?cancer|\bimdb\b|reuters|read_csv"
_IMAGE = (32, 32, 3)
_SHAPES = (_IMAGE, (3, 32, 32), (3072,))
_CLASSES = 10

_TWENTY = 20
TWENTY_LAYERS = r"\b(20|twenty)[ -](\w+,? ){0,3}layers?\b|\b(20|twenty) (×|x|of) 100\b"
"""How a program speaks of the exercise's twenty hidden layers."""

_TOPICS: dict[Step, str] = {
    "a": r"\b(20|twenty|he)\b",
    "b": r"\bnadam\b",
    "c": r"batch[ _-]?norm|\bbn\b",
    "d": r"\bselu\b|self[ -]?normali",
    "e": r"dropout|\bmc\b|monte",
}
"""What each step is about, as the line with its letter may say."""

_LETTERED = re.compile(r"^[\s#(*]*([a-e])[.):]+(.*)$", re.IGNORECASE | re.MULTILINE)


def step_of_exercise(facts: Facts, block: int) -> Step | None:
    """Return the step of the exercise that a block answers, ``None`` if it answers another one.

    Parts of other exercises have letters, too.  They are steps of this exercise if the program has
    twenty hidden layers or speaks of them, or if the line with the letter names the step's topic.
    """
    letter = facts.step(block)
    if letter is None or is_about_other_data(facts):
        return None
    line = facts.program.blocks[block].line_of_step
    names_topic = re.search(_TOPICS[letter], line, re.IGNORECASE) is not None
    return letter if names_topic or _has_twenty_layers(facts) else None


def answers_exercise(facts: Facts) -> bool:
    """Whether lines with letters name the topics of at least two steps of the exercise.

    One topic may be another exercise's: many ask for dropout in some part.
    """
    named = {
        letter.lower()
        for letter, line in _LETTERED.findall(facts.all_text)
        if re.search(_TOPICS[letter.lower()], line, re.IGNORECASE)
    }
    return len(named) > 1 and not is_about_other_data(facts)


def _has_twenty_layers(facts: Facts) -> bool:
    deep = any(len(model.hidden) == _TWENTY for model in facts.models)
    return deep or facts.mentions(TWENTY_LAYERS)


def has_twenty_layers(facts: Facts, model: Model) -> bool:
    """Whether a model is as deep as the exercise asks, in a program that names no other data."""
    return len(model.hidden) == _TWENTY and not is_about_other_data(facts)


def is_about_other_data(facts: Facts) -> bool:
    """Whether a program names other data than CIFAR-10, and CIFAR-10 nowhere."""
    return facts.mentions(_OTHER_DATA) and not facts.mentions("cifar")


def is_about_images(facts: Facts, model: Model) -> bool:
    """Whether a model takes images of CIFAR-10 for certain, or its program names them."""
    return facts.mentions("cifar") or _inputs(model) in _SHAPES


def may_classify_images(model: Model) -> bool:
    """Whether a model, as far as is known, takes images of CIFAR-10 and has ten outputs."""
    if model.output is not None and known(model.output.units) and model.output.units != _CLASSES:
        return False
    shape = _inputs(model)
    return not (isinstance(shape, tuple) and known(shape)) or shape in _SHAPES


def _inputs(model: Model) -> Value:
    return _inputs_of_linear(model) if model.library == "torch" else shape_of_input(model)


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
    is_input = layer.kind == "input"
    shape = layer.made.argument("shape", 0) if is_input else layer.made.kwargs.get("input_shape")
    return tuple(shape.items) if isinstance(shape, Sequence) else shape


def _inputs_of_linear(model: Model) -> Value:
    """The number of inputs of a torch model that begins with a linear layer, as a shape."""
    first = next((layer for layer in model.layers if layer.has_weights), None)
    if first is None or first.kind != "dense" or first.made is None:
        return None
    inputs = first.made.argument("in_features", 0)
    return (inputs,) if first.made.kind.endswith(".Linear") and known(inputs) else None
