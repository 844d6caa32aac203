"""A real scheduler and real worker processes on loopback, which leave nothing behind."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

import refute

SOURCE = Path(refute.__file__).parents[1]

START = 30.0
"""Seconds in which a scheduler or a worker has to be there."""


class Loopback:
    """A Dask cluster as commands start it; its workers know nothing of the tests' modules."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._contact = folder / "scheduler.json"
        self._processes: list[psutil.Popen] = []
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
            "--scheduler-file", str(self._contact),
        )  # fmt: skip
        until(lambda: self._contact.exists() and self._contact.read_text().endswith("}"))

    @property
    def address(self) -> str:
        return str(json.loads(self._contact.read_text())["address"])

    @property
    def url(self) -> str:
        """As the option takes it."""
        return self.address.replace("tcp://", "dask://")

    def workers(
        self, count: int, *words: str, source: Path = SOURCE, **environment: str
    ) -> psutil.Popen:
        """Start workers, with these sources of Refute; further words are the command's."""
        return self._start(
            "worker", self.address, "--nworkers", str(count), "--nthreads", "1", *words,
            "--no-dashboard", "--memory-limit", "0", "--local-directory", str(self.folder),
            source=source, **environment,
        )  # fmt: skip

    def _start(self, *words: str, source: Path = SOURCE, **environment: str) -> psutil.Popen:
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            process = psutil.Popen(
                [sys.executable, "-P", "-m", "dask", *words],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(source), **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._processes.append(process)
        return process

    def stop(self) -> None:
        """Let no process live."""
        for process in reversed(self._processes):
            kill(process)


def kill(process: psutil.Process) -> None:
    """Kill a process and all that it started: what ends by itself takes seconds."""
    if not process.is_running():
        return
    family = [process, *process.children(recursive=True)]
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    assert not psutil.wait_procs(family, timeout=10)[1]


def until(true, seconds: float = START) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def loopback(tmp_path) -> Iterator[Loopback]:
    """A scheduler of the test's own; it starts workers itself."""
    (tmp_path / "dask").mkdir()
    cluster = Loopback(tmp_path / "dask")
    try:
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def two_workers(tmp_path_factory) -> Iterator[Loopback]:
    """A scheduler with two workers, shared by tests that leave it as it was."""
    cluster = Loopback(tmp_path_factory.mktemp("dask"))
    try:
        cluster.workers(2)
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def other_source(tmp_path_factory) -> Path:
    """Refute's sources with one line more."""
    folder = tmp_path_factory.mktemp("other")
    shutil.copytree(Path(refute.__file__).parent, folder / "refute")
    with (folder / "refute" / "decision.py").open("a") as file:
        file.write("# one line more\n")
    return folder


@pytest.fixture
def broken_torch(tmp_path) -> tuple[str, str]:
    """Words of the command that give a worker a torch of the same version that is wrong."""
    path = tmp_path / "broken.py"
    path.write_text(
        "import torch\nfrom torch import nn\n\n"
        "nn.SELU.forward = lambda self, x: torch.selu(x) * 1.01\n"
    )
    return "--preload", str(path)
