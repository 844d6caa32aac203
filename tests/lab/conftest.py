"""The lab's tests compute in one thread, as its workers do."""

from collections.abc import Iterator

import pytest

from refute.lab.bench.device import one_thread


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with one_thread():
        yield
