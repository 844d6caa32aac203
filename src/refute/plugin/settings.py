"""The options of a run, and how they are read from pytest's configuration."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from refute.decision.table import QUICK_TABLE, TABLE, THOROUGH_TABLE, Effort, Table

TABLE_BY_EFFORT = {"quick": QUICK_TABLE, "default": TABLE, "thorough": THOROUGH_TABLE}
LONGEST_TIMEOUT = 1e6
"""Seconds, eleven days; the system's timers are also limited."""

AGAINST, CLAIMS, REPORT = "--refute-against", "--refute-claims", "--refute-report"

EXAMPLES_BY_EFFORT = {"quick": 25, "default": 100, "thorough": 1000}


@dataclass(frozen=True)
class Settings:
    """What a run was asked for."""

    seed: int
    effort: Effort
    device: str
    workers: int
    strict: bool
    fresh: bool
    reports: Path | None = None
    timeout: float = 600.0
    """Seconds that one chunk of replicates, or one example, may take."""
    scheduler: str | None = None
    """The address of a Dask scheduler, as Dask writes it; ``None`` if this machine computes."""
    cifar: Path | None = None
    """The folder of the real CIFAR-10, if there is one."""

    @property
    def table(self) -> Table:
        return TABLE_BY_EFFORT[self.effort]

    @property
    def examples(self) -> int:
        return EXAMPLES_BY_EFFORT[self.effort]


def add_options(parser: pytest.Parser) -> None:
    """Register the options, with a prefix because pytest owns the short names."""
    group = parser.getgroup("refute", "fact-checking claims")
    group.addoption(
        "--refute-seed",
        type=int,
        default=0,
        metavar="N",
        help="root seed of every experiment (default 0); every seed must give the same outcomes",
    )
    group.addoption(
        "--refute-effort",
        choices=tuple(TABLE_BY_EFFORT),
        default="default",
        help="quick: 16 replicates and 25 examples; default: up to 512 and 100; "
        "thorough: 512 and 1000",
    )
    group.addoption(
        "--refute-device",
        choices=("cpu", "cuda"),
        default="cpu",
        help="where training runs are computed (default cpu)",
    )
    group.addoption(
        "--refute-workers",
        type=int,
        default=None,
        metavar="N",
        help="single-threaded workers that run replicates (default: one for every core)",
    )
    group.addoption(
        "--refute-cifar",
        type=Path,
        default=None,
        metavar="FOLDER",
        help="folder with CIFAR-10's binary files: claims about CIFAR-10 run on these images "
        "(default: on made-up images of their shape, or on digits; each reading says which)",
    )
    group.addoption(
        "--refute-engine",
        default="local",
        metavar="local|dask://HOST:PORT",
        help="what runs replicates: this machine (default), or the workers of the Dask cluster "
        "with its scheduler at HOST:PORT (needs refute[dask]); timed claims stay on this machine",
    )
    group.addoption(
        "--refute-timeout",
        type=float,
        default=600.0,
        metavar="SECONDS",
        help="the longest time for one chunk of replicates, or one example of a search (default "
        "600): anything longer has no verdict",
    )
    group.addoption(
        "--refute-fresh",
        action="store_true",
        help="measure everything again, and reuse no measurements of earlier runs (timed "
        "readings are never reused)",
    )
    group.addoption(
        "--refute-strict",
        action="store_true",
        help="also fail if an expected outcome is undecided, or if timing differs on this machine",
    )
    group.addoption(
        REPORT,
        action="append",
        default=[],
        metavar="FORMAT[=PATH]",
        help="also write the report in this format; repeat the option for several: markdown, "
        "summary, sarif, github, ctrf, claim-review or ro-crate (default path: beside the ledger)",
    )
    group.addoption(
        "--refute-reports",
        type=Path,
        default=None,
        metavar="FOLDER",
        help="where ledger and report are written (default: reports, beside the claims folder)",
    )
    group.addoption(
        AGAINST,
        type=Path,
        default=None,
        metavar="LEDGER",
        help="an earlier ledger: the report says what changed since (default: the one of the "
        "complete run before, which is kept as reports/previous.json)",
    )
    group.addoption(
        CLAIMS,
        type=Path,
        default=None,
        metavar="FOLDER",
        help="the claims folder to run if no path is given (default for refute run: claims)",
    )


def run_claims_by_default(known: argparse.Namespace, arguments: list[str]) -> None:
    """Add the claims folder of the option to the arguments of a run, if they name no path.

    ``known`` is what pytest has understood of them.  It takes the value of an option that a
    conftest.py adds for a path.
    """
    folder: Path | None = known.refute_claims
    paths: list[str] = known.file_or_dir
    if folder is not None and not any(Path(path.partition("::")[0]).exists() for path in paths):
        for each in (paths, arguments):
            each.append(str(folder))


def read_settings(config: pytest.Config) -> Settings:
    """Read the options.

    Raises:
        pytest.UsageError: no workers, a negative seed, a missing device, or an invalid engine.
    """
    seed: int = config.getoption("--refute-seed")
    if seed < 0:
        raise pytest.UsageError(f"--refute-seed {seed}: give a seed of at least 0")
    workers: int | None = config.getoption("--refute-workers")
    if workers is None:
        workers = max(1, _cores() // _processes())
    if workers < 1:
        raise pytest.UsageError(f"--refute-workers {workers}: at least 1 is needed to run anything")
    timeout: float = config.getoption("--refute-timeout")
    if not 0 < timeout <= LONGEST_TIMEOUT:
        raise pytest.UsageError(
            f"--refute-timeout {timeout:g}: give seconds, more than 0, at most {LONGEST_TIMEOUT:g}"
        )
    scheduler = _scheduler(config)
    device: str = config.getoption("--refute-device")
    if device != "cpu" and scheduler is None:  # a cluster's devices are its workers'
        _require(device)
    return Settings(
        seed, config.getoption("--refute-effort"), device, workers,
        config.getoption("--refute-strict"), config.getoption("--refute-fresh"),
        config.getoption("--refute-reports"), timeout, scheduler,
        config.getoption("--refute-cifar"),
    )  # fmt: skip


def _scheduler(config: pytest.Config) -> str | None:
    engine: str = config.getoption("--refute-engine")
    if engine == "local":
        return None
    if "@" in engine:  # the part before it may contain a password, and options are recorded
        scheme = "dask://" if engine.startswith("dask://") else ""
        raise pytest.UsageError(
            f"--refute-engine {scheme}...@{engine.rpartition('@')[2]}: a Dask scheduler takes no "
            "name and no password: say dask://HOST:PORT"
        )
    if getattr(config.option, "dist", "no") != "no":
        raise pytest.UsageError(
            f"--refute-engine {engine}: run without -n: the cluster's workers share every claim"
        )
    try:
        url = urlsplit(engine)
        whole = url.scheme == "dask" and url.hostname and url.port
    except ValueError:  # the port is not a number, or the host is not an address
        whole = False
    if not whole or url.netloc != engine.removeprefix("dask://"):
        raise pytest.UsageError(
            f"--refute-engine {engine}: give local, or dask://HOST:PORT of a Dask scheduler"
        )
    return f"tcp://{url.netloc}"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processes() -> int:
    """The number of test processes that share the machine."""
    return int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


def use_cifar(folder: Path | None) -> None:
    """Run claims about CIFAR-10 on the images of a folder; ``None`` for their stand-ins.

    Raises:
        pytest.UsageError: the folder or a file of it is missing or broken.
    """
    # Without a folder, the plugin does not import torch.
    name = "refute.lab.bench.cifar"
    if folder is None and name not in sys.modules:
        return
    try:
        importlib.import_module(name).use(folder)
    except ValueError as error:
        raise pytest.UsageError(f"--refute-cifar {error}") from None


def _require(device: str) -> None:
    # The plugin imports torch only here, and only if a device is asked for.
    try:
        importlib.import_module("refute.lab.bench.device").require_device(device)
    except ValueError as error:
        raise pytest.UsageError(f"--refute-device {device}: {error}") from None
