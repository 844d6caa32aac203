"""Rules about learning rate schedules that do not do what they are made for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.fitting import callbacks
from refute.keys.code.models import is_keras_model
from refute.keys.code.optimizers import is_schedule, steps_of
from refute.keys.code.places import Place, place_of
from refute.keys.code.rules.answers import TOO_LONG, Answer, Faulty, Fine, Unsure, rule
from refute.keys.code.syntax import calls, loops, names, nodes, owner
from refute.keys.code.values import Event, Function, Made, Name, Sequence, Unknown, Value, walk

_SCHEDULERS = "torch.optim.lr_scheduler."


@rule(
    "code/schedule-without-effect",
    "a learning rate schedule that is never stepped, or once an epoch instead of once a batch",
    severity="wrong",
    fix="Call scheduler.step() as often as the schedule counts: OneCycleLR after each batch.",
)
def schedule_without_effect(facts: Facts) -> Iterator[Answer]:
    pairs = [(part, made) for part in facts.with_uncalled for made in part.trace.made]
    for part, made in pairs:
        if not made.kind.startswith(_SCHEDULERS):
            continue
        taken = steps_of(part, made.argument("optimizer", 0))
        steps = part.events(made, "step")
        if not taken:
            continue  # it is unknown how the model is trained
        if not steps and (part.trace.cut or _steps_something_unknown(part)):
            yield Unsure(made.place, TOO_LONG if part.trace.cut else _WHICH)
        elif not steps and not _is_given_away(part, made):
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


_WHICH = "it is unknown which schedule is stepped"


def _steps_something_unknown(facts: Facts) -> bool:
    """Whether something is stepped that may be any of several objects."""
    stepped = (event.receiver for event in facts.trace.events if event.name == "step")
    return any(isinstance(receiver, Unknown) for receiver in stepped)


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


@rule(
    "code/schedule-compounds",
    "a decay since the first epoch is applied to the rate of the previous epoch",
    severity="wrong",
    fix="Multiply the initial learning rate by the decay, or the current one by a constant.",
)
def schedule_compounds(facts: Facts) -> Iterator[Answer]:
    for made in facts.trace.made:
        schedule = made.argument("schedule", 0)
        if made.is_a("keras.callbacks.LearningRateScheduler") and isinstance(schedule, Function):
            arguments = [argument.arg for argument in schedule.node.args.args]
            if len(arguments) == 2:
                yield from _compounding(schedule.node, *arguments)
    for place, factors in _factors_of_rates(facts):
        if any(_grows(factor, _COUNTERS) for factor in factors):
            yield Faulty(place, _COMPOUNDS)
        elif factors:
            yield Fine(place)


_RATE = re.compile(r"\[['\"]lr['\"]\]$|\.(lr|learning_rate)$")
_COMPOUNDS = "the current rate has decayed already, so the decays of all epochs multiply"
_COUNTERS = r"epoch|^ep?$|step|iter|^[it]$"


def _factors_of_rates(facts: Facts) -> Iterator[tuple[Place, list[ast.expr]]]:
    """Yield where learning rates are multiplied by something, and by what."""
    for node in nodes(facts, ast.Assign):
        target = ast.unparse(node.targets[0])
        if _RATE.search(target):
            yield place_of(node), list(_factors_beside(node.value, target))
    for changed in nodes(facts, ast.AugAssign):
        if _RATE.search(ast.unparse(changed.target)) and isinstance(changed.op, ast.Mult):
            yield place_of(changed), [changed.value]


def _compounding(
    schedule: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, epoch: str, rate: str
) -> Iterator[Answer]:
    if any(isinstance(n, ast.Name) and n.id == rate and isinstance(n.ctx, ast.Store)
           for n in ast.walk(schedule)):  # fmt: skip
        return
    factors = list(_factors_beside(schedule, rate))
    late = next((factor for factor in factors if _grows(factor, f"^{epoch}$")), None)
    if late is not None:
        yield Faulty(place_of(late), _COMPOUNDS)
    elif factors:
        yield Fine(place_of(factors[0]))


def _factors_beside(tree: ast.AST, rate: str) -> Iterator[ast.expr]:
    """Yield what an expression, written like ``rate``, is multiplied by, or divided by."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
            if ast.unparse(node.left) == rate:
                yield node.right
            elif isinstance(node.op, ast.Mult) and ast.unparse(node.right) == rate:
                yield node.left


def _grows(factor: ast.expr, counter: str) -> bool:
    """Whether a factor depends on all epochs so far: by a power, an exponential, or a sum."""
    if any(isinstance(node, ast.Compare) for node in ast.walk(factor)):
        return False
    parts: list[ast.expr] = []
    for node in ast.walk(factor):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            parts.append(node.right)
    for call in calls(factor, "exp", "pow", "power"):
        parts += call.args
    if isinstance(factor, ast.BinOp) and isinstance(factor.op, ast.Add):
        parts.append(factor)
    return any(re.search(counter, name) for part in parts for name in names(part))


@rule(
    "code/epochs-counted-in-batches",
    "a schedule that counts epochs is stepped after each batch",
    severity="wrong",
    fix="Call scheduler.step() once an epoch, or give the schedule numbers of batches.",
)
def epochs_counted_in_batches(facts: Facts) -> Iterator[Answer]:
    for part in facts.with_uncalled:
        for made in part.trace.made:
            counted = _counted_epochs(made)
            if counted is None:
                continue
            for step in part.events(made, "step")[:1]:
                epochs = [part.trace.turns[loop] for loop in step.loops if loop in part.trace.turns]
                taken = steps_of(part, made.argument("optimizer", 0))
                beside = any(event.loops == step.loops for event in taken)
                if beside and epochs and step.loops[-1] not in part.trace.turns:
                    if counted <= max(epochs):
                        why = _IN_BATCHES[made.kind.removeprefix(_SCHEDULERS)]
                        yield Faulty(step.place, why.format(counted))
                elif taken:
                    yield Fine(step.place)


_IN_BATCHES = {
    "StepLR": "the rate changes every {0} batches, not every {0} epochs",
    "MultiStepLR": "the last milestone comes after {} batches, within the first epochs",
    "CosineAnnealingLR": "the cosine ends after {} batches, within the first epochs",
}


def _counted_epochs(made: Made) -> int | None:
    """After how many steps a schedule has changed, or ends, if it is one of a few kinds."""
    kind = made.kind.removeprefix(_SCHEDULERS)
    if kind == "MultiStepLR":
        given = made.argument("milestones", 1)
        steps = list(given.items) if isinstance(given, Sequence) else []
        return max(steps) if steps and all(isinstance(step, int) for step in steps) else None
    named = {"StepLR": "step_size", "CosineAnnealingLR": "T_max"}.get(kind)
    count = made.argument(named, 1) if named else None
    return count if isinstance(count, int) else None


@rule(
    "code/schedule-before-optimizer",
    "the schedule is stepped before the optimizer, so its first rate is skipped",
    severity="wrong",
    fix="Call scheduler.step() after the optimizer's steps of the epoch.",
)
def schedule_before_optimizer(facts: Facts) -> Iterator[Answer]:
    for loop in loops(facts):
        order: list[tuple[str, Place]] = []
        for statement in loop.body:
            order += ((kind, place_of(statement)) for kind in _steps_in(statement))
        kinds = [kind for kind, _ in order]
        if kinds.count("schedule") != 1 or "optimizer" not in kinds:
            continue
        at = kinds.index("schedule")
        if at < kinds.index("optimizer"):
            yield Faulty(order[at][1], "the optimizer has not used the previous rate yet")
        else:
            yield Fine(order[at][1])


def _steps_in(statement: ast.stmt) -> Iterator[str]:
    """Yield which steps a statement takes: of a schedule by itself, or of an optimizer."""
    for call in sorted(calls(statement, "step"), key=place_of):
        of_schedule = re.search(r"sched|lr_", owner(call), re.I)
        if of_schedule and isinstance(statement, ast.Expr) and not call.args:
            yield "schedule"
        elif not of_schedule and re.search(r"opt|sgd|adam|scaler", owner(call), re.I):
            yield "optimizer"


@rule(
    "code/schedule-set-by-callback",
    "a callback sets the learning rate of an optimizer that has a schedule",
    severity="error",
    fix="Use either the schedule or the callback.",
)
def schedule_set_by_callback(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        setting = [part for part in callbacks(fit) if isinstance(part, Made) and _sets_rate(part)]
        compiled = facts.compiled_for(fit)
        if not setting or compiled is None or not is_keras_model(fit.receiver):
            continue
        if _has_schedule(compiled.argument("optimizer", 0)):
            yield Faulty(setting[0].place, "the rate of a schedule cannot be set: fit stops")
        else:
            yield Fine(setting[0].place)


def _sets_rate(callback: Made) -> bool:
    return callback.is_a(
        "keras.callbacks.ReduceLROnPlateau", "keras.callbacks.LearningRateScheduler"
    )


def _has_schedule(optimizer: Value) -> bool:
    """Whether the learning rate of one of Keras's optimizers is a schedule."""
    if not isinstance(optimizer, Made) or not optimizer.kind.startswith("keras.optimizers."):
        return False
    rate = optimizer.argument("learning_rate", 0)
    return isinstance(rate, Made) and is_schedule(rate)
