"""The folder in which pytest-benchmark saves results, which it creates before it has any."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

_NEW: pytest.StashKey[Path] = pytest.StashKey()


def look(config: pytest.Config) -> None:
    """Remember the folder if it does not exist; call this before pytest-benchmark is configured."""
    storage = config.getoption("benchmark_storage", default=None)
    if storage is None:
        return
    kind, colon, path = storage.rpartition("://")
    folder = Path(path).absolute()
    if (kind == "file" or not colon) and not folder.exists():
        config.stash[_NEW] = folder


def remove_if_empty(config: pytest.Config) -> None:
    """Remove the folder if this run created it and saved nothing in it."""
    if (folder := config.stash.get(_NEW, None)) is not None:
        with suppress(OSError):  # it has results, or there is none
            folder.rmdir()
