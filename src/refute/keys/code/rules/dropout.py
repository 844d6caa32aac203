"""Rules about dropout and Monte Carlo dropout."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.models import Model
from refute.keys.code.rules.answers import Answer, Evidence, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Class, Event, Made, Method, Term, alike, known, walk

_ON_PURPOSE = r"mc|monte|bayes|always|stochastic"


@rule(
    "code/dropout-rate-out-of-range",
    "a dropout rate that is a percentage",
    severity="error",
    fix="Give the rate as a fraction: 0.1 for ten per cent.",
)
def dropout_rate_out_of_range(facts: Facts) -> Iterator[Answer]:
    in_models = [layer for model in facts.models for layer in model.layers]
    for layer in [*facts.layers, *(layer for layer in in_models if layer.made is None)]:
        if layer.kind not in ("dropout", "alpha dropout"):
            continue
        if not known(layer.rate) or isinstance(layer.rate, str | tuple) or layer.rate is None:
            yield Unsure(layer.line, "the rate is unknown")
        elif layer.rate == 1:
            yield Faulty(layer.line, "a rate of 1 drops everything", "wrong")
        elif not 0 <= layer.rate < 1:
            yield Faulty(layer.line, f"a rate of {layer.rate} is no fraction")
        else:
            yield Fine(layer.line)


@rule(
    "code/functional-dropout-always-on",
    "dropout that stays on in prediction",
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
                yield Faulty(layer.line, "it drops in prediction as well, also after eval()")
            elif flag is False or (isinstance(flag, Method) and flag.name == "training"):
                yield Fine(layer.line)
            elif flag is not True:
                yield Unsure(layer.line, "the training flag is unknown")


@rule(
    "code/evaluated-in-training-mode",
    "a model is evaluated with dropout or batch statistics on",
    severity="wrong",
    fix="Call model.eval() before the evaluation, and model.train() after it.",
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
        for event in (event for event in facts.found.events if event.of is model.made):
            if event.name in ("eval", "train"):
                flag = event.argument("mode", 0, True)
                training = flag if event.name == "train" and isinstance(flag, bool) else False
                if event.name == "train" and not isinstance(flag, bool):
                    training = None
            elif event.name == "()" and _is_evaluation(facts, event):
                if training is None:
                    yield Unsure(event.line, "the mode of the model is unknown")
                elif training:
                    yield Faulty(
                        event.line, "the model is in training mode here: eval() is missing"
                    )
                else:
                    yield Fine(event.line)


def _is_evaluation(facts: Facts, event: Event) -> bool:
    """Whether an output is compared with labels, and no loss is trained on it."""
    compared = any(part is event.result for term in facts.found.comparisons for part in walk(term))
    trained = any(
        other.name == "backward" and any(part is event.result for part in walk(other.of))
        for other in facts.found.events
    )
    return compared and not trained


@rule(
    "code/mc-by-predict",
    "Monte Carlo passes by predict, which are all equal",
    severity="error",
    fix="Call model(x, training=True) for each pass.",
    evidence=(Evidence("mc/active-at-inference", "nothing on"),),
)
def mc_by_predict(facts: Facts) -> Iterator[Answer]:
    for event in facts.found.events:
        if event.name not in ("predict", "()") or not event.loops or not event.args:
            continue
        if event.name == "()" and ("training" in event.kwargs or not _is_keras_model(event)):
            continue
        if not facts.collected(event.result) or not _same_in_each_turn(facts, event):
            continue
        model = next((model for model in facts.models if model.made is event.of), None)
        if model is None:
            yield Unsure(event.line, "the model that makes the passes is unknown")
        elif any(layer.training is True for layer in model.layers):
            yield Fine(event.line)
        elif not model.complete or any(_own_dropout(layer.made) for layer in model.layers):
            yield Unsure(event.line, "the dropout of this model is unknown")
        else:
            called = "predict" if event.name == "predict" else "a call without training=True"
            yield Faulty(event.line, f"{called} leaves dropout off: the passes are all equal")
    yield from (Fine(event.line) for event, _ in _passes(facts))


def _is_keras_model(event: Event) -> bool:
    return isinstance(event.of, Made) and event.of.is_a("keras.Sequential", "keras.Model")


def _same_in_each_turn(facts: Facts, event: Event) -> bool:
    """Whether every turn of the loop asks the same model about the same input."""
    turns = facts.turns[event.name, event.line, event.loops]
    same_input = all(other.args and alike(other.args[0], event.args[0]) for other in turns)
    return same_input and all(alike(other.of, event.of) for other in turns)


def _own_dropout(made: Made | None) -> bool:
    return made is not None and isinstance(made.callee, Class)


def _passes(facts: Facts) -> Iterator[tuple[Event, Model | None]]:
    """Calls with the training flag on whose results are collected, and the models called."""
    for event in facts.found.events:
        flag = event.kwargs.get("training")
        if event.name == "()" and flag in (True, 1) and facts.collected(event.result):
            yield event, next((m for m in facts.models if m.made is event.of), None)


@rule(
    "code/mc-without-dropout",
    "Monte Carlo passes of a model without dropout",
    severity="error",
    fix="Put dropout layers into the model, or replace the class of dropout that it has.",
    evidence=(Evidence("mc/active-at-inference", "nothing on"),),
)
def mc_without_dropout(facts: Facts) -> Iterator[Answer]:
    for event, model in _passes(facts):
        if model is None or not model.complete:
            yield Unsure(event.line, "the layers of this model are unknown")
        elif any(_drops(layer.kind, layer.rate) for layer in model.layers):
            yield Fine(event.line)
        else:
            yield Faulty(event.line, "the model has no dropout layer: its passes are all equal")
    yield from _replaced_in_vain(facts)


def _drops(kind: str, rate: object) -> bool:
    return kind in ("dropout", "alpha dropout") and rate != 0


def _replaced_in_vain(facts: Facts) -> Iterator[Answer]:
    """A dropout class that is always on, and of which no layer was made."""
    dropouts = ("keras.layers.Dropout", "keras.layers.AlphaDropout")
    kinds = {made.kind for made in facts.found.made if made.is_a(*dropouts)}
    for value in facts.found.scope.names.values():
        if not isinstance(value, Class) or not set(value.names()) & set(dropouts):
            continue
        if any(made.callee is value for made in facts.found.made):
            yield Fine(value.line)
        elif len(facts.models) > 1 and kinds:
            yield Faulty(
                value.line, f"no layer becomes a {value.name}: the model has none to replace"
            )


@rule(
    "code/mc-training-flag-with-batch-norm",
    "the training flag switches batch statistics on too",
    severity="wrong",
    fix="Switch on the dropout layers only.",
    evidence=(
        Evidence("mc/training-flag-only-dropout", "the rest of the network, batch normalization"),
        Evidence("mc/training-flag-only-dropout", "later predictions, batch normalization"),
    ),
)
def mc_training_flag_with_batch_norm(facts: Facts) -> Iterator[Answer]:
    for event in facts.found.events:
        if event.name != "()" or event.kwargs.get("training") is not True or not event.loops:
            continue
        model = next((model for model in facts.models if model.made is event.of), None)
        if model is None:
            yield Unsure(event.line, "the model that is called is unknown")
            continue
        normalized = [layer for layer in model.layers if layer.kind == "batch norm"]
        if normalized and not all(_frozen(layer.made) for layer in normalized):
            yield Faulty(
                event.line,
                "training=True also makes batch normalization use, and store, the statistics of "
                "these images",
            )
        else:
            yield Fine(event.line) if model.complete else Unsure(event.line, "unknown layers")
    yield from _always_on_instead(facts)


def _frozen(made: Made | None) -> bool:
    if made is None:
        return False
    return False in (made.attributes.get("trainable"), made.kwargs.get("trainable"))


def _always_on_instead(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        always_on = [layer for layer in model.layers if layer.training is True and layer.made]
        if always_on and any(layer.kind == "batch norm" for layer in model.layers):
            yield Fine(always_on[0].line)


@rule(
    "code/mc-removed-backend-calls",
    "backend calls that current Keras does not have",
    severity="error",
    fix="Call model(batch, training=True).",
    evidence=(Evidence("cifar/e-mc-function-runs", "Keras 3"),),
)
def mc_removed_backend_calls(facts: Facts) -> Iterator[Answer]:
    gone = ("keras.backend.learning_phase", "keras.backend.set_learning_phase",
            "keras.backend.function")  # fmt: skip
    old = facts.mentions(r"compat\.v1|tensorflow 1\.|tensorflow==1\.")
    for call in facts.found.calls:
        if call.name in gone:
            name = call.name.rpartition(".")[2]
            yield Faulty(call.line, f"Keras 3 has no backend.{name}", "note" if old else None)
        elif call.name.startswith("keras.backend."):
            yield Fine(call.line)
    for event in facts.found.events:
        if event.name in ("predict_classes", "predict_proba", "fit_generator") and _is_keras_model(
            event
        ):
            yield Faulty(event.line, f"models of Keras have no {event.name} any more")
        elif event.name == "()" and _is_keras_model(event) and "training" in event.kwargs:
            yield Fine(event.line)


@rule(
    "code/mc-array-from-output-shape",
    "an array sized by output_shape, which starts with None",
    severity="error",
    fix="Take output_shape[1:], behind the number of images.",
    evidence=(Evidence("cifar/e-mc-function-runs", "TensorFlow 1"),),
)
def mc_array_from_output_shape(facts: Facts) -> Iterator[Answer]:
    for call in facts.found.calls:
        name = call.name.rpartition(".")[2]
        if name not in ("zeros", "empty", "ones", "full") or not call.args:
            continue
        shapes = [part for part in walk(call.args[0]) if _is_output_shape(part)]
        if not shapes:
            continue
        if any(_whole(part) for part in walk(call.args[0])) or _is_output_shape(call.args[0]):
            owner = shapes[0].of
            if isinstance(owner, Made) and owner.is_a("keras.Sequential", "keras.Model"):
                fixed = any("batch" in str(set(m.kwargs)) for m in facts.found.made)
                yield (
                    Fine(call.line)
                    if fixed
                    else Faulty(
                        call.line, "output_shape starts with None, the unknown number of images"
                    )
                )
            else:
                yield Unsure(call.line, "whether this is a Keras model is unknown")
        else:
            yield Fine(call.line)


def _is_output_shape(value: object) -> bool:
    return isinstance(value, Method) and value.name == "output_shape"


def _whole(value: object) -> bool:
    """Whether a term takes ``output_shape`` as it is, and not a part of it."""
    if not isinstance(value, Term) or value.what == "item":
        return False
    return any(map(_is_output_shape, value.operands))
