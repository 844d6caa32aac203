"""The source of a program as it is written, for what does not depend on values."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from typing import TypeVar

from refute.keys.code.facts import Facts

LOOPS = (ast.For, ast.AsyncFor, ast.While)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

PICKS = ("max", "min", "sorted", "argmax", "argmin", "idxmax", "idxmin")
"""Functions and methods that pick the best of several."""

Loop = ast.For | ast.AsyncFor | ast.While
Definition = ast.FunctionDef | ast.AsyncFunctionDef

Node = TypeVar("Node", bound=ast.AST)


def nodes(facts: Facts, kind: type[Node]) -> Iterator[Node]:
    """Yield all nodes of a kind, block by block."""
    for block in facts.program.blocks:
        yield from (node for node in ast.walk(block.tree) if isinstance(node, kind))


def loops(facts: Facts) -> Iterator[Loop]:
    """Yield all loops that are statements."""
    return (node for node in nodes(facts, ast.stmt) if isinstance(node, LOOPS))


def functions(facts: Facts) -> Iterator[Definition]:
    """Yield the definitions of all functions."""
    return (node for node in nodes(facts, ast.stmt) if isinstance(node, FUNCTIONS))


def reaching(facts: Facts, pattern: str) -> frozenset[str]:
    """Return the functions and classes whose source matches a pattern, and all that call them.

    A class counts as its ``__init__``.
    """
    definitions: dict[str, list[Definition]] = {}
    for function in functions(facts):
        definitions.setdefault(function.name, []).append(function)
    for cls in nodes(facts, ast.ClassDef):
        begins = [part for part in cls.body if getattr(part, "name", "") == "__init__"]
        definitions.setdefault(cls.name, []).extend(p for p in begins if isinstance(p, FUNCTIONS))
    found = {
        name
        for name, same in definitions.items()
        if any(re.search(pattern, ast.unparse(definition)) for definition in same)
    }
    waiting = set(found)
    while waiting:
        reached, waiting = waiting, set()
        for name, same in definitions.items():
            if name not in found and any(any(calls(each, *reached)) for each in same):
                waiting.add(name)
        found |= waiting
    return frozenset(found)


def assigned_once(facts: Facts) -> dict[str, ast.expr]:
    """Return what the names that are assigned once stand for."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes(facts, ast.Assign):
        found.setdefault(ast.unparse(node.targets[0]), []).append(node.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def assigned(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """Return what a tree assigns to each name; each name of a tuple gets the whole."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            for name in target.elts if isinstance(target, ast.Tuple) else [target]:
                found.setdefault(ast.unparse(name), []).append(node.value)
    return found


def bodies(facts: Facts) -> Iterator[list[ast.stmt]]:
    """Yield the statements of the whole program, then those of each function."""
    yield [statement for block in facts.program.blocks for statement in block.tree.body]
    for function in functions(facts):
        yield function.body


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Yield the calls in a tree of functions or methods with these names, or of all."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (not names or called(node) in names):
            yield node


def calls_one_of(tree: ast.AST, names: Collection[str]) -> bool:
    """Whether a function or method with one of these names is called; of no names, none is."""
    return bool(names) and any(calls(tree, *names))


def called(call: ast.Call) -> str:
    """Return the last part of the name of what is called; empty if it has no name."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def names(tree: ast.AST) -> set[str]:
    """Return the names and attributes that a tree uses."""
    found = {getattr(node, "id", getattr(node, "attr", None)) for node in ast.walk(tree)}
    return {name for name in found if isinstance(name, str)}


def owner(call: ast.Call) -> str:
    """Return the source of what has a method called; empty if none is called."""
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def one_by_one(node: ast.Assign) -> list[ast.Assign]:
    """Return an assignment of a tuple as one for each name."""
    target, value = node.targets[0], node.value
    if not isinstance(target, ast.Tuple) or not isinstance(value, ast.Tuple):
        return [node]
    pairs = zip(target.elts, value.elts, strict=False)
    return [ast.copy_location(ast.Assign([name], part), node) for name, part in pairs]


def is_model(name: str) -> bool:
    """Whether a name is a usual one of a model."""
    return re.fullmatch(r"(?i)(the_?)?(model|net|network)", name) is not None
