"""Rules about scaling: training and test data alike, once, and by the training data alone."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import Scale, centres, is_call, is_scaler, of_split, scale
from refute.keys.code.facts import Facts
from refute.keys.code.models import is_keras_model
from refute.keys.code.parts import role
from refute.keys.code.places import Place
from refute.keys.code.rules.answers import Answer, Evidence, Faulty, Fine, rule
from refute.keys.code.syntax import functions
from refute.keys.code.values import (
    Argument,
    Element,
    Event,
    Free,
    Made,
    Name,
    Term,
    Unknown,
    Value,
    alike,
    callee,
    known,
    walk,
)


@rule(
    "code/test-data-scaled-otherwise",
    "the test data are scaled differently from the training data",
    severity="error",
    fix="Scale the test data like the training data, with the same numbers.",
)
def test_data_scaled_otherwise(facts: Facts) -> Iterator[Answer]:
    for part in facts.with_uncalled:
        fits = [fit for fit in part.fits if is_keras_model(fit.receiver)]
        trained = {scale(fit.argument("x", 0)) for fit in fits}
        judged = set()
        for fit in fits:
            events = part.events(fit.receiver, "evaluate", "predict")
            judged |= {event.order for event in events}
            for event in events if _is_shown(fit.argument("x", 0)) else ():
                yield from _compared(scale(fit.argument("x", 0)), event)
        if len(trained) == 1 and all(_is_shown(fit.argument("x", 0)) for fit in fits):
            for event in _of_one_of_them(part):
                if event.order not in judged:
                    yield from _compared(next(iter(trained)), event)


def _compared(trained: Scale | None, event: Event) -> Iterator[Answer]:
    """Compare how images are scaled that a model judges with those that it was trained on."""
    tested = event.argument("x", 0)
    found = scale(tested) if _is_shown(tested) else None
    if trained is None or found is None or "raw" not in (trained, found):
        return  # centred or divided by other numbers: not judged
    if trained == found:
        yield Fine(event.place)
    else:
        data = "test data" if event.name == "evaluate" else "data"
        yield Faulty(
            event.place, f"the {data} are {found} here, but the training data are {trained}"
        )


def _of_one_of_them(facts: Facts) -> Iterator[Event]:
    """Yield evaluations of a model that must be one of those that the program trains.

    It is chosen among several, as in ``models[best].evaluate(...)`` or by a condition, or it is
    loaded from where the program saves its models.  Predictions count only if it is loaded: other
    libraries have models that predict, too.
    """
    if any(function.name == "evaluate" for function in functions(facts)):
        return  # it may be a method that scales
    saved = list(_saved(facts))
    for event in facts.trace.events:
        model = event.receiver
        if event.name not in ("evaluate", "predict"):
            continue
        chosen = isinstance(model, Term) and model.operation == "item"
        if event.name == "predict" and not (isinstance(model, Term) and not chosen):
            continue
        if chosen or (isinstance(model, Unknown) and not isinstance(model, Argument | Element)):
            yield event
        elif isinstance(model, Term) and is_call(model, "load_model") and len(model.operands) > 1:
            path = _as_path(model.operands[1])
            if any(alike(path, each) for each in saved) or (saved and not known(path)):
                yield event


def _saved(facts: Facts) -> Iterator[Value]:
    """Yield the paths to which a program saves its models."""
    for made in facts.trace.made:
        if made.is_a("keras.callbacks.ModelCheckpoint"):
            yield _as_path(made.argument("filepath", 0))
    for event in facts.trace.events:
        if event.name == "save" and is_keras_model(event.receiver):
            yield _as_path(event.argument("filepath", 0))


def _as_path(path: Value) -> Value:
    """Return what ``str()`` makes a text of."""
    return path.operands[1] if isinstance(path, Term) and callee(path) == Name("str") else path


@rule(
    "code/scaled-twice",
    "pixels are divided by 255 twice",
    severity="wrong",
    fix="Divide by 255 once, before the model or in it.",
)
def scaled_twice(facts: Facts) -> Iterator[Answer]:
    for term in facts.terms:
        if term.operation == "/" and term.operands[1] in (255, 256):
            if scale(term.operands[0]) == "divided":
                yield Faulty(term.place, "these pixels have already been divided")
            elif scale(term) == "divided":
                yield Fine(term.place)
    for fit in facts.fits:
        model = facts.model_of(fit.receiver)
        for layer in model.layers if model is not None else ():
            if layer.made is None or not layer.made.is_a("keras.layers.Rescaling"):
                continue
            factor = layer.made.argument("scale", 0)
            if isinstance(factor, float) and factor < 0.01 and scale(fit.argument("x", 0)):
                if scale(fit.argument("x", 0)) == "divided":
                    yield Faulty(
                        layer.place, "these pixels have already been divided before the model"
                    )
                else:
                    yield Fine(layer.place)


def _is_shown(images: Value) -> bool:
    """Whether the program shows where images come from and what is done to them."""
    return not any(isinstance(part, Free) for part in walk(images))


@rule(
    "code/test-data-scaled-by-themselves",
    "the test data are scaled by their own mean and deviation",
    severity="wrong",
    fix="Fit the scaler to the training data alone, and scale the test data by the same numbers.",
)
def test_data_scaled_by_themselves(facts: Facts) -> Iterator[Answer]:
    fitted = [(part, place) for array, place in _fitted(facts) if (part := role(array))]
    if not any(part == "train" for part, _ in fitted):
        return  # an excerpt
    for part, place in fitted:
        if part == "test":
            yield Faulty(place, "the test data are scaled by numbers computed from themselves")
        else:
            yield Fine(place)


_FITTING = ("fit", "fit_transform", "adapt")


def _fitted(facts: Facts) -> Iterator[tuple[Value, Place]]:
    """The arrays that scalers are fitted to, or that means are computed from to centre them."""
    for event in facts.trace.events:
        if event.name in _FITTING and is_scaler(event.receiver) and event.args:
            yield event.args[0], event.place
    for term in facts.terms:
        array = centres(term)
        if array is not None and role(array) == role(term.operands[0]):
            yield array, term.place


@rule(
    "code/scaled-before-split",
    "the data are scaled before the test data are split off",
    severity="weak",
    fix="Split first, then fit the scaler to the training part alone.",
    evidence=(Evidence("train/scaler-on-all-data-inflates", "digits, 100 training images"),),
)
def scaled_before_split(facts: Facts) -> Iterator[Answer]:
    for call in facts.trace.calls:
        if not call.name.endswith(".train_test_split") or not call.args:
            continue
        parts = [part for part in walk(call.args[0]) if isinstance(part, Term)]
        if role(call.args[0]) is not None or any(of_split(part) is not None for part in parts):
            continue  # it is split off the training data, or split again
        parts += _stored_in(facts, parts, call.order)
        if (early := next(filter(_scales_all, parts), None)) is not None:
            yield Faulty(early.place, "these numbers are computed from the test data, too")
        else:
            yield Fine(call.place)


def _stored_in(facts: Facts, arrays: list[Term], order: int) -> Iterator[Term]:
    """Yield what is stored in columns of arrays before a call, as in ``X[columns] = ...``."""
    holders = {id(array) for array in arrays}
    for event in facts.trace.events:
        if event.name == "[]=" and event.order < order and id(event.receiver) in holders:
            yield from (part for part in walk(event.args) if isinstance(part, Term))


_LEARNING = ("PCA", "SelectKBest", "Imputer", "TruncatedSVD", "SelectFromModel")
"""Classes of scikit-learn that learn from all rows what they do to each."""


def _scales_all(term: Term) -> bool:
    """Whether a term is all of an array, scaled by numbers that are computed from the array."""
    if term.operation == "method" and term.operands[1] == "fit_resample":
        return True
    if term.operation == "method" and term.operands[1] == "fit_transform":
        owner = term.operands[0]
        return is_scaler(owner) or (isinstance(owner, Made) and owner.kind.endswith(_LEARNING))
    array = centres(term)
    return array is not None and alike(array, term.operands[0])
