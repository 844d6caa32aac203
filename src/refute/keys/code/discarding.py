"""Models that a program throws away after their training, as it is written: trials of a search."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.syntax import FUNCTIONS, LOOPS, Definition, Loop, bodies, calls, functions
from refute.keys.code.values import Event

_WITHOUT_WEIGHTS = (
    "fit", "compile", "add", "summary", "count_params", "build", "name", "layers", "input_shape",
    "output_shape", "stop_training", "optimizer",
)  # fmt: skip
"""Attributes of models that say or do nothing with the weights that training ends with."""


def is_discarded(facts: Facts, fit: Event) -> bool:
    """Whether nothing uses the weights of a model after a fit, but the history of its training.

    The function that fits the model, or the loop, also makes it, and does nothing else with it.
    """
    for region, rest in _regions(facts):
        for call in calls(region, "fit"):
            model = call.func.value if isinstance(call.func, ast.Attribute) else None
            if place_of(call) == fit.place and isinstance(model, ast.Name):
                return _makes(region, model.id) and _forgets(region, rest, model.id)
    return False


def _regions(facts: Facts) -> Iterator[tuple[Definition | Loop, list[ast.stmt]]]:
    """Yield functions, inner ones first, then loops outside of them, each with what follows it."""
    yield from ((function, []) for function in reversed(list(functions(facts))))
    for body in bodies(facts):
        for at, statement in enumerate(body):
            if isinstance(statement, LOOPS):
                yield statement, body[at + 1 :]
        return  # loops in functions are parts of these


def _makes(region: ast.AST, model: str) -> bool:
    made = [node for node in ast.walk(region) if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)]  # fmt: skip
    return any(model == ast.unparse(target) for node in made for target in node.targets)


def _forgets(region: ast.AST, rest: list[ast.stmt], model: str) -> bool:
    """Whether a region uses a model only to train it, and what follows makes another one first."""
    harmless = {
        id(node.value)
        for node in ast.walk(region)
        if isinstance(node, ast.Attribute) and node.attr in _WITHOUT_WEIGHTS
    }
    if any(
        isinstance(use.ctx, ast.Load) and id(use) not in harmless for use in _uses(region, model)
    ):
        return False
    later = [use for statement in rest if not isinstance(statement, (*FUNCTIONS, ast.ClassDef))
             for use in _uses(statement, model)]  # fmt: skip
    first = min(later, key=lambda use: (use.lineno, use.col_offset), default=None)
    return first is None or isinstance(first.ctx, ast.Store)


def _uses(tree: ast.AST, name: str) -> list[ast.Name]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
