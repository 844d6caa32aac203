"""The rule about a comparison whose setting reaches a function that does not use it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import Definition, bodies, called, calls, functions, names, owner

_BUILDING = ("Sequential", "Model", "Dense", "Linear", "fit", "compile", "backward")
_SHOWING = ("print", "append", "title", "info")
_NAMING = ("label", "name", "title")
_REPEATING = re.compile(
    r"(^|[_ ])(\w\b|seed|run|rep|trial|fold|epoch|step|iter|ind|idx|num\b|no\b|"
    r"name|title|label|tag|verb|debug|plot|show|save|path|dir|file|device)"
)
"""What need not set anything: runs may be repeated, and shown or kept in other ways."""


@rule(
    "code/setting-without-effect",
    "a comparison varies an argument that the function never uses",
    severity="wrong",
    fix="Use the argument where the function builds or trains the model.",
)
def setting_without_effect(facts: Facts) -> Iterator[Answer]:
    found = [function for function in functions(facts) if any(calls(function, *_BUILDING))]
    defined = [function.name for function in functions(facts)]
    at_top = {function.name: function for function in found if _is_plain(facts, function)}
    loops = [(part.target, part.body) for body in bodies(facts) for statement in body
             for part in ast.walk(statement) if isinstance(part, ast.For)]  # fmt: skip
    for target, body in loops:
        varied = names(target)
        for call in (call for statement in body for call in calls(statement)):
            function = at_top.get(called(call))
            if function is None or owner(call) or defined.count(function.name) > 1:
                continue
            used = {name for statement in function.body for name in names(statement)}
            for parameter, value in _given(function, call):
                if not isinstance(value, ast.Name) or value.id not in varied:
                    continue
                if parameter in used:
                    yield Fine(place_of(call))
                elif not (
                    value.id in used
                    or _REPEATING.search(f"{parameter} {value.id}")
                    or _are_used_elsewhere(varied, value, body)
                ):
                    yield Faulty(place_of(call), f"{function.name} never uses {parameter}")


def _is_plain(facts: Facts, function: Definition) -> bool:
    """Whether a function of the module has no decorator, and reads no names that are hidden."""
    top = [statement for block in facts.program.blocks for statement in block.tree.body]
    hides = any(calls(function, "locals", "vars", "eval", "exec"))
    return function in top and not function.decorator_list and not hides


def _given(function: Definition, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """The parameters of a function with what a call gives for each."""
    parameters = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if not any(isinstance(argument, ast.Starred) for argument in call.args):
        yield from zip(parameters, call.args, strict=False)
    known = {*parameters, *(each.arg for each in function.args.kwonlyargs)}
    for keyword in call.keywords:
        if keyword.arg in known:
            yield str(keyword.arg), keyword.value


def _are_used_elsewhere(varied: set[str], given: ast.Name, body: list[ast.stmt]) -> bool:
    """Whether a loop uses its variables for more than one argument, its results and their names."""
    inside = [node for statement in body for node in ast.walk(statement)]
    items = [node for node in inside if isinstance(node, ast.Subscript)]
    results = {ast.unparse(item.value) for item in items if isinstance(item.ctx, ast.Store)}
    shown: set[ast.AST] = {given}
    for item in items:
        shown |= set(_plain(item.slice)) if ast.unparse(item.value) in results else set()
    for node in inside:
        if isinstance(node, ast.Call) and called(node) in _SHOWING:
            shown |= {name for value in node.args for name in _plain(value)}
        elif isinstance(node, ast.keyword) and node.arg in _NAMING:
            shown |= set(_plain(node.value))
    return any(isinstance(n, ast.Name) and n.id in varied and n not in shown for n in inside)


def _plain(value: ast.AST) -> Iterator[ast.AST]:
    """The names in a text, a tuple or a dictionary, unless something is computed from them."""
    if isinstance(value, ast.Attribute) and value.attr == "__name__":
        value = value.value
    if isinstance(value, ast.Name):
        yield value
    elif isinstance(value, ast.Tuple | ast.List | ast.Dict | ast.JoinedStr | ast.FormattedValue):
        for part in ast.iter_child_nodes(value):
            yield from _plain(part)
