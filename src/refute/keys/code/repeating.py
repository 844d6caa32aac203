"""Calls that a loop repeats: the same input to the same model, again and again."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.data import SHAPING
from refute.keys.code.facts import Facts
from refute.keys.code.values import Argument, Event, Name, Term, Unknown, Value, alike, walk

_STEPPING = ("apply_gradients", "minimize", "step", "backward")
"""Methods of optimizers and losses that change weights, of any model."""


def repeats(facts: Facts, event: Event) -> bool:
    """Whether every iteration of a loop passes the same input to the same unchanged model."""
    if not event.loops or not event.args:
        return False
    turns = facts.iterations[event.name, event.place, event.loops]
    same_input = all(other.args and alike(other.args[0], event.args[0]) for other in turns)
    same_model = all(alike(other.receiver, event.receiver) for other in turns)
    return (
        same_input
        and same_model
        and not any(map(_may_vary, _computed_anew(turns)))
        and not _changes(facts, event)
    )


def _computed_anew(turns: list[Event]) -> Iterator[Value]:
    """What an input is computed from in each iteration, as far as is known."""
    parts = walk(turns[0].args[0])
    if len(turns) > 1:
        kept = set(map(id, walk(turns[1].args[0])))
        return (part for part in parts if id(part) not in kept)
    loop = turns[0].loops[-1]
    return (
        part
        for part in parts
        if (isinstance(part, Unknown) and not isinstance(part, Argument))
        or getattr(part, "place", loop) > loop
    )


def _may_vary(part: Value) -> bool:
    """Whether a value may differ each time that it is computed: another batch, other noise."""
    if isinstance(part, Unknown):
        return True
    if not isinstance(part, Term) or part.operation not in ("call", "method"):
        return False
    if part.operation == "method":
        return part.operands[1] not in SHAPING
    callee = part.operands[0]
    return not isinstance(callee, Name) or "random" in callee.dotted


def _changes(facts: Facts, event: Event) -> bool:
    """Whether the loop around a call also changes the weights of its model."""
    changes = facts.events(event.receiver, "fit", "train_on_batch", "set_weights", "load_weights")
    steps = (step for step in facts.trace.events if step.name in _STEPPING)
    return any(event.loops[-1] in change.loops for change in (*changes, *steps))
