"""Rules about keeping the best weights: by reference, or those of the worst epoch."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Evidence, Faulty, Fine, rule
from refute.keys.code.syntax import (
    LOOPS,
    Definition,
    Loop,
    called,
    calls,
    functions,
    is_model,
    loops,
    names,
    nodes,
    one_by_one,
)


@rule(
    "code/best-weights-not-copied",
    "the best weights are kept by reference, and training changes them further",
    severity="wrong",
    fix="Keep a copy: best = copy.deepcopy(model.state_dict()).",
    evidence=(
        Evidence("train/early-stopping-returns-best", "as by default in Keras, not restored"),
    ),
)
def best_weights_not_copied(facts: Facts) -> Iterator[Answer]:
    loaded = {ast.unparse(arg).rpartition(".")[2] for call in _loads(facts) for arg in call.args}
    for assign, made in _kept_in_branches(facts):
        target = ast.unparse(assign.targets[0])
        value = assign.value
        copies = any(call in ("deepcopy", "copy", "clone", "get_weights") for call in names(value))
        name = target.rpartition(".")[2]
        is_state = isinstance(value, ast.Call) and called(value) == "state_dict"
        if is_state and name in loaded and ast.unparse(value).split(".")[0] not in made:
            yield Faulty(
                place_of(assign), "state_dict() refers to the weights, which training changes"
            )
        elif isinstance(value, ast.Name) and is_model(value.id) and "best" in name.lower():
            if value.id not in made:
                yield Faulty(
                    place_of(assign),
                    "this is not a copy but the model itself, which training changes",
                )
        elif copies and (name in loaded or "best" in name.lower()):
            yield Fine(place_of(assign))


def _loads(facts: Facts) -> Iterator[ast.Call]:
    return (call for call in nodes(facts, ast.Call) if called(call) == "load_state_dict")


def _kept_in_branches(facts: Facts) -> Iterator[tuple[ast.Assign, set[str]]]:
    """Yield assignments to keep what is best, with the names that are made anew in each turn.

    They depend on a comparison, and are in a loop that trains, or in a method that a loop calls.
    """
    for outer in [*loops(facts), *functions(facts)]:
        in_loop = isinstance(outer, LOOPS)
        if in_loop and not any(calls(outer, "step", "fit")) and not _trains(outer):
            continue
        made = (
            _made(outer) if isinstance(outer, LOOPS) else _made(outer) | _given_anew(facts, outer)
        )
        for branch in ast.walk(outer):
            if not isinstance(branch, ast.If) or not _compares(branch.test):
                continue
            for node in branch.body:
                for kept in one_by_one(node) if isinstance(node, ast.Assign) else ():
                    if in_loop or isinstance(kept.targets[0], ast.Attribute):
                        yield kept, made


def _made(tree: Loop | Definition) -> set[str]:
    """The names that stand for something else in each turn of a loop, or call of a function.

    A call that gets the name as an argument only changes what it stands for, unless it copies.
    """
    made = _names(tree.target) if isinstance(tree, ast.For) else set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        for value in (node.value, *getattr(node.value, "elts", ())):
            if isinstance(value, ast.Call) and not re.search("copy|clone", called(value)):
                changed = {arg.id for arg in value.args if isinstance(arg, ast.Name)}
            elif isinstance(value, ast.Call | ast.Subscript):
                changed = set()
            else:
                continue
            made |= {name for target in node.targets for name in _names(target)} - changed
    return made


def _names(target: ast.expr) -> set[str]:
    """The names that an assignment to a target binds."""
    return {node.id for node in ast.walk(target)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}  # fmt: skip


def _given_anew(facts: Facts, function: Definition) -> set[str]:
    """The parameters of a function that each turn of some loop gives something made anew."""
    parameters = [each.arg for each in function.args.args if each.arg != "self"]
    found = set()
    for loop in loops(facts):
        made = _made(loop)
        for call in calls(loop, function.name):
            given = zip(parameters, call.args, strict=False)
            found |= {name for name, arg in given if isinstance(arg, ast.Name) and arg.id in made}
    return found


def _trains(loop: ast.AST) -> bool:
    """Whether a loop calls a function that by its name trains a model."""
    return any(re.search("train|epoch", called(call)) for call in calls(loop))


def _compares(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Compare) for node in ast.walk(test))


@rule(
    "code/best-by-wrong-comparison",
    "the worst epoch is kept as the best one",
    severity="wrong",
    fix="Keep an epoch if its loss is lower, or its accuracy higher, than the best before.",
)
def best_by_wrong_comparison(facts: Facts) -> Iterator[Answer]:
    for branch in nodes(facts, ast.If):
        test = branch.test
        if not isinstance(test, ast.Compare) or len(test.ops) != 1:
            continue
        left, right = map(ast.unparse, (test.left, test.comparators[0]))
        larger = isinstance(test.ops[0], ast.Gt | ast.GtE)
        if not larger and not isinstance(test.ops[0], ast.Lt | ast.LtE):
            continue
        for node in branch.body:
            for kept in one_by_one(node) if isinstance(node, ast.Assign) else ():
                best, value = ast.unparse(kept.targets[0]), ast.unparse(kept.value)
                if (best, value) not in ((left, right), (right, left)) or "best" not in best:
                    continue
                should_grow, grows = _grows_if_better(value + best), larger == (value == left)
                if should_grow is not None and should_grow != grows:
                    yield Faulty(place_of(test), f"{best} becomes worse and worse")
                elif should_grow is not None:
                    yield Fine(place_of(test))


def _grows_if_better(name: str) -> bool | None:
    """Whether a value by its name should be as large as possible, or as small."""
    falls = re.search(r"loss|error|mse|mae|rmse|perplexity", name, re.I) is not None
    rises = re.search(r"acc|f1|auc|iou|dice|recall|precision", name, re.I) is not None
    return None if falls == rises or re.search("neg|worst", name, re.I) else rises
