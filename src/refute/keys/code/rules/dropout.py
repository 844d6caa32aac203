"""Rules about dropout and Monte Carlo dropout."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.models import Model, is_keras_model
from refute.keys.code.rules.answers import Answer, Evidence, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Class, Event, Made, Method, Term, Unknown, alike, known, walk

_ON_PURPOSE = r"mc|monte|bayes|always|stochastic"


@rule(
    "code/dropout-rate-out-of-range",
    "a dropout rate that is not between 0 and 1",
    severity="error",
    fix="Give the rate as a fraction: 0.1 for 10 %.",
)
def dropout_rate_out_of_range(facts: Facts) -> Iterator[Answer]:
    in_models = [layer for model in facts.models for layer in model.layers]
    for layer in [*facts.layers, *(layer for layer in in_models if layer.made is None)]:
        if layer.kind not in ("dropout", "alpha dropout"):
            continue
        if not known(layer.rate) or isinstance(layer.rate, str | tuple) or layer.rate is None:
            yield Unsure(layer.place, "the dropout rate is unknown")
        elif layer.rate == 1:
            yield Faulty(layer.place, "a dropout rate of 1 drops everything", "wrong")
        elif not 0 <= layer.rate < 1:
            yield Faulty(layer.place, f"a dropout rate of {layer.rate} is not between 0 and 1")
        else:
            yield Fine(layer.place)


@rule(
    "code/functional-dropout-always-on",
    "dropout that stays on at inference",
    severity="wrong",
    fix="Pass training=self.training, or use a dropout layer.",
    evidence=(Evidence("dropout/off-at-inference", "bare function call, flag forgotten"),),
)
def functional_dropout_always_on(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        owner = model.made.callee
        on_purpose = isinstance(owner, Class) and re.search(_ON_PURPOSE, owner.name, re.I)
        if on_purpose or facts.step(model.block) == "e":
            continue
        for layer in model.layers:
            if layer.kind not in ("dropout", "alpha dropout") or layer.training is None:
                continue
            flag = layer.training
            if flag is True and not (layer.made and isinstance(layer.made.callee, Class)):
                yield Faulty(layer.place, "this dropout stays on at inference, even after eval()")
            elif flag is False or (isinstance(flag, Method) and flag.name == "training"):
                yield Fine(layer.place)
            elif flag is not True:
                yield Unsure(layer.place, "the training flag is unknown")


@rule(
    "code/evaluated-in-training-mode",
    "a model with dropout or batch normalization is evaluated in training mode",
    severity="wrong",
    fix="Call model.eval() before the evaluation and model.train() after it.",
    evidence=(
        Evidence("dropout/off-at-inference", "dropout layers, training mode"),
        Evidence("mc/training-flag-only-dropout", "later predictions, batch normalization"),
    ),
)
def evaluated_in_training_mode(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        kinds = {layer.kind for layer in model.layers}
        if model.library != "torch" or not kinds & {"dropout", "alpha dropout", "batch norm"}:
            continue
        training: bool | None = True
        for event in facts.events(model.made):
            if event.name in ("eval", "train"):
                flag = event.argument("mode", 0, True)
                training = flag if event.name == "train" and isinstance(flag, bool) else False
                if event.name == "train" and not isinstance(flag, bool):
                    training = None
            elif event.name == "()" and _is_evaluation(facts, event):
                if training is None:
                    yield Unsure(event.place, "the mode of the model is unknown")
                elif training:
                    yield Faulty(
                        event.place, "the model is still in training mode here: call eval() first"
                    )
                else:
                    yield Fine(event.place)


def _is_evaluation(facts: Facts, event: Event) -> bool:
    """Whether an output is compared with labels, neither to train nor as a Monte Carlo pass."""
    if not facts.compared(event.result) or facts.trains(event.result):
        return False
    return not (facts.collected(event.result) and _repeats(facts, event))


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
        if event.name == "()" and (
            "training" in event.kwargs or not is_keras_model(event.receiver)
        ):
            continue
        if not facts.collected(event.result) or not _repeats(facts, event):
            continue
        model = facts.model_of(event.receiver)
        if model is None:
            yield Unsure(event.place, "it is unknown which model makes these passes")
        elif any(layer.training is True for layer in model.layers):
            yield Fine(event.place)
        elif not model.complete or any(_own_dropout(layer.made) for layer in model.layers):
            yield Unsure(event.place, "it is unknown whether this model keeps dropout on")
        else:
            call = "predict" if event.name == "predict" else "a call without training=True"
            yield Faulty(event.place, f"{call} leaves dropout off, so all passes are equal")
    yield from (Fine(event.place) for event, _ in _passes(facts))


def _repeats(facts: Facts, event: Event) -> bool:
    """Whether every iteration of a loop passes the same input to the same model, as it is."""
    if not event.loops or not event.args:
        return False
    turns = facts.iterations[event.name, event.place, event.loops]
    if len(turns) == 1 and any(isinstance(part, Unknown) for part in walk(event.args[0])):
        return False  # perhaps another batch each time
    same_input = all(other.args and alike(other.args[0], event.args[0]) for other in turns)
    same_model = all(alike(other.receiver, event.receiver) for other in turns)
    return same_input and same_model and not _changes(facts, event)


def _changes(facts: Facts, event: Event) -> bool:
    """Whether the loop around a call also changes the weights of its model."""
    changes = facts.events(event.receiver, "fit", "train_on_batch", "set_weights", "load_weights")
    return any(event.loops[-1] in change.loops for change in changes)


def _own_dropout(made: Made | None) -> bool:
    return made is not None and isinstance(made.callee, Class)


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
    return kind in ("dropout", "alpha dropout") and rate != 0


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
    "training=True also puts batch normalization into training mode",
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
            continue
        normalized = [layer for layer in model.layers if layer.kind == "batch norm"]
        if normalized and not all(_frozen(layer.made) for layer in normalized):
            yield Faulty(
                event.place,
                "training=True also makes batch normalization use and store the statistics of "
                "this batch",
            )
        elif model.complete:
            yield Fine(event.place)
        else:
            yield Unsure(event.place, "not every layer of this model is known")
    yield from _always_on_instead(facts)


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
