"""What a claim rests on in its claims folder: its part of its module, and the files beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import copy
from functools import lru_cache
from pathlib import Path
from typing import TypeGuard

from refute.reuse.imports import names_in
from refute.suite import PHRASES, QUESTIONS, SOURCES, is_claim, is_claims_file


def beside_claims(folder: Path) -> Iterator[Path]:
    """The files of a claims folder that any claim may use: helpers, ``conftest.py``, data.  Each
    test file belongs to its claims; questions and sources are only for readers, and phrases for
    linking.
    """
    for path in _files(folder):
        is_of_phrases = path.parent == folder / PHRASES and path.suffix == ".toml"
        if not (is_claims_file(path) or is_of_phrases or path.name in (QUESTIONS, SOURCES)):
            yield path


def conftests(folder: Path, root: Path) -> Iterator[Path]:
    """Every ``conftest.py`` from a folder up to the root of the run."""
    for above in (folder, *folder.parents):
        if (path := above / "conftest.py").is_file():
            yield path
        if above == root:
            return


def claim_text(text: str, name: str) -> str:
    """A module's text without the claims that neither this one nor the rest of the module names.

    So editing one claim of a file keeps the measurements of the others.
    """
    lines = text.splitlines(keepends=True)
    for unused in _divided(text, name)[1]:
        first = min([unused.lineno, *(decorator.lineno for decorator in unused.decorator_list)])
        assert unused.end_lineno is not None
        lines[first - 1 : unused.end_lineno] = [""] * (unused.end_lineno - first + 1)
    return "".join(lines)


def names_for_check(text: str, claim: str, check: str) -> frozenset[str]:
    """The full names of modules that one check of a claim may use, as its module imports them.

    Imports from Refute that neither the check nor the kept rest of the module names are left out: a
    word that only another claim uses is not part of this one.
    """
    body = [
        _with_only(check, node) if isinstance(node, ast.ClassDef) and node.name == claim else node
        for node in _divided(text, claim)[0]
    ]
    imports = [node for node in body if isinstance(node, ast.ImportFrom) and _of_refute(node)]
    used = {word for node in body if node not in imports for word in _words(node)}
    unused = [
        node
        for node in imports
        if not any(name.name == "*" or (name.asname or name.name) in used for name in node.names)
    ]
    kept = [node for node in body if node not in unused]
    return names_in(ast.Module(kept, []), "")


@lru_cache(maxsize=8)
def _parsed(text: str) -> tuple[ast.stmt, ...]:
    """The statements of a module, parsed once for its claims, which follow one another."""
    return tuple(ast.parse(text).body)


def _divided(text: str, name: str) -> tuple[list[ast.stmt], list[ast.ClassDef]]:
    """What a claim rests on of its module, and the claims that it does not rest on."""
    body = _parsed(text)
    claims = {
        node.name: node
        for node in body
        if isinstance(node, ast.ClassDef) and any(map(is_claim, node.decorator_list))
    }
    if name not in claims:
        return list(body), []
    left_out = {other: node for other, node in claims.items() if other != name}
    kept = [node for node in body if node not in left_out.values()]
    for node in kept:  # grows during the loop
        kept += [left_out.pop(word) for word in _words(node) & left_out.keys()]
    return kept, list(left_out.values())


def _with_only(check: str, claim: ast.ClassDef) -> ast.ClassDef:
    """A claim class without the checks that neither this one nor a kept part of the class names."""
    left_out = {part.name: part for part in claim.body if _is_check(part) and part.name != check}
    kept = [part for part in claim.body if part not in left_out.values()]
    for part in kept:  # grows during the loop
        kept += [left_out.pop(word) for word in _words(part) & left_out.keys()]
    alone = copy(claim)
    alone.body = kept
    return alone


def _is_check(node: ast.stmt) -> TypeGuard[ast.FunctionDef]:
    """Whether it is a method with readings or controls."""
    if not isinstance(node, ast.FunctionDef):
        return False
    calls = [made.func for made in node.decorator_list if isinstance(made, ast.Call)]
    names = {getattr(call, "id", getattr(call, "attr", None)) for call in calls}
    return bool(names & {"reading", "control"})


def _of_refute(node: ast.ImportFrom) -> bool:
    return not node.level and (node.module or "").partition(".")[0] == "refute"


def _files(folder: Path) -> Iterator[Path]:
    return (
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix != ".pyc"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _words(node: ast.stmt) -> set[str]:
    """Every name and attribute that a statement uses."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return names | {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
