"""Training loops of torch, in the order of their code: gradients zeroed, computed and used.

They are read from the tree, because a loop in a function that the program never calls leaves no
trace.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from refute.keys.code.places import Place, place_of
from refute.keys.code.program import Program
from refute.keys.code.syntax import FUNCTIONS, LOOPS, called

_OPTIMIZER = re.compile(r"opt|sgd|adam|rmsprop|adagrad|adadelta", re.IGNORECASE)
_NO_OPTIMIZER = re.compile(r"sched|lr_", re.IGNORECASE)


Branch = tuple[Place, str]
"""Where a condition begins, and which of its branches is meant."""


@dataclass(frozen=True)
class Act:
    """What a training loop does with gradients; ``of`` is the source of the optimizer or the loss.

    ``branches`` are the conditions that it depends on, outermost first.
    """

    kind: Literal["zero", "backward", "step"]
    of: str
    place: Place
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True)
class Turn:
    """The body of a loop, or of a function, that takes steps of optimizers.

    A call of a function of the program that computes or sets gradients counts as backward, and so
    does an assignment to them.

    ``acts`` are in the order of the code, and may happen again and again.  ``given`` are the
    sources of what is passed to other calls, and ``made`` the names that the body assigns.
    """

    acts: tuple[Act, ...]
    loops: bool
    given: frozenset[str]
    made: frozenset[str]

    @property
    def steps(self) -> tuple[Act, ...]:
        return tuple(act for act in self.acts if act.kind == "step")

    @property
    def backward(self) -> tuple[Act, ...]:
        return tuple(act for act in self.acts if act.kind == "backward")

    def zeroed_since(self, step: Act) -> bool:
        """Whether gradients were certainly zeroed between the last backward pass and a step."""
        at, optimizers = self.acts.index(step), {act.of for act in self.steps}
        for act in reversed(self.acts[at:] + self.acts[:at]):
            if act.kind == "backward":
                return False
            if act.branches != step.branches[: len(act.branches)]:
                continue  # it may not happen
            if act.kind == "zero" and (act.of == step.of or optimizers == {step.of}):
                return True
            if act.kind == "zero" and act.of not in optimizers:
                return False  # it may be of any of the optimizers
        return False


def turns(program: Program) -> Iterator[Turn]:
    """Yield every loop or function of a program that takes steps of an optimizer."""
    trees = [block.tree for block in program.blocks]
    names = _Names(
        frozenset(name for tree in trees for name in _optimizers(tree)),
        frozenset(name for tree in trees for name in _differentiating(tree)),
    )
    for tree in trees:
        for node in ast.walk(tree):
            if not isinstance(node, LOOPS + FUNCTIONS):
                continue
            acts = tuple(_acts(node.body, names))
            if any(act.kind == "step" for act in acts):
                loops = isinstance(node, LOOPS)
                yield Turn(acts, loops, frozenset(_given(node)), frozenset(_assigned(node)))


def zeroes(program: Program) -> bool:
    """Whether a program touches gradients other than by computing them, under any name."""
    nodes = (node for block in program.blocks for node in ast.walk(block.tree))
    return any(
        "zero_grad" in name or name in ("grad", "grads")
        for node in nodes
        if (name := getattr(node, "attr", getattr(node, "id", ""))) and isinstance(name, str)
    )


@dataclass(frozen=True)
class _Names:
    """The names of a program's optimizers, and of its functions that compute or set gradients."""

    optimizers: frozenset[str]
    differentiating: frozenset[str]


def _differentiating(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS) and any(map(_sets_gradients, ast.walk(node))):
            yield node.name


def _sets_gradients(node: ast.AST) -> bool:
    """Whether a node computes gradients, or assigns them other than ``None``."""
    if isinstance(node, ast.Attribute) and "backward" in node.attr:
        return True
    if not isinstance(node, ast.Assign | ast.AugAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    none = isinstance(node.value, ast.Constant) and node.value.value is None
    return not none and any(getattr(target, "attr", "") == "grad" for target in targets)


def _optimizers(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            made = ast.unparse(node.value.func)
            if _OPTIMIZER.search(made) and not _NO_OPTIMIZER.search(made):
                yield from map(ast.unparse, node.targets)


def _acts(
    nodes: Iterable[ast.AST],
    names: _Names,
    branches: tuple[Branch, ...] = (),
    nested: bool = False,
) -> Iterator[Act]:
    """Yield what happens to gradients; of a nested loop, which may step itself, backward alone."""
    for node in nodes:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            continue
        within = nested or isinstance(node, LOOPS)
        for branch, children in _children(node):
            yield from _acts(children, names, branches + branch, within)
        act = _act(node, names)
        if act is not None and (act.kind == "backward" or not within):
            yield replace(act, branches=branches)


def _children(node: ast.AST) -> Iterator[tuple[tuple[Branch, ...], Iterable[ast.AST]]]:
    """Yield the children of a node, those of a statement with branches by branch."""
    if not isinstance(node, ast.If | ast.Try):
        yield (), ast.iter_child_nodes(node)
        return
    for name, part in ast.iter_fields(node):
        yield ((place_of(node), name),), part if isinstance(part, list) else [part]


def _act(node: ast.AST, names: _Names) -> Act | None:
    """What a node does with gradients, if it does anything."""
    if isinstance(node, ast.stmt) and _sets_gradients(node):
        return Act("backward", "", place_of(node))
    if not isinstance(node, ast.Call):
        return None
    function = called(node)
    if function in names.differentiating and function not in ("step", "zero_grad"):
        return Act("backward", "", place_of(node))
    return _of_method(node, node.func, names) if isinstance(node.func, ast.Attribute) else None


def _of_method(call: ast.Call, method: ast.Attribute, names: _Names) -> Act | None:
    owner = ast.unparse(method.value)
    if "backward" in method.attr:
        return Act("backward", owner, place_of(call))
    if method.attr == "zero_grad":
        return Act("zero", owner, place_of(call))
    if method.attr != "step":
        return None
    if "scaler" in owner.lower() and call.args:
        return Act("step", ast.unparse(call.args[0]), place_of(call))
    usual = _OPTIMIZER.search(owner) and not _NO_OPTIMIZER.search(owner)
    if call.args or call.keywords or not (usual or owner in names.optimizers):
        return None
    return Act("step", owner, place_of(call))


def _given(body: ast.AST) -> Iterator[str]:
    for node in ast.walk(body):
        if isinstance(node, ast.Call) and "scaler" not in ast.unparse(node.func).lower():
            yield from map(ast.unparse, node.args)
            yield from (ast.unparse(keyword.value) for keyword in node.keywords)


def _assigned(body: ast.AST) -> Iterator[str]:
    for node in ast.walk(body):
        if isinstance(node, ast.Assign):
            yield from map(ast.unparse, node.targets)
