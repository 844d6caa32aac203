"""Rules about training: optimizer, early stopping, which data, which model."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import is_column_of_labels, origin
from refute.keys.code.facts import Facts
from refute.keys.code.models import Model
from refute.keys.code.rules.answers import Answer, Evidence, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Event, Made, Sequence, Term, Unknown, Value, known, walk


@rule(
    "code/not-nadam",
    "another optimizer than Nadam",
    severity="wrong",
    fix="Compile the model with Nadam.",
)
def not_nadam(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        for compiled in facts.events(model.made, "compile"):
            if facts.step(compiled.block) != "b":
                continue
            optimizer = compiled.argument("optimizer", 0)
            name = optimizer if isinstance(optimizer, str) else None
            if isinstance(optimizer, Made):
                name = optimizer.kind.rpartition(".")[2]
            if name is None:
                yield Unsure(compiled.line, "the optimizer is unknown")
            elif name.lower() == "nadam":
                yield Fine(compiled.line)
            else:
                yield Faulty(compiled.line, f"the model is compiled with {name}")


@rule(
    "code/legacy-optimizer-argument",
    "an argument that optimizers of Keras 3 do not have",
    severity="error",
    fix="Write learning_rate=...",
)
def legacy_optimizer_argument(facts: Facts) -> Iterator[Answer]:
    old = facts.mentions(r"tensorflow\s*(==|version)?\s*(1\.|2\.([0-9]|10)\b)")
    for made in facts.optimizer_arguments():
        if not made.kind.startswith("keras.optimizers."):
            continue
        legacy = sorted({"lr", "decay"} & made.kwargs.keys())
        if not legacy:
            yield Fine(made.line)
        elif legacy[0] == "lr" or "lr" in legacy:
            yield Faulty(made.line, "Keras 3 refuses lr=", "note" if old else None)
        else:
            yield Faulty(made.line, "Keras 3 ignores decay=", "note" if old else "wrong")


@rule(
    "code/early-stopping-without-effect",
    "early stopping that cannot stop anything",
    severity="wrong",
    fix="Pass EarlyStopping to fit, together with validation data.",
)
def early_stopping_without_effect(facts: Facts) -> Iterator[Answer]:
    stops = [made for made in facts.found.made if made.is_a("keras.callbacks.EarlyStopping")]
    passed: set[int] = set()
    for fit in (event for event in facts.found.events if event.name == "fit"):
        callbacks = fit.argument("callbacks")
        if isinstance(callbacks, Unknown) or (
            isinstance(callbacks, Sequence) and not callbacks.complete
        ):
            passed |= {id(stop) for stop in stops}
            yield Unsure(fit.line, "the callbacks are unknown")
            continue
        own = [part for part in walk(callbacks) if any(part is stop for stop in stops)]
        passed |= set(map(id, own))
        if not own and facts.step(fit.block) == "b" and _fits_a_model(fit):
            yield Faulty(fit.line, "no EarlyStopping is passed to fit")
        for stop in own:
            yield from _monitors(facts, fit, stop)
    fits = any(event.name == "fit" for event in facts.found.events)
    for stop in stops:
        if fits and id(stop) not in passed and not stop.escaped:
            yield Faulty(stop.line, "this EarlyStopping is passed to no fit")


def _fits_a_model(fit: Event) -> bool:
    return isinstance(fit.of, Made) and fit.of.is_a("keras.Sequential", "keras.Model")


def _monitors(facts: Facts, fit: Event, stop: Made) -> Iterator[Answer]:
    monitor = stop.kwargs.get("monitor", stop.args[0] if stop.args else "val_loss")
    validates = fit.argument("validation_data") is not None or (
        fit.argument("validation_split") not in (None, 0, 0.0)
    )
    if not isinstance(monitor, str):
        yield Unsure(stop.line, "what it monitors is unknown")
    elif monitor.startswith("val_") and not validates:
        yield Faulty(fit.line, f"it monitors {monitor}, and this fit has no validation data")
    elif "acc" in monitor and _lacks_metrics(facts, fit):
        yield Faulty(fit.line, f"it monitors {monitor}, and no accuracy is computed")
    else:
        yield Fine(fit.line)


def _lacks_metrics(facts: Facts, fit: Event) -> bool:
    compiled = facts.events(fit.of, "compile")
    return bool(compiled) and compiled[-1].argument("metrics", 2) is None


@rule(
    "code/early-stopping-keeps-last-weights",
    "early stopping that keeps the last weights, or does not wait",
    severity="weak",
    fix="Write restore_best_weights=True, and a patience of some epochs.",
    evidence=(
        Evidence("train/early-stopping-returns-best", "as by default in Keras, not restored"),
    ),
)
def early_stopping_keeps_last_weights(facts: Facts) -> Iterator[Answer]:
    saved = any(
        made.is_a("keras.callbacks.ModelCheckpoint") and made.kwargs.get("save_best_only") is True
        for made in facts.found.made
    )
    for stop in facts.found.made:
        if not stop.is_a("keras.callbacks.EarlyStopping"):
            continue
        restores = stop.kwargs.get("restore_best_weights", False)
        patience = stop.kwargs.get("patience", stop.args[2] if len(stop.args) > 2 else 0)
        if not known(restores) or "**" in stop.kwargs:
            yield Unsure(stop.line, "whether the best weights are restored is unknown")
        elif not restores and not saved:
            yield Faulty(stop.line, "the model keeps the weights of the last epoch, not the best")
        elif patience == 0:
            yield Faulty(stop.line, "it stops at the first epoch that is no better: patience is 0")
        else:
            yield Fine(stop.line)


@rule(
    "code/test-set-as-validation",
    "the test set chooses epoch, rate or model",
    severity="wrong",
    fix="Hold out a part of the training data for validation.",
    evidence=(
        Evidence("train/test-set-for-stopping-harmless", "epochs of one network, 360 images"),
        Evidence("train/test-set-for-stopping-harmless", "12 networks, 40 images"),
    ),
)
def test_set_as_validation(facts: Facts) -> Iterator[Answer]:
    for fit in (event for event in facts.found.events if event.name == "fit"):
        data = fit.argument("validation_data")
        if data is None:
            if fit.argument("validation_split") is not None:
                yield Fine(fit.line)
            continue
        images = data[0] if isinstance(data, tuple) and data else data
        part = origin(images)
        if part is None:
            yield Unsure(fit.line, "where the validation data come from is unknown")
        elif part != "test":
            yield Fine(fit.line)
        elif fit.argument("callbacks") is None:
            yield Faulty(fit.line, "the validation data are the test set", "weak")
        else:
            yield Faulty(fit.line, "the test set decides when training stops")


@rule(
    "code/model-never-fitted",
    "a model that is built and never trained",
    severity="wrong",
    fix="Compile and fit the model before it is evaluated or discussed.",
)
def model_never_fitted(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        if model.library != "keras" or model.output is None or _gives_layers(facts, model):
            continue
        later = facts.step_of(model) in ("c", "d", "e")
        judged = facts.events(model.made, "evaluate", "predict")
        loaded = facts.events(model.made, "load_weights", "set_weights", "set_weights")
        if facts.events(model.made, "fit") or loaded:
            yield Fine(model.line)
        elif model.made.escaped or facts.found.cut:
            yield Unsure(model.line, "the model is handed to something unknown")
        elif judged or (later and facts.touched(model.made)):
            yield Faulty(model.line, "this model is never fitted")
        elif later:
            yield Unsure(model.line, "nothing here says what becomes of the model")


def _gives_layers(facts: Facts, model: Model) -> bool:
    """Whether another model has layers of this one, or this one those of another."""
    own = {id(layer.made) for layer in model.layers if layer.made is not None}
    return any(
        other is not model and own & {id(layer.made) for layer in other.layers}
        for other in facts.models
    )


@rule(
    "code/model-trained-further",
    "a second fit goes on from trained weights",
    severity="wrong",
    fix="Build a new model (or clone it) before each training that is to start afresh.",
)
def model_trained_further(facts: Facts) -> Iterator[Answer]:
    for model in facts.models:
        if model.library != "keras":
            continue
        fitted = compiled = False
        for event in (event for event in facts.found.events if event.of is model.made):
            if event.name == "fit":
                if fitted and compiled and "initial_epoch" not in event.kwargs:
                    yield Faulty(
                        event.line, "compile keeps the weights: this fit goes on from them"
                    )
                elif not fitted:
                    yield Fine(event.line)
                fitted, compiled = True, False
            elif event.name == "compile":
                compiled = True
            elif event.name in ("set_weights", "load_weights"):
                fitted = False
            elif event.name.startswith("trainable"):
                break  # fine-tuning goes on from trained weights on purpose


@rule(
    "code/accuracy-by-broadcasting",
    "(N,) against (N, 1) makes a table of N by N",
    severity="error",
    fix="Flatten the labels first: y_test.ravel().",
)
def accuracy_by_broadcasting(facts: Facts) -> Iterator[Answer]:
    for term in facts.found.comparisons:
        if term.what not in ("==", "!="):
            continue
        left, right = term.operands
        for flat, labels in ((left, right), (right, left)):
            if not _is_flat_prediction(flat):
                continue
            column = is_column_of_labels(labels)
            if column is None:
                yield Unsure(term.line, "the shape of the labels is unknown")
            elif column:
                yield Faulty(term.line, "predictions of shape (N,) meet labels of shape (N, 1)")
            else:
                yield Fine(term.line)


def _is_flat_prediction(value: Value) -> bool:
    if not isinstance(value, Term):
        return False
    name = value.operands[1] if value.what == "method" else None
    if value.what == "call":
        name = getattr(value.operands[0], "dotted", "").rpartition(".")[2]
    kwargs = dict(value.kwargs)
    axes = {1, -1}
    given = value.operands[2:]
    axis = kwargs.get("axis", given[0] if given else None)
    return name == "argmax" and axis in axes and not kwargs.get("keepdims", False)
