"""Digests of the source that measurements rest on: files, and the project's own files they import.

Libraries count by their versions (:mod:`refute.reuse.surroundings`).  Every other imported module,
including those of Refute, counts by the digest of its file.  So a measurement depends on the parts
of Refute that it reached, and on no others.
"""

from __future__ import annotations

import ast
import hashlib
import sys
import time
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path

from refute.suite import QUESTIONS, SOURCES, is_claim

REFUTE = Path(__file__).parents[1]
LIBRARY_FOLDERS = {"site-packages", "dist-packages"}
KNOWN = {"hypothesis", "numpy", "pytest", "scipy", "sklearn", "torch"}
"""Libraries, by import name, whose versions are part of every key."""


class ChangedMeanwhile(Exception):
    """A source file changed during the run: nobody knows which version was loaded."""


@dataclass(frozen=True)
class _Seen:
    digest: str
    size: int
    changed: int


class Sources:
    """Digests of files, each read once, with a watch on files that change during the run.

    Code loaded in this process is older than ``started``, so a newer file may differ from it.
    """

    def __init__(self, started: int | None = None) -> None:
        self._started = time.time_ns() if started is None else started
        self._seen: dict[Path, _Seen] = {}
        self._imports: dict[Path, list[ModuleSpec]] = {}
        self._packages: dict[Path, str] = {}
        self._walked: dict[tuple[frozenset[Path], frozenset[str]], tuple[set[Path], bool]] = {}

    def together(self, paths: Iterable[Path], below: Path | None = None) -> str:
        """The digest of some files and their names, or their names below a folder.

        Raises:
            ChangedMeanwhile: one of them changed since the run started.
            OSError: one of them cannot be read.
            ValueError: one of them is not in the folder.
        """
        names = {path: path if below is None else path.relative_to(below) for path in paths}
        lines = sorted(f"{name} {self._file(path)}" for path, name in names.items())
        return _digest("\n".join(lines).encode())

    def imported(self, paths: Iterable[Path]) -> set[Path]:
        """The project's own files that these Python files import, directly or indirectly."""
        return {path for path in self._reached(paths)[0] if not _is_refute(path)}

    def of_refute(self, paths: Iterable[Path], names: Iterable[str] = ()) -> set[Path]:
        """Refute's files among these, and those that they or the named modules import."""
        paths = set(paths)
        homes = {home for path in paths for home in path.parents if home.is_relative_to(REFUTE)}
        paths |= {home / "__init__.py" for home in homes if (home / "__init__.py").is_file()}
        return {path for path in paths | self._reached(paths, names)[0] if _is_refute(path)}

    def libraries(self, paths: Iterable[Path]) -> str:
        """What is installed, if these Python files import more than the :data:`KNOWN`."""
        return self._installed if self._reached(paths)[1] else ""

    @cached_property
    def _installed(self) -> str:
        """Every installed distribution with its version, as one digest."""
        names = {f"{found.name} {found.version}" for found in metadata.distributions()}
        return _digest("\n".join(sorted(names)).encode())

    def _reached(self, paths: Iterable[Path], names: Iterable[str] = ()) -> tuple[set[Path], bool]:
        """The files that are imported, and whether any of them imports an unknown library.  Many
        claims start in the same files, so each walk is done once.
        """
        start = frozenset(paths), frozenset(names)
        if start not in self._walked:
            self._walked[start] = self._walk(*start)
        return self._walked[start]

    def _walk(self, paths: Iterable[Path], names: Iterable[str]) -> tuple[set[Path], bool]:
        found: set[Path] = set()
        unknown = False
        left = [(path, self._package_of(path)) for path in paths if path.suffix == ".py"]
        seen = {path for path, _ in left}
        specs = list(_with_files(names))
        while left or specs:
            if not specs:
                specs = list(self._specs(*left.pop()))
                continue
            spec = specs.pop()
            origin = Path(spec.origin or "")
            if _is_library(origin):
                unknown = True
            elif origin not in seen:
                seen.add(origin)
                found.add(origin)
                if origin.suffix == ".py":
                    left.append((origin, _package(spec)))
        return found, unknown

    def _specs(self, path: Path, package: str) -> list[ModuleSpec]:
        """Where the modules are that a file imports, except Python's own and the known ones."""
        if path not in self._imports:
            self._imports[path] = list(_with_files(_names_imported(path, package)))
        return self._imports[path]

    def _package_of(self, path: Path) -> str:
        """The package of a file that pytest has imported, for relative imports."""
        if path not in self._packages:
            for module in list(sys.modules.values()):
                if getattr(module, "__file__", None) == str(path):
                    self._packages[path] = getattr(module, "__package__", None) or ""
                    break
        return self._packages.get(path, "")

    def text(self, path: Path) -> str:
        """The text of a Python file.

        Raises:
            ChangedMeanwhile: it changed since the run started.
        """
        self._file(path)
        with tokenize.open(path) as file:  # in the encoding that the file names
            return file.read()

    def check(self) -> bool:
        """Look again at everything that was read; true if it is unchanged.

        Raises:
            ChangedMeanwhile: a file has changed.
        """
        for path, seen in self._seen.items():
            try:
                now = path.stat()
            except OSError:
                raise ChangedMeanwhile(str(path)) from None
            if (now.st_size, now.st_mtime_ns) != (seen.size, seen.changed):
                raise ChangedMeanwhile(str(path))
        return True

    def _file(self, path: Path) -> str:
        seen = self._seen.get(path)
        if seen is None:
            at = path.stat()
            if at.st_mtime_ns > self._started:
                raise ChangedMeanwhile(str(path))
            digest = _digest(path.read_bytes())
            seen = self._seen[path] = _Seen(digest, at.st_size, at.st_mtime_ns)
        return seen.digest


def beside_claims(folder: Path) -> Iterator[Path]:
    """The files of a claims folder that any claim may use: helpers, ``conftest.py``, data.  Each
    test file belongs to its claims; questions and sources are only for readers.
    """
    for path in _files(folder):
        is_test = path.suffix == ".py" and (
            path.name.startswith("test_") or path.stem.endswith("_test")
        )
        if not is_test and path.name not in (QUESTIONS, SOURCES):
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
    body = ast.parse(text).body
    claims = {
        node.name: node
        for node in body
        if isinstance(node, ast.ClassDef) and any(map(is_claim, node.decorator_list))
    }
    if name not in claims:
        return text
    left_out = {other: node for other, node in claims.items() if other != name}
    kept = [node for node in body if node not in left_out.values()]
    for node in kept:  # grows during the loop
        kept += [left_out.pop(word) for word in _words(node) & left_out.keys()]
    lines = text.splitlines(keepends=True)
    for unused in left_out.values():
        first = min([unused.lineno, *(decorator.lineno for decorator in unused.decorator_list)])
        assert unused.end_lineno is not None
        lines[first - 1 : unused.end_lineno] = [""] * (unused.end_lineno - first + 1)
    return "".join(lines)


def names_for_check(text: str, claim: str, check: str) -> frozenset[str]:
    """The full names of modules that one check of a claim may use, as its module imports them.

    Imports from Refute that neither the check nor the kept rest of the module names are left out: a
    word that only another claim uses is not part of this one.
    """
    body = ast.parse(claim_text(text, claim)).body
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name == claim:
            node.body = [part for part in node.body if not _is_other_check(part, check)]
    imports = [node for node in body if isinstance(node, ast.ImportFrom) and _of_refute(node)]
    used = {word for node in body if node not in imports for word in _words(node)}
    unused = [
        node
        for node in imports
        if not any(name.name == "*" or (name.asname or name.name) in used for name in node.names)
    ]
    kept = [node for node in body if node not in unused]
    return _names_in(ast.Module(kept, []), "")


def _is_other_check(node: ast.stmt, check: str) -> bool:
    """Whether it is a method with readings or controls other than the check."""
    if not isinstance(node, ast.FunctionDef) or node.name == check:
        return False
    calls = [made.func for made in node.decorator_list if isinstance(made, ast.Call)]
    names = {getattr(call, "id", getattr(call, "attr", None)) for call in calls}
    return bool(names & {"reading", "control"})


def _of_refute(node: ast.ImportFrom) -> bool:
    return not node.level and (node.module or "").partition(".")[0] == "refute"


def module_file(name: str) -> Path | None:
    """The file of a loaded module of the project or of Refute; ``None`` for libraries."""
    origin = getattr(sys.modules.get(name), "__file__", None)
    if origin is None or _is_known(name.partition(".")[0]):
        return None
    path = Path(origin)
    return None if _is_library(path) else path


def _is_refute(path: Path) -> bool:
    return path.is_relative_to(REFUTE)


def _is_library(path: Path) -> bool:
    # Refute may be installed among them, but is followed nevertheless.
    return bool(LIBRARY_FOLDERS & set(path.parts)) and not _is_refute(path)


def _with_files(names: Iterable[str]) -> Iterator[ModuleSpec]:
    """Where the modules with a file are; a namespace package has no code."""
    for name in names:
        for spec in _specs(name):
            if spec.origin is not None and Path(spec.origin).is_file():
                yield spec


def _files(folder: Path) -> Iterator[Path]:
    return (
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix != ".pyc"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _names_imported(path: Path, package: str) -> frozenset[str]:
    """The full names of modules that a file may import, anywhere in it."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return frozenset()  # it cannot have been imported
    return _names_in(tree, package)


def _names_in(tree: ast.Module, package: str) -> frozenset[str]:
    found: set[str] = set()
    for node in _run(tree):
        if isinstance(node, ast.Call) and _imports_by_name(node):
            found |= {str(word.value) for word in node.args[:1] if isinstance(word, ast.Constant)}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: 1 - node.level or None] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            found |= {base, *(f"{base}.{name.name}" for name in node.names)}
    # A relative import that leads out of its package leads nowhere.
    return frozenset(name for name in found if name and not name.startswith("."))


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


def _words(node: ast.stmt) -> set[str]:
    """Every name and attribute that a statement uses."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return names | {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}


def _is_known(top: str) -> bool:
    return top in KNOWN or top in sys.stdlib_module_names


def _loaded(name: str) -> ModuleSpec | None:
    return getattr(sys.modules.get(name), "__spec__", None)


def _package(spec: ModuleSpec) -> str:
    return spec.name if spec.submodule_search_locations is not None else spec.parent or ""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
