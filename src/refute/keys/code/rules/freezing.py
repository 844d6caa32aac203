"""The rule about Keras layers that are freed or frozen after the optimizer got its weights.

The first fit after ``compile`` gives the optimizer what is trainable then.  Weights that are freed
later stay as they are with TensorFlow, and stop the next fit with torch.  Weights that are frozen
before the first fit stay as they are in Keras 3, but Keras promises it only for the next compile.
"""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.models import is_keras_model
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Element, Event, Made, Method, Term, Value, walk


@rule(
    "code/freed-without-compile",
    "layers are unfrozen or frozen after compile, without compiling again",
    severity="wrong",
    fix="Set trainable first, then call compile again.",
)
def freed_without_compile(facts: Facts) -> Iterator[Answer]:
    fitted: dict[int, int] = {}
    compiled: dict[int, int] = {}
    events = facts.trace.events
    for index, event in enumerate(events):
        model = event.receiver
        if event.name not in ("compile", "fit") or not is_keras_model(model):
            continue
        before = fitted.pop(id(model), None)
        if event.name == "compile":
            compiled[id(model)] = index
            continue
        fitted[id(model)] = index
        since = compiled.pop(id(model), 0) if before is None else before
        freed = None if before is None else next(_set_in(events[since:index], model, True), None)
        late = next(_set_in(events[since:index], model, False), None)
        if freed is not None:
            yield Faulty(freed.place, "the model is not compiled again before it is fitted further")
        elif late is not None:
            yield Faulty(late.place, "Keras guarantees this only after the next compile", "note")
        elif any(other.name == "trainable=" for other in events[:index]):
            yield Fine(event.place)


def _set_in(events: list[Event], model: Made, trainable: bool) -> Iterator[Event]:
    """Yield where these events make a part of a model trainable, or freeze it."""
    setting = [e for e in events if e.name == "trainable=" and e.args[0] is trainable]
    parts = set(map(id, walk(model.held()))) if setting else set()
    return (event for event in setting if id(_whole(event.receiver)) in parts)


def _whole(value: Value) -> Value:
    """The model whose layers a loop runs over, or the value itself."""
    of = value.of if isinstance(value, Element) else value
    while isinstance(of, Term) and of.operation == "item":
        of = of.operands[0]
    return of.owner if isinstance(of, Method) and of.name == "layers" else value
