"""The rule about pruned weights that training fills again."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import FUNCTIONS, bodies, called, calls, functions, owner

_MASKING = re.compile(r"mask|thresh|prun|quantile|kthvalue|percentile", re.I)
_WEIGHTS = re.compile(r"weight|param|kernel|\bw\b|\bp\b|\.data\b", re.I)
_OTHERS = re.compile(r"attn|attention|class_?w|sample_?w|score|loss|grad", re.I)
_KEPT = re.compile(r"mask|hook|prun|sparsity_callback", re.I)
_IN_PLACE = ("mul_", "masked_fill_", "copy_", "set_weights", "assign")


@rule(
    "code/mask-applied-once",
    "weights are pruned by a mask once, and training fills them again",
    severity="wrong",
    fix="Keep the masks, and multiply the weights by them after each optimizer.step(), or use "
    "torch.nn.utils.prune.",
)
def mask_applied_once(facts: Facts) -> Iterator[Answer]:
    if facts.mentions(r"utils\.prune|utils import prune|prune_low_magnitude|lottery|rewind"):
        return
    by_name = {function.name: function for function in functions(facts)}
    masking = {name for name, node in by_name.items() if _masks(node) and not _step(node)}
    training = {name: step for name, node in by_name.items() if (step := _step(node))}
    kept = {name for name in training if _KEPT.search(ast.unparse(by_name[name]))}
    for body in bodies(facts):
        run = [s for s in body if not isinstance(s, (*FUNCTIONS, ast.ClassDef))]
        does = [_masks(s) or _called_in(s, masking) is not None for s in run]
        if True not in does:
            continue
        first = does.index(True)
        for at, statement in enumerate(run[first + 1 :], first + 1):
            by = _called_in(statement, training)
            step = training[by] if by else _step(statement)
            if step is None:
                continue
            if by in kept or _KEPT.search(ast.unparse(statement)) or any(does[at:]):
                yield Fine(place_of(step))
            else:
                yield Faulty(place_of(step), "these steps change the pruned weights, too")


def _called_in(statement: ast.stmt, names: Iterable[str]) -> str | None:
    """The first of these functions that a statement calls."""
    found = {called(call) for call in calls(statement)}
    return next((name for name in names if name in found), None)


def _masks(tree: ast.AST) -> bool:
    """Whether weights are set to zero by a mask or a threshold."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in _IN_PLACE:
            target = owner(node)
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Mult):
            target = ast.unparse(node.target)
        elif isinstance(node, ast.Assign) and isinstance(
            node.targets[0], ast.Subscript | ast.Attribute
        ):
            target = ast.unparse(node.targets[0])
        else:
            continue
        source = ast.unparse(node)
        if _OTHERS.search(target):
            continue
        if _MASKING.search(source) and (_WEIGHTS.search(target) or "set_weights" in source):
            return True
    return False


def _step(tree: ast.AST) -> ast.Call | None:
    """The first step of an optimizer, or the fit, in a tree."""
    for call in calls(tree, "step", "fit"):
        of_optimizer = re.search(r"opt|sgd|adam", owner(call), re.I)
        of_model = called(call) == "fit" and re.search(r"model|net", owner(call), re.I)
        if of_model or (called(call) == "step" and of_optimizer):
            return call
    return None
