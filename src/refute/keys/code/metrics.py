"""The names of the values that a training of Keras computes: the loss and the metrics."""

from __future__ import annotations

import re

from refute.keys.code.facts import Facts
from refute.keys.code.fitting import callbacks, may_do_anything
from refute.keys.code.models import is_keras_model
from refute.keys.code.values import Class, Event, Made, Sequence, Value, walk


def metrics_by_fit(facts: Facts) -> dict[Event, list[str]]:
    """Return the names of what each fit computes; fits for which they are unknown are left out.

    The last certain compile before a fit gives them, with those after it that may be reached.
    """
    found: dict[Event, list[str]] = {}
    compiled: dict[int, list[str] | None] = {}
    for event in facts.trace.events:
        model = id(event.receiver)
        if event.name == "compile":
            named = _metrics(event)
            before = [] if event.certain else compiled.get(model, [])
            if named is None or before is None:
                compiled[model] = None
            else:
                compiled[model] = list(dict.fromkeys([*before, *named]))
        elif (metrics := compiled.get(model)) and event.name == "fit" and _is_plain(event):
            found[event] = metrics
    return found


def is_computed(name: str, metrics: list[str]) -> bool:
    """Whether a name is one of these metrics, or one after the name of an output."""
    return name in metrics or any(name.endswith(f"_{metric}") for metric in metrics)


def adds_metrics(facts: Facts) -> bool:
    """Whether layers may have metrics of their own, which compile does not name."""
    compiled = [e for e in facts.trace.events if e.name == "compile"]
    seen: set[int] = set()
    values = (value for e in compiled for value in (*e.args, *e.kwargs.values()))
    given = {id(part) for value in values for part in walk(value, seen)}
    others = (made for made in facts.trace.made if id(made) not in given)
    return facts.mentions(r"\badd_metric\b") or any(map(_is_metric, others))


def _is_plain(fit: Event) -> bool:
    """Whether a fit is Keras's own, with callbacks that write nothing into its history."""
    model = fit.receiver
    if not is_keras_model(model) or any(map(may_do_anything, callbacks(fit))):
        return False
    changed = ("train_step", "test_step", "metrics", "compile", "fit", "compute_metrics")
    return all(model.own(name) is None for name in changed)


def _is_metric(made: Made) -> bool:
    names = made.callee.names() if isinstance(made.callee, Class) else [made.kind]
    return any(name.startswith("keras.metrics.") for name in names)


def _metrics(compiled: Event) -> list[str] | None:
    """The names of what training computes, ``None`` if they are unknown or depend on outputs."""
    given = compiled.argument("metrics", 2, Sequence([]))
    weighted = compiled.argument("weighted_metrics", 4)
    if not isinstance(given, Sequence) or not given.complete or weighted is not None:
        return None
    named = ["loss"]
    for metric in given.items:
        if isinstance(metric, Made):
            metric = _name_of_metric(metric)
        if not isinstance(metric, str) or (metric.lower() != metric):
            return None  # classes by name are called otherwise by each version
        named.append(metric)
    return named


_OTHER_NAMES = {"LogCoshError": "logcosh", "FBetaScore": "fbeta_score"}
"""Metrics of Keras whose names are not made of the names of their classes."""


def _name_of_metric(metric: Made) -> Value:
    """The name of a metric's values, ``None`` if its class is not one of Keras's."""
    if not metric.kind.startswith("keras.metrics.") or "**" in metric.kwargs:
        return None
    cls = metric.kind.rpartition(".")[2]
    if any(isinstance(value, str) for value in metric.args):  # their first argument is the name
        return metric.args[0] if cls.endswith(("Accuracy", "Error", "Crossentropy")) else None
    return metric.kwargs.get("name") or _OTHER_NAMES.get(cls, _snake(cls))


def _snake(name: str) -> str:
    """The name that Keras gives an object of a class."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
