"""What the test set must not choose: the weights that are kept, or settings of the final model."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty
from refute.keys.code.syntax import (
    PICKS,
    assigned,
    bodies,
    called,
    calls,
    functions,
    is_model,
    loops,
    names,
    one_by_one,
    owner,
)

_VALIDATES = r"(?i)(\b|_)(val|valid|validation|dev|eval_set|holdout)(\b|_|\d)"
_TRAINING_DATA = "train_loader"
_TEST_DATA = re.compile(r"test_?(loader|set|data)")
_TEST = re.compile(r"(^|_)test(_|$|er)")


def decided_by_test(facts: Facts) -> Iterator[Answer]:
    """Report weights and settings that the test set decides outside of ``fit``."""
    yield from _selected_by_test(facts)
    yield from _setting_by_test(facts)


def _selected_by_test(facts: Facts) -> Iterator[Answer]:
    """Report branches of training loops that keep weights, or stop, by what the test set says."""
    if facts.mentions(_VALIDATES):
        return
    tests = {f.name for f in functions(facts) if any(map(_TEST.search, names(f)))}
    training = {f.name for f in functions(facts) if any(calls(f, "step", "backward"))}
    training |= {"step", "backward", "fit"}
    for loop in loops(facts):
        called_here = set(map(called, calls(loop)))
        if not called_here & training and not any(re.search("train", n) for n in called_here):
            continue
        if isinstance(loop, ast.For) and any(calls(loop.iter, "split")):
            continue  # of folds, the part that is called test validates
        given = assigned(loop)
        for branch in ast.walk(loop):
            if not isinstance(branch, ast.If) or not isinstance(branch.test, ast.Compare):
                continue
            used = names(branch.test)
            known = {name for used_name in used for value in given.get(used_name, ())
                     for name in names(value)}  # fmt: skip
            by_test = any(map(_TEST.search, used | known)) or bool(known & tests)
            by_test &= _TRAINING_DATA not in known or any(map(_TEST_DATA.search, known))
            if by_test and any("best" in name.lower() for name in used) and _keeps(branch):
                yield Faulty(place_of(branch.test), "the test set decides which weights are kept")


def _keeps(branch: ast.If) -> bool:
    """Whether a branch keeps weights or a model, or the loop may end in the other one."""
    kept = [part for node in branch.body if isinstance(node, ast.Assign)
            for part in one_by_one(node)]  # fmt: skip
    model = any(
        is_model(ast.unparse(part.value)) and "best" in ast.unparse(part.targets[0]).lower()
        for part in kept
    )
    saves = any(calls(branch, "save", "state_dict", "deepcopy", "get_weights"))
    return saves or model or any(isinstance(node, ast.Break) for node in ast.walk(branch))


_BUILDS = re.compile(r"(?i)build|make|create|train|fit|model|net|compile|dense|dropout|adam|sgd")


def _setting_by_test(facts: Facts) -> Iterator[Answer]:
    """Report settings that do best on the test set and are then used to build or train a model."""
    for body in bodies(facts):
        scores: set[str] = set()
        for at, statement in enumerate(body):
            if isinstance(statement, ast.For):
                scores |= _scores_of_test(statement)
            for name, pick in assigned(statement).items():
                picks = any(names(part) & scores for value in pick for part in calls(value, *PICKS))
                if picks and name.isidentifier() and _builds_with(name, body[at + 1 :]):
                    yield Faulty(place_of(statement), f"the test set decides {name}")


def _scores_of_test(loop: ast.For) -> set[str]:
    """The names of lists and dictionaries that a loop fills with scores on the test set alone."""
    if any(calls(loop, "split", "train_test_split")):
        return set()  # of folds, the part that is called test validates
    given = assigned(loop)
    stored = [(target, value) for target in given if "[" in target for value in given[target]]
    filled = [(target.partition("[")[0], value) for target, value in stored]
    for call in calls(loop, "append"):
        filled += [(owner(call), value) for value in call.args]
    found = set()
    for name, value in filled:
        sources = [value, *(each for used in names(value) for each in given.get(used, ()))]
        used = set[str]().union(*map(names, sources))
        by_test = any(map(_TEST.search, used)) and not any(re.search(_VALIDATES, n) for n in used)
        trains = any(re.search("train|fit", called(call)) for call in calls(loop))
        if by_test and trains:
            found.add(name)
    return found


def _builds_with(name: str, rest: list[ast.stmt]) -> bool:
    """Whether statements pass a name to what builds or trains a model."""
    for statement in rest:
        for call in calls(statement):
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            if _BUILDS.search(called(call)) and any(name in names(value) for value in given):
                return True
    return False
