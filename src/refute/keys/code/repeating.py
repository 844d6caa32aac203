"""Calls that a loop repeats: the same input to the same model, again and again."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from refute.keys.code.data import SHAPING
from refute.keys.code.facts import COLLECTING, Facts
from refute.keys.code.models import Model
from refute.keys.code.places import Place, place_of
from refute.keys.code.syntax import names, nodes
from refute.keys.code.values import (
    Argument,
    Event,
    Name,
    Term,
    Unknown,
    Value,
    alike,
    members,
    walk,
)

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


_PREDICTING = ("predict", "predict_on_batch", "()")
_TRAINING = (*_STEPPING, "fit", "train_on_batch")


def predicts_repeatedly(facts: Facts, model: Model) -> bool:
    """Whether a program predicts the same with a model several times, as for Monte Carlo dropout.

    A function that is never called may do so with any model that it is given.
    """
    idle = _idle_loops(facts)
    for part in facts.with_uncalled:
        predictions = [
            event
            for event in part.trace.events
            if event.name in _PREDICTING and not part.trains(event.result)
            if event.receiver is model.made or isinstance(event.receiver, Argument)
        ]
        around = {loop for event in predictions for loop in event.loops}
        if idle & around - _training_loops(part):
            return True
        if any(repeats(part, event) for event in predictions) or _averages(part, predictions):
            return True
    return False


def _idle_loops(facts: Facts) -> set[Place]:
    """Where the loops begin that never use what they count, so each turn does the same."""
    found = {
        place_of(loop)
        for loop in nodes(facts, ast.For)
        if not names(loop.target) & {name for line in loop.body for name in names(line)}
    }
    listed: list[ast.ListComp | ast.GeneratorExp] = [
        *nodes(facts, ast.ListComp),
        *nodes(facts, ast.GeneratorExp),
    ]
    return found | {
        place_of(made)
        for made in listed
        if any(not names(loop.target) & names(made.elt) for loop in made.generators)
    }


def _training_loops(facts: Facts) -> set[Place]:
    trainings = (event for event in facts.trace.events if event.name in _TRAINING)
    return {loop for event in trainings for loop in event.loops}


def _averages(facts: Facts, predictions: list[Event]) -> bool:
    """Whether several of these predictions are listed, to stack them or to take their mean."""
    predicted = {id(event.result) for event in predictions}
    lists = (
        members(call.args[0]) or ()
        for call in facts.trace.calls
        if call.args and call.name.rpartition(".")[2] in COLLECTING
    )
    return any(sum(id(part) in predicted for part in parts) > 1 for parts in lists)
