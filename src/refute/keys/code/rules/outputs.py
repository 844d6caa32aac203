"""Rules about outputs, labels and losses that do not fit each other."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.fitting import loss_name
from refute.keys.code.labels import form_of_labels
from refute.keys.code.models import Layer, Model, is_keras_model
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Event, Unknown, known

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
            form = form_of_labels(event.argument("y", 1))
            if form is None or loss not in _EXPECTED:
                continue
            if form == _EXPECTED[loss]:
                yield Fine(event.place)
            else:
                yield Faulty(
                    event.place,
                    f"the labels are {form}, but the loss expects {_EXPECTED[loss]}",
                )


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
            yield Unsure(output.place, "it is unknown over what this softmax sums")


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
