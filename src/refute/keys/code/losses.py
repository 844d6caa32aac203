"""Which calls of a program are losses, and what they compare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from refute.keys.code.data import SHAPING_CALLS, unshaped
from refute.keys.code.facts import Facts
from refute.keys.code.models import Model
from refute.keys.code.values import Event, Made, Name, Term, Value, objects_in


def losses(facts: Facts) -> Iterator[Event]:
    """Yield the calls that by their name are losses of Keras or torch.

    What they compare is given by position, even where the program names it.
    """
    for call in (*facts.trace.events, *facts.trace.calls):
        is_call = call.name == "()" if isinstance(call.receiver, Made) else call.receiver is None
        if is_call and re.search(r"loss|entropy", name_of_loss(call), re.I):
            yield _by_position(call)


def _by_position(loss: Event) -> Event:
    """A loss with the two values that it compares by position, if it is one of a library."""
    library = name_of_loss(loss).partition(".")[0]
    names = _COMPARED.get(library, ())[len(loss.args) :]
    if not names or not all(name in loss.kwargs for name in names):
        return loss
    rest = {name: value for name, value in loss.kwargs.items() if name not in names}
    return replace(loss, args=(*loss.args, *(loss.kwargs[name] for name in names)), kwargs=rest)


_COMPARED = {"torch": ("input", "target"), "keras": ("y_true", "y_pred")}
"""How the libraries name the two values that a loss compares, in order."""


def name_of_loss(call: Event) -> str:
    """Return the full name of the loss: of its class or its function."""
    return call.receiver.kind if isinstance(call.receiver, Made) else call.name


def meets_labels(facts: Facts, model: Model) -> bool:
    """Whether a model's own output is compared with labels: it is fitted, or a loss takes it."""
    if model.library == "keras":
        return bool(facts.events(model.made, "fit"))
    return any(
        isinstance(output, Term) and output.operands[:1] == (model.made,)
        for loss in losses(facts)
        for output in loss.args[:1]
    )


def only_of_torch(facts: Facts) -> Model | None:
    """Return the only model of torch that meets labels, ``None`` if there are none or several."""
    found = [m for m in facts.models if m.library == "torch" and meets_labels(facts, m)]
    return found[0] if len(found) == 1 else None


def is_output_changed_before_loss(facts: Facts, model: Model) -> bool:
    """Whether no loss of torch gets a model's output as it is.

    They get what the program computes from it, such as the logarithm of its probabilities, or the
    output of one of its layers.
    """
    layers = {id(part) for part in objects_in(model.made)} - {id(model.made)}
    of_torch = [
        loss
        for part in facts.with_uncalled
        for loss in losses(part)
        if name_of_loss(loss).startswith("torch.")
    ]
    given = [value for loss in of_torch if (value := loss.argument("input", 0)) is not None]
    return bool(given) and all(_is_other(value, layers) for value in given)


def _is_other(value: Value, layers: set[int]) -> bool:
    """Whether a value is computed, but not by calling a model alone."""
    value = unshaped(value)
    if not isinstance(value, Term):
        return False
    if value.operation == "call":
        called, *args = value.operands
        if isinstance(called, Name) and called.dotted in SHAPING_CALLS and args:
            return _is_other(args[0], layers)
        return isinstance(value.operands[0], Name) or id(value.operands[0]) in layers
    return value.operation in ("+", "-", "*", "/") or (
        value.operation == "method" and isinstance(value.operands[0], Term)
    )
