"""The code that runs on a worker of a cluster: it reports its versions and computes chunks.

This module imports only what a scheduler has, because it is unpacked there too.
"""

from __future__ import annotations

import hashlib
import pickle
import platform
from functools import cache
from importlib import metadata
from pathlib import Path
from threading import Lock

import refute
from refute.engine.jobs import run_job
from refute.experiment import Record

SOURCE = "source of refute"
LIBRARIES = ("refute", "torch", "numpy", "scipy", "scikit-learn", "distributed")


class Differs(Exception):
    """A worker that joined during the run has different versions."""


@cache
def makings() -> dict[str, str]:
    """What the numbers depend on besides their seeds: versions and Refute's own source."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            # The part after the plus names the accelerators of a build, which does not change
            # numbers.
            found[name] = metadata.version(name).partition("+")[0]
        except metadata.PackageNotFoundError:
            found[name] = "missing"
    return found | {SOURCE: _source_digest()}


def lacks(device: str) -> str | None:
    """Why this worker cannot compute on a device; ``None`` if it can."""
    from refute.lab.bench.device import require_device

    try:
        require_device(device)
    except ValueError as error:
        return str(error)
    return None


def fault_of_bench() -> str | None:
    """What is wrong with the lab's bench or this worker's torch, if anything.

    The same version of torch may be another build, or be changed by what the worker loads.  One
    thread checks for all, because the check changes the state of the whole process, such as the
    seed of torch's generator.
    """
    with _CHECKING:
        return _fault_of_bench()


_CHECKING = Lock()


@cache
def _fault_of_bench() -> str | None:
    from refute.lab.bench.conformance.conform import conform
    from refute.prose.bench import wrong_points

    wrong = conform().wrong
    return f"a bench that is wrong ({', '.join(wrong_points(wrong, most=1))})" if wrong else None


def run_packed(packed: bytes, expected: dict[str, str], bench: bool = False) -> Record:
    """Run one chunk, as a packed call of :func:`refute.engine.jobs.run_job`.

    Args:
        packed: the call.
        expected: the makings of the process that sent it.
        bench: whether the lab's bench is used.

    Raises:
        Differs: this worker would not compute the same numbers as the others.
        Exception: anything that the experiment raises.
    """
    if makings() != expected:
        raise Differs(differences(makings(), expected))
    if bench and (fault := fault_of_bench()) is not None:
        raise Differs(fault)
    job = pickle.loads(packed)
    _one_thread()
    return run_job(*job)


def differences(theirs: dict[str, str], ours: dict[str, str]) -> str:
    """In words, how a worker differs from what is expected."""
    words = []
    for name, expected in ours.items():
        found = theirs.get(name, "missing")
        if found != expected:
            # The digest of a source only tells a reader that the source differs.
            words.append(f"another {name}" if name == SOURCE else f"{name} {found}, not {expected}")
    return "; ".join(words)


def _one_thread() -> None:
    """Use one thread for a chunk: numbers must not depend on a worker's cores.  The setting is not
    undone afterwards, because BLAS has one thread count for the whole process, and another task of
    the worker may be computing.
    """
    import torch  # imported late: a scheduler or a report of versions does not need it
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
    torch.set_num_threads(1)


def _source_digest() -> str:
    home = Path(refute.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*.py")):
        digest.update(f"{path.relative_to(home).as_posix()}\0".encode())
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()
