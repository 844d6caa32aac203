"""The rule about Keras models that are fitted or evaluated before they are compiled."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.models import is_keras_model
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule


@rule(
    "code/fitted-before-compile",
    "a model is fitted or evaluated before it is compiled",
    severity="error",
    fix="Call compile with an optimizer and a loss first.",
)
def fitted_before_compile(facts: Facts) -> Iterator[Answer]:
    for model in facts.trace.made:
        if not is_keras_model(model) or model.escaped:
            continue
        if model.own("compile") is not None:
            continue
        events = facts.events(model, "compile", "fit", "evaluate")
        if not events or (model.kind == "keras.Model" and not model.args and not model.kwargs):
            continue
        if events[0].name == "compile":
            yield Fine(events[0].place)
        elif not any(event.name == "compile" and not event.certain for event in events):
            yield Faulty(events[0].place, "the model has no loss yet: this stops with an error")
