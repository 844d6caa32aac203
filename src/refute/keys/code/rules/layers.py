"""Rules about layers: how many, with which activations and weights, each an object of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.exercise import (
    TWENTY_LAYERS,
    answers_exercise,
    is_about_images,
    is_about_other_data,
    is_pretrained,
    may_classify_images,
    shape_of_input,
)
from refute.keys.code.facts import MANY_LAYERS, Facts
from refute.keys.code.layers import Layer
from refute.keys.code.models import Model
from refute.keys.code.rules.answers import Answer, Evidence, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Made, Unknown, Value, known

_HE = r"\bhe[ _-]?(normal|uniform)|\bhe['’]?s?[ -]+initiali|\bHeNormal|\bHeUniform|kaiming"


@rule(
    "code/hidden-layer-count",
    "not twenty hidden layers of 100 units",
    severity="wrong",
    fix="Build twenty hidden dense layers of 100 units each, then the output layer.",
)
def hidden_layer_count(facts: Facts) -> Iterator[Answer]:
    if not _asks_for_twenty(facts):
        return
    deep = {facts.step(model.block) for model in facts.models if _is_deep(model)}
    for model in facts.models:
        hidden, step = model.hidden, facts.step(model.block)
        if not _is_deep(model) and (step is None or step in deep):
            continue
        other = [layer for layer in model.layers if layer.kind == "convolution"]
        if not _may_answer(facts, model) or (other and facts.mentions(_ABOUT_CONVOLUTIONS)):
            continue
        units = {layer.units for layer in hidden if known(layer.units)}
        if other:
            yield Faulty(other[0].place, "the model has a convolutional layer, not only dense ones")
        elif not model.complete or any(not known(layer.units) for layer in hidden):
            yield Unsure(model.place, "not every layer of the model is known")
        elif len(hidden) != 20:
            place = hidden[0].place if hidden else model.place
            yield Faulty(place, f"the model has {len(hidden)} hidden layers instead of 20")
        elif units != {100}:
            widths = ", ".join(map(str, sorted(units)))
            yield Faulty(hidden[0].place, f"the hidden layers have {widths} units instead of 100")
        else:
            yield Fine(model.place)


_ABOUT_CONVOLUTIONS = r"\bcnns?\b|conv_?net|convolution|resnet|vgg|lenet|alexnet|densenet"
"""What exercises say that ask for another network."""


def _asks_for_twenty(facts: Facts) -> bool:
    """Whether twenty layers are named, or no number is and the program answers the exercise.

    Steps that build convolutional or pretrained networks are those of another exercise.
    """
    if facts.mentions(TWENTY_LAYERS):
        return True
    if (
        not answers_exercise(facts)
        or facts.mentions(_SOME_NUMBER)
        or any(map(is_pretrained, facts.models))
    ):
        return False
    return all(layer.kind != "convolution" for layer in facts.layers)


_SOME_NUMBER = r"\b(\d+|five|six|eight|ten|twelve|fifteen|thirty)[ -](\w+,? ){0,2}layers\b"


def _is_deep(model: Model) -> bool:
    return len(model.hidden) >= MANY_LAYERS


def _may_answer(facts: Facts, model: Model) -> bool:
    """Whether a model may be the one that the exercise asks for."""
    if is_about_other_data(facts) or not may_classify_images(model) or is_pretrained(model):
        return False
    if not facts.mentions(TWENTY_LAYERS) and not (_is_deep(model) or is_about_images(facts, model)):
        return False
    return not model.complete or model.output is not None  # else it may prepare the images


@rule(
    "code/linear-hidden-layer",
    "a hidden layer without an activation",
    severity="wrong",
    fix="Give every hidden layer an activation.",
)
def linear_hidden_layer(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        for layer in model.hidden:
            activation = model.activation_of(layer)
            if isinstance(activation, Unknown):
                yield Unsure(layer.place, "the activation is unknown")
            elif activation == "linear" and _is_narrow(model, layer):
                yield Unsure(layer.place, "it may be the code of an autoencoder")
            elif activation == "linear" and facts.mentions(_LINEAR_ON_PURPOSE):
                yield Unsure(layer.place, "the author speaks of a linear network")
            elif activation == "linear":
                yield Faulty(
                    layer.place,
                    "no activation separates this dense layer from the next: "
                    "together they compute no more than a single layer",
                )
            else:
                yield Fine(layer.place)


_LINEAR_ON_PURPOSE = (
    r"\blinear (deep )?(networks?|autoencoder)\b|\b(no|without) (an )?(activation|nonlinear)"
)


def _is_narrow(model: Model, layer: Layer) -> bool:
    """Whether a layer has fewer units than those around it, as the code of an autoencoder.

    Behind a convolution, its inputs are not known.
    """
    dense = [other for other in model.layers if other.kind == "dense"]
    at = next(index for index, other in enumerate(dense) if other is layer)
    shape = shape_of_input(model)
    inputs = shape[0] if isinstance(shape, tuple) and len(shape) == 1 else None
    before = dense[at - 1].units if at else inputs
    if layer.made is not None and model.library == "torch":
        before = layer.made.argument("in_features", 0)
    around: tuple[Value, ...] = (before, dense[at + 1].units)
    units = layer.units
    if at == 0 and any(other.kind == "convolution" for other in model.layers):
        around = (dense[1].units,)
    return isinstance(units, int) and all(isinstance(side, int) and side > units for side in around)


@rule(
    "code/one-layer-object-many-times",
    "one layer object is used in several places",
    severity="wrong",
    fix="Create a new layer for each place, in a loop or a comprehension.",
)
def one_layer_object_many_times(facts: Facts) -> Iterator[Answer]:
    shared = {
        id(item): item
        for items, count in facts.trace.multiplied
        for item in items.items
        if count > 1 and isinstance(item, Made)
    }
    for stack in facts.stacks:
        weighted = [layer for layer in stack if layer.has_weights and layer.made is not None]
        places = [id(layer.made) for layer in weighted]
        for layer in weighted:
            times = places.count(id(layer.made))
            if times > 1 or id(layer.made) in shared:
                yield Faulty(
                    layer.place,
                    f"one layer object is used in {max(times, 2)} places, which share its weights",
                )
            else:
                yield Fine(layer.place)


_DEFAULT_IN_DEPTH = Evidence(
    "init/glorot-fails-with-relu", "twenty hidden layers, seven epochs of SGD"
)


@rule(
    "code/initializer-left-at-default",
    "He initialization is claimed, but some layers keep the default",
    severity="wrong",
    fix='Give every hidden layer kernel_initializer="he_normal" (torch: kaiming_normal_).',
    evidence=(_DEFAULT_IN_DEPTH,),
)
def initializer_left_at_default(facts: Facts) -> Iterator[Answer]:
    if not facts.mentions(_HE):
        return
    for model in facts.models:
        if model.uses("selu") or facts.step(model.block) == "d":
            continue
        if model.library == "torch":
            yield from _torch_initialization(facts, model)
        if model.library == "torch" or not _claims_he(facts, model):
            continue
        named = any(layer.initializer for layer in model.hidden)
        on_purpose = not named and (_speaks_of_glorot(facts) or _names_others(model))
        for layer in model.hidden:
            if isinstance(layer.initializer, Unknown):
                yield Unsure(layer.place, "the initializer is unknown")
            elif layer.initializer is None and on_purpose:
                yield Unsure(layer.place, _PERHAPS_GLOROT)
            elif layer.initializer is None and model.activation_of(layer) in _FOR_GLOROT:
                yield Fine(layer.place)
            elif layer.initializer is None:
                yield Faulty(layer.place, "this hidden layer keeps Keras's default, Glorot uniform")
            else:
                yield Fine(layer.place)


def _claims_he(facts: Facts, model: Model) -> bool:
    """Whether words speak of He's initialization or of Glorot's, or a layer of this model has one.

    Code that names it for another network says nothing about this one.
    """
    if facts.step(model.block) is not None or facts.mentions(rf"#[^\n]*({_HE})"):
        return True
    if _speaks_of_glorot(facts) or _names_others(model):
        return True
    headings = (text for read in facts.program.blocks for text in read.block.headings)
    if any(re.search(_HE, text, re.IGNORECASE) for text in headings):
        return True
    return any(layer.initializer is not None for layer in model.hidden)


_FOR_GLOROT = ("sigmoid", "hard_sigmoid", "tanh", "softsign", "softmax")
"""Activations that Glorot's initialization was derived for: nobody means He's for them."""

_PERHAPS_GLOROT = "the default may be meant: to compare, or as He's weights are for convolutions"


def _names_others(model: Model) -> bool:
    """Whether layers that are not dense have an initializer."""
    others = (layer.made for layer in model.layers if layer.kind != "dense")
    return any(made is not None and "kernel_initializer" in made.kwargs for made in others)


def _speaks_of_glorot(facts: Facts) -> bool:
    return facts.mentions("glorot|xavier|default (weights|initiali)")


def _torch_initialization(facts: Facts, model: Model) -> Iterator[Answer]:
    initializes = any(call.name.startswith("torch.nn.init.") for call in facts.trace.calls)
    if initializes or facts.mentions(r"nn\.init\.|init\.kaiming"):
        yield Fine(model.place)
    elif model.hidden and (model.made.escaped or facts.events(model.made, "apply")):
        yield Unsure(model.place, "the model is passed to something that may initialize it")
    elif model.hidden and _speaks_of_glorot(facts):
        yield Unsure(model.place, _PERHAPS_GLOROT)
    elif model.hidden:
        yield Faulty(
            model.place, "the layers keep torch's default weights: nn.init is never called"
        )
