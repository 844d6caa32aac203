"""Rules about outputs, labels and losses that do not fit each other."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.fitting import loss_name
from refute.keys.code.labels import classes_of, form_of_generated, form_of_labels
from refute.keys.code.layers import Layer
from refute.keys.code.loading import said_of_sets
from refute.keys.code.losses import only_of_torch
from refute.keys.code.models import Model, is_keras_model
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Event, Sequence, Unknown, known

_EXPECTED = {
    "sparsecategoricalcrossentropy": "class numbers",
    "categoricalcrossentropy": "one-hot rows",
}


@rule(
    "code/labels-do-not-fit-loss",
    "class numbers with categorical_crossentropy, or one-hot rows with the sparse one",
    severity="error",
    fix="Use sparse_categorical_crossentropy for class numbers, categorical_crossentropy for "
    "one-hot rows.",
)
def labels_do_not_fit_loss(facts: Facts) -> Iterator[Answer]:
    compiled: dict[int, Event] = {}
    for event in facts.trace.events:
        if not is_keras_model(event.receiver):
            continue
        if event.name == "compile":
            compiled[id(event.receiver)] = event
        elif event.name == "fit" and id(event.receiver) in compiled:
            loss = loss_name(compiled[id(event.receiver)].argument("loss", 1))
            data = event.argument("x", 0)
            form = form_of_labels(event.argument("y", 1)) or form_of_generated(data)
            if form is None or (loss not in _EXPECTED and not _is_single(facts, event, loss)):
                continue
            if form == _EXPECTED.get(loss, "class numbers"):
                yield Fine(event.place)
            else:
                yield Faulty(
                    event.place,
                    f"the labels are {form}, but the loss expects "
                    f"{_EXPECTED.get(loss, 'one number each')}",
                )


def _is_single(facts: Facts, fit: Event, loss: str) -> bool:
    """Whether a model tells two classes by one unit."""
    model = facts.model_of(fit.receiver)
    output = None if model is None or not model.is_end_known else model.output
    return loss == "binarycrossentropy" and output is not None and output.units == 1


@rule(
    "code/softmax-over-one-unit",
    "a softmax over a single unit, which is always 1",
    severity="error",
    fix="End in one unit with a sigmoid and binary_crossentropy, or in two units with softmax.",
)
def softmax_over_one_unit(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        output = model.output
        if output is None or not known(output.units):
            continue
        if output.units == 1 and model.is_end_known and model.library == "keras":
            yield from _losses_over_classes(facts, model)
        softmax = _softmax_of(model, output)
        if softmax is None:
            continue
        if output.units != 1:
            yield Fine(output.place)
        elif _is_over_units(softmax):
            yield Faulty(output.place, "softmax over one unit is 1 for every input")
        else:
            yield Unsure(output.place, "it is unknown what this softmax sums over")


def _losses_over_classes(facts: Facts, model: Model) -> Iterator[Answer]:
    for compiled in facts.events(model.made, "compile"):
        if loss_name(compiled.argument("loss", 1)) in _EXPECTED:
            yield Faulty(compiled.place, "this loss needs an output for each class, not one")


def _softmax_of(model: Model, output: Layer) -> Layer | None:
    """The layer that applies softmax to the output: itself, or one behind it."""
    behind = model.layers[model.layers.index(output) :]
    return next((layer for layer in behind if layer.activation == "softmax"), None)


def _is_over_units(softmax: Layer) -> bool:
    """Whether a softmax sums over the last axis for certain, not over positions."""
    if softmax.kind == "dense":
        return True
    if softmax.made is None or isinstance(softmax.activation, Unknown):
        return False
    axis = softmax.made.kwargs.get("axis", softmax.made.kwargs.get("dim"))
    args = softmax.made.args
    if softmax.made.kind == "keras.layers.Activation":
        return True
    return (axis if axis is not None else args[0] if args else -1) == -1


@rule(
    "code/fewer-outputs-than-classes",
    "a network has fewer outputs than there are classes",
    severity="error",
    fix="Give the output layer a unit for each class.",
)
def fewer_outputs_than_classes(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        model = facts.model_of(fit.receiver)
        classes = classes_of(fit.argument("y", 1))
        if model is not None and model.is_end_known and classes is not None:
            compiled = facts.compiled_for(fit)
            if compiled and loss_name(compiled.argument("loss", 1)) in _EXPECTED:
                yield from _counted(model, classes)
    classes, model = said_of_sets(facts.trace.made, _TORCHVISION), only_of_torch(facts)
    if classes is None or model is None or facts.mentions(_CHOOSING_CLASSES):
        return
    if model.is_end_known and facts.mentions("cross_?entropy|nll_?loss"):
        yield from _counted(model, classes)


_CHOOSING_CLASSES = r"targets|Subset|label ?[=<>]|y ?[<>]"
_TORCHVISION = {"MNIST": 10, "FashionMNIST": 10, "KMNIST": 10, "CIFAR10": 10, "CIFAR100": 100}


def _counted(model: Model, classes: int) -> Iterator[Answer]:
    units = model.output.units if model.output else None
    if model.output is None or not isinstance(units, int) or units == 1:
        return
    if units < classes:
        yield Faulty(model.output.place, f"there are {classes} classes, but {units} outputs")
    else:
        yield Fine(model.output.place)


@rule(
    "code/loss-of-another-task",
    "loss, output and accuracy belong to different tasks",
    severity="wrong",
    fix="Classes: softmax with a categorical loss. Two classes, or several at once: a sigmoid with "
    "binary_crossentropy. Numbers: a linear output with mse, and no accuracy.",
)
def loss_of_another_task(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        if model.library != "keras" or model.output is None or not model.is_end_known:
            continue
        units, output = model.output.units, model.activation_of(model.output)
        many = isinstance(units, int) and units > 1
        for compiled in facts.events(model.made, "compile"):
            loss = loss_name(compiled.argument("loss", 1))
            metrics = compiled.argument("metrics", 2)
            named = metrics.items if isinstance(metrics, Sequence) else [metrics]
            counts = any(name in ("accuracy", "acc") for name in named)
            if many and units > 2 and output == "softmax" and loss == "binarycrossentropy":
                yield Faulty(compiled.place, "this loss is for outputs of a sigmoid")
            elif many and output == "sigmoid" and loss in _EXPECTED:
                yield Faulty(compiled.place, "this loss is for outputs of softmax")
            elif counts and output == "linear" and units == 1 and loss in _OF_NUMBERS:
                yield Faulty(compiled.place, "an accuracy of numbers counts only exact matches")
            elif loss:
                yield Fine(compiled.place)


_OF_NUMBERS = ("mse", "mae", "meansquarederror", "meanabsoluteerror", "huber")
