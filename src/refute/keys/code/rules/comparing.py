"""Rules about comparing the models with and without batch normalization."""

from __future__ import annotations

import re
from collections.abc import Iterator

from refute.keys.code.exercise import has_twenty_layers, step_of_exercise
from refute.keys.code.facts import Facts, text_of
from refute.keys.code.fitting import callbacks, may_do_anything
from refute.keys.code.models import Model
from refute.keys.code.rules.answers import TOO_LONG, Answer, Evidence, Faulty, Fine, Unsure, rule
from refute.keys.code.values import Event, Made, Method, Name, Value, alike, known, walk


def _pair(facts: Facts) -> tuple[Model, Model] | None:
    """The two models that are compared, without batch normalization and with it.

    In the exercise on CIFAR-10, these are the last one without and the first one with it.  Other
    programs try many things: there, models are compared if both have the same task, the program
    speaks of batch normalization beside its layers, and one model was built before, or nothing else
    distinguishes them.
    """
    plain: list[Model] = []
    for model in facts.models:
        if model.library != "keras" or not model.hidden:
            continue
        if not any(layer.kind == "batch norm" for layer in model.layers):
            plain += [] if model.uses("selu") else [model]
        elif plain:
            return _compared_with(facts, model, plain)
    return None


def _compared_with(facts: Facts, model: Model, plain: list[Model]) -> tuple[Model, Model] | None:
    if step_of_exercise(facts, model.block) == "c":
        return plain[-1], model
    if not has_twenty_layers(facts, model):
        if not _speaks_of_normalizing(facts):
            return None
        plain = [each for each in plain if _have_same_task(facts, each, model)]
    if len(plain) == 1 and _has_convolutions(plain[0]) == _has_convolutions(model):
        return plain[0], model
    alike = [each for each in plain if _is_known(each) and not _differences(each, model)]
    return (alike[-1], model) if alike else None


def _have_same_task(facts: Facts, one: Model, other: Model) -> bool:
    """Whether two models are trained on the same data, for the same loss and as many outputs."""
    fits = [facts.events(model.made, "fit") for model in (one, other)]
    if not all(fits) or one.output is None or other.output is None:
        return False
    first, second = fits[0][-1], fits[1][-1]
    losses = [
        None if compiled is None else compiled.argument("loss", 1)
        for compiled in map(facts.compiled_for, (first, second))
    ]
    return (
        known(one.output.units)
        and one.output.units == other.output.units
        and all(
            alike(first.argument(name, at), second.argument(name, at))
            for at, name in enumerate(("x", "y"))
        )
        and _are_alike(losses[0], losses[1])
    )


def _are_alike(one: Value, other: Value) -> bool:
    if not isinstance(one, Made) or not isinstance(other, Made):
        return alike(one, other)
    first, second = (tuple(sorted(made.kwargs.items())) for made in (one, other))
    return one.callee == other.callee and alike(one.args, other.args) and alike(first, second)


_NORMALIZED = r"batch[ _-]?norm|(?<![a-z0-9])bn(?![a-z])|\bnormali[sz]ed *= *(True|False)\b"
_NORMALIZED_MODEL = r"norm|(?<![a-z0-9])bn(?![a-z])"


def _speaks_of_normalizing(facts: Facts) -> bool:
    """Whether a program says what it compares, other than where it creates the layers."""
    lines = (line for line in facts.all_text.splitlines() if "BatchNormalization" not in line)
    if re.search(_NORMALIZED, "\n".join(lines), re.IGNORECASE):
        return True
    names = facts.trace.scope.names.items()
    of_models = (name for name, value in names if facts.model_of(value) is not None)
    return any(re.search(_NORMALIZED_MODEL, name, re.IGNORECASE) for name in of_models)


_ASKS_FOR_CURVES = (
    r"compar\w*\b[^.\n]{0,60}\bcurves?\b|\bcurves?\b[^.\n]{0,60}\bcompar"
    r"|\bboth\b[^.\n]{0,20}\bcurves\b|\bcurves (?:of|for) both\b|\btwo (?:learning )?curves\b"
)


def _asks_for_curves(facts: Facts, model: Model) -> bool:
    """Whether the exercise or the author compares curves; others compare the final numbers."""
    if step_of_exercise(facts, model.block) == "c":
        return True
    asks = has_twenty_layers(facts, model) or facts.mentions(_ASKS_FOR_CURVES)
    return len(facts.models) == 2 and asks


def _has_convolutions(model: Model) -> bool:
    return any(layer.kind == "convolution" for layer in model.layers)


@rule(
    "code/curves-not-compared",
    "the two learning curves are not compared",
    severity="wrong",
    fix="Keep the history that each fit returns, and plot or print both curves together.",
)
def curves_not_compared(facts: Facts) -> Iterator[Answer]:
    pair = _pair(facts)
    if pair is None or not _asks_for_curves(facts, pair[1]):
        return
    fits = [facts.events(model.made, "fit") for model in pair]
    if not all(fits):
        return
    place = fits[1][-1].place
    if any(made.kind.endswith(("TensorBoard", "CSVLogger")) for made in facts.trace.made):
        yield Fine(place)
    elif any(may_do_anything(part) for fit in fits for part in callbacks(fit[-1])):
        yield Unsure(place, "a callback may keep the curves")
    elif all(_shown(facts, fit[-1]) for fit in fits):
        yield Fine(place)
    elif facts.trace.cut:
        yield Unsure(place, TOO_LONG)
    else:
        yield Faulty(place, "the two learning curves are not shown together")


def _shown(facts: Facts, fit: Event) -> bool:
    """Whether the history of a fit, or that of its model, is passed to anything."""
    if facts.used(fit.result):
        return True
    return any(
        isinstance(part, Method) and part.name == "history" and part.owner is fit.receiver
        for call in facts.trace.calls
        for arg in call.args
        for part in walk(arg)
    )


@rule(
    "code/comparison-changes-more-than-bn",
    "the two models differ in more than batch normalization",
    severity="weak",
    fix="Give both models the same depth, width, initializer and activation.",
    evidence=(
        Evidence("bn/fewer-epochs", "20 ELU layers, the same rate"),
        Evidence("bn/fewer-epochs", "2 ReLU layers, the same rate"),
    ),
)
def comparison_changes_more_than_bn(facts: Facts) -> Iterator[Answer]:
    pair = _pair(facts)
    if pair is None:
        return
    plain, normalized = pair
    if not (_is_known(plain) and _is_known(normalized)):
        yield Unsure(normalized.place, "not every layer of the two models is known")
        return
    if differences := _differences(plain, normalized):
        yield Faulty(normalized.place, "; ".join(differences))
    else:
        yield Fine(normalized.place)


def _is_known(model: Model) -> bool:
    """Whether everything that is compared is known."""
    return model.complete and all(
        known(layer.units)
        and known(model.activation_of(layer))
        and _is_known_initializer(layer.initializer)
        for layer in model.hidden
    )


def _is_known_initializer(value: object) -> bool:
    if isinstance(value, Made) and value.is_a("keras.initializers.VarianceScaling"):
        return all(map(known, [*value.args, *value.kwargs.values()]))
    return known(value) or isinstance(value, Made | Name)


def _depth(model: Model) -> str:
    return str(len(model.hidden))


def _units(model: Model) -> str:
    return _distinct(text_of(layer.units) for layer in model.hidden)


def _initializers(model: Model) -> str:
    return _distinct(_initializer(layer.initializer) for layer in model.hidden)


def _activations(model: Model) -> str:
    return _distinct(str(model.activation_of(layer)) for layer in model.hidden)


_COMPARED = (
    ("hidden layers", _depth),
    ("units", _units),
    ("initializer", _initializers),
    ("activation", _activations),
)


def _differences(plain: Model, normalized: Model) -> list[str]:
    return [
        f"{name}: {without} without batch normalization, {with_it} with it"
        for name, property in _COMPARED
        if (without := property(plain)) != (with_it := property(normalized))
    ]


def _distinct(values: Iterator[str]) -> str:
    return ", ".join(dict.fromkeys(values))


def _initializer(value: object) -> str:
    if value is None:
        return "the default"
    if isinstance(value, Made) and value.is_a("keras.initializers.VarianceScaling"):
        return _scaling(value)
    names = {"HeNormal": "he_normal", "HeUniform": "he_uniform", "LecunNormal": "lecun_normal"}
    dotted = value.kind if isinstance(value, Made) else getattr(value, "dotted", str(value))
    name = dotted.rpartition(".")[2]
    return names.get(name, name)


_SCALINGS = {(2, "fan_in"): "he", (1, "fan_in"): "lecun", (1, "fan_avg"): "glorot"}


def _scaling(made: Made) -> str:
    """The usual name of an initializer by variance, if it has one."""
    scale, mode = made.argument("scale", 0, 1), made.argument("mode", 1, "fan_in")
    shape = made.argument("distribution", 2, "truncated_normal")
    name = _SCALINGS.get((scale, mode)) if known(scale) and known(mode) else None
    if name is None or not isinstance(shape, str):
        return f"VarianceScaling({text_of(scale)}, {text_of(mode)})"
    return f"{name}_{'uniform' if shape == 'uniform' else 'normal'}"
