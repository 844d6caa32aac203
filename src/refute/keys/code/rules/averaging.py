"""Rules about averages that a training loop prints: of counts, and of losses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import LOOPS, Loop, bodies, loops

_EPOCH = re.compile(r"epoch|^ep?$", re.IGNORECASE)
_TIME = r"time|elapsed|second|duration"
_ON_PURPOSE = re.compile(r"global|overall|cumul|all_|history|ema|avg|smooth", re.IGNORECASE)


@rule(
    "code/counts-not-reset",
    "what is counted for an epoch starts with the counts of the epochs before",
    severity="error",
    fix="Set the counts to zero at the start of each epoch.",
)
def counts_not_reset(facts: Facts) -> Iterator[Answer]:
    for outer in loops(facts):
        if not isinstance(outer, ast.For) or not _EPOCH.search(ast.unparse(outer.target)):
            continue
        added = _added_in_inner_loops(outer)
        assigned = {name for node in ast.walk(outer) for name in _assigned(node)}
        divided = {ast.unparse(node.left): node for node in ast.walk(outer)
                   if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)}  # fmt: skip
        for name in sorted(added & _parts(divided)):
            quotient = next(node for text, node in divided.items() if name in _names(text))
            if re.search(_TIME, ast.unparse(quotient.right), re.IGNORECASE):
                continue  # a speed
            if name in assigned:
                yield Fine(place_of(quotient))
            elif _starts_before(facts, outer, name) and not _ON_PURPOSE.search(name):
                yield Faulty(place_of(quotient), f"{name} is the sum over all epochs so far")


def _names(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_][\w.]*", text))


def _parts(divided: dict[str, ast.BinOp]) -> set[str]:
    """The names of what is divided, by itself or times a number."""
    plain = (
        re.fullmatch(r"(?:100(?:\.0?)? \* )?([\w.]+)(?: \* 100(?:\.0?)?)?", t) for t in divided
    )
    return {match[1] for match in plain if match is not None}


def _added_in_inner_loops(outer: Loop) -> set[str]:
    inner = [node for node in ast.walk(outer) if isinstance(node, LOOPS) and node is not outer]
    return {
        ast.unparse(node.target)
        for loop in inner
        for node in ast.walk(loop)
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add)
    }


def _assigned(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement sets anew."""
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        yield from map(ast.unparse, parts)


def _starts_before(facts: Facts, loop: Loop, name: str) -> bool:
    """Whether a name starts at zero beside a loop, before it."""
    for body in bodies(facts):
        if loop in body:
            before = body[: body.index(loop)]
            return any(name in _assigned(statement) for statement in before)
    return False


@rule(
    "code/loss-divided-by-samples",
    "the sum of the batches' mean losses is divided by the number of samples",
    severity="error",
    fix="Divide by the number of batches, len(loader), or add loss.item() * x.size(0).",
)
def loss_divided_by_samples(facts: Facts) -> Iterator[Answer]:
    if facts.mentions(r"reduction|size_average|batch_size *= *1\b"):
        return
    for body in bodies(facts):
        nodes = [node for statement in body for node in ast.walk(statement)]
        losses = _sums(nodes, r"\w*(loss|crit\w*\(.*\))\w*(\.(item\(\)|data|detach\(\)|cpu\(\)))*")
        samples = _sums(nodes, r".*(size\(0\)|shape\[0\]|len\(\w+\))")
        for node in nodes:
            top, by = _quotient(node)
            if top not in losses or not isinstance(node, ast.stmt | ast.expr):
                continue
            is_samples = by in samples or re.fullmatch(r"len\([\w.]*(dataset|_set|_data)\)", by)
            if is_samples:
                yield Faulty(place_of(node), f"{by} is the number of samples, not of batches")
            else:
                yield Fine(place_of(node))


def _sums(nodes: list[ast.AST], added: str) -> set[str]:
    """The names to which only expressions of a form are added."""
    found: dict[str, set[bool]] = {}
    for node in nodes:
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            plain = not isinstance(node.value, ast.BinOp)
            fits = plain and re.fullmatch(added, ast.unparse(node.value)) is not None
            found.setdefault(ast.unparse(node.target), set()).add(fits)
    return {name for name, fits in found.items() if fits == {True}}


def _quotient(node: ast.AST) -> tuple[str, str]:
    """What is divided by what, in a statement or an expression."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
        return ast.unparse(node.target), ast.unparse(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return ast.unparse(node.left), ast.unparse(node.right)
    return "", ""
