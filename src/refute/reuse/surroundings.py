"""What a run's numbers depend on besides the code: libraries, machine, threads, variables.  This
module never imports torch: if torch is not loaded, nothing has been computed with it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

LIBRARIES = ("refute", "torch", "numpy", "scipy", "scikit-learn", "hypothesis", "pytest")

EXTRAS = ("keras", "tensorflow", "tf-keras", "tensorflow-model-optimization")
"""Libraries that a few claims need; measurements that rest on them are never reused."""

VARIABLES = (
    "ATEN_", "BLIS_", "CUBLAS_", "CUDA_", "CUDNN_", "DNNL_", "GOTO_", "KMP_", "MKL_", "NPY_",
    "NUMEXPR_", "NVIDIA_", "OMP_", "ONEDNN_", "OPENBLAS_", "PYTORCH_", "TORCH_", "VECLIB_",
)  # fmt: skip
"""Beginnings of the variables by which libraries choose their arithmetic and threads."""

Words = dict[str, "str | Words"]
"""Names and their values; nested, as JSON."""


def environment() -> dict[str, str]:
    """The versions and the machine, for readers of the ledger."""
    return {
        "python": platform.python_version(),
        **{
            name: version
            for name in (*LIBRARIES, *EXTRAS)
            if (version := _version(name)) is not None
        },
        "platform": platform.platform(),
        "cpu": cpu(),
    }


def machine() -> str:
    """The machine on which a measurement was taken, in one line."""
    return f"{cpu()}, {platform.platform()}"


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def cpu() -> str:
    """The processor's model and its number of cores, as far as the system reports them."""
    names = _cpuinfo("model name")
    if not names:
        return platform.processor() or platform.machine() or sys.platform
    return f"{names[0]} ({len(names)} cores)"


def variables(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment variables that can change a number.

    Read them before anything is imported: some libraries set variables for others.
    """
    return {name: environ[name] for name in sorted(environ) if name.startswith(VARIABLES)}


def surroundings(device: str) -> Words:
    """Everything about the installation and the machine that may change a number."""
    return {
        "python": sys.version,
        "libraries": _versions(name for name in LIBRARIES if name != "refute"),
        "machine": {
            "system": f"{platform.system()} {platform.machine()} {' '.join(platform.libc_ver())}",
            "cpu": cpu(),
            # Different virtual machines share one model name; their instructions tell them apart.
            "features": _short_digest("".join(_cpuinfo("flags")[:1] or _cpuinfo("Features")[:1])),
        },
        "torch": _torch(device),
    }


def software() -> Words:
    """The software that computes, and the kind of machine that it is built for."""
    return {
        "python": platform.python_version(),
        "libraries": _versions(name for name in LIBRARIES if name != "refute"),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _torch(device: str) -> Words:
    torch = sys.modules.get("torch")
    if torch is None:
        return {"threads": "not loaded"}
    found: Words = {
        "threads": str(torch.get_num_threads()),
        "instructions": str(torch.backends.cpu.get_cpu_capability()),
    }
    if device != "cpu":
        found["accelerator"] = str(torch.cuda.get_device_name())
    return found


def _versions(names: Iterable[str]) -> Words:
    """The versions of distributions and of everything that they require."""
    found: Words = {}
    left = list(names)
    while left:
        name = re.sub(r"[-_.]+", "-", left.pop()).lower()
        if name not in found and (version := _version(name)) is not None:
            found[name] = version
            left += _required(name)
    return dict(sorted(found.items()))


def _required(name: str) -> Iterator[str]:
    # Conditions of a requirement on system or Python are ignored: what is installed counts.
    for line in metadata.requires(name) or ():
        if not re.search(r"\bextra\s*==", line):
            yield re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0]


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None  # a library that a stranger's suite does not need


def _cpuinfo(field: str) -> list[str]:
    """What Linux says about each core."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [
        text.strip()
        for name, colon, text in (line.partition(":") for line in lines)
        if colon and name.strip() == field
    ]


def _short_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
