"""The rule about Keras layers that are freed after the optimizer got its weights.

The first fit after ``compile`` gives the optimizer what is trainable then.  Weights that are freed
later stay as they are with TensorFlow, and stop the next fit with torch.
"""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.models import is_keras_model
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Event, Made, walk


@rule(
    "code/freed-without-compile",
    "layers are freed between two fits, without compiling again",
    severity="wrong",
    fix="Set trainable first, then call compile again.",
)
def freed_without_compile(facts: Facts) -> Iterator[Answer]:
    fitted: dict[int, int] = {}
    events = facts.trace.events
    for index, event in enumerate(events):
        model = event.receiver
        if event.name not in ("compile", "fit") or not is_keras_model(model):
            continue
        before = fitted.pop(id(model), None)
        if event.name == "compile":
            continue
        fitted[id(model)] = index
        if before is not None and (late := next(_set_in(events[before:index], model), None)):
            yield Faulty(late.place, "the model is not compiled again before it is fitted further")
        elif any(other.name == "trainable=" for other in events[:index]):
            yield Fine(event.place)


def _set_in(events: list[Event], model: Made) -> Iterator[Event]:
    """Yield where these events make a part of a model trainable."""
    setting = [e for e in events if e.name == "trainable=" and e.args[0] is True]
    parts = set(map(id, walk(model.held()))) if setting else set()
    return (event for event in setting if id(event.receiver) in parts)
