"""The options of a run, and how they are read from pytest's configuration."""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from typing import Literal

import pytest

from refute.decision import LOOKS

Effort = Literal["quick", "default", "thorough"]

LOOKS_BY_EFFORT: dict[str, tuple[int, ...]] = {
    "quick": LOOKS[:2],
    "default": LOOKS,
    "thorough": LOOKS[-1:],
}
EXAMPLES_BY_EFFORT = {"quick": 25, "default": 100, "thorough": 1000}


@dataclass(frozen=True)
class Settings:
    """What a run was asked for."""

    seed: int
    effort: Effort
    device: str
    workers: int
    strict: bool

    @property
    def looks(self) -> tuple[int, ...]:
        return LOOKS_BY_EFFORT[self.effort]

    @property
    def examples(self) -> int:
        return EXAMPLES_BY_EFFORT[self.effort]


def add_options(parser: pytest.Parser) -> None:
    """Register the options, prefixed: pytest owns the short names."""
    group = parser.getgroup("refute", "fact-checking claims")
    group.addoption(
        "--refute-seed",
        type=int,
        default=0,
        metavar="N",
        help="root seed of every experiment (default 0); any other must give the same outcomes",
    )
    group.addoption(
        "--refute-effort",
        choices=tuple(LOOKS_BY_EFFORT),
        default="default",
        help="quick: at most 64 replicates and 25 examples; default: up to 512 and 100; "
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
        help="single-threaded workers that run replicates (default: every core)",
    )
    group.addoption(
        "--refute-strict",
        action="store_true",
        help="fail also where a published outcome comes out undecided, or timing differs here",
    )


def read_settings(config: pytest.Config) -> Settings:
    """Read the options.

    Raises:
        pytest.UsageError: no workers, a negative seed, or a device that is not there.
    """
    seed: int = config.getoption("--refute-seed")
    if seed < 0:
        raise pytest.UsageError(f"--refute-seed {seed}: a seed is 0 or more")
    workers: int | None = config.getoption("--refute-workers")
    if workers is None:
        workers = max(1, _cores() // _processes())
    if workers < 1:
        raise pytest.UsageError(f"--refute-workers {workers}: at least 1 is needed to run anything")
    device: str = config.getoption("--refute-device")
    if device != "cpu":
        _require(device)
    return Settings(
        seed, config.getoption("--refute-effort"), device, workers,
        config.getoption("--refute-strict"),
    )  # fmt: skip


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processes() -> int:
    """How many test processes share the machine."""
    return int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


def _require(device: str) -> None:
    # Only here, and only where a device is asked for, does the plugin reach for torch.
    try:
        importlib.import_module("refute.lab.device").require_device(device)
    except ValueError as error:
        raise pytest.UsageError(f"--refute-device {device}: {error}") from None
