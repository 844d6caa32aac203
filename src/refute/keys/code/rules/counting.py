"""The rule about accuracies that are divided by the number of batches."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.loading import is_loader
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule

_LOADER = re.compile(r"loader|_dl\b|\bdl\b", re.IGNORECASE)


@rule(
    "code/accuracy-per-batch",
    "the number of right answers is divided by the number of batches",
    severity="error",
    fix="Divide by the number of samples: len(loader.dataset).",
)
def accuracy_per_batch(facts: Facts) -> Iterator[Answer]:
    loaders = [made for made in facts.trace.made if made.kind.endswith(".DataLoader")]
    named = {f"len({n})" for n, value in facts.trace.scope.names.items() if is_loader(value)}
    if any(made.argument("batch_size", 1, 1) == 1 for made in loaders):
        return  # batches may be single samples
    for block in facts.program.blocks:
        counted = set(_counted(block.tree))
        parts = {id(n.left) for n in ast.walk(block.tree) if isinstance(n, ast.BinOp)}
        for node in ast.walk(block.tree):
            if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
                continue
            if id(node) in parts or ast.unparse(node.left) not in counted:
                continue
            by = ast.unparse(node.right)
            looks_so = re.fullmatch(r"len\([\w.]+\)", by) and _LOADER.search(by)
            if by in named or (looks_so and "dataset" not in by):
                yield Faulty(place_of(node), f"{by} is the number of batches, not of samples")
            else:
                yield Fine(place_of(node))


def _counted(tree: ast.AST) -> Iterator[str]:
    """Yield the names to which sums of comparisons, and nothing else, are added."""
    added: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign):
            added.setdefault(ast.unparse(node.target), []).append(ast.unparse(node.value))
    for name, values in added.items():
        if all(re.search(r"(==.*|\.eq\(.*)\.sum\(\)", v) and "/" not in v for v in values):
            yield name
