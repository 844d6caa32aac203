"""Rules about layers that a module does not register, or creates anew in each pass."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.layers import layer_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import (
    Class,
    Element,
    Function,
    Made,
    Mapping,
    Sequence,
    Value,
    callee,
    walk,
)

_HOLDERS = ("torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict")
_MODULES = ("torch.nn.Module", *_HOLDERS)


@rule(
    "code/layers-not-registered",
    "layers in a Python list, which the optimizer does not get",
    severity="wrong",
    fix="Use nn.ModuleList or nn.ModuleDict instead of the list or dictionary.",
)
def layers_not_registered(facts: Facts) -> Iterator[Answer]:
    registered = _registered(facts)
    for made in facts.trace.made:
        if not isinstance(made.callee, Class) or not made.is_a("torch.nn.Module"):
            continue
        for value in made.attributes.values():
            layers = [item for item in _items(value) if _has_weights(item)]
            if len(layers) < 2 and not _has_more(value, layers, made):
                continue  # a list of one may hide a module on purpose
            if any(id(layer) in registered for layer in layers):
                yield Fine(layers[0].place)
            else:
                yield Faulty(
                    layers[0].place,
                    "a plain list or dictionary does not register its layers: "
                    "parameters() leaves them out, so they are never trained",
                )


def _items(value: Value) -> list[Made]:
    held = value.items if isinstance(value, Sequence) else []
    held = list(value.items.values()) if isinstance(value, Mapping) else held
    return [item for item in held if isinstance(item, Made)]


def _has_more(value: Value, layers: list[Made], module: Made) -> bool:
    """Whether a list has more layers than are known: a loop within ``__init__`` creates them."""
    grows = isinstance(value, Sequence) and not value.complete
    if not grows or any(_registers(cls) for cls in module.callee.lineage()):  # type: ignore[union-attr]
        return False
    return any(len(layer.loops) > len(module.loops) for layer in layers)


def _registers(cls: Class) -> bool:
    """Whether a class speaks of what it registers, or of its parameters."""
    functions = [member.node for member in cls.members.values() if isinstance(member, Function)]
    return any(
        re.search(r"\b(add_module|register_\w+|(named_)?parameters)\b", ast.unparse(function))
        for function in functions
    )


def _has_weights(made: Made) -> bool:
    return made.is_a(*_MODULES) or (
        made.kind.startswith("torch.nn.") and layer_of(made).has_weights
    )


def _registered(facts: Facts) -> set[int]:
    """The ids of the layers that a module registers, or whose parameters are asked for."""
    asked = [event.receiver for event in facts.trace.events if event.name == "parameters"]
    ids = {id(value) for value in asked}
    ids |= {id(part) for value in asked if isinstance(value, Element) for part in walk(value.of)}
    for made in facts.trace.made:
        held: list[Value] = [made.attributes.get("layers"), *made.args]
        if made.is_a(*_HOLDERS):
            ids |= {id(part) for value in held for part in walk(value)}
        elif made.is_a("torch.nn.Module"):
            ids |= {id(value) for value in made.attributes.values() if isinstance(value, Made)}
    return ids


@rule(
    "code/layers-made-in-forward",
    "forward or call creates layers, so their weights are new in each pass",
    severity="wrong",
    fix="Create the layers in __init__, and call them in forward (Keras: in call).",
)
def layers_made_in_forward(facts: Facts) -> Iterator[Answer]:
    for module, output in facts.trace.outputs.items():
        if not isinstance(module.callee, Class):
            continue
        kept = {id(part) for value in module.attributes.values() for part in walk(value)}
        name = "forward" if module.is_a("torch.nn.Module") else "call"
        forward = module.callee.member(name)
        lines = _lines(forward) if isinstance(forward, Function) else range(0)
        for made in _callees(output):
            if id(made) in kept or not made.kind.startswith(("torch.nn.", "keras.layers.")):
                continue
            layer = layer_of(made)
            if made.place.line in lines and layer.has_weights:
                yield Faulty(made.place, "this layer is new in each pass and never trained")
            elif made.place.line in lines and "dropout" in layer.kind and name == "forward":
                yield Faulty(
                    made.place, "this dropout is new in each pass, so eval() never reaches it"
                )
        yield Fine(module.place)


def _lines(function: Function) -> range:
    return range(function.node.lineno, (function.node.end_lineno or function.node.lineno) + 1)


def _callees(output: Value) -> Iterator[Made]:
    """Yield the objects that are called to compute an output."""
    for part in walk(output):
        if isinstance(called := callee(part), Made):
            yield called
