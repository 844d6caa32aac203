"""Chunks as bytes that a worker can unpack although it lacks the claims' modules.

Classes of installed packages are sent by name; those of the project, such as the modules of its
claims folder, are sent in full.  So claims can change without touching the workers.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import cloudpickle

from refute.engine.jobs import Job


def pack(jobs: Sequence[Job], home: Path) -> list[bytes]:
    """Each job with the code that it needs from the modules under ``home``.

    Raises:
        TypeError: an experiment cannot be pickled.
    """
    with _whole(_project(home)):
        return [_packed(job) for job in jobs]


def _packed(job: Job) -> bytes:
    try:
        packed: bytes = cloudpickle.dumps(job)
    except Exception as error:
        raise TypeError(f"{job[0]!r} cannot be sent to a worker: {error}") from error
    return packed


@contextmanager
def _whole(modules: Sequence[ModuleType]) -> Iterator[None]:
    # The registry belongs to the whole process: leave it as it was.
    before = cloudpickle.list_registry_pickle_by_value()
    ours = [module for module in modules if module.__name__ not in before]
    for module in ours:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in ours:
            cloudpickle.unregister_pickle_by_value(module)


def _project(home: Path) -> list[ModuleType]:
    """The modules loaded from below ``home``, except installed packages and Refute."""
    return [
        module
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] != "refute"
        and isinstance(module, ModuleType)
        and module.__name__ == name
        and (file := vars(module).get("__file__"))
        and _lies_in(Path(file), home)
    ]


def _lies_in(path: Path, home: Path) -> bool:
    # An environment may lie inside the project's own folder.
    return path.is_relative_to(home) and not any(map(path.is_relative_to, INSTALLED))


INSTALLED = {
    Path(sysconfig.get_paths()[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")
}
"""Where packages are installed."""
