"""Rules about a training loop in torch: zero, backward, clip, step."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

from refute.keys.code.data import SHAPING, name_and_array, unshaped
from refute.keys.code.facts import Facts
from refute.keys.code.losses import losses, name_of_loss
from refute.keys.code.optimizers import is_torch_optimizer
from refute.keys.code.places import Place, place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Unsure, rule
from refute.keys.code.stepping import turns, zeroes
from refute.keys.code.syntax import FUNCTIONS, LOOPS, called, calls, loops, nodes
from refute.keys.code.values import Method, Name, Term, Value, walk
from refute.keys.code.values import callee as callee_of
from refute.keys.code.zeroing import never_zeroed


@rule(
    "code/step-without-gradient",
    "the optimizer steps after its gradients were zeroed, before new ones are computed",
    severity="error",
    fix="Write zero_grad(), then loss.backward(), then step().",
    local=True,
)
def step_without_gradient(facts: Facts) -> Iterator[Answer]:
    for turn in turns(facts.program):
        for step in turn.steps:
            if not turn.backward:
                continue  # it may be in a function
            if turn.zeroed_since(step):
                yield Faulty(
                    step.place,
                    "every gradient is zero here: it was zeroed after the last backward()",
                )
            else:
                yield Fine(step.place)


@rule(
    "code/gradients-not-zeroed",
    "gradients of all batches add up because they are never zeroed",
    severity="wrong",
    fix="Call optimizer.zero_grad() before each loss.backward().",
)
def gradients_not_zeroed(facts: Facts) -> Iterator[Answer]:
    anywhere = zeroes(facts.program)
    for turn in turns(facts.program):
        if not turn.loops or not turn.backward:
            continue
        optimizers = {step.of for step in turn.steps}
        place = turn.backward[0].place
        if anywhere and any(act.kind == "zero" for act in turn.acts):
            yield Fine(place)
        elif anywhere or optimizers & turn.made:
            continue  # elsewhere, or each turn has an optimizer of its own
        elif optimizers & turn.given or facts.mentions("accumulat"):
            yield Unsure(place, "gradients may be zeroed elsewhere, or add up on purpose")
        else:
            yield Faulty(place, "these gradients are added to those of all batches before")
    yield from _zeroed_too_rarely(facts)
    yield from _zeroed_by_nobody(facts)
    for place in never_zeroed(facts) if anywhere else ():
        if facts.mentions(_ON_PURPOSE):
            yield Unsure(place, "gradients may add up on purpose")
        else:
            yield Faulty(place, "these gradients are added to those of all batches before")


_ON_PURPOSE = (
    r"accumulat|(without|forg[eo]t\w*|\bno|\bnot|n't|skip\w*|omit\w*) (\w+ ){0,2}"
    r"(\w+\.)?(zero|reset)"
)


def _zeroed_too_rarely(facts: Facts) -> Iterator[Answer]:
    """Report gradients that are zeroed once an epoch, but used after each batch."""
    zeroing = [call for call in nodes(facts, ast.Call) if called(call) == "zero_grad"]
    for outer in loops(facts):
        direct = [call for call in _directly(outer) if called(call) == "zero_grad"]
        if not direct or len(direct) != len(zeroing):
            continue
        for inner in ast.walk(outer):
            if not isinstance(inner, LOOPS) or inner is outer:
                continue
            own = [call for stmt in inner.body if isinstance(stmt, ast.Expr)
                   for call in calls(stmt)]  # fmt: skip
            if {"backward", "step"} <= set(map(called, own)):
                place = next(place_of(call) for call in own if called(call) == "backward")
                yield Faulty(place, "these gradients are added to those of all batches before")


def _directly(loop: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of a loop that are in no loop or function within it."""
    for child in ast.iter_child_nodes(loop):
        if isinstance(child, ast.Call):
            yield child
        if not isinstance(child, (*LOOPS, *FUNCTIONS, ast.Lambda)):
            yield from _directly(child)


_ZEROED_BY_OPTIMIZER = re.compile(r"\b\w{0,40}(opt|sgd|adam)\w{0,40}\.zero_grad", re.IGNORECASE)
"""Names have a length at most: otherwise the time would grow with the square of a long word."""


def _zeroed_by_nobody(facts: Facts) -> Iterator[Answer]:
    """Report steps by hand, ``w -= rate * w.grad``, without zeroing the gradients."""
    # An optimizer zeroes the weights of another part of the program.
    text = _ZEROED_BY_OPTIMIZER.sub("", facts.all_text)
    if re.search(r"zero_|grad *= *None|accumulat", text, re.IGNORECASE):
        return
    for loop in loops(facts):
        if not any(calls(loop, "backward")) or any(calls(loop, "zero_grad")):
            continue
        made = {ast.unparse(t) for n in ast.walk(loop) if isinstance(n, ast.Assign)
                for t in n.targets}  # fmt: skip
        for node in ast.walk(loop):
            if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub):
                target = ast.unparse(node.target).removesuffix(".data")
                if f"{target}.grad" in ast.unparse(node.value) and target not in made:
                    yield Faulty(place_of(node), "this gradient is the sum of those of all steps")


@rule(
    "code/optimizer-never-steps",
    "the optimizer takes no step, or only steps without any gradient",
    severity="wrong",
    fix="Call loss.backward(), then optimizer.step(), for each batch.",
)
def optimizer_never_steps(facts: Facts) -> Iterator[Answer]:
    names = {node.attr for node in nodes(facts, ast.Attribute)}
    for optimizer in facts.trace.made:
        if not is_torch_optimizer(optimizer):
            continue
        if facts.events(optimizer, "step"):
            yield Fine(optimizer.place)
        elif not facts.events(optimizer, "zero_grad") or optimizer.escaped:
            continue
        elif any(facts.trains(e.result) for e in facts.trace.events) and "step" not in names:
            yield Faulty(optimizer.place, "this optimizer never steps, so no weight changes")
    if not facts.mentions(_COMPUTING):
        for turn in turns(facts.program):
            if turn.loops and any(act.kind == "zero" for act in turn.acts):
                yield Faulty(turn.steps[0].place, "no gradient is computed: backward() is missing")
    if not facts.trace.made or not any(map(is_torch_optimizer, facts.trace.made)):
        yield from _never_stepped(facts)


def _never_stepped(facts: Facts) -> Iterator[Answer]:
    """Report loops that zero and compute gradients, in programs that use them nowhere."""
    if facts.mentions(r"\.step\b|\.grad\b|autograd|step\(|update"):
        return
    for loop in loops(facts):
        place = next((place_of(call) for call in calls(loop, "backward")), None)
        if place is not None and any(calls(loop, "zero_grad")) and "opt" in ast.unparse(loop):
            yield Faulty(place, "no step uses these gradients, so no weight changes")


_COMPUTING = r"backward|autograd|jacobian|\.grad\b|functional_call|closure"


@rule(
    "code/clipped-too-late",
    "gradients are clipped after the step that uses them",
    severity="wrong",
    fix="Clip the gradients between loss.backward() and optimizer.step().",
    local=True,
)
def clipped_too_late(facts: Facts) -> Iterator[Answer]:
    for loop in nodes(facts, ast.stmt):
        if not isinstance(loop, ast.For | ast.While | ast.FunctionDef):
            continue
        order = list(_gradient_calls(loop))
        kinds = [kind for kind, _ in order]
        if kinds.count("clip") != 1 or kinds.count("step") != 1 or "backward" not in kinds:
            continue
        clip = kinds.index("clip")
        before = kinds[:clip]
        if "step" in before and "backward" in before:
            yield Faulty(order[clip][1], "the step before this used the unclipped gradients")
        elif "backward" not in before and before.count("zero_grad"):
            yield Faulty(order[clip][1], "no gradient has been computed yet that could be clipped")
        else:
            yield Fine(order[clip][1])


def _gradient_calls(loop: ast.AST) -> Iterator[tuple[str, Place]]:
    """Yield what the statements of a loop do with gradients, in the order of the code."""
    for call in sorted(calls(loop), key=place_of):
        name = called(call)
        if name.startswith("clip_grad"):
            yield "clip", place_of(call)
        elif name in ("backward", "zero_grad") or (
            name == "step" and not re.search("sched|lr_", ast.unparse(call.func))
        ):
            yield name, place_of(call)


@rule(
    "code/backward-without-gradients",
    "backward() where no gradients are computed",
    severity="error",
    fix="Use torch.no_grad() and argmax for evaluation only; train on the outputs themselves.",
)
def backward_without_gradients(facts: Facts) -> Iterator[Answer]:
    for node in nodes(facts, ast.With):
        if any(map(_forbids, node.items)):
            late = next(filter(_computes, ast.walk(node)), None)
            if late is not None and not re.search(r"grad\(|enable", _source(node.body)):
                yield Faulty(place_of(late), "under no_grad(), backward() stops with an error")
    for part in facts.with_uncalled:
        for loss in losses(part):
            of_torch = name_of_loss(loss).startswith("torch.")
            if not (loss.args and of_torch and part.trains(loss.result)):
                continue
            if _is_argmax(loss.args[0]):
                why = "argmax has no gradient: give the loss the outputs themselves"
                yield Faulty(loss.place, why)
            elif (cut := _cut(loss.args[0])) and not any(map(_is_computed, walk(loss.args[1:]))):
                yield Faulty(loss.place, f"{cut} leaves no gradient for the weights")
            else:
                yield Fine(loss.place)


def _forbids(item: ast.withitem) -> bool:
    return (
        re.fullmatch(r"(\w+\.)*(no_grad|inference_mode)\(\)", ast.unparse(item.context_expr))
        is not None
    )


def _computes(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "backward"
    )


def _source(body: list[ast.stmt]) -> str:
    """The source of statements, without the calls that zero gradients."""
    return "\n".join(map(ast.unparse, body)).replace("zero_grad(", "")


def _cut(value: Value) -> str | None:
    """What cuts an output off its graph, ``None`` if nothing does as far as is known."""
    while True:
        if isinstance(value, Method) and value.name == "data":
            return "data" if _is_computed(value.owner) else None
        if not isinstance(value, Term) or value.operation not in ("method", "call"):
            return None
        name, of = name_and_array(value)
        cuts = name in ("detach", "round") or (name == "tensor" and value.operation == "call")
        if cuts and any(map(_is_computed, walk(of))):
            return f"{name}()"
        if value.operation == "call" or name not in SHAPING:
            return None
        value = of


def _is_computed(value: Value) -> bool:
    """Whether a value is the output of an object that is called, such as a model."""
    called = callee_of(value)
    return called is not None and not isinstance(called, Name)


def _is_argmax(value: Value) -> bool:
    """Whether a value is an argmax, with at most its type changed."""
    value = unshaped(value)
    return isinstance(value, Term) and name_and_array(value)[0] == "argmax"
