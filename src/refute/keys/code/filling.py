"""Lists of labels that a program fills class by class, as it is written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from refute.keys.code.facts import Facts
from refute.keys.code.places import Place, place_of
from refute.keys.code.syntax import FUNCTIONS, LOOPS, Loop, assigned, bodies, called, names


@dataclass(frozen=True)
class _Site:
    """A statement that begins a list with this name or adds to it, and the loops around it.

    ``added`` is what is added once per turn of the innermost loop, ``None`` if the list begins;
    ``many`` says that it is added many times at once.
    """

    name: str
    place: Place
    loops: tuple[Loop, ...]
    added: ast.expr | None
    many: bool = False


@dataclass(frozen=True)
class Filled:
    """Where lists begin that hold labels class by class.

    Args:
        lists: lists that loops fill, each with the index of the label if it holds tuples, ``None``
            if it holds labels.
        sums: lists such as ``[0] * 50 + [1] * 50``.
    """

    lists: frozenset[tuple[Place, int | None]]
    sums: frozenset[Place]


def filled_by_class(facts: Facts) -> Filled:
    """Return the lists of labels that a program fills class by class."""
    return Filled(frozenset(_lists_by_class(facts)), frozenset(_sums_by_class(facts)))


def _lists_by_class(facts: Facts) -> Iterator[tuple[Place, int | None]]:
    for body in bodies(facts):
        by_name: dict[str, list[_Site]] = {}
        for site in _sites(body, ()):
            by_name.setdefault(site.name, []).append(site)
        for sites in by_name.values():
            added = [site for site in sites if site.added is not None]
            if len(sites) - len(added) != 1:
                continue  # the name stands for several lists, or for none
            begun = next(site for site in sites if site.added is None)
            for index in (None, 0, 1):
                if _is_by_class([_inside(site, begun) for site in added], index):
                    yield begun.place, index


def _inside(site: _Site, begun: _Site) -> _Site:
    """A site with only the loops that are within those around the beginning of its list."""
    loops = tuple(loop for loop in site.loops if loop not in begun.loops)
    return _Site(site.name, site.place, loops, site.added, site.many)


def _sites(body: Iterable[ast.AST], loops: tuple[Loop, ...]) -> Iterator[_Site]:
    for node in body:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        if isinstance(node, ast.Assign):
            yield from _begun(node, loops)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            many = _repeated(node.value)
            yield _Site(node.target.id, place_of(node), loops, many or node.value, many is not None)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from _appended(node.value, loops)
        inner = (*loops, node) if isinstance(node, LOOPS) else loops
        yield from _sites(ast.iter_child_nodes(node), inner)


def _begun(node: ast.Assign, loops: tuple[Loop, ...]) -> Iterator[_Site]:
    for target in node.targets:
        pairs = [(target, node.value)]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple | ast.List):
            pairs = list(zip(target.elts, node.value.elts, strict=False))
        for name, value in pairs:
            if isinstance(name, ast.Name) and isinstance(value, ast.List) and not value.elts:
                yield _Site(name.id, place_of(value), loops, None)


def _appended(call: ast.Call, loops: tuple[Loop, ...]) -> Iterator[_Site]:
    method = call.func
    if isinstance(method, ast.Attribute) and isinstance(method.value, ast.Name):
        added = call.args[0] if call.args else ast.Name("unknown")
        many = _repeated(added) if method.attr == "extend" else None
        if many is None and method.attr != "append":
            added = ast.Name("unknown")
        yield _Site(method.value.id, place_of(call), loops, many or added, many is not None)


def _repeated(node: ast.expr) -> ast.expr | None:
    """What a list holds many times, such as ``[label] * len(images)``."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return None
    items = node.left.elts if isinstance(node.left, ast.List) else []
    return items[0] if len(items) == 1 else None


def _is_by_class(sites: list[_Site], index: int | None) -> bool:
    labels = [_label(site.added, index) for site in sites]
    if len(sites) == 1 and labels[0] is not None and sites[0].loops:
        outer, *within = sites[0].loops
        return (bool(within) or sites[0].many) and _is_class_of(labels[0], outer, within)
    constants = [label.value for label in labels if isinstance(label, ast.Constant)]
    loops = {site.loops for site in sites if len(site.loops) == 1}
    return len(sites) > 1 and len(sites) == len(set(constants)) == len(constants) == len(loops)


def _label(added: ast.expr | None, index: int | None) -> ast.expr | None:
    if index is None:
        return None if isinstance(added, ast.Tuple | ast.List) else added
    parts = added.elts if isinstance(added, ast.Tuple | ast.List) else []
    return parts[index] if index < len(parts) else None


def _is_class_of(label: ast.expr, outer: Loop, within: list[Loop]) -> bool:
    """Whether a label is the same during a turn of the outer loop, and no other turn has it."""
    if not isinstance(outer, ast.For):
        return False
    own = _distinct(outer)
    given = assigned(outer)
    if own & given.keys() - _counted(outer):
        return False  # it is changed within the loop
    for _ in range(3):  # through names
        values = given.get(ast.unparse(label), [])
        if len(values) == 1 and ast.unparse(label) not in own:
            label = values[0]
    inner = {n for loop in within if isinstance(loop, ast.For) for n in names(loop.target)}
    source = ast.unparse(label)
    if (names(label) & inner and source not in own) or not names(label) & own:
        return False
    lookup = re.fullmatch(_LOOKUP, source)
    return source in own or (lookup is not None and (lookup[1] or lookup[2]) in own)


_LOOKUP = r"(?:int|float|.*\.index)\((\w+)\)|\w*(?:class|label|cat)\w*(?:to|2)\w*\[(\w+)\]"
"""What gives each class a number of its own."""

_FOLDERS = ("listdir", "scandir", "iterdir")


def _distinct(loop: ast.For) -> set[str]:
    """The names that have another value at each turn of a loop.

    The labels of ``zip(images, labels)`` come again.
    """
    target, over = loop.target, loop.iter
    counted = _counted(loop)
    while isinstance(over, ast.Call) and called(over) in ("sorted", "list", "tqdm") and over.args:
        over = over.args[0]
    if isinstance(over, ast.Call) and called(over) == "enumerate" and over.args:
        if not isinstance(target, ast.Tuple) or len(target.elts) != 2:
            return counted
        counted |= names(target.elts[0])
        target, over = target.elts[1], over.args[0]
    if not isinstance(target, ast.Name):
        return counted
    is_distinct = isinstance(over, ast.Call) and called(over) in ("range", *_FOLDERS)
    if isinstance(over, ast.List | ast.Tuple):
        items = [item.value for item in over.elts if isinstance(item, ast.Constant)]
        is_distinct = len(over.elts) == len(items) == len(set(items))
    return counted | names(target) if is_distinct else counted


def _counted(loop: ast.For) -> set[str]:
    """The names that a loop increases by 1 at each turn."""
    return {
        node.target.id
        for node in loop.body
        if isinstance(node, ast.AugAssign)
        and isinstance(node.target, ast.Name)
        and ast.unparse(node.value) == "1"
    }


def _sums_by_class(facts: Facts) -> Iterator[Place]:
    for body in bodies(facts):
        inner: set[int] = set()  # parts of a longer sum, or of a product that repeats them
        for node in (node for statement in body for node in ast.walk(statement)):
            if not isinstance(node, ast.BinOp):
                continue
            inner |= {id(node.left), id(node.right)}
            if id(node) in inner or not isinstance(node.op, ast.Add):
                continue
            classes = [_repeated(part) for part in _summed(node)]
            constants = {ast.unparse(c) for c in classes if isinstance(c, ast.Constant)}
            if len(constants) == len(classes):
                yield place_of(node)


def _summed(node: ast.expr) -> list[ast.expr]:
    """The terms of a sum, in order."""
    terms = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        terms.append(node.right)
        node = node.left
    return [node, *reversed(terms)]
