"""The check of training loops of torch whose test set decides which weights are kept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty
from refute.keys.code.syntax import assigned, called, calls, functions, loops, names

_VALIDATES = r"(?i)(\b|_)(val|valid|validation|dev|eval_set|holdout)(\b|_|\d)"
_TEST = re.compile(r"(^|_)test(_|$|er)")


def selected_by_test(facts: Facts) -> Iterator[Answer]:
    """Report branches of training loops that keep weights, or stop, by what the test set says."""
    if facts.mentions(_VALIDATES):
        return
    tests = {f.name for f in functions(facts) if any(map(_TEST.search, names(f)))}
    training = {f.name for f in functions(facts) if any(calls(f, "step", "backward"))}
    training |= {"step", "backward"}
    for loop in loops(facts):
        called_here = set(map(called, calls(loop)))
        if not called_here & training and not any(re.search("train", n) for n in called_here):
            continue
        given = assigned(loop)
        for branch in ast.walk(loop):
            if not isinstance(branch, ast.If) or not isinstance(branch.test, ast.Compare):
                continue
            used = names(branch.test)
            known = {name for used_name in used for value in given.get(used_name, ())
                     for name in names(value)}  # fmt: skip
            by_test = any(map(_TEST.search, used | known)) or bool(known & tests)
            if by_test and any("best" in name.lower() for name in used) and _keeps(branch):
                yield Faulty(place_of(branch.test), "the test set decides which weights are kept")


def _keeps(branch: ast.If) -> bool:
    """Whether a branch keeps weights, or the loop may end in the other one."""
    saves = any(calls(branch, "save", "state_dict", "deepcopy", "get_weights"))
    return saves or any(isinstance(node, ast.Break) for node in ast.walk(branch))
