"""Digests of the source that measurements rest on: files, and the project's own files they import.

Libraries count by their versions (:mod:`refute.reuse.surroundings`).  Every other imported module,
including those of Refute, counts by the digest of its file.  So a measurement depends on the parts
of Refute that it reached, and on no others.
"""

from __future__ import annotations

import hashlib
import sys
import time
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from importlib.machinery import ModuleSpec
from pathlib import Path

from refute.reuse.imports import (
    REFUTE,
    is_library,
    is_refute,
    names_imported,
    package_of,
    with_files,
)


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
        return _digest_of(lines)

    def imported(self, paths: Iterable[Path]) -> set[Path]:
        """The project's own files that these Python files import, directly or indirectly."""
        return {path for path in self._reached(paths)[0] if not is_refute(path)}

    def of_refute(self, paths: Iterable[Path], names: Iterable[str] = ()) -> set[Path]:
        """Refute's files among these, and those that they or the named modules import."""
        paths = set(paths)
        homes = {home for path in paths for home in path.parents if home.is_relative_to(REFUTE)}
        paths |= {home / "__init__.py" for home in homes if (home / "__init__.py").is_file()}
        return {path for path in paths | self._reached(paths, names)[0] if is_refute(path)}

    def libraries(self, paths: Iterable[Path]) -> str:
        """What is installed, if these Python files import more than the :data:`KNOWN`."""
        return self._installed if self._reached(paths)[1] else ""

    @cached_property
    def _installed(self) -> str:
        """Every installed distribution with its version, as one digest."""
        names = {f"{found.name} {found.version}" for found in metadata.distributions()}
        return _digest_of(sorted(names))

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
        specs = list(with_files(names))
        while left or specs:
            if not specs:
                specs = list(self._specs(*left.pop()))
                continue
            spec = specs.pop()
            origin = Path(spec.origin or "")
            if is_library(origin):
                unknown = True
            elif origin not in seen:
                seen.add(origin)
                found.add(origin)
                if origin.suffix == ".py":
                    left.append((origin, package_of(spec)))
        return found, unknown

    def _specs(self, path: Path, package: str) -> list[ModuleSpec]:
        """Where the modules are that a file imports, except Python's own and the known ones."""
        if path not in self._imports:
            self._imports[path] = list(with_files(names_imported(path, package)))
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

    def check(self, paths: Iterable[Path]) -> bool:
        """Look again at some of the files that were read; true if they are unchanged.

        Raises:
            ChangedMeanwhile: a file has changed.
        """
        for path in paths:
            seen = self._seen[path]
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


def _digest_of(lines: Iterable[str]) -> str:
    # A path that is not UTF-8 has half a surrogate pair for each of its bytes.
    return _digest("\n".join(lines).encode("utf-8", "surrogatepass"))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
