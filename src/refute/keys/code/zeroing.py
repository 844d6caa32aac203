"""Which optimizers of torch are never zeroed in the loop in which they step."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator

from refute.keys.code.builtin import is_harmless
from refute.keys.code.facts import Facts
from refute.keys.code.models import is_torch_module
from refute.keys.code.optimizers import is_torch_optimizer, steps_of
from refute.keys.code.places import Place, place_of
from refute.keys.code.syntax import loops
from refute.keys.code.values import Class, Event, Made, objects_in, walk

Loops = tuple[Place, ...]

_HOOKS = r"register_\w*hook|closure"
"""Where code runs that no call of the program names."""

_BY_HAND = ("grad=", "zero_")
"""What happens to gradients without an optimizer or a module."""


def never_zeroed(facts: Facts) -> Iterator[Place]:
    """Yield backward passes whose gradients add up, since no turn of their loop zeroes them.

    Only optimizers are judged whose calls are all known: made by the program, and given to nothing
    that is not followed.
    """
    if facts.trace.cut or facts.trace.hidden or facts.mentions(_HOOKS):
        return
    backward = [event for event in facts.trace.events if event.name == "backward"]
    orders = [event.order for event in backward]
    touched, seen = set(_touched_by_hand(facts)), set()
    for optimizer in filter(is_torch_optimizer, facts.trace.made):
        steps = _steps(facts, optimizer)
        zeroing = _zeroing(facts, optimizer) if steps and _is_known(facts, optimizer) else None
        for step in steps if zeroing is not None else ():
            before = bisect_left(orders, step.order)
            last = backward[before - 1] if before else step
            loops = _common(last.loops, step.loops)
            within = loops[: len(optimizer.loops)] == optimizer.loops != loops
            if last is step or last.place in seen or not within or touched & set(loops):
                continue
            if not any(_may_zero(zero, loops, optimizer) for zero in zeroing or ()):
                seen.add(last.place)
                yield last.place


def _steps(facts: Facts, optimizer: Made) -> list[Event]:
    """The steps that an optimizer takes in loops, but for those that get a closure."""
    steps = steps_of(facts, optimizer)
    return [e for e in steps if e.loops and (not e.args or e.args[0] is optimizer)]


def _is_known(facts: Facts, optimizer: Made) -> bool:
    """Whether an optimizer, and what it optimizes, are only used by calls that are followed."""
    if optimizer.escaped or any(module.escaped for module in _optimized(optimizer)):
        return False
    for event in (*facts.trace.events, *facts.trace.calls):
        if any(value is optimizer for value in (*event.args, *event.kwargs.values())):
            holder = event.receiver
            if isinstance(holder, Made) and isinstance(holder.callee, Class):
                is_followed = event.name.endswith("=") and not holder.escaped
            else:
                is_followed = is_harmless(holder.kind if isinstance(holder, Made) else event.name)
            if not is_followed:
                return False
    return True


def _optimized(optimizer: Made) -> list[Made]:
    """The modules whose parameters an optimizer gets."""
    given = walk((*optimizer.args, *optimizer.kwargs.values()))
    return [value for value in given if isinstance(value, Made) and _is_module(value)]


def _is_module(made: Made) -> bool:
    return made.kind.startswith("torch.nn.") or is_torch_module(made)


def _zeroing(facts: Facts, optimizer: Made) -> list[Event] | None:
    """The calls that may zero an optimizer's gradients; ``None`` if it is unknown which do."""
    own = _ids(_optimized(optimizer))
    found = []
    for event in facts.trace.events:
        zeroed = event.receiver
        if event.name in _BY_HAND:
            found.append(event)
        elif event.name == "zero_grad" and not isinstance(zeroed, Made):
            return None
        elif event.name == "zero_grad":
            others = _optimized(zeroed) if is_torch_optimizer(zeroed) else [zeroed]
            if zeroed is optimizer or not own or not others or own & _ids(others):
                found.append(event)
    return found


def _ids(modules: list[Made]) -> set[int]:
    """The ids of modules and of their parts."""
    return {id(part) for part in objects_in(*modules)}


def _may_zero(zero: Event, loops: Loops, optimizer: Made) -> bool:
    """Whether gradients are zeroed in the loops of a step, or at least in one around them."""
    within = zero.loops[: len(loops)] == loops
    around = loops[: len(zero.loops)] == zero.loops and len(zero.loops) > len(optimizer.loops)
    return within or around


def _common(first: Loops, second: Loops) -> Loops:
    length = 0
    while length < min(len(first), len(second)) and first[length] == second[length]:
        length += 1
    return first[:length]


def _touched_by_hand(facts: Facts) -> Iterator[Place]:
    """Yield the loops whose own source changes gradients, or zeroes them under a condition."""
    for loop in loops(facts):
        choices = [n for n in ast.walk(loop) if isinstance(n, ast.If | ast.IfExp | ast.Lambda)]
        by_hand = re.search(r"zero_\(|\bgrads?\b(?!\.norm|\.data\.norm)", ast.unparse(loop))
        if by_hand or any("zero_grad" in ast.unparse(choice) for choice in choices):
            yield place_of(loop)
