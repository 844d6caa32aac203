"""What a Python file imports: the names of modules, and where their files are.

Nothing is imported to find out.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path

REFUTE = Path(__file__).parents[1]
LIBRARY_FOLDERS = {"site-packages", "dist-packages"}
KNOWN = {"hypothesis", "numpy", "pytest", "scipy", "sklearn", "torch"}
"""Libraries, by import name, whose versions are part of every key."""


def module_file(name: str) -> Path | None:
    """The file of a loaded module of the project or of Refute; ``None`` for libraries."""
    origin = getattr(sys.modules.get(name), "__file__", None)
    if origin is None or _is_known(name.partition(".")[0]):
        return None
    path = Path(origin)
    return None if is_library(path) else path


def is_refute(path: Path) -> bool:
    """Whether a file is Refute's own."""
    return path.is_relative_to(REFUTE)


def is_library(path: Path) -> bool:
    """Whether a file belongs to an installed library.

    Refute may be installed among them, but is followed nevertheless.
    """
    return bool(LIBRARY_FOLDERS & set(path.parts)) and not is_refute(path)


def with_files(names: Iterable[str]) -> Iterator[ModuleSpec]:
    """Where the modules with a file are; a namespace package has no code."""
    for name in names:
        for spec in _specs(name):
            if spec.origin is not None and Path(spec.origin).is_file():
                yield spec


def names_imported(path: Path, package: str) -> frozenset[str]:
    """As :func:`names_in`, of a file."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return frozenset()  # it cannot have been imported
    return names_in(tree, package)


def names_in(tree: ast.Module, package: str) -> frozenset[str]:
    """The full names of modules that a tree may import, anywhere in it."""
    names: set[str] = set()
    for node in _run(tree):
        if isinstance(node, ast.Call) and _imports_by_name(node):
            names |= {str(word.value) for word in node.args[:1] if isinstance(word, ast.Constant)}
        elif isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: 1 - node.level or None] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            names |= {base, *(f"{base}.{name.name}" for name in node.names)}
    # A relative import that leads out of its package leads nowhere.
    return frozenset(name for name in names if name and not name.startswith("."))


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node except those that only a type checker reads."""
    left = [tree]
    while left:
        node = left.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            left += node.orelse
        else:
            left += ast.iter_child_nodes(node)


def _imports_by_name(call: ast.Call) -> bool:
    name = getattr(call.func, "id", getattr(call.func, "attr", None))
    return name in ("import_module", "__import__")


def _specs(name: str) -> Iterator[ModuleSpec]:
    """Where a module and its packages are, as far as they can be found; imports nothing."""
    where: Iterable[str] | None = None
    parts = name.split(".")
    if _is_known(parts[0]):
        return
    for depth in range(1, len(parts) + 1):
        full = ".".join(parts[:depth])
        try:
            spec = _loaded(full) or (
                find_spec(full) if where is None else PathFinder.find_spec(full, list(where))
            )
        except (ImportError, ValueError):  # a loaded module of unknown origin
            spec = None
        if spec is None:
            return
        yield spec
        if spec.submodule_search_locations is None:
            return
        where = spec.submodule_search_locations


def _is_known(top: str) -> bool:
    return top in KNOWN or top in sys.stdlib_module_names


def _loaded(name: str) -> ModuleSpec | None:
    return getattr(sys.modules.get(name), "__spec__", None)


def package_of(spec: ModuleSpec) -> str:
    """The package against which a module's relative imports are resolved."""
    return spec.name if spec.submodule_search_locations is not None else spec.parent or ""
