"""Rules about Monte Carlo dropout."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.layers import DROPOUTS, Layer
from refute.keys.code.models import Model, is_keras_model
from refute.keys.code.modes import is_handed_on, torch_models, with_modes
from refute.keys.code.repeating import repeats
from refute.keys.code.rules.answers import Answer, Evidence, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Argument, Class, Event, Made, Method, Term, walk


@rule(
    "code/mc-by-predict",
    "Monte Carlo passes with dropout off",
    severity="error",
    fix="Call model(x, training=True) for each pass.",
    evidence=(Evidence("mc/active-at-inference", "nothing on"),),
)
def mc_by_predict(facts: Facts) -> Iterator[Answer]:
    for event in facts.trace.events:
        if event.name not in ("predict", "()"):
            continue
        flag = event.kwargs.get("training", False)
        if event.name == "()" and (flag is not False or not is_keras_model(event.receiver)):
            continue
        if not facts.collected(event.result) or not repeats(facts, event):
            continue
        if facts.trains(event.result):
            continue
        model = facts.model_of(event.receiver)
        if model is None:
            yield Unsure(event.place, "it is unknown which model makes these passes")
        elif any(layer.training is True for layer in model.layers):
            yield Fine(event.place)
        elif not _keeps_none_on(facts, model):
            yield Unsure(event.place, "it is unknown whether this model keeps dropout on")
        else:
            call = "predict()" if event.name == "predict" else "a call without training=True"
            yield Faulty(event.place, f"{call} leaves dropout off, so all passes are equal")
    yield from (Fine(event.place) for event, _ in _passes(facts))


@rule(
    "code/mc-in-evaluation-mode",
    "Monte Carlo passes after eval(), which switches dropout off",
    severity="error",
    fix="After eval(), call train() of each dropout layer.",
    evidence=(Evidence("mc/active-at-inference", "nothing on"),),
)
def mc_in_evaluation_mode(facts: Facts) -> Iterator[Answer]:
    if not facts.mentions(r"monte|\bmc|mc_|uncertain|bayes"):
        return
    for part in facts.with_uncalled:
        for model, layers in torch_models(part):
            dropouts = [layer for layer in layers if layer.kind in DROPOUTS]
            passes = [
                (event, mode)
                for event, mode in with_modes(part.events(model))
                if event.name == "()" and part.collected(event.result) and repeats(part, event)
            ]
            if not dropouts or any(layer.training is not None for layer in dropouts):
                continue
            if isinstance(model, Argument) and not all(known.complete for known in part.models):
                continue  # it may be a model that draws random numbers
            for event, mode in passes:
                if any(mode is not False for _, mode in passes) or _switched(part, dropouts):
                    yield Fine(event.place)  # also where both modes are shown
                elif mode is False and not is_handed_on(part, model):
                    yield Faulty(
                        event.place, "dropout is off after eval(), so all passes are equal"
                    )


def _switched(facts: Facts, layers: list[Layer]) -> bool:
    """Whether one of these layers is put into training mode by itself."""
    return any(facts.events(layer.made, "train", "training=") for layer in layers)


def _own_dropout(made: Made | None) -> bool:
    return made is not None and isinstance(made.callee, Class)


_RANDOM = re.compile(r"^(keras|tensorflow)\..*(\.dropout|\brandom\.|load_model|clone|from_)")


def _keeps_none_on(facts: Facts, model: Model) -> bool:
    """Whether no layer of a Keras model can be random in predictions, even those not known.

    If some are not known, the program has dropout layers of Keras, such as one that it adds if a
    rate is not 0, but no class of its own, no other randomness, and never says ``training``.
    """
    if any(_own_dropout(layer.made) for layer in model.layers):
        return False
    if model.complete:
        return True
    trace = facts.trace
    given = [each.kwargs for part in (trace.made, trace.events, trace.calls) for each in part]
    kinds = [made.kind for made in trace.made]
    return (
        is_keras_model(model.made)
        and not model.made.escaped
        and any(kind.startswith("keras.layers.") and "Dropout" in kind for kind in kinds)
        and not any("training" in kwargs or "**" in kwargs for kwargs in given)
        and not any(isinstance(made.callee, Class) or "Lambda" in made.kind for made in trace.made)
        and not any(_RANDOM.search(call.name) for call in trace.calls)
    )


def _passes(facts: Facts) -> Iterator[tuple[Event, Model | None]]:
    """Calls with ``training=True`` whose results are collected, each with the model called."""
    for event in facts.trace.events:
        flag = event.kwargs.get("training")
        if event.name != "()" or flag not in (True, 1) or facts.trains(event.result):
            continue
        if facts.collected(event.result):
            yield event, facts.model_of(event.receiver)


@rule(
    "code/mc-without-dropout",
    "Monte Carlo passes through a model without dropout",
    severity="error",
    fix="Add dropout layers to the model, or replace the class of dropout that it does have.",
    evidence=(Evidence("mc/active-at-inference", "nothing on"),),
)
def mc_without_dropout(facts: Facts) -> Iterator[Answer]:
    for event, model in _passes(facts):
        if model is None or not model.complete:
            yield Unsure(event.place, "not every layer of this model is known")
        elif any(_drops(layer.kind, layer.rate) for layer in model.layers):
            yield Fine(event.place)
        else:
            yield Faulty(event.place, "the model has no dropout layer, so all passes are equal")
    yield from _replaced_in_vain(facts)


def _drops(kind: str, rate: object) -> bool:
    return kind in DROPOUTS and rate != 0


def _replaced_in_vain(facts: Facts) -> Iterator[Answer]:
    """Report a class of always-on dropout that no layer is an instance of."""
    dropouts = ("keras.layers.Dropout", "keras.layers.AlphaDropout")
    kinds = {made.kind for made in facts.trace.made if made.is_a(*dropouts)}
    for value in facts.trace.scope.names.values():
        if not isinstance(value, Class) or not set(value.names()) & set(dropouts):
            continue
        if any(made.callee is value for made in facts.trace.made):
            yield Fine(value.place)
        elif len(facts.models) > 1 and kinds:
            yield Faulty(
                value.place,
                f"no layer becomes a {value.name}: the model has no layer of the class to replace",
            )


@rule(
    "code/mc-training-flag-with-batch-norm",
    "training=True, or train(), also puts batch normalization into training mode",
    severity="wrong",
    fix="Turn on training mode for the dropout layers only.",
    evidence=(
        Evidence("mc/training-flag-only-dropout", "the rest of the network, batch normalization"),
        Evidence("mc/training-flag-only-dropout", "later predictions, batch normalization"),
    ),
)
def mc_training_flag_with_batch_norm(facts: Facts) -> Iterator[Answer]:
    for event in facts.trace.events:
        if event.name != "()" or event.kwargs.get("training") is not True or not event.loops:
            continue
        if facts.trains(event.result):
            continue
        model = facts.model_of(event.receiver)
        if model is None:
            yield Unsure(event.place, "it is unknown which model is called")
        elif _normalizes_by_batch(model):
            yield Faulty(
                event.place,
                "training=True also makes batch normalization use and store the statistics of "
                "this batch",
            )
        elif model.complete:
            yield Fine(event.place)
        else:
            yield Unsure(event.place, "not every layer of this model is known")
    yield from (*_always_on_instead(facts), *_passes_after_train(facts))


def _passes_after_train(facts: Facts) -> Iterator[Answer]:
    """Report passes of torch modules with batch normalization that ``train()`` switched on."""
    for part in facts.with_uncalled:
        of_torch = [model for model in part.models if model.library == "torch"]
        for model, layers in torch_models(part):
            if not any(layer.kind == "batch norm" for layer in layers) or is_handed_on(part, model):
                continue
            if isinstance(model, Argument) and not all(map(_normalizes_by_batch, of_torch)):
                continue  # it may be the other model
            switched = False
            for event, mode in with_modes(part.events(model)):
                switched |= event.name == "train"
                if event.name != "()" or not (switched and mode) or part.trains(event.result):
                    continue
                if part.collected(event.result) and repeats(part, event):
                    yield Faulty(
                        event.place, "train() also makes batch normalization use and store the "
                        "statistics of this batch"
                    )  # fmt: skip


def _normalizes_by_batch(model: Model) -> bool:
    """Whether a model in training mode uses statistics of the batch."""
    return any(layer.kind == "batch norm" and not _frozen(layer.made) for layer in model.layers)


def _frozen(made: Made | None) -> bool:
    if made is None:
        return False
    return False in (made.attributes.get("trainable"), made.kwargs.get("trainable"))


def _always_on_instead(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        always_on = [layer for layer in model.layers if layer.training is True and layer.made]
        if always_on and any(layer.kind == "batch norm" for layer in model.layers):
            yield Fine(always_on[0].place)


@rule(
    "code/mc-removed-backend-calls",
    "functions that Keras 3 no longer has",
    severity="error",
    fix="Call model(batch, training=True) for a Monte Carlo pass; otherwise use predict and fit.",
    evidence=(Evidence("cifar/e-mc-function-runs", "Keras 3"),),
    local=True,
)
def mc_removed_backend_calls(facts: Facts) -> Iterator[Answer]:
    removed = ("keras.backend.learning_phase", "keras.backend.set_learning_phase",
               "keras.backend.function")  # fmt: skip
    old = facts.mentions(r"compat\.v1|tensorflow 1\.|tensorflow==1\.")
    for call in facts.trace.calls:
        if call.name in removed:
            name = call.name.rpartition(".")[2]
            yield Faulty(call.place, f"Keras 3 has no backend.{name}", "note" if old else None)
        elif call.name.startswith("keras.backend."):
            yield Fine(call.place)
    for event in facts.trace.events:
        if not is_keras_model(event.receiver):
            continue
        if event.name in ("predict_classes", "predict_proba", "fit_generator"):
            yield Faulty(event.place, f"Keras models no longer have {event.name}")
        elif event.name == "()" and "training" in event.kwargs:
            yield Fine(event.place)


@rule(
    "code/mc-array-from-output-shape",
    "an array with the shape output_shape, which starts with None",
    severity="error",
    fix="Give the array the shape (len(images), *model.output_shape[1:]).",
    evidence=(Evidence("cifar/e-mc-function-runs", "TensorFlow 1"),),
)
def mc_array_from_output_shape(facts: Facts) -> Iterator[Answer]:
    for call in facts.trace.calls:
        name = call.name.rpartition(".")[2]
        if name not in ("zeros", "empty", "ones", "full") or not call.args:
            continue
        parts = list(walk(call.args[0]))
        shapes = [part for part in parts if _is_output_shape(part)]
        if not shapes:
            continue
        if not (_is_output_shape(call.args[0]) or any(map(_whole, parts))):
            yield Fine(call.place)
        elif not is_keras_model(shapes[0].owner):
            yield Unsure(call.place, "it is unknown whether this is a Keras model")
        elif any("batch" in name for made in facts.trace.made for name in made.kwargs):
            yield Fine(call.place)  # the model may have a batch size of its own
        else:
            yield Faulty(
                call.place, "output_shape starts with None, which stands for the batch size"
            )


def _is_output_shape(value: object) -> bool:
    return isinstance(value, Method) and value.name == "output_shape"


def _whole(value: object) -> bool:
    """Whether a term uses ``output_shape`` itself rather than a part of it."""
    if not isinstance(value, Term) or value.operation == "item":
        return False
    return any(map(_is_output_shape, value.operands))
