"""The rule about learning rate schedules of torch that do not do what they are made for."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Event, Made, Name, Value, walk

_SCHEDULERS = "torch.optim.lr_scheduler."


@rule(
    "code/schedule-without-effect",
    "a learning rate schedule that is never stepped, or once an epoch instead of once a batch",
    severity="wrong",
    fix="Call scheduler.step() as often as the schedule counts: OneCycleLR after each batch.",
)
def schedule_without_effect(facts: Facts) -> Iterator[Answer]:
    for made in facts.trace.made:
        if not made.kind.startswith(_SCHEDULERS):
            continue
        taken = _steps_of(facts, made.argument("optimizer", 0))
        steps = facts.events(made, "step")
        if not taken:
            continue  # it is unknown how the model is trained
        if not steps and not _is_given_away(facts, made):
            yield Faulty(made.place, "it is never stepped, so the learning rate stays as it is")
        elif steps and _counts_batches(made) and all(_is_around(steps[0], e) for e in taken):
            yield Faulty(
                steps[0].place, "this schedule counts batches, but is stepped once an epoch"
            )
        elif made.kind.endswith("Plateau") and any(not (e.args or e.kwargs) for e in steps):
            yield Faulty(
                steps[0].place, "this schedule needs the value that it watches: step(loss)"
            )
        elif steps:
            yield Fine(steps[0].place)


def _steps_of(facts: Facts, optimizer: Value) -> list[Event]:
    """The steps that an optimizer takes, by itself or through a scaler of gradients."""
    return [
        event
        for event in facts.trace.events
        if event.name == "step"
        and (event.receiver is optimizer or (event.args and event.args[0] is optimizer))
    ]


def _is_given_away(facts: Facts, made: Made) -> bool:
    """Whether something else may step a scheduler, such as another scheduler or a trainer."""
    return made.escaped or facts.used(made)


def _counts_batches(made: Made) -> bool:
    """Whether a one-cycle schedule is as long as all batches of all epochs."""
    if not made.kind.endswith(".OneCycleLR"):
        return False
    per_epoch = made.argument("steps_per_epoch", 4)
    total = walk(made.argument("total_steps", 2))
    counted = any(isinstance(part, Name) and part.dotted == "len" for part in total)
    return counted or per_epoch not in (None, 1)


def _is_around(outer: Event, inner: Event) -> bool:
    """Whether a call is in an outer loop of another call's loop, but not in that loop itself."""
    depth = len(outer.loops)
    return depth < len(inner.loops) and inner.loops[:depth] == outer.loops and depth > 0
