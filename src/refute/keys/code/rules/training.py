"""Rules about training: early stopping, what validates, and models that are never trained."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.data import Origin, part_loaded
from refute.keys.code.discarding import discarded_fits
from refute.keys.code.exercise import step_of_exercise
from refute.keys.code.facts import Facts
from refute.keys.code.fitting import (
    callbacks,
    is_trial,
    may_stop,
    validates,
    validation_data,
    validation_split,
)
from refute.keys.code.labels import generated
from refute.keys.code.loading import end_of_path
from refute.keys.code.models import Model, is_keras_model
from refute.keys.code.parts import is_only_some, origin, samples
from refute.keys.code.rules.answers import TOO_LONG, Answer, Evidence, Faulty, Fine, Unsure, rule
from refute.keys.code.rules.selecting import decided_by_test
from refute.keys.code.values import Event, Free, Made, Sequence, Term, Value, alike, known


@rule(
    "code/early-stopping-without-effect",
    "early stopping that has no effect",
    severity="wrong",
    fix="Pass EarlyStopping to fit, together with validation data.",
)
def early_stopping_without_effect(facts: Facts) -> Iterator[Answer]:
    stops = [made for made in facts.trace.made if made.is_a("keras.callbacks.EarlyStopping")]
    passed: set[Made] = set()
    without: list[Event] = []
    for fit in facts.fits:
        given = callbacks(fit)
        own = [part for part in given if part in stops]
        unknown = any(may_stop(part) for part in given if part not in stops)
        passed |= set(stops if unknown else own)
        if unknown and not own:
            yield Unsure(fit.place, "the callbacks are unknown")
        elif not own and step_of_exercise(facts, fit.block) == "b" and is_keras_model(fit.receiver):
            without.append(fit)
        for stop in own:
            yield from _monitors(facts, fit, stop)
    for fit in without:
        if not (passed and is_trial(fit)):
            yield Faulty(fit.place, "no EarlyStopping is passed to fit")
    for stop in stops:
        if facts.fits and stop not in passed and facts.trace.cut:
            yield Unsure(stop.place, TOO_LONG)
        elif facts.fits and stop not in passed and not facts.used(stop):
            yield Faulty(stop.place, "this EarlyStopping is passed to no fit")


def _monitors(facts: Facts, fit: Event, stop: Made) -> Iterator[Answer]:
    monitor = stop.argument("monitor", 0, "val_loss")
    if not isinstance(monitor, str):
        yield Unsure(stop.place, "it is unknown what this EarlyStopping monitors")
    elif monitor.startswith("val_") and not validates(fit):
        yield Faulty(fit.place, f"it monitors {monitor}, and this fit has no validation data")
    elif "acc" in monitor and _lacks_metrics(facts, fit):
        yield Faulty(fit.place, f"it monitors {monitor}, and no accuracy is computed")
    else:
        yield Fine(fit.place)


def _lacks_metrics(facts: Facts, fit: Event) -> bool:
    compiled = facts.compiled_for(fit)
    return compiled is not None and compiled.argument("metrics", 2) is None


@rule(
    "code/early-stopping-keeps-last-weights",
    "early stopping that keeps the last weights or has no patience",
    severity="weak",
    fix="Set restore_best_weights=True and a patience of several epochs.",
    evidence=(
        Evidence("train/early-stopping-returns-best", "as by default in Keras, not restored"),
    ),
)
def early_stopping_keeps_last_weights(facts: Facts) -> Iterator[Answer]:
    spared = _spared(facts)
    for stop in facts.trace.made:
        if not stop.is_a("keras.callbacks.EarlyStopping"):
            continue
        restores = stop.argument("restore_best_weights", 6, False)
        patience = stop.argument("patience", 2, 0)
        if not known(restores) or "**" in stop.kwargs:
            yield Unsure(stop.place, "it is unknown whether the best weights are restored")
        elif not restores and stop not in spared and _watches_validation(stop):
            yield Faulty(stop.place, "the model keeps the weights of the last epoch, not the best")
        elif patience == 0:
            yield Faulty(
                stop.place,
                "the patience is 0: training stops at the first epoch without improvement",
            )
        else:
            yield Fine(stop.place)


def _spared(facts: Facts) -> set[Made]:
    """The callbacks that need not restore weights: others save the best, or nothing uses any."""
    saved = any(
        made.is_a("keras.callbacks.ModelCheckpoint") and made.kwargs.get("save_best_only") is True
        for made in facts.trace.made
    )
    if saved:
        return set(facts.trace.made)
    discarded = discarded_fits(facts)
    only_trials: dict[Made, bool] = {}
    for fit in facts.fits:
        for part in callbacks(fit):
            if isinstance(part, Made):
                only_trials[part] = only_trials.get(part, True) and fit.place in discarded
    return {part for part, only in only_trials.items() if only}


@rule(
    "code/test-set-as-validation",
    "the test set is used for validation",
    severity="wrong",
    fix="Hold out part of the training data for validation.",
    evidence=(
        Evidence("train/test-set-for-stopping-harmless", "50 patients"),
        Evidence("train/test-set-for-choosing-harmless", "12 networks, 40 images"),
    ),
)
def test_set_as_validation(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        data = validation_data(fit)
        if data is None:
            if validation_split(fit) is not None:
                yield Fine(fit.place)
            continue
        images = data[0] if isinstance(data, tuple) and data else data
        part = origin(images) or _tested_folder(facts, fit, images)
        if part is None:
            yield from _perhaps_test_set(facts, fit, images)
        elif part != "test" and not _tests_later(facts, fit, images):
            yield Fine(fit.place)
        elif is_only_some(images):
            yield Unsure(fit.place, "it is unknown whether only the rest of the test set tests")
        elif decided := _decided_by_validation(fit):
            yield Faulty(fit.place, f"the test set decides {decided}")
        else:
            yield Faulty(fit.place, "the validation data are the test set", "weak")
    yield from decided_by_test(facts)


def _tested_folder(facts: Facts, fit: Event, data: Value) -> Origin | None:
    """``"test"`` if the data come from a folder with that name and are evaluated later."""
    source = generated(data)
    if source is None or {"subset", "validation_split"} & dict(source.kwargs).keys():
        return None  # half of a folder may validate and the other half test
    given = source.operands[2 if source.operation == "method" else 1 :]
    path = given[0] if given else dict(source.kwargs).get("directory")
    named = re.search(r"(^|[/_-])test[^/]*/?$", end_of_path(path), re.I)
    later = [e for e in facts.events(fit.receiver, "evaluate", "predict") if e.order > fit.order]
    return "test" if named and any(alike(e.argument("x", 0), data) for e in later) else None


def _perhaps_test_set(facts: Facts, fit: Event, data: Value) -> Iterator[Answer]:
    """Ask whether validation data are the test set if they, or their sources, are called so."""
    parts = list(samples(data))
    names = [name for name, value in facts.trace.scope.names.items() if value is data]
    sources = [part.name for part in parts if isinstance(part, Free)]
    sources += [part for part in parts if isinstance(part, str) and part not in _SUBSETS]
    loaded = {part_loaded(part) for part in parts if isinstance(part, Term)}
    if "train" in loaded or any(re.search(r"(?i)train|val|dev", name) for name in sources):
        return
    is_called_so = any(re.search(r"(?i)(^|[\W_])test([\W_]|$)", n) for n in (*names, *sources))
    if "test" in loaded or is_called_so:
        yield Unsure(fit.place, "it is unknown whether the test set validates")


_SUBSETS = ("training", "validation")
"""How Keras calls the parts of one folder, whichever folder it is."""


def _tests_later(facts: Facts, fit: Event, images: Value) -> bool:
    """Whether validation data of ``train_test_split`` are called test data, and evaluated after."""
    names = [name for name, value in facts.trace.scope.names.items() if value is images]
    is_last = any(
        event.order > fit.order and alike(event.argument("x", 0), images)
        for event in facts.events(fit.receiver, "evaluate")
    )
    return is_last and any(re.search(r"(^|_)test(_|$)", name, re.I) for name in names)


_DECIDES = {
    "keras.callbacks.EarlyStopping": "when training stops",
    "keras.callbacks.ModelCheckpoint": "which weights are kept",
    "keras.callbacks.ReduceLROnPlateau": "when the learning rate falls",
}


def _decided_by_validation(fit: Event) -> str | None:
    """What a callback of this fit decides by its validation data, as far as is known."""
    for callback in callbacks(fit):
        if isinstance(callback, Made) and _watches_validation(callback):
            for name, decision in _DECIDES.items():
                if callback.is_a(name):
                    return decision
    return None


def _watches_validation(callback: Made) -> bool:
    saves = callback.is_a("keras.callbacks.ModelCheckpoint")
    if saves and callback.kwargs.get("save_best_only") is not True:
        return False
    monitor = callback.argument("monitor", 1 if saves else 0, "val_loss")
    return isinstance(monitor, str) and monitor.startswith("val_")


@rule(
    "code/model-never-fitted",
    "a model that is built but never trained",
    severity="wrong",
    fix="Compile and fit the model before you evaluate or discuss it.",
)
def model_never_fitted(facts: Facts) -> Iterator[Answer]:
    fitted = {m.place for m in facts.models if facts.events(m.made, *_TRAINING)}
    for model in facts.models:
        if model.library != "keras" or model.output is None or facts.shares_layers(model):
            continue
        step = step_of_exercise(facts, model.block)
        later = step in ("c", "d", "e") and model.place not in fitted
        judged = _is_judged(facts, model)
        trained = facts.events(model.made, *_TRAINING)
        if trained or facts.trains(model.made) or _has_trained_part(facts, model):
            yield Fine(model.place)
        elif facts.trace.cut:
            yield Unsure(model.place, TOO_LONG)
        elif model.made.escaped:
            yield Unsure(model.place, "the model is passed to something unknown")
        elif judged and facts.mentions(_UNTRAINED):
            yield Unsure(model.place, "the model may be meant to be untrained")
        elif judged and any(not isinstance(fit.receiver, Made) for fit in facts.fits):
            yield Unsure(model.place, "it is unknown which model a fit trains")
        elif judged or (later and (facts.fits or facts.events(model.made))):
            yield Faulty(model.place, "this model is never fitted")
        elif later:
            yield Unsure(model.place, "it is unknown what happens to this model")


_TRAINING = ("fit", "train_on_batch", "load_weights", "set_weights")
_UNTRAINED = (
    r"\buntrained\b|\bbefore (any |the )?training\b|\bat initiali[sz]ation\b"
    r"|\b(not|never|un)[ _-]?(yet )?(been )?(trained|fitted)\b"
    r"|\brandom(ly initiali[sz]ed)? (weights|net)"
)


def _is_judged(facts: Facts, model: Model) -> bool:
    """Whether a model is evaluated, or predicts anything but outputs to take statistics of.

    The latter only probes the model: how its outputs are distributed says something without
    training, too.
    """
    predicted = [event.result for event in facts.events(model.made, "predict")]
    return bool(facts.events(model.made, "evaluate")) or any(
        facts.decided(result) or facts.compared(result) or not facts.collected(result)
        for result in predicted
    )


def _has_trained_part(facts: Facts, model: Model) -> bool:
    """Whether a stack of layers contains a model that is trained by itself."""
    stack = model.made.attributes.get("layers")
    parts = stack.items if isinstance(stack, Sequence) else []
    return any(facts.events(part, *_TRAINING) for part in parts if is_keras_model(part))
