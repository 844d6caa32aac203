"""The rule about modules and layers that lack what each of them needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.values import Class, Function, Name

_BASES = (Name("torch.nn.Module"), Name("keras.Model"), Name("keras.layers.Layer"))


@rule(
    "code/incomplete-module",
    "a module or layer that returns no output, or that skips super().__init__()",
    severity="error",
    fix="Call super().__init__() first in __init__, and return the output of forward or call.",
)
def incomplete_module(facts: Facts) -> Iterator[Answer]:
    for cls in facts.trace.scope.names.values():
        if not isinstance(cls, Class) or len(cls.bases) != 1 or cls.bases[0] not in _BASES:
            continue
        name = "forward" if cls.bases[0] == _BASES[0] else "call"
        start, forward = cls.members.get("__init__"), cls.members.get(name)
        if isinstance(start, Function) and _sets_attributes(start) and not _starts_base(start):
            yield Faulty(
                cls.place, "without super().__init__(), the first layer stops with an error"
            )
        elif isinstance(forward, Function) and _computes_in_vain(forward):
            yield Faulty(cls.place, f"{name} returns nothing")
        else:
            yield Fine(cls.place)


def _sets_attributes(start: Function) -> bool:
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        for node in ast.walk(start.node)
    )


def _starts_base(start: Function) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in ("__init__", "__setattr__", "__dict__")
        for node in ast.walk(start.node)
    )


def _computes_in_vain(forward: Function) -> bool:
    """Whether a function assigns names, but keeps, returns and raises nothing."""
    nodes = list(ast.walk(forward.node))
    ends = (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom)
    if isinstance(forward.node, ast.Lambda) or any(isinstance(node, ends) for node in nodes):
        return False
    stores = any(isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) for n in nodes)
    return not stores and any(isinstance(node, ast.Assign) for node in nodes)
