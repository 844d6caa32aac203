"""Models that a program throws away after their training, as it is written: trials of a search."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import Place, place_of
from refute.keys.code.syntax import FUNCTIONS, LOOPS, bodies, calls, functions

_WITHOUT_WEIGHTS = (
    "fit", "compile", "add", "summary", "count_params", "build", "name", "layers", "input_shape",
    "output_shape", "stop_training", "optimizer",
)  # fmt: skip
"""Attributes of models that say or do nothing with the weights that training ends with."""


def discarded_fits(facts: Facts) -> frozenset[Place]:
    """Return the fits of models whose weights nothing uses then, but the history of the training.

    The function that fits such a model, or the loop, also makes it, and does nothing else with it.
    """
    found: set[Place] = set()
    seen: set[Place] = set()
    for function in reversed(list(functions(facts))):  # inner ones first
        fits = {place: name for place, name in _fits(function) if place not in seen}
        seen |= fits.keys()
        only_fitted = _only_fitted(function)
        found |= {place for place, name in fits.items() if name in only_fitted}
    module = next(bodies(facts))
    later = _later_uses(module)
    for at, loop in enumerate(module):
        if not isinstance(loop, LOOPS):
            continue
        only_fitted = _only_fitted(loop)
        for place, name in _fits(loop):
            first = next((use for index, use in later[name] if index > at), None)
            made_anew = first is None or isinstance(first.ctx, ast.Store)
            if place not in seen and name in only_fitted and made_anew:
                found.add(place)
    return frozenset(found)


def _fits(region: ast.AST) -> Iterator[tuple[Place, str]]:
    """Yield where a region fits models, with their names."""
    for call in calls(region, "fit"):
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            yield place_of(call), call.func.value.id


def _only_fitted(region: ast.AST) -> set[str]:
    """The names of what a region makes by a call, and then uses for nothing but to fit it."""
    made: set[str] = set()
    used: set[str] = set()
    harmless: set[int] = set()
    for node in ast.walk(region):  # what has an attribute comes after the attribute
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            made |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.Attribute) and node.attr in _WITHOUT_WEIGHTS:
            harmless.add(id(node.value))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            used |= {node.id} if id(node) not in harmless else set()
    return made - used


def _later_uses(module: list[ast.stmt]) -> dict[str, list[tuple[int, ast.Name]]]:
    """Where the statements of a module use each name, in order, each with its statement's number.

    What functions do with the name of a module is left out.
    """
    uses: dict[str, list[tuple[int, ast.Name]]] = defaultdict(list)
    for at, statement in enumerate(module):
        if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            continue
        own = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        for use in sorted(own, key=lambda node: (node.lineno, node.col_offset)):
            uses[use.id].append((at, use))
    return uses
