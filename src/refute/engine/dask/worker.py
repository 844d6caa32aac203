"""What runs on a worker of a cluster: it says what it computes with, and computes chunks.

This module imports nothing that the scheduler would not need: it is unpacked there too.
"""

from __future__ import annotations

import hashlib
import pickle
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

import refute
from refute.engine.jobs import run_job
from refute.quantity import Record

SOURCE = "source of refute"
LIBRARIES = ("refute", "torch", "numpy", "scipy", "scikit-learn", "distributed")


class Differs(Exception):
    """A worker that joined in mid-run computes with something else."""


@cache
def makings() -> dict[str, str]:
    """What the numbers depend on beside their seeds: versions, and Refute's own source."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            # Behind the plus stands for which accelerators a release was built: not other numbers.
            found[name] = metadata.version(name).partition("+")[0]
        except metadata.PackageNotFoundError:
            found[name] = "missing"
    return found | {SOURCE: _source_digest()}


def lacks(device: str) -> str | None:
    """Why this worker cannot compute on a device, if so."""
    from refute.lab.bench.device import require_device

    try:
        require_device(device)
    except ValueError as error:
        return str(error)
    return None


def run_packed(packed: bytes, expected: dict[str, str]) -> Record:
    """Run one chunk, as a packed call of :func:`refute.engine.jobs.run_job`.

    Raises:
        Differs: this worker would not compute the numbers that the others do.
        Exception: whatever the experiment raises.
    """
    if makings() != expected:
        raise Differs(differences(makings(), expected))
    job = pickle.loads(packed)
    _one_thread()
    return run_job(*job)


def differences(theirs: dict[str, str], ours: dict[str, str]) -> str:
    """Which makings of a worker are not those expected, in words."""
    words = []
    for name, expected in ours.items():
        found = theirs.get(name, "missing")
        if found != expected:
            # The digest of a source tells a reader nothing beyond that it is another.
            words.append(f"another {name}" if name == SOURCE else f"{name} {found}, not {expected}")
    return "; ".join(words)


def _one_thread() -> None:
    """One thread for a chunk: numbers must not depend on a worker's cores.

    Nothing is set back afterwards: thread counts of BLAS belong to the whole process, and another
    task of the same worker may be computing.
    """
    import torch  # here: a worker that says what it has, or a scheduler, need not wait for it
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
