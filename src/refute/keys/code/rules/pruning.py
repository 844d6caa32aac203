"""Rules about pruning by the toolkits of TensorFlow and torch."""

from __future__ import annotations

from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.fitting import callbacks, may_do_anything
from refute.keys.code.optimizers import is_torch_optimizer
from refute.keys.code.rules.answers import Answer, Faulty, Fine, Unsure, rule
from refute.keys.code.values import (
    Argument,
    Element,
    Event,
    Free,
    Made,
    Mapping,
    Method,
    Name,
    Sequence,
    Term,
    Value,
    callee,
    objects_in,
)

_TOOLKIT = "torch.nn.utils.prune."
_KEPT = (
    r"\*=?\s*\w*masks?\b|masks?(\[[^\]]*\])?\s*\*|mul_?\(\s*\w*mask|where\(\s*\w*mask"
    r"|masked_fill|_hook\(|\[[^\]]*mask[^\]]*\]\s*=|\]\s*=\s*0\b|grad(\.data)?(\[|\.mul_|\s*\*=)"
)
"""What a program does if it keeps pruned weights at zero by itself."""

_RESTARTING = (
    "load_state_dict", "requires_grad_", "requires_grad=", "reset_parameters", "apply",
)  # fmt: skip
_REWINDING = r"lottery|ticket|rewind"
_PASSING_ON = ("filter", "list", "enumerate", "reversed", "zip", "tqdm")


@rule(
    "code/pruning-without-its-callback",
    "a model wrapped for pruning is fitted without UpdatePruningStep",
    severity="error",
    fix="Pass callbacks=[tfmot.sparsity.keras.UpdatePruningStep()] to fit.",
)
def pruning_without_its_callback(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        if not _is_pruned(fit.receiver):
            continue
        given = callbacks(fit)
        if any(_is_named(part, "UpdatePruningStep") for part in given):
            yield Fine(fit.place)
        elif any(may_do_anything(p) and not _is_named(p, "PruningSummaries") for p in given):
            yield Unsure(fit.place, "the callbacks are unknown")
        else:
            yield Faulty(fit.place, "without UpdatePruningStep, fit stops with an error")


def _is_pruned(model: Value) -> bool:
    called = callee(model)
    return isinstance(called, Name) and called.dotted.endswith(".prune_low_magnitude")


def _is_named(part: Value, name: str) -> bool:
    return isinstance(part, Made) and part.kind.endswith(f".{name}")


@rule(
    "code/masks-removed-before-training",
    "pruning masks are removed, and training fills the pruned weights again",
    severity="wrong",
    fix="Call prune.remove (or strip_pruning) after the last training step.",
)
def masks_removed_before_training(facts: Facts) -> Iterator[Answer]:
    yield from _stripped(facts)
    if facts.mentions(_KEPT):
        return
    for part in facts.with_uncalled:
        pruning = [call for call in part.trace.calls if _prunes(call)]
        for optimizer, step in _last_steps(part):
            owners = _with_parts(optimizer.argument("params", 0))
            of_model = [p for p in pruning if owners & _with_parts((p.args, *p.kwargs.values()))]
            before = [p for p in of_model if p.order < step.order]
            if not before:
                continue
            after, last = of_model[len(before) :], before[-1]
            if not last.name.endswith(".remove"):
                yield Fine(step.place)
            elif all(p.name.endswith(".remove") for p in after) and _trains(part, last, step):
                yield Faulty(last.place, "the steps that follow change the pruned weights, too")


def _stripped(facts: Facts) -> Iterator[Answer]:
    for fit in facts.fits:
        stripped = callee(fit.receiver)
        if isinstance(stripped, Name) and stripped.dotted.endswith(".strip_pruning"):
            yield Faulty(fit.place, "the model that strip_pruning returns has no masks")


def _prunes(call: Event) -> bool:
    """Whether a call of torch's toolkit applies or removes masks."""
    return call.name.startswith(_TOOLKIT) and not call.name.endswith(".is_pruned")


def _last_steps(facts: Facts) -> Iterator[tuple[Made, Event]]:
    """Yield the optimizers of torch that take steps, each with the last of them."""
    steps: dict[int, tuple[Made, Event]] = {}
    for event in facts.trace.events:
        scaled = event.args[:1] if event.name == "step" else ()
        for optimizer in (event.receiver, *scaled):
            is_step = event.name == "step" and isinstance(optimizer, Made)
            if is_step and is_torch_optimizer(optimizer):
                steps[id(optimizer)] = optimizer, event
    yield from steps.values()


def _with_parts(value: Value) -> set[object]:
    """The modules that parameters are of, and all modules in them, by id or by name."""
    bases = list(_bases(value))
    parts = (*bases, *objects_in(*bases))
    return {part.name if isinstance(part, Free) else id(part) for part in parts}


def _bases(value: Value) -> Iterator[Value]:
    """Yield the modules that parameters, or parts in a loop, are of; a copy is another module."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Element):
            waiting.append(part.of)
        elif isinstance(part, Method):
            waiting.append(part.owner)
        elif isinstance(part, Sequence | tuple):
            waiting += part.items if isinstance(part, Sequence) else part
        elif isinstance(part, Term) and part.operation in ("method", "item"):
            waiting.append(part.operands[0])
        elif isinstance(part, Term) and _passes_on(part):
            waiting += part.operands[1:]
        elif isinstance(part, Mapping):
            waiting += part.items.values()
        elif isinstance(part, Made | Term | Argument | Free):
            yield part


def _passes_on(term: Term) -> bool:
    called = callee(term)
    return isinstance(called, Name) and called.dotted.rpartition(".")[2] in _PASSING_ON


def _trains(facts: Facts, removal: Event, step: Event) -> bool:
    """Whether steps after a removal certainly train the pruned network.

    They may not if other weights are loaded, unless to rewind a lottery ticket, if layers are
    frozen, or if it is not known in which turn of their loop masks are removed.
    """
    if not removal.certain and (not removal.loops or removal.loops[0] in step.loops):
        return False
    between = {
        event.name
        for event in facts.trace.events
        if removal.order < event.order < step.order and event.name in _RESTARTING
    }
    return not between or (between == {"load_state_dict"} and facts.mentions(_REWINDING))
